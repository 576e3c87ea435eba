//! A report as `JUnit` XML: what test runners and build servers count.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::plain::plain;
use super::{phrase, tally};
use crate::law::finding::Finding;
use crate::law::report::{Compared, Report, Verdict};
use crate::law::rule::{Checked, Rule};
use crate::law::rules;

/// The suite for what belongs to no one catalog of several.
const ALL: &str = "all catalogs";

pub(super) fn write(report: &Report, verdict: Verdict) -> String {
    let mut document = quick_junit::Report::new("testimony");
    for compared in &report.compared {
        document.add_test_suite(suite(report, compared));
    }
    let mut rest = TestSuite::new(ALL);
    for finding in report.findings.iter().filter(|finding| tally::home(report, finding).is_none()) {
        rest.add_test_case(finding_case(ALL, finding));
    }
    rest.add_test_cases(report.skipped.iter().map(|skipped| {
        let mut status = TestCaseStatus::skipped();
        status.set_message(&*plain(&skipped.why));
        case(ALL, &format!("comparison of {}", plain(&skipped.what)), status)
    }));
    rest.add_test_case(verdict_case(report, verdict));
    document.add_test_suite(rest);
    document.to_string().unwrap_or_default()
}

/// Returns the suite of a catalog: a case for each thing found, and one for each family of rules that is
/// not broken.
fn suite(report: &Report, compared: &Compared) -> TestSuite {
    let catalog = plain(&compared.catalog);
    let mut suite = TestSuite::new(&*catalog);
    suite.add_property(("old", &*plain(&compared.old)));
    suite.add_property(("new", &*plain(&compared.new)));
    suite.add_property(("records", compared.records.to_string().as_str()));
    suite.add_property(("pairs", compared.pairs.to_string().as_str()));
    let is_of = |finding: &&Finding| {
        tally::home(report, finding).is_some_and(|home| home.catalog == compared.catalog)
    };
    // What has no one home may be this catalog's: then the family did not pass here either.
    let may_be_of = |finding: &&Finding| is_of(finding) || tally::home(report, finding).is_none();
    let broken: Vec<&Finding> = report.findings.iter().filter(|one| one.breaks()).filter(may_be_of).collect();
    for family in families() {
        if broken.iter().any(|finding| finding.rule.id.starts_with(family)) {
            continue;
        }
        let mut status = TestCaseStatus::success();
        if compared.records == 0 {
            status = TestCaseStatus::skipped();
            status.set_message("nothing was compared");
        }
        suite.add_test_case(case(&catalog, &format!("rules {family}xxx"), status));
    }
    suite.add_test_cases(report.findings.iter().filter(is_of).map(|finding| finding_case(&catalog, finding)));
    suite
}

/// Returns what the numbers begin with of rules that a check looks at.
fn families() -> Vec<&'static str> {
    let looked =
        |rule: &&'static Rule| !matches!(rule.checked, Checked::NotChecked(_) | Checked::ByConstruction(_));
    let mut families: Vec<&str> = rules::all().filter(looked).filter_map(|rule| rule.id.get(..3)).collect();
    families.dedup();
    families
}

/// Returns the case of one finding. It fails when the finding stands in the way of a release.
fn finding_case(class: &str, finding: &Finding) -> TestCase {
    let what = phrase::lines(finding).join("\n");
    let name = phrase::title(finding);
    if finding.breaks() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(finding.rule.slug).set_message(&*plain(&finding.what)).set_description(what);
        return case(class, &name, status);
    }
    let mut case = case(class, &name, TestCaseStatus::success());
    case.set_system_out(format!("{}: {what}", phrase::severity(finding.severity)));
    case
}

/// Returns the case that fails when the check as a whole does not pass, whatever the reason.
fn verdict_case(report: &Report, verdict: Verdict) -> TestCase {
    let mut status = match verdict {
        Verdict::Compatible => TestCaseStatus::success(),
        Verdict::Incompatible => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::Incomplete => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    status.set_message(tally::verdict(report, verdict));
    let mut case = case(ALL, "verdict", status);
    case.set_system_out(tally::account(report, verdict).join("\n"));
    case
}

fn case(class: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(class);
    case
}
