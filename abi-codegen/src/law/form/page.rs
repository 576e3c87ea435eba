//! A page of text: lines of one width, with a margin.

use anstyle::{AnsiColor, Style};
use textwrap::{Options, WordSplitter, WrapAlgorithm};

/// What a line is, so that a colour can say it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Plain,
    Break,
    Review,
    Good,
    Old,
    New,
    Marks,
    Aside,
}

impl Role {
    fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(anstyle::Color::Ansi(colour)));
        match self {
            Self::Plain => Style::new(),
            Self::Break => colour(AnsiColor::Red).bold(),
            Self::Review => colour(AnsiColor::Yellow).bold(),
            Self::Good => colour(AnsiColor::Green).bold(),
            Self::Old => colour(AnsiColor::Red),
            Self::New => colour(AnsiColor::Green),
            Self::Marks => colour(AnsiColor::Yellow),
            Self::Aside => Style::new().dimmed(),
        }
    }
}

/// A page that is being written.
pub(super) struct Page {
    text: String,
    width: usize,
    colour: bool,
}

/// Narrower than this, a page holds no row of a record.
const MIN_WIDTH: usize = 40;

impl Page {
    pub(super) fn new(style: super::Style) -> Self {
        Self { text: String::new(), width: style.width.max(MIN_WIDTH), colour: style.colour }
    }

    /// Returns the columns that are left beside a margin.
    pub(super) fn beside(&self, margin: &str) -> usize {
        self.width.saturating_sub(margin.len())
    }

    /// Writes a row of a drawing; one that is wider than the page is broken.
    pub(super) fn row(&mut self, margin: &str, role: Role, text: &str) {
        if text.trim_end().chars().count() > self.beside(margin) {
            self.wrap(margin, margin, role, text);
        } else {
            self.line(margin, role, text);
        }
    }

    /// Writes a line as it is.
    pub(super) fn line(&mut self, margin: &str, role: Role, text: &str) {
        let text = text.trim_end();
        let style = if self.colour { role.style() } else { Style::new() };
        let line = match text {
            "" => margin.trim_end().to_owned(),
            text => format!("{margin}{style}{text}{style:#}"),
        };
        self.text.push_str(&line);
        self.text.push('\n');
    }

    /// Writes a sentence in as many lines as it needs; `margin` stands before the first, `next` before the
    /// others.
    pub(super) fn wrap(&mut self, margin: &str, next: &str, role: Role, text: &str) {
        let columns = self.beside(if margin.len() > next.len() { margin } else { next });
        // No word is torn at its hyphen: no search would find it. Of the ways to fill lines, only the simple
        // one never makes a line too long.
        let options = Options::new(columns)
            .word_splitter(WordSplitter::NoHyphenation)
            .wrap_algorithm(WrapAlgorithm::FirstFit);
        for (at, line) in textwrap::wrap(text, options).iter().enumerate() {
            self.line(if at == 0 { margin } else { next }, role, line);
        }
    }

    /// Writes an empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}
