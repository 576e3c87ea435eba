//! A report for people, on terminals of every width and with text that terminals would obey.

use std::collections::BTreeMap;

use abi_codegen::law::{Compared, Form, Layouts, Report, Style, Verdict, render};
use unicode_width::UnicodeWidthStr;

use super::{found, made};

fn human(report: &Report, colour: bool, width: usize) -> String {
    render(report, Form::Human, report.verdict(false), Style { colour, width })
}

#[test]
fn every_width_holds_every_report() {
    let reports = [made::several(), made::nothing(), made::two_catalogs(), made::large(), made::hostile()];
    for report in reports.into_iter().chain(found::reports()) {
        for width in (0..=200).chain([1000, usize::MAX]) {
            for line in human(&report, false, width).lines() {
                assert!(line.width() <= width.max(40), "{} columns at width {width}: {line}", line.width());
            }
        }
    }
}

#[test]
fn colours_say_nothing_that_words_do_not() {
    for report in [made::several(), made::large(), made::hostile()] {
        for width in [40, 80, 160] {
            let coloured = human(&report, true, width);
            assert!(coloured.contains("\u{1b}["));
            assert_eq!(without_colours(&coloured), human(&report, false, width));
        }
    }
}

fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').unwrap().1)
}

#[test]
fn no_text_is_obeyed() {
    let text = human(&made::hostile(), false, 100);
    let is_obeyed = |character: char| {
        character != '\n' && character.is_control() || "\u{202e}\u{2028}\u{85}".contains(character)
    };
    assert!(!text.contains(is_obeyed));
    for line in text.lines() {
        assert!(!line.trim_start().starts_with("::"), "a runner would obey: {line}");
    }
}

#[test]
fn layouts_that_no_catalog_has_are_drawn_all_the_same() {
    let odd = Layouts {
        old: vec![
            made::laid("empty", "u8", 3, 0),
            made::laid("all", "u8", 0, u32::MAX),
            made::laid("over", "u64", u32::MAX - 3, 8),
        ],
        new: vec![
            made::laid("over", "u64", u32::MAX - 11, 8),
            made::laid("twice", "u32", 8, 4),
            made::laid("twice", "u32", 10, 4),
        ],
    };
    for layouts in [odd, Layouts::default()] {
        let report = Report { layouts: BTreeMap::from([("Switch".to_owned(), layouts)]), ..made::several() };
        for width in [40, 80, 200] {
            assert!(human(&report, false, width).contains("Switch.prev"));
        }
    }
}

/// LAW-10.
#[test]
fn nothing_compared_is_never_said_to_be_compatible() {
    let empty = Compared { records: 0, ..made::clean().compared.remove(0) };
    for compared in [vec![empty], Vec::new()] {
        let report = Report { compared, ..made::clean() };
        assert_eq!(report.verdict(false), Verdict::Incomplete);
        for form in Form::ALL {
            let text = render(&report, form, report.verdict(false), Style { colour: false, width: 80 });
            assert!(text.contains("incomplete"), "{form} does not say that nothing was compared");
            assert!(!text.contains("verdict: compatible"));
        }
    }
}

#[test]
fn a_form_is_asked_for_by_its_word() {
    for form in Form::ALL {
        assert_eq!(form.word().parse(), Ok(form));
    }
    let error = "Human".parse::<Form>().unwrap_err().to_string();
    assert_eq!(error, "there is no form \"Human\": write one of human, json, github, sarif, junit");
}
