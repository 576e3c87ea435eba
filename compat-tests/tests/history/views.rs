//! Golden bytes, read by the views of the records as they are today.

use abi_codegen::abi::golden::Golden;
use abi_runtime::{Code, Flags, FlagsInt, Name, RecordView, TraceCode, TraceFlags, TraceRecord, ViewError};
use process_watch::catalog::PROC;
use process_watch::file::{DirectoryWatched, FileEvent};
use process_watch::origin::{SourceLoss, SourceStarted};
use process_watch::process::{Exec, Exit, Fork, Renamed, SessionStarted};
use process_watch::usage::UsageSample;

use crate::{golden, lock};

/// A field's value as golden bytes state it: a plain number, or the text of a name.
trait Stated {
    fn stated(self) -> Option<String>;
}

macro_rules! numbers {
    ($($int:ty)*) => {$(
        impl Stated for $int {
            fn stated(self) -> Option<String> {
                Some(self.to_string())
            }
        }
    )*};
}

numbers!(u16 u32 u64);

impl<E: TraceCode> Stated for Code<E>
where
    E::Repr: std::fmt::Display,
{
    fn stated(self) -> Option<String> {
        Some(self.raw().to_string())
    }
}

impl<F: TraceFlags> Stated for Flags<F>
where
    F::Repr: FlagsInt + std::fmt::Display,
{
    fn stated(self) -> Option<String> {
        Some(self.raw().to_string())
    }
}

impl<const N: usize> Stated for Name<N> {
    fn stated(self) -> Option<String> {
        let cut = if self.may_be_truncated() { "..." } else { "" };
        Some(format!("{}{cut}", self.bytes().escape_ascii()))
    }
}

impl<T: Stated> Stated for Option<T> {
    fn stated(self) -> Option<String> {
        self.and_then(Stated::stated)
    }
}

/// Reads every sample of every version of a record, whole and cut at every byte, by today's view.
macro_rules! read_all {
    ($($record:ident { $($field:ident)* })*) => {$({
        let fields = [$(stringify!($field)),*];
        let declared = <$record as TraceRecord>::SCHEMA.fields.iter().filter(|field| !field.reserved);
        assert!(declared.map(|field| field.name).eq(fields), "{}: every field is read", stringify!($record));
        for version in 1..=<$record as TraceRecord>::SCHEMA.version {
            for sample in golden("proc", stringify!($record), version) {
                for len in 0..=sample.payload.len() {
                    let view = <$record as TraceRecord>::View::from_parts(&sample.payload[..len], version);
                    match view {
                        Ok(view) => {
                            assert_eq!(len, sample.payload.len(), "cut bytes are refused");
                            $(hold(&sample, stringify!($record), version, stringify!($field), view.$field().stated().as_deref());)*
                        }
                        Err(error) => {
                            assert!(matches!(error, ViewError::Short { .. }), "{error}");
                            assert!(len < sample.payload.len(), "{}.v{version}: {error}", stringify!($record));
                        }
                    }
                }
            }
        }
    })*};
}

fn hold(sample: &Golden, record: &str, version: u16, field: &str, read: Option<&str>) {
    let written = sample.values.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str());
    assert_eq!(read, written, "{record}.v{version}, sample {}: `{field}`", sample.fill);
}

#[test]
fn todays_views_read_every_version_that_was_released() {
    read_all! {
        Fork { parent_pid parent_tgid child_pid child_tgid cpu number at }
        Exec { pid tgid cpu number at name }
        Exit { pid tgid parent_pid parent_tgid cpu number at lived_for status ending parent_signal }
        Renamed { pid tgid cpu number at name }
        SessionStarted { pid tgid cpu number at }
        SourceStarted { source fallback }
        SourceLoss { count cpu source sign }
        FileEvent { directory cookie change entry bits name }
        DirectoryWatched { directory watched path_end }
        UsageSample {
            user_time system_time voluntary_switches involuntary_switches minor_faults major_faults
        }
    }
}

#[test]
fn every_record_of_today_is_read_above() {
    // Counted by hand: a record that is added and not read above fails here.
    assert_eq!(PROC.records.len(), 10);
    let proc = lock("proc");
    let released: usize = proc.newest().map_or(0, |release| release.catalog.records.len());
    assert_eq!(released, 10);
}
