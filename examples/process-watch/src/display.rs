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

/// How many of the newest records and gaps a terminal shows.
const NEWEST: usize = 8;

/// Shows records, gaps and rates. Failing to write to the screen loses nothing of the account, so
/// it is not an error.
#[derive(Debug)]
pub struct Display<W> {
    out: W,
    /// Width to cut lines to on a terminal; `None` for plain lines.
    terminal: Option<usize>,
    /// Records to show of each lane between two reports.
    show: u32,
    shown: BTreeMap<String, u32>,
    newest: VecDeque<String>,
    /// Lines of the last drawing, to be drawn over.
    drawn: usize,
    last: Instant,
    delivered: BTreeMap<String, u64>,
}

impl Display<io::Stderr> {
    /// Shows on standard error, `show` records of each lane a second in plain lines.
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
            newest: VecDeque::new(),
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
        self.last = Instant::now();
        self.shown.clear();
        let mut rates = Vec::new();
        for lane in lanes {
            let books = lane.books();
            let known = self.delivered.insert(lane.name().to_owned(), books.delivered).unwrap_or(0);
            // Counts of a fraction of a second: nothing is lost by the conversion.
            #[allow(clippy::cast_precision_loss, reason = "a rate for people to look at")]
            let rate = (books.delivered - known) as f64 / passed.as_secs_f64();
            rates.push(format!("{:<10} {rate:>7.0} records/s; {books}", lane.name()));
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
        for line in rates.iter().chain(&self.newest) {
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

    fn tell(&mut self, text: String) {
        if self.terminal.is_none() {
            self.line(&text);
            return;
        }
        if self.newest.len() == NEWEST {
            self.newest.pop_front();
        }
        self.newest.push_back(text);
    }
}

impl<W: Write> Listener for Display<W> {
    fn record(&mut self, lane: &str, record: &Record<'_>) {
        let shown = match self.shown.get_mut(lane) {
            Some(shown) => shown,
            None => self.shown.entry(lane.to_owned()).or_default(),
        };
        if *shown == self.show {
            return;
        }
        *shown += 1;
        let (sequence, name) = (record.sequence, telling::name(record.header.id));
        self.tell(format!("{lane:<10} {sequence:>7} {name}: {}", telling::text(record)));
    }

    fn gap(&mut self, lane: &str, gap: &Gap) {
        self.tell(format!("{lane:<10} GAP: {gap}"));
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
