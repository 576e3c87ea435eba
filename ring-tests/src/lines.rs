//! What a reader says of a whole region, as lines that people can read and tests can compare.
//!
//! Everything is written out here, field by field, and nothing through another crate's `Display`: the
//! lines of a kept region stay what they are when a message is worded anew.

use std::fmt::Write;
use std::sync::atomic::AtomicU64;

use abi_runtime::attach::RegionView;
use abi_runtime::books::{Books, InFlight, Statement};
use abi_runtime::gap::{Cause, Count, Gap};
use abi_runtime::item::{Item, Next, Record};
use abi_runtime::layout::{DropCounts, Ending, LaneOpened, RegionState};
use abi_runtime::memory::Memory;
use abi_runtime::reader::{LaneReader, Start};

/// Returns the bytes of a region as words that can be shared.
pub fn shared(bytes: &[u8]) -> Vec<AtomicU64> {
    bytes.as_chunks::<8>().0.iter().map(|word| AtomicU64::new(u64::from_le_bytes(*word))).collect()
}

/// Returns all that a reader says of the region in `bytes`: of each lane from its oldest record on, and
/// how it ends for a reader that begins at its newest block.
///
/// # Errors
///
/// The region is refused.
pub fn tell(bytes: &[u8]) -> Result<String, String> {
    let words = shared(bytes);
    let view = RegionView::attach(Memory::from_words(&words)).map_err(|error| error.to_string())?;
    let shape = view.geometry().shape;
    let mut text = format!(
        "region: {} lanes, {} blocks of {} bytes, {}\n",
        shape.lanes,
        shape.blocks_per_lane,
        shape.block_size,
        match view.state() {
            Ok(RegionState::Live) => "live".to_owned(),
            Ok(RegionState::Closing) => "closing".to_owned(),
            Ok(RegionState::Closed) => "closed".to_owned(),
            Err(raw) => format!("state {raw}"),
        }
    );
    for lane in 0..view.lanes() {
        for start in [Start::Oldest, Start::Newest] {
            let buffer = vec![0; shape.block_size as usize / 8];
            match LaneReader::open(&view, lane, start, buffer) {
                Ok(reader) => tell_lane(&mut text, lane, start, reader),
                Err(error) => add(&mut text, &format!("\nlane {lane} from {start:?}: {error:?}")),
            }
        }
    }
    Ok(text)
}

fn tell_lane(text: &mut String, lane: u32, start: Start, mut reader: LaneReader<'_, Vec<u64>>) {
    let fixed = reader.fixed();
    let name = String::from_utf8_lossy(fixed.name.bytes()).into_owned();
    add(
        text,
        &format!(
            "\nlane {lane} from {start:?}: {} {name:?}, incarnation {}, owner {}, began at position {}, sequence {}",
            fixed.policy.known().map_or_else(|raw| format!("policy {raw}"), |known| format!("{known:?}")),
            fixed.incarnation,
            fixed.owner,
            fixed.start_position,
            fixed.start_sequence,
        ),
    );
    loop {
        let told = match reader.next() {
            Next::Item(Item::Record(record)) => record_line(&record),
            Next::Item(Item::Gap(gap)) => gap_line(&gap),
            Next::Item(Item::Opened(opened)) => opened_line(&opened),
            Next::Pending => break add(text, "pending"),
            Next::Closed => break add(text, "closed"),
        };
        add(text, &told);
    }
    let tail = reader.tail_drops();
    let Statement { gap, in_flight, unnumbered, read_to_end, books } = reader.finish();
    add(
        text,
        &format!("dropped at the tail: {}", tail.map_or("not known".to_owned(), |count| count.to_string())),
    );
    if let Some(gap) = gap {
        add(text, &gap_line(&gap));
    }
    add(text, &books_line(&books));
    let in_flight = match in_flight {
        InFlight::Nothing => "nothing",
        InFlight::AtMostOne => "at most one",
    };
    if unnumbered != 0 {
        add(text, &format!("refused inside it: {unnumbered}"));
    }
    let end = if read_to_end { "read to the end" } else { "not read to the end" };
    add(
        text,
        &format!(
            "in flight: {in_flight}; {end}; {}",
            if books.close() { "books close" } else { "books cannot close" }
        ),
    );
}

fn add(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

fn record_line(record: &Record<'_>) -> String {
    let header = &record.header;
    let backwards = if record.ticks_backwards { ", backwards" } else { "" };
    let mut line = format!(
        "record {}: id {:#06x} version {} flags {} size {} ticks {}{backwards}:",
        record.sequence, header.id, header.version, header.flags, header.size, header.ticks
    );
    for word in record.payload.as_chunks::<8>().0.iter().take(2) {
        let _ = write!(line, " {:016x}", u64::from_le_bytes(*word));
    }
    let _ = write!(line, ", digest {:016x}", digest(record.payload));
    line
}

fn opened_line(opened: &LaneOpened) -> String {
    let previous = match opened.previous.known() {
        Ok(Ending::Closed) => "closed".to_owned(),
        Ok(Ending::OwnerGone) => "owner gone".to_owned(),
        Err(raw) => format!("ended in way {raw}"),
    };
    let name = String::from_utf8_lossy(opened.name.bytes());
    format!(
        "opened: {name:?}, incarnation {}, owner {}, previous {previous}",
        opened.incarnation, opened.owner
    )
}

/// FNV-1a, 64 bits.
fn digest(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum, &byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn gap_line(gap: &Gap) -> String {
    let count = match gap.count {
        Count::Exact(count) => count.to_string(),
        Count::Unknowable { why } => format!("unknowably many ({why:?})"),
    };
    let cause = match gap.cause {
        Cause::Dropped { by_cause: None } => "dropped".to_owned(),
        Cause::Dropped { by_cause: Some(counts) } => format!("dropped:{}", counts_of(counts)),
        Cause::Overrun { overwritten, dropped } => {
            format!("overrun: {overwritten} overwritten, {dropped} dropped")
        }
        Cause::Corrupt(corruption) => {
            format!("corrupt at position {}: {:?}", corruption.position, corruption.rule)
        }
        _ => "of a cause that is not known here".to_owned(),
    };
    format!("gap {}: {count} missing, {cause}", gap.first_sequence)
}

fn counts_of(counts: DropCounts) -> String {
    let mut text = String::new();
    for (name, count) in DropCounts::NAMES.iter().zip(counts.to_array()) {
        if count != 0 {
            let _ = write!(text, " {name} {count}");
        }
    }
    text
}

fn books_line(books: &Books) -> String {
    format!(
        "books: before {}, offered {}, delivered {}, dropped {} (known:{}), overwritten {}, corrupt {}, unknowable {}, backwards {}",
        books.before,
        books.offered,
        books.delivered,
        books.dropped,
        counts_of(books.by_cause),
        books.overwritten,
        books.corrupt,
        books.unknowable,
        books.ticks_backwards
    )
}
