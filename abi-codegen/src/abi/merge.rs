//! Several reports as one.

use std::collections::BTreeMap;

use crate::law::Report;

/// Puts reports together. Records of one name in different catalogs stay apart.
pub(super) fn merge(reports: Vec<Report>) -> Report {
    let mut all =
        Report { compared: Vec::new(), skipped: Vec::new(), findings: Vec::new(), layouts: BTreeMap::new() };
    for mut report in reports {
        let catalog = report.compared.first().map_or(String::new(), |compared| compared.catalog.clone());
        for (record, layouts) in std::mem::take(&mut report.layouts) {
            let mut name = record.clone();
            if all.layouts.contains_key(&name) {
                name = format!("{catalog}:{record}");
                let about = |finding: &&mut crate::law::Finding| finding.record.as_ref() == Some(&record);
                report
                    .findings
                    .iter_mut()
                    .filter(about)
                    .for_each(|finding| finding.record = Some(name.clone()));
            }
            all.layouts.insert(name, layouts);
        }
        all.compared.append(&mut report.compared);
        all.skipped.append(&mut report.skipped);
        all.findings.append(&mut report.findings);
    }
    all.sort();
    all
}
