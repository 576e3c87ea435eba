//! Every form of every report that is made by hand, as a person reviews it. After a change that is meant:
//! `cargo xtask bless`, and read the difference.

use std::collections::BTreeSet;
use std::path::Path;

use abi_codegen::law::{Checked, Form, Report, Style, render, rules};
use serde_json::Value;

use super::made;

const STYLE: Style = Style { colour: false, width: 80 };

fn assert_snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

/// Every name of snapshots, the report that they show, whether strictly, and in which forms.
fn reports() -> [(&'static str, Report, bool, &'static [Form]); 6] {
    [
        ("several", made::several(), false, &Form::ALL),
        (
            "strict",
            Report { findings: made::several().findings.split_off(3), ..made::several() },
            true,
            &Form::ALL,
        ),
        ("clean", made::clean(), false, &Form::ALL),
        ("nothing", made::nothing(), false, &Form::ALL),
        ("two_catalogs", made::two_catalogs(), false, &Form::ALL),
        ("large", made::large(), false, &[Form::Human]),
    ]
}

#[test]
fn every_form_of_every_report() {
    for (name, report, strict, forms) in reports() {
        for &form in forms {
            let text = render(&report, form, report.verdict(strict), STYLE);
            assert_snapshot(&format!("{name}.{form}"), &without_rules(form, &text));
        }
    }
}

/// Leaves out what comes from the table of rules and not from the report; it has its own page.
fn without_rules(form: Form, text: &str) -> String {
    match form {
        Form::Human => {
            let (before, after) = text.split_once("rules that nobody checks:").unwrap();
            let after = after.split_once("\ncompared ").unwrap().1;
            format!("{before}rules that nobody checks: (...)\ncompared {after}")
        }
        Form::Json => {
            let mut document: Value = serde_json::from_str(text).unwrap();
            document["not_checked"] = "(...)".into();
            serde_json::to_string_pretty(&document).unwrap()
        }
        Form::Sarif => {
            let mut log: Value = serde_json::from_str(text).unwrap();
            log["runs"][0]["tool"]["driver"]["rules"] = "(...)".into();
            for result in log["runs"][0]["results"].as_array_mut().unwrap() {
                result["ruleIndex"] = "(...)".into();
            }
            serde_json::to_string_pretty(&log).unwrap()
        }
        Form::Github | Form::Junit => text.to_owned(),
    }
}

#[test]
fn rules_that_nobody_checks_are_listed() {
    let report = made::clean();
    let unlooked: Vec<&str> = rules::all()
        .filter(|rule| matches!(rule.checked, Checked::NotChecked(_)))
        .map(|rule| rule.id)
        .collect();
    for form in [Form::Human, Form::Json, Form::Sarif] {
        let text = render(&report, form, report.verdict(false), STYLE);
        for id in &unlooked {
            assert!(text.contains(id), "{form} does not say that nobody checks {id}");
        }
    }
}

#[test]
fn no_snapshot_is_left_over() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/form/snapshots");
    let files = std::fs::read_dir(folder).unwrap();
    let files: BTreeSet<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let made = reports().map(|(name, .., forms)| forms.iter().map(move |form| format!("{name}.{form}.snap")));
    let found = super::found::NAMES.map(|name| format!("{name}.snap"));
    let expected: BTreeSet<String> = made.into_iter().flatten().chain(found).collect();
    let over: Vec<&String> = files.difference(&expected).collect();
    assert!(over.is_empty(), "a snapshot that no test reads, or one that was not accepted: {over:?}");
}
