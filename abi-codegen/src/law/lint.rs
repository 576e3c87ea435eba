//! What a field gives reason to look at before it is frozen.

use super::finding::Finding;
use super::rules;
use crate::model::{Catalog, Field, Kind, Scalar, Type};

/// Looks at one catalog alone.
pub fn lint(catalog: &Catalog) -> Vec<Finding> {
    let mut found = Vec::new();
    for record in &catalog.records {
        for field in &record.fields {
            let subject = format!("{}.{}", record.name, field.name);
            if matches!(field.ty, Type::Scalar(Scalar::F32 | Scalar::F64)) {
                let what = format!(
                    "`{}` is a floating-point number, and nothing says what a NaN in it means",
                    field.name
                );
                found.push(Finding::new(rules::TA9010, subject, what));
            } else if counts_something(field) {
                let what = format!("`{}` is a quantity, and nothing says what it is counted in", field.name);
                found.push(Finding::new(rules::TA9021, subject, what));
            }
        }
    }
    found
}

/// Returns whether a field says that it is a quantity and has no unit.
fn counts_something(field: &Field) -> bool {
    let quantity = matches!(field.kind, Some(Kind::Counter | Kind::Gauge | Kind::Delta));
    quantity && field.unit.is_none() && matches!(field.ty, Type::Scalar(_))
}
