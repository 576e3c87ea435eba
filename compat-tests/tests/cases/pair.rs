//! Two releases of a case, and what the law says of them.

use abi_codegen::Catalog;

use abi_codegen::law::{Called, Facts, Finding, Law};
use abi_lock::Acknowledgement;
use compat_tests::case::{Case, catalog};

/// Two releases of a case.
pub(crate) struct Pair {
    /// Names of the two sections.
    pub(crate) names: (String, String),
    old: Catalog,
    new: Catalog,
}

impl Pair {
    /// Returns every release of the case with every later one.
    ///
    /// # Errors
    ///
    /// A section is no catalog, or there is nothing to compare with.
    pub(crate) fn all(case: &Case) -> Result<Vec<Self>, String> {
        let refused = usize::from(case.line("refused").is_some());
        let releases = case.sections.iter().skip(refused).map(|(name, section)| {
            let catalog = catalog(section).map_err(|error| format!("section `{name}`: {error}"))?;
            Ok((name, catalog))
        });
        let releases = releases.collect::<Result<Vec<_>, String>>()?;
        if releases.len() == 1 && refused == 0 {
            return Err("it has one section, and nothing to compare with".to_owned());
        }
        let mut pairs = Vec::new();
        for (at, (old_name, old)) in releases.iter().enumerate() {
            for (new_name, new) in releases.iter().skip(at + 1) {
                let names = ((*old_name).clone(), (*new_name).clone());
                pairs.push(Self { names, old: old.clone(), new: new.clone() });
            }
        }
        Ok(pairs)
    }

    /// Returns whether nothing changed.
    pub(crate) fn is_same(&self) -> bool {
        self.old == self.new
    }

    /// Returns what the law says, witnesses included.
    ///
    /// # Errors
    ///
    /// The comparison is none.
    pub(crate) fn findings(
        &self,
        facts: Facts,
        let_through: &[Acknowledgement],
    ) -> Result<Vec<Finding>, String> {
        let today = "2026-01-01".parse().expect("a day");
        let law = Law { facts, today, acknowledgements: let_through };
        let called = |catalog, name| Called { catalog, name, file: None };
        let report = law.compare(called(&self.old, &self.names.0), called(&self.new, &self.names.1));
        report.map(|report| report.findings).map_err(|error| error.to_string())
    }
}
