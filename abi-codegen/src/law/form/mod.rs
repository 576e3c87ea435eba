//! The forms in which a report is shown: for people, for programs, for services.
//!
//! Every form is a pure function of the report. None leaves out what was not compared (LAW-10): who sees only
//! that nothing was found must also see how much was looked at.

mod bytes;
mod chart;
mod fold;
mod github;
mod human;
mod json;
mod junit;
mod page;
mod phrase;
mod plain;
mod rows;
mod ruler;
mod sarif;
mod tally;

use std::fmt;
use std::str::FromStr;

use super::report::{Report, Verdict};

/// A form in which a report is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people: both layouts on a ruler of bytes, and what to write instead.
    Human,
    /// Everything that the report holds, as JSON.
    Json,
    /// Workflow commands of GitHub's runner, which shows them beside the changed lines.
    Github,
    /// SARIF 2.1.0, for code hosts and editors.
    Sarif,
    /// `JUnit` XML, for build servers.
    Junit,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 5] = [Self::Human, Self::Json, Self::Github, Self::Sarif, Self::Junit];

    /// Returns the word that asks for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Github => "github",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// There is no such form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownForm(String);

impl fmt::Display for UnknownForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Form::ALL.map(Form::word).join(", ");
        write!(f, "there is no form {:?}: write one of {known}", self.0)
    }
}

impl std::error::Error for UnknownForm {}

impl FromStr for Form {
    type Err = UnknownForm;

    fn from_str(word: &str) -> Result<Self, UnknownForm> {
        Self::ALL.into_iter().find(|form| form.word() == word).ok_or_else(|| UnknownForm(word.to_owned()))
    }
}

/// How a report for people is drawn. The other forms take no notice of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether colours say again what the words say.
    pub colour: bool,
    /// Columns; less than 40 count as 40.
    pub width: usize,
}

/// Returns a report in some form, a newline at its end.
pub fn render(report: &Report, form: Form, verdict: Verdict, style: Style) -> String {
    match form {
        Form::Human => human::write(report, verdict, style),
        Form::Json => json::write(report, verdict),
        Form::Github => github::write(report, verdict),
        Form::Sarif => sarif::write(report, verdict),
        Form::Junit => junit::write(report, verdict),
    }
}
