//! Records, gaps and books as lines: text for people, JSON for programs.

use std::collections::BTreeMap;
use std::fmt::Write;

use abi_codegen::decode::{Decoder, Undecodable, Value};
use abi_codegen::{model, printable_json};
use abi_runtime::gap::{Count, Gap};
use abi_runtime::item::Record;
use abi_runtime::layout::LaneOpened;
use abi_runtime::reader::LaneError;
use abi_schema::Printable;
use serde_json::{Map, Value as Json, json};

use crate::legend::Legend;
use crate::time::Time;

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Writes lines about one region.
#[derive(Clone, Debug)]
pub struct Lines<'l> {
    decoders: BTreeMap<u16, Decoder<'l>>,
    time: Time,
    format: Format,
    show_private: bool,
}

/// A record that has been looked up.
enum Understood<'l> {
    /// By its legend: name, and fields in order.
    Fields(&'l model::Record, Vec<(&'l str, Value<'l>)>),
    /// It has a legend and breaks it.
    Short(&'l model::Record, Undecodable),
    /// It has none.
    Unknown,
}

impl<'l> Lines<'l> {
    /// Prepares lines of a region whose records `legend` explains and whose ticks `time` does. Values that their
    /// catalog calls private are shown if `show_private`.
    #[must_use]
    pub fn new(legend: &'l Legend, time: Time, format: Format, show_private: bool) -> Self {
        let decoders = legend.records().map(|record| (record.id, Decoder::of(record))).collect();
        Self { decoders, time, format, show_private }
    }

    /// Returns the format of the lines.
    pub(crate) const fn format(&self) -> Format {
        self.format
    }

    fn understand<'a>(&self, record: &Record<'a>) -> Understood<'a>
    where
        'l: 'a,
    {
        let Some(decoder) = self.decoders.get(&record.header.id) else { return Understood::Unknown };
        match decoder.read(record.header.version, record.payload, self.show_private) {
            Ok(fields) => {
                let present = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
                Understood::Fields(decoder.record(), present.collect())
            }
            Err(error) => Understood::Short(decoder.record(), error),
        }
    }

    /// Returns the line that comes before all others, if the format has one: of JSON, the number of its form, what
    /// ticks mean, and the unit and scale of every field that states one (SHOW-3).
    #[must_use]
    pub fn stream(&self) -> Option<String> {
        if self.format == Format::Text {
            return None;
        }
        let records = self.decoders.values().map(Decoder::record).filter_map(|record| {
            let mut measures = Map::new();
            collect_measures("", &record.fields, &mut measures);
            (!measures.is_empty()).then(|| (record.name.clone(), Json::Object(measures)))
        });
        let measures: Map<String, Json> = records.collect();
        Some(one_line(&json!({"stream": {"form": 1, "clock": self.time.json(), "measures": measures}})))
    }

    /// Returns the line that shows a record.
    #[must_use]
    pub fn record(&self, lane: &str, record: &Record<'_>) -> String {
        let understood = self.understand(record);
        match self.format {
            Format::Text => self.record_text(lane, record, &understood),
            Format::Json => one_line(&self.record_json(lane, record, &understood)),
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
                one_line(&json!({"lane": lane, "gap": {
                    "first_sequence": gap.first_sequence,
                    "count": count,
                    "text": gap.to_string(),
                }}))
            }
        }
    }

    /// Returns the line that tells of a lane's next writer.
    #[must_use]
    pub fn opened(&self, lane: &str, opened: &LaneOpened) -> String {
        match self.format {
            Format::Text => format!("{lane} OPENED {opened}"),
            Format::Json => one_line(&json!({"lane": lane, "opened": {
                "incarnation": opened.incarnation,
                "owner": opened.owner,
                "previous": opened.previous.raw(),
                "name": opened.name.to_string(),
                "text": opened.to_string(),
            }})),
        }
    }

    /// Returns the line that says why a lane cannot be read.
    #[must_use]
    pub fn unreadable(&self, number: u32, error: &LaneError) -> String {
        match self.format {
            Format::Text => format!("{number} UNREADABLE {error}"),
            Format::Json => one_line(&json!({"lane": number, "unreadable": error.to_string()})),
        }
    }

    fn record_text(&self, lane: &str, record: &Record<'_>, understood: &Understood<'_>) -> String {
        let (sequence, header) = (record.sequence, &record.header);
        let backwards = if record.ticks_backwards { " (ticks run backwards)" } else { "" };
        let start = format!("{lane} {sequence} {}{backwards}", self.time.of(header.ticks));
        match understood {
            Understood::Fields(legend, fields) => {
                let fields: Vec<_> =
                    fields.iter().map(|(name, value)| format!("{}={value}", Printable(name))).collect();
                format!("{start} {}: {}", Printable(&legend.name), fields.join(" "))
            }
            Understood::Short(legend, error) => format!(
                "{start} {} version {}: {error}: {}",
                Printable(&legend.name),
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

    fn record_json(&self, lane: &str, record: &Record<'_>, understood: &Understood<'_>) -> Json {
        let header = &record.header;
        let mut json = json!({
            "lane": lane,
            "sequence": record.sequence,
            "ticks": header.ticks,
            "id": header.id,
            "version": header.version,
        });
        if let Some(time) = self.time.moment(header.ticks) {
            json["time"] = time.to_string().into();
        }
        if record.ticks_backwards {
            json["ticks_backwards"] = true.into();
        }
        match understood {
            Understood::Fields(legend, fields) => {
                json["record"] = legend.name.as_str().into();
                let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.json()));
                json["fields"] = Json::Object(fields.collect());
            }
            Understood::Short(legend, error) => {
                json["record"] = legend.name.as_str().into();
                json["error"] = error.to_string().into();
                json["payload"] = hex(record.payload).into();
            }
            Understood::Unknown => json["payload"] = hex(record.payload).into(),
        }
        json
    }
}

/// Adds the unit and the scale of each field that states one, a composite's fields as `composite.field`.
fn collect_measures(before: &str, fields: &[model::Field], measures: &mut Map<String, Json>) {
    for field in fields {
        let name = format!("{before}{}", field.name);
        if field.unit.is_some() || field.scale.is_some() {
            measures.insert(name.clone(), json!({"unit": field.unit, "scale": field.scale}));
        }
        let mut ty = &field.ty;
        while let model::Type::Array { array, .. } = ty {
            ty = array;
        }
        if let model::Type::Struct(composite) = ty {
            collect_measures(&format!("{name}."), &composite.fields, measures);
        }
    }
}

/// Returns an object as one line that a terminal may get.
pub(crate) fn one_line(object: &Json) -> String {
    printable_json(&object.to_string())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
