//! Records, gaps and books as lines: text for people, JSON for programs.

use std::fmt::Write;

use abi_codegen::decode::{self, Value};
use abi_codegen::model;
use abi_runtime::books::{InFlight, Statement};
use abi_runtime::gap::{Count, Gap};
use abi_runtime::item::Record;
use abi_runtime::layout::{DropCounts, LaneOpened};
use abi_runtime::observing::Observing;
use abi_runtime::reader::LaneError;
use serde_json::{Map, Value as Json, json};

use crate::legend::Legend;

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Writes lines about one region.
#[derive(Clone, Copy, Debug)]
pub struct Lines<'l> {
    /// What the region's records mean.
    pub legend: &'l Legend,
    /// How lines are written.
    pub format: Format,
    /// Whether values that their catalog calls private are shown.
    pub show_private: bool,
}

/// A record that has been looked up.
enum Understood<'l> {
    /// By its legend: name, and fields in order.
    Fields(&'l model::Record, Vec<(&'l str, Value<'l>)>),
    /// It has a legend and breaks it.
    Short(&'l model::Record),
    /// It has none.
    Unknown,
}

impl<'l> Lines<'l> {
    fn understand<'a>(&self, record: &Record<'a>) -> Understood<'a>
    where
        'l: 'a,
    {
        let Some(legend) = self.legend.record(record.header.id) else { return Understood::Unknown };
        match decode::record(legend, record.header.version, record.payload, self.show_private) {
            Ok(fields) => {
                let present = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
                Understood::Fields(legend, present.collect())
            }
            Err(_) => Understood::Short(legend),
        }
    }

    /// Returns the line that shows a record.
    #[must_use]
    pub fn record(&self, lane: &str, record: &Record<'_>) -> String {
        let understood = self.understand(record);
        match self.format {
            Format::Text => record_text(lane, record, &understood),
            Format::Json => record_json(lane, record, &understood).to_string(),
        }
    }

    /// Returns the line that tells of a gap.
    #[must_use]
    pub fn gap(&self, lane: &str, gap: &Gap) -> String {
        match self.format {
            Format::Text => format!("{lane} GAP {gap}"),
            Format::Json => {
                let count = match gap.count {
                    Count::Exact(count) => json!(count),
                    Count::Unknowable { .. } => Json::Null,
                };
                json!({"lane": lane, "gap": {
                    "first_sequence": gap.first_sequence,
                    "count": count,
                    "text": gap.to_string(),
                }})
                .to_string()
            }
        }
    }

    /// Returns the line that tells of a lane's next writer.
    #[must_use]
    pub fn opened(&self, lane: &str, opened: &LaneOpened) -> String {
        match self.format {
            Format::Text => format!("{lane} OPENED {opened}"),
            Format::Json => json!({"lane": lane, "opened": {
                "incarnation": opened.incarnation,
                "owner": opened.owner,
                "previous": opened.previous.raw(),
                "name": opened.name.to_string(),
                "text": opened.to_string(),
            }})
            .to_string(),
        }
    }

    /// Returns the line that says why a lane cannot be read.
    #[must_use]
    pub fn unreadable(&self, number: u32, error: &LaneError) -> String {
        match self.format {
            Format::Text => format!("{number} UNREADABLE {error}"),
            Format::Json => json!({"lane": number, "unreadable": error.to_string()}).to_string(),
        }
    }

    /// Returns the line that states what observing cost.
    #[must_use]
    pub fn cost(&self, lane: &str, observing: &Observing) -> String {
        match self.format {
            Format::Text => format!("{lane} COST {observing}"),
            Format::Json => json!({"lane": lane, "cost": {
                "share": observing.share(),
                "attempts": observing.attempts,
                "cost": observing.cost,
                "sampled": observing.sampled,
                "ticks": observing.ticks,
            }})
            .to_string(),
        }
    }

    /// Returns the line that states a lane's books.
    #[must_use]
    pub fn books(&self, lane: &str, statement: &Statement) -> String {
        let books = &statement.books;
        let (in_flight, unread) = (statement.in_flight == InFlight::AtMostOne, !statement.read_to_end);
        match self.format {
            Format::Text => {
                let closes = if books.close() { "closes" } else { "does NOT close" };
                let in_flight = if in_flight { "; at most one attempt in flight" } else { "" };
                let unread = if unread { "; the rest was left unread" } else { "" };
                format!("{lane} BOOKS {closes}: {books}; {} before{in_flight}{unread}", books.before)
            }
            Format::Json => {
                let causes = DropCounts::NAMES.iter().zip(books.by_cause.to_array());
                let causes = causes.filter(|(_, count)| *count != 0);
                let causes: Map<_, _> =
                    causes.map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
                json!({"lane": lane, "books": {
                    "closes": books.close(),
                    "before": books.before,
                    "offered": books.offered,
                    "delivered": books.delivered,
                    "dropped": books.dropped,
                    "dropped_by_cause": causes,
                    "overwritten": books.overwritten,
                    "corrupt": books.corrupt,
                    "unknowable": books.unknowable,
                    "in_flight_at_most": u8::from(in_flight),
                    "read_to_end": statement.read_to_end,
                }})
                .to_string()
            }
        }
    }
}

fn record_text(lane: &str, record: &Record<'_>, understood: &Understood<'_>) -> String {
    let (sequence, header) = (record.sequence, &record.header);
    let backwards = if record.ticks_backwards { " (ticks run backwards)" } else { "" };
    let start = format!("{lane} {sequence} @{}{backwards}", header.ticks);
    match understood {
        Understood::Fields(legend, fields) => {
            let fields: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{start} {}: {}", legend.name, fields.join(" "))
        }
        Understood::Short(legend) => format!(
            "{start} {}: {} bytes do not hold what its version {} has: {}",
            legend.name,
            record.payload.len(),
            header.version,
            hex(record.payload)
        ),
        Understood::Unknown => format!(
            "{start} unknown record {:#06x} version {}: {}",
            header.id,
            header.version,
            hex(record.payload)
        ),
    }
}

fn record_json(lane: &str, record: &Record<'_>, understood: &Understood<'_>) -> Json {
    let header = &record.header;
    let mut json = json!({
        "lane": lane,
        "sequence": record.sequence,
        "ticks": header.ticks,
        "id": header.id,
        "version": header.version,
    });
    if record.ticks_backwards {
        json["ticks_backwards"] = true.into();
    }
    match understood {
        Understood::Fields(legend, fields) => {
            json["record"] = legend.name.as_str().into();
            let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.json()));
            json["fields"] = Json::Object(fields.collect());
        }
        Understood::Short(legend) => {
            json["record"] = legend.name.as_str().into();
            json["payload"] = hex(record.payload).into();
        }
        Understood::Unknown => json["payload"] = hex(record.payload).into(),
    }
    json
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
