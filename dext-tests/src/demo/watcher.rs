//! A reader in a process of its own: the tool that a person runs, whose lines are counted here.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

use dext_records::Emitted;
use serde_json::Value;

use super::account::Account;

/// A running `testimony attach`.
#[derive(Debug)]
pub struct Watcher {
    child: Child,
    counting: JoinHandle<Seen>,
}

/// What a reader said, in the end.
#[derive(Debug, Default)]
pub struct Seen {
    /// The books of each lane, by its name.
    pub accounts: BTreeMap<String, Account>,
    /// How the driver ended, in the tool's word.
    pub end: Option<String>,
    /// Records that do not hold what they should, and lines that are none.
    pub broken: Vec<String>,
}

impl Watcher {
    /// Lets the tool at `tool` attach to the service in `registry`.
    ///
    /// # Errors
    ///
    /// The tool cannot be started.
    pub fn start(tool: &Path, registry: &Path, service: &str, more: &[&str]) -> Result<Self, String> {
        let mut command = Command::new(tool);
        command.args(["attach", &format!("dext:{service}"), "--format", "json"]).args(more);
        command.env("TESTIMONY_REGISTRY", registry);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child =
            command.spawn().map_err(|error| format!("{} cannot be started: {error}", tool.display()))?;
        let lines = child.stdout.take().ok_or("the tool has no output")?;
        let counting = thread::spawn(move || {
            let mut seen = Seen::default();
            for line in BufReader::new(lines).lines().map_while(Result::ok) {
                seen.count(&line);
            }
            seen
        });
        Ok(Self { child, counting })
    }

    /// Waits for its end.
    ///
    /// # Errors
    ///
    /// Says what it said, if it failed.
    pub fn end(mut self) -> Result<Seen, String> {
        let mut words = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            let _ = stderr.read_to_string(&mut words);
        }
        let status = self.child.wait().map_err(|error| error.to_string())?;
        let seen = self.counting.join().map_err(|_| "its lines could not be counted".to_owned())?;
        if status.code() == Some(2) || status.code().is_none() {
            return Err(format!("a reader failed ({status}): {words}"));
        }
        Ok(seen)
    }
}

impl Seen {
    fn count(&mut self, text: &str) {
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            self.broken.push(format!("not a line of the tool: {text}"));
            return;
        };
        if value["stream"]["form"] == 1 {
            return;
        }
        if let Some(end) = value["driver"]["end"].as_str() {
            self.end = Some(end.to_owned());
            return;
        }
        let Some(lane) = value["lane"].as_str() else {
            self.broken.push(text.to_owned());
            return;
        };
        let account = self.accounts.entry(lane.to_owned()).or_default();
        if value["record"] == "Emitted" {
            let field = |name: &str| value["fields"][name].as_u64();
            match (field("seed"), field("number"), field("check")) {
                (Some(seed), Some(number), Some(check)) if Emitted::check_of(seed, number) == check => {
                    account.emitted += 1;
                }
                _ => self.broken.push(text.to_owned()),
            }
        } else if let Some(books) = value["books"].as_object() {
            let count = |name: &str| books.get(name).and_then(Value::as_u64).unwrap_or(u64::MAX);
            account.offered = count("offered");
            account.delivered = count("delivered");
            account.dropped = count("dropped");
            account.overwritten = count("overwritten");
            account.corrupt = count("corrupt");
            account.closes = books.get("closes") == Some(&Value::Bool(true));
        }
    }
}
