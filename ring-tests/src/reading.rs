//! A reader as others are, that attaches over the socket, leaves when it likes, and comes again later.
//!
//! It reads all lanes, a little of each at a time; with some luck it drains.

use std::path::Path;
use std::time::{Duration, Instant};

use abi_runtime::reader::Start;
use dext_bindings::linux::{AttachError, Attachment, Wish, attach_with};

use crate::audit::{Audit, Took};
use crate::dice::Dice;
use crate::told::Told;

/// How long a reader may take for everything.
const PATIENCE: Duration = Duration::from_mins(10);
/// Most items that it takes of a lane before it turns to the next.
const BURST: u64 = 4000;
/// Bytes that a reader may be behind which does not ask for more.
const LAG: u64 = 3 * 4096;

/// Reads the region that is served at `socket` until all of its lanes are closed and read to the end.
/// `pause` is called between two turns, with the number of turns so far; `tell` with every leave.
///
/// # Errors
///
/// Something that the region or a `LaneReader` said is not true, or it takes too long.
pub fn read(
    socket: &Path,
    seed: u64,
    mut pause: impl FnMut(u64),
    mut tell: impl FnMut(Told),
) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let until = Instant::now() + PATIENCE;
    let mut turns = 0;
    loop {
        // Many do not drain; of those that do, some agree to be given up when they lag.
        let lag = [None, None, Some(u64::MAX), Some(LAG)][usize::try_from(dice.below(4)).unwrap_or(0)];
        let attachment = attach(socket, lag)?;
        let start = if dice.below(4) == 0 { Start::Newest } else { Start::Oldest };
        let mut audits = open(&attachment, start, until)?;
        release(&attachment, &audits);
        attachment.serve().map_err(|error| format!("the driver is gone: {error}"))?;
        loop {
            let mut closed = true;
            for audit in &mut audits {
                closed &= audit.take(1 + dice.below(BURST), attachment.draining())? == Took::Closed;
            }
            release(&attachment, &audits);
            let leaves = dice.below(40) == 0;
            if closed || leaves {
                for audit in audits {
                    tell(audit.end()?);
                }
                if closed {
                    return Ok(());
                }
                break;
            }
            if Instant::now() > until {
                return Err("the lanes are not closed".to_owned());
            }
            turns += 1;
            pause(turns);
        }
    }
}

/// Attaches; to drain, if that is wanted and to be had.
fn attach(socket: &Path, drain: Option<u64>) -> Result<Attachment, String> {
    let wish = Wish { drain, ..Wish::default() };
    match attach_with(socket, wish) {
        Err(AttachError::NoReleasePage) => attach_with(socket, Wish::default()),
        attached => attached,
    }
    .map_err(|error| format!("cannot attach: {error}"))
}

/// Opens all lanes. A writer that is too fast for one look is looked at again (REG-36).
fn open(attachment: &Attachment, start: Start, until: Instant) -> Result<Vec<Audit<'_>>, String> {
    let view = attachment.region();
    (0..view.lanes())
        .map(|lane| {
            loop {
                match Audit::open(&view, lane, start)? {
                    Some(audit) => return Ok(audit),
                    None if Instant::now() > until => return Err(format!("lane {lane} is never to be had")),
                    None => std::thread::yield_now(),
                }
            }
        })
        .collect()
}

/// Lets go of what was taken, if the reader drains.
fn release(attachment: &Attachment, audits: &[Audit<'_>]) {
    if let Some(draining) = attachment.draining() {
        for audit in audits {
            draining.page().release(audit.lane(), audit.position());
        }
    }
}
