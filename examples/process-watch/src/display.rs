//! What a reader shows while it reads: a few lines that are drawn anew on a terminal, plain lines
//! otherwise.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use abi_runtime::gap::Gap;
use abi_runtime::item::Record;

use crate::reading::{Lane, Listener};
use crate::telling;

/// How often a terminal is drawn anew.
const REDRAW: Duration = Duration::from_millis(100);

/// How often plain lines tell of rates.
const REPORT: Duration = Duration::from_secs(1);

/// How many of the newest records, and of the newest gaps, a terminal shows.
const NEWEST: usize = 6;

/// Shows records, gaps and rates. Failing to write to the screen loses nothing of the account, so
/// it is not an error.
#[derive(Debug)]
pub struct Display<W> {
    out: W,
    /// Width to cut lines to on a terminal; `None` for plain lines.
    terminal: Option<usize>,
    /// Records, and gaps, to show of each lane between two reports.
    show: u32,
    shown: BTreeMap<String, Shown>,
    newest_records: VecDeque<String>,
    newest_gaps: VecDeque<String>,
    /// Lines of the last drawing, to be drawn over.
    drawn: usize,
    last: Instant,
    delivered: BTreeMap<String, u64>,
}

/// What was shown of a lane since the last report, and what was not.
#[derive(Clone, Copy, Debug, Default)]
struct Shown {
    records: u32,
    gaps: u32,
    hidden_gaps: u64,
}

impl Display<io::Stderr> {
    /// Shows on standard error, at most `show` records and gaps of each lane a second in plain lines.
    #[must_use]
    pub fn on_stderr(show: u32) -> Self {
        let out = io::stderr();
        let terminal = out.is_terminal().then(|| width(&out));
        Self::new(out, terminal, show)
    }
}

impl<W: Write> Display<W> {
    /// Shows on `out`: a terminal of that many columns, or plain lines.
    pub fn new(out: W, terminal: Option<usize>, show: u32) -> Self {
        Self {
            out,
            terminal,
            show,
            shown: BTreeMap::new(),
            newest_records: VecDeque::new(),
            newest_gaps: VecDeque::new(),
            drawn: 0,
            last: Instant::now(),
            delivered: BTreeMap::new(),
        }
    }

    /// Tells of rates, if it is time to.
    fn refresh(&mut self, lanes: &[Lane<'_>]) {
        let every = if self.terminal.is_some() { REDRAW } else { REPORT };
        let passed = self.last.elapsed();
        if passed < every {
            return;
        }
        if passed > 3 * every {
            // We were stopped, and somebody else may have written meanwhile: begin below.
            self.drawn = 0;
        }
        self.last = Instant::now();
        let shown = std::mem::take(&mut self.shown);
        let mut rates = Vec::new();
        for lane in lanes {
            let books = lane.books();
            let known = self.delivered.insert(lane.name().to_owned(), books.delivered).unwrap_or(0);
            // Counts of a fraction of a second: nothing is lost by the conversion.
            #[allow(clippy::cast_precision_loss, reason = "a rate for people to look at")]
            let rate = (books.delivered - known) as f64 / passed.as_secs_f64();
            let hidden = match shown.get(lane.name()).map_or(0, |shown| shown.hidden_gaps) {
                0 => String::new(),
                gaps => format!("; {gaps} more gaps since the last line"),
            };
            rates.push(format!("{:<10} {rate:>7.0} records/s; {books}{hidden}", lane.name()));
        }
        match self.terminal {
            None => rates.iter().for_each(|line| self.line(line)),
            Some(width) => self.draw(&rates, width),
        }
    }

    /// Leaves a terminal with what was drawn last, for whatever is printed next.
    pub fn end(&mut self) {
        self.drawn = 0;
        let _ = self.out.flush();
    }

    fn draw(&mut self, rates: &[String], width: usize) {
        // Up to the first line of the last drawing, and clear from there.
        let mut frame = match self.drawn {
            0 => String::new(),
            lines => format!("\x1b[{lines}A\x1b[J"),
        };
        self.drawn = 0;
        for line in rates.iter().chain(&self.newest_gaps).chain(&self.newest_records) {
            frame.extend(line.chars().take(width));
            frame.push('\n');
            self.drawn += 1;
        }
        let _ = self.out.write_all(frame.as_bytes());
        let _ = self.out.flush();
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{text}");
    }

    fn shown(&mut self, lane: &str) -> &mut Shown {
        self.shown.entry(lane.to_owned()).or_default()
    }
}

/// Keeps the newest lines only.
fn push(newest: &mut VecDeque<String>, text: String) {
    if newest.len() == NEWEST {
        newest.pop_front();
    }
    newest.push_back(text);
}

impl<W: Write> Listener for Display<W> {
    fn record(&mut self, lane: &str, record: &Record<'_>) {
        let show = self.show;
        let shown = self.shown(lane);
        if shown.records == show {
            return;
        }
        shown.records += 1;
        let (sequence, name) = (record.sequence, telling::name(record.header.id));
        let text = format!("{lane:<10} {sequence:>7} {name}: {}", telling::text(record));
        match self.terminal {
            None => self.line(&text),
            Some(_) => push(&mut self.newest_records, text),
        }
    }

    fn gap(&mut self, lane: &str, gap: &Gap) {
        let show = self.show;
        let shown = self.shown(lane);
        if shown.gaps == show {
            shown.hidden_gaps += 1;
            return;
        }
        shown.gaps += 1;
        let text = format!("{lane:<10} GAP: {gap}");
        match self.terminal {
            None => self.line(&text),
            Some(_) => push(&mut self.newest_gaps, text),
        }
    }

    fn turn_over(&mut self, lanes: &[Lane<'_>]) {
        self.refresh(lanes);
    }
}

/// Columns of the terminal, or 80.
#[cfg(unix)]
fn width(terminal: &impl std::os::fd::AsFd) -> usize {
    let size = rustix::termios::tcgetwinsize(terminal);
    size.ok().map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0).unwrap_or(80)
}

#[cfg(test)]
mod tests {
    use abi_runtime::gap::{Cause, Count, Gap};

    use super::Display;
    use crate::reading::Listener;

    const GAP: Gap = Gap {
        first_sequence: 5,
        count: Count::Exact(3),
        cause: Cause::Overrun { overwritten: 3, dropped: 0 },
    };

    #[test]
    fn plain_lines_are_limited_and_count_what_they_leave_out() {
        let mut display = Display::new(Vec::new(), None, 2);
        (0..5).for_each(|_| display.gap("tree", &GAP));
        assert_eq!(display.shown("tree").hidden_gaps, 3);
        let text = String::from_utf8(display.out).expect("text");
        let line = format!("{:<10} GAP: {GAP}\n", "tree");
        assert_eq!(text, line.repeat(2));
    }

    #[test]
    fn a_terminal_is_drawn_over_and_lines_are_cut() {
        let mut display = Display::new(Vec::new(), Some(12), 9);
        display.gap("tree", &GAP);
        display.draw(&["a rate of this lane".to_owned()], 12);
        display.draw(&["a rate".to_owned()], 12);
        let text = String::from_utf8(display.out).expect("text");
        let (first, second) = ("a rate of th\ntree       G\n", "a rate\ntree       G\n");
        assert_eq!(text, format!("{first}\x1b[2A\x1b[J{second}"));
    }
}
