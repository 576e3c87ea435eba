//! Every form of every report, read back by a parser that is not ours.

use abi_codegen::law::{Finding, Form, Report, Style, Verdict, render, rules};
use jsonschema::Validator;
use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};
use serde_json::Value;

use super::{found, made};

const STYLE: Style = Style { colour: false, width: 80 };

fn reports() -> Vec<Report> {
    let made = [made::several(), made::clean(), made::nothing(), made::two_catalogs(), made::large()];
    made.into_iter().chain([made::hostile()]).chain(found::reports()).collect()
}

/// Returns the published schema, ready to judge. Its pattern for languages has a bracket too many, which not
/// every engine of regular expressions takes; a report names no language.
fn sarif_validator() -> Validator {
    let mut schema: Value = serde_json::from_str(include_str!("../sarif-schema-2.1.0.json")).unwrap();
    let definitions = schema["definitions"].as_object_mut().unwrap();
    for definition in definitions.values_mut() {
        if let Some(language) = definition.pointer_mut("/properties/language") {
            language.as_object_mut().unwrap().remove("pattern");
        }
    }
    jsonschema::draft7::options().should_validate_formats(true).build(&schema).unwrap()
}

#[test]
fn no_form_contains_a_character_that_a_terminal_obeys_or_hides() {
    for form in Form::ALL {
        for report in reports() {
            let text = render(&report, form, report.verdict(false), STYLE);
            let raw = text.chars().find(|&one| one != '\n' && !abi_schema::is_printable(one));
            assert_eq!(raw, None, "{form}: {}", text.escape_debug());
        }
    }
}

#[test]
fn sarif_is_valid() {
    let validator = sarif_validator();
    for report in reports() {
        for verdict in [Verdict::Compatible, Verdict::Incompatible, Verdict::Incomplete] {
            let log: Value = serde_json::from_str(&render(&report, Form::Sarif, verdict, STYLE)).unwrap();
            let errors: Vec<String> = validator
                .iter_errors(&log)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{}", errors.join("\n"));
        }
    }
}

#[test]
fn the_schema_refuses_what_is_not_sarif() {
    let validator = sarif_validator();
    let text = render(&made::several(), Form::Sarif, Verdict::Incompatible, STYLE);
    let log: Value = serde_json::from_str(&text).unwrap();
    for (path, wrong) in [
        ("/runs/0/results/0/level", Value::from("break")),
        ("/runs/0/results/0/message", Value::from("text")),
        ("/runs/0/tool/driver/name", Value::Null),
    ] {
        let mut log = log.clone();
        *log.pointer_mut(path).unwrap() = wrong;
        assert!(!validator.is_valid(&log), "{path} may be anything");
    }
}

#[test]
fn results_point_at_their_rules() {
    let report = made::several();
    let log: Value =
        serde_json::from_str(&render(&report, Form::Sarif, Verdict::Incompatible, STYLE)).unwrap();
    let rules = &log["runs"][0]["tool"]["driver"]["rules"];
    assert_eq!(rules.as_array().unwrap().len(), rules::all().count());
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), report.findings.len());
    for (result, finding) in results.iter().zip(&report.findings) {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], finding.rule.id);
        assert_eq!(result["ruleId"], finding.rule.id);
        let suppressed = !result["suppressions"].as_array().unwrap().is_empty();
        assert_eq!(suppressed, finding.acknowledged.is_some());
    }
}

#[test]
fn fingerprints_tell_findings_apart() {
    let log: Value =
        serde_json::from_str(&render(&made::several(), Form::Sarif, Verdict::Incompatible, STYLE)).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let mut prints: Vec<&str> = results
        .iter()
        .map(|result| result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap())
        .collect();
    let all = prints.len();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), all);
}

#[test]
fn files_are_uris() {
    for (file, uri) in [
        ("spec/abi/proc.lock", "spec/abi/proc.lock"),
        ("a b/c:d%e#f.lock", "a%20b/c%3Ad%25e%23f.lock"),
        ("/root/proc.lock", "file:///root/proc.lock"),
        (r"spec\abi\proc.lock", "spec/abi/proc.lock"),
    ] {
        let mut report = made::several();
        report.compared[0].file = Some(file.to_owned());
        let text = render(&report, Form::Sarif, Verdict::Incompatible, STYLE);
        let log: Value = serde_json::from_str(&text).unwrap();
        let place = "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri";
        assert_eq!(log.pointer(place).unwrap(), uri);
    }
}

/// What a `JUnit` document counts, and every text in it.
#[derive(Default)]
struct Counted {
    cases: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    text: String,
}

fn counted(document: &str) -> Counted {
    let mut reader = Reader::from_str(document);
    let mut counted = Counted::default();
    loop {
        let event = reader.read_event().unwrap();
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                match tag.name().as_ref() {
                    b"testcase" => counted.cases += 1,
                    b"failure" => counted.failures += 1,
                    b"error" => counted.errors += 1,
                    b"skipped" => counted.skipped += 1,
                    _ => {}
                }
                for attribute in tag.attributes() {
                    counted.text += &attribute.unwrap().normalized_value(XmlVersion::Explicit1_0).unwrap();
                }
            }
            Event::Text(text) => counted.text += &text.decode().unwrap(),
            Event::Eof => return counted,
            _ => {}
        }
    }
}

#[test]
fn junit_is_well_formed_and_counts_what_breaks() {
    for report in reports() {
        for verdict in [Verdict::Compatible, Verdict::Incompatible, Verdict::Incomplete] {
            let document = render(&report, Form::Junit, verdict, STYLE);
            let counted = counted(&document);
            let breaks = report.findings.iter().filter(|finding| finding.breaks()).count();
            assert_eq!(counted.failures, breaks + usize::from(verdict == Verdict::Incompatible));
            assert_eq!(counted.errors, usize::from(verdict == Verdict::Incomplete));
            assert_eq!(counted.skipped, report.skipped.len());
            assert!(counted.cases > report.findings.len());
            let is_allowed = |character: char| character == '\n' || (' '..'\u{fffe}').contains(&character);
            assert!(counted.text.chars().all(is_allowed), "a character that XML has no place for");
        }
    }
}

#[test]
fn json_holds_every_finding() {
    for report in reports() {
        let text = render(&report, Form::Json, Verdict::Incomplete, STYLE);
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["testimony_report"], 1);
        assert_eq!(document["verdict"], "incomplete");
        assert_eq!(document["exit_status"], 3);
        assert_eq!(document["skipped"].as_array().unwrap().len(), report.skipped.len());
        let subjects: Vec<&str> = document["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["subject"].as_str().unwrap())
            .collect();
        let expected: Vec<&str> = report.findings.iter().map(|finding| finding.subject.as_str()).collect();
        assert_eq!(subjects, expected, "text of others is data here and arrives as it was");
    }
}

/// A workflow command, as the runner reads it: escapes are taken back at the end.
fn command(line: &str) -> (&str, Vec<(String, String)>, String) {
    let (head, data) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (name, properties) = head.split_once(' ').unwrap();
    let back = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n");
    let of_property = |text: &str| back(text).replace("%3A", ":").replace("%2C", ",").replace("%25", "%");
    let pair = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap();
        (key.to_owned(), of_property(value))
    };
    (name, properties.split(',').map(pair).collect(), back(data).replace("%25", "%"))
}

#[test]
fn the_runner_reads_one_command_for_each_finding() {
    for report in reports() {
        let text = render(&report, Form::Github, Verdict::Incompatible, STYLE);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), report.findings.len() + report.skipped.len() + 1);
        for (line, finding) in lines.iter().zip(&report.findings) {
            let (name, properties, data) = command(line);
            assert_eq!(name, level(finding));
            let keys: Vec<&str> = properties.iter().map(|(key, _)| key.as_str()).collect();
            let (_, title) = properties.last().unwrap();
            assert!(keys == ["file", "line", "title"] || keys == ["title"], "{keys:?}");
            assert!(title.contains(finding.rule.id));
            assert!(data.chars().all(|character| character == '\n' || !character.is_control()));
        }
        let (name, _, account) = command(lines.last().unwrap());
        assert_eq!(name, "error");
        assert!(account.ends_with("verdict: incompatible (exit status 1)"));
    }
}

fn level(finding: &Finding) -> &'static str {
    use abi_codegen::law::Severity::{Break, Note, Review};
    match (finding.acknowledged.is_some(), finding.severity) {
        (true, _) | (_, Note) => "notice",
        (_, Review) => "warning",
        (_, Break) => "error",
    }
}
