//! What is said of a lane and of its region once nothing more will be read.
//!
//! Spec: `spec/showing.md`, SHOW-7; `spec/region.md`, REG-38.

use abi_runtime::books::{InFlight, Statement};
use abi_runtime::drain::Standing;
use abi_runtime::layout::DropCounts;
use abi_runtime::observing::Observing;
use serde_json::{Map, json};

use crate::leave::End;
use crate::line::{Format, Lines, one_line};

impl Lines<'_> {
    /// Returns the line that states a lane's books, and what of the lane is not in them.
    #[must_use]
    pub fn books(&self, lane: &str, statement: &Statement) -> String {
        let Statement { books, in_flight, unnumbered, read_to_end, .. } = statement;
        let in_flight = *in_flight == InFlight::AtMostOne;
        match self.format() {
            Format::Text => {
                let closes = if books.close() { "closes" } else { "does NOT close" };
                let mut also = Vec::new();
                if in_flight {
                    also.push("at most one attempt in flight".to_owned());
                }
                if *unnumbered != 0 {
                    also.push(format!(
                        "{unnumbered} attempts refused inside it, which have no sequence yet (REG-38)"
                    ));
                }
                if !read_to_end {
                    also.push("the rest was left unread".to_owned());
                }
                if books.ticks_backwards != 0 {
                    also.push(format!("ticks ran backwards {} times", books.ticks_backwards));
                }
                let also: String = also.iter().flat_map(|part| ["; ", part]).collect();
                format!("{lane} BOOKS {closes}: {books}; {} before{also}", books.before)
            }
            Format::Json => {
                let causes = DropCounts::NAMES.iter().zip(books.by_cause.to_array());
                let causes = causes.filter(|(_, count)| *count != 0);
                let causes: Map<_, _> =
                    causes.map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
                one_line(&json!({"lane": lane, "books": {
                    "closes": books.close(),
                    "before": books.before,
                    "offered": books.offered,
                    "delivered": books.delivered,
                    "dropped": books.dropped,
                    "dropped_by_cause": causes,
                    "overwritten": books.overwritten,
                    "corrupt": books.corrupt,
                    "unknowable": books.unknowable,
                    "ticks_backwards": books.ticks_backwards,
                    "in_flight_at_most": u8::from(in_flight),
                    "refused_in_flight": unnumbered,
                    "read_to_end": read_to_end,
                }}))
            }
        }
    }

    /// Returns the line that states how this reader stands with a lane that it drains; `None` is a standing that
    /// this version does not know.
    #[must_use]
    pub fn drain(&self, lane: &str, standing: Option<Standing>) -> String {
        let (word, sentence) = match standing {
            Some(Standing::Free) => ("not-served", "the writer has not waited for this reader"),
            Some(Standing::Serving) => ("served", "the writer waits for this reader"),
            Some(Standing::Faulty) => {
                ("faulty", "the writer ignores this reader, because of a release that it cannot have made")
            }
            Some(Standing::Evicted) => {
                ("evicted", "the writer has given this reader up: it was too far behind")
            }
            Some(Standing::Left) => ("left", "the driver has let this reader go"),
            None => ("unknown", "a standing that this version does not know"),
        };
        match self.format() {
            Format::Text => format!("{lane} DRAIN {word}: {sentence}"),
            Format::Json => one_line(&json!({"lane": lane, "drain": word})),
        }
    }

    /// Returns the line that states what observing cost.
    #[must_use]
    pub fn cost(&self, lane: &str, observing: &Observing) -> String {
        match self.format() {
            Format::Text => format!("{lane} COST {observing}"),
            Format::Json => one_line(&json!({"lane": lane, "cost": {
                "share": observing.share(),
                "attempts": observing.attempts,
                "cost": observing.cost,
                "sampled": observing.sampled,
                "ticks": observing.ticks,
            }})),
        }
    }

    /// Returns the line that states how the session ended, and how often the driver had no lane for one that asked
    /// (REG-53): what was not written then is in no lane's books.
    #[must_use]
    pub fn region(&self, claims_refused: u64, end: End) -> String {
        match self.format() {
            Format::Text if claims_refused == 0 => format!("DRIVER {}", end.sentence()),
            Format::Text => format!(
                "DRIVER {}; {claims_refused} claims of a lane were refused, and what they would have written is in no books (REG-53)",
                end.sentence()
            ),
            Format::Json => {
                one_line(&json!({"driver": {"end": end.word(), "claims_refused": claims_refused}}))
            }
        }
    }
}
