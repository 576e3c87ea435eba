//! Whether the books close: the driver's account of what it offered against the reader's of what
//! it got.

use std::fmt;

use crate::statement::{DriverStatement, LaneDelivered, LaneOffered, ReaderStatement};

/// The two statements, side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// Each of the driver's lanes.
    pub lanes: Vec<LaneAudit>,
}

/// One lane in both statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneAudit {
    /// What the driver says.
    pub driver: LaneOffered,
    /// What the reader says; nothing if it did not read the lane.
    pub reader: Option<LaneDelivered>,
    /// What does not agree. The lane's books close if this is empty.
    pub findings: Vec<String>,
}

impl Audit {
    /// Compares the statements of a driver and of one of its readers.
    #[must_use]
    pub fn new(driver: &DriverStatement, reader: &ReaderStatement) -> Self {
        let lanes = driver.lanes.iter().map(|offered| {
            let delivered = reader.lanes.iter().find(|lane| lane.name == offered.name);
            LaneAudit {
                driver: offered.clone(),
                reader: delivered.cloned(),
                findings: findings(offered, delivered),
            }
        });
        Self { lanes: lanes.collect() }
    }

    /// Returns whether the books of every lane close.
    #[must_use]
    pub fn closes(&self) -> bool {
        self.lanes.iter().all(|lane| lane.findings.is_empty())
    }
}

impl LaneAudit {
    /// Attempts that concern the reader: those that the driver made, less those of before.
    #[must_use]
    pub fn offered(&self) -> u64 {
        let before = self.reader.as_ref().map_or(0, |reader| reader.before);
        self.driver.offered.saturating_sub(before)
    }

    fn delivered(&self) -> u64 {
        self.reader.as_ref().map_or(0, |reader| reader.delivered)
    }

    fn missing(&self) -> u64 {
        self.reader.as_ref().map_or(0, LaneDelivered::missing)
    }
}

impl fmt::Display for Audit {
    /// Writes the one line that says whether the books close.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum = |of: fn(&LaneAudit) -> u64| self.lanes.iter().map(of).fold(0, u64::saturating_add);
        let (offered, delivered) = (sum(LaneAudit::offered), sum(LaneAudit::delivered));
        let missing = sum(LaneAudit::missing);
        if self.closes() {
            return write!(f, "books closed: offered {offered} = delivered {delivered} + missing {missing}");
        }
        let difference = i128::from(offered) - i128::from(delivered) - i128::from(missing);
        write!(
            f,
            "books do NOT close: offered {offered}, delivered {delivered}, missing {missing}, difference {difference}"
        )
    }
}

/// Everything about one lane that the two parties do not agree on.
fn findings(driver: &LaneOffered, reader: Option<&LaneDelivered>) -> Vec<String> {
    let Some(reader) = reader else {
        return vec!["the reader did not read this lane".to_owned()];
    };
    let mut findings = Vec::new();
    let mut require = |holds: bool, finding: String| {
        if !holds {
            findings.push(finding);
        }
    };
    require(
        driver.offered == driver.published.saturating_add(driver.dropped()),
        format!(
            "the driver offered {}, published {} and dropped {}",
            driver.offered,
            driver.published,
            driver.dropped()
        ),
    );
    require(
        driver.offered == reader.before.saturating_add(reader.offered),
        format!(
            "the driver offered {}, the reader accounts for {} and {} before",
            driver.offered, reader.offered, reader.before
        ),
    );
    require(
        reader.offered == reader.delivered.saturating_add(reader.missing()),
        format!(
            "the reader accounts for {}, of which {} were delivered and {} are missing",
            reader.offered,
            reader.delivered,
            reader.missing()
        ),
    );
    require(
        reader.before > 0 || reader.dropped == driver.dropped(),
        format!("the driver dropped {}, the reader was told of {}", driver.dropped(), reader.dropped),
    );
    let records = reader.records.values().copied().fold(0, u64::saturating_add);
    require(
        records == reader.delivered,
        format!("the reader delivered {} and counted {records} by name", reader.delivered),
    );
    require(reader.unknowable == 0, format!("{} gaps are of unknowable count", reader.unknowable));
    require(!reader.in_flight, "the writer did not close the lane: one attempt may be in flight".to_owned());
    require(reader.read_to_end, "the reader left before the end".to_owned());
    findings
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Audit;
    use crate::kinship::Children;
    use crate::statement::{DriverStatement, LaneDelivered, LaneOffered, ReaderStatement, Seen};

    fn driver() -> DriverStatement {
        let by_cause = BTreeMap::from([("full_normal".to_owned(), 5)]);
        let lane = LaneOffered { name: "tree".to_owned(), offered: 100, published: 95, by_cause };
        DriverStatement {
            source: "tree".to_owned(),
            lanes: vec![lane],
            seen: Seen::default(),
            children: Children::default(),
        }
    }

    fn reader() -> ReaderStatement {
        let lane = LaneDelivered {
            name: "tree".to_owned(),
            offered: 100,
            delivered: 80,
            dropped: 5,
            by_cause: BTreeMap::from([("full_normal".to_owned(), 5)]),
            overrun: 15,
            gaps: 2,
            read_to_end: true,
            records: BTreeMap::from([("FileEvent".to_owned(), 79), ("SourceStarted".to_owned(), 1)]),
            ..LaneDelivered::default()
        };
        ReaderStatement { uid: 65534, lanes: vec![lane] }
    }

    #[test]
    fn books_that_close_say_so_in_one_line() {
        let audit = Audit::new(&driver(), &reader());
        assert!(audit.closes(), "{audit:?}");
        assert_eq!(audit.to_string(), "books closed: offered 100 = delivered 80 + missing 20");
    }

    #[test]
    fn what_came_before_the_reader_is_not_missing() {
        let mut reader = reader();
        reader.lanes[0].before = 10;
        reader.lanes[0].offered = 90;
        reader.lanes[0].overrun = 5;
        let audit = Audit::new(&driver(), &reader);
        assert!(audit.closes(), "{audit:?}");
        assert_eq!(audit.to_string(), "books closed: offered 90 = delivered 80 + missing 10");
    }

    #[test]
    fn an_offer_that_reached_nobody_is_found() {
        let mut driver = driver();
        driver.lanes[0].offered += 3;
        driver.lanes[0].published += 3;
        let audit = Audit::new(&driver, &reader());
        assert_eq!(
            audit.to_string(),
            "books do NOT close: offered 103, delivered 80, missing 20, difference 3"
        );
    }

    /// One thing done to a reader's account of a lane.
    type Tamper = fn(&mut LaneDelivered);

    #[test]
    fn every_kind_of_disagreement_is_found() {
        let tampers: [(&str, Tamper); 7] = [
            ("a record too many", |lane| lane.delivered += 1),
            ("an overrun too few", |lane| lane.overrun -= 1),
            ("drops called overruns", |lane| (lane.dropped, lane.overrun) = (4, 16)),
            ("an unknowable gap", |lane| lane.unknowable = 1),
            ("a lane that was not closed", |lane| lane.in_flight = true),
            ("a lane that was not read to its end", |lane| lane.read_to_end = false),
            ("a record that nobody named", |lane| {
                lane.records.remove("SourceStarted");
            }),
        ];
        for (what, tamper) in tampers {
            let mut reader = reader();
            tamper(&mut reader.lanes[0]);
            assert!(!Audit::new(&driver(), &reader).closes(), "{what} was not found");
        }
        let nothing = ReaderStatement { uid: 0, lanes: Vec::new() };
        assert!(!Audit::new(&driver(), &nothing).closes(), "an unread lane was not found");
    }
}
