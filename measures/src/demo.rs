//! The books of the demo.

use std::path::Path;
use std::process::Command;

use crate::row::{Goal, Row};

/// Runs the demo in its short form and reports the numbers of its last line.
pub fn books(root: &Path) -> Vec<Row> {
    let demo = Command::new("cargo")
        .args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "process-watch",
            "--bin",
            "process-watch-demo",
            "--",
            "--short",
        ])
        .current_dir(root)
        .output();
    let Ok(output) = demo else {
        return vec![Row::not_measured("demo", "cargo cannot be started")];
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let last = said.lines().last().unwrap_or_default();
    let closed = output.status.success() && last.starts_with("books closed: ");
    let number = |word: &str| {
        let (_, rest) = last.split_once(word)?;
        rest.split_whitespace().next()?.trim_end_matches(',').parse::<f64>().ok()
    };
    let rows = ["offered", "delivered", "missing"].map(|word| match number(&format!("{word} ")) {
        Some(count) => {
            let mut row = Row::new(format!("demo: {word}"), &[count], "records", None, Goal::None);
            row.goal = Some("books close".to_owned());
            row.met = Some(closed);
            row
        }
        None => Row::not_measured(format!("demo: {word}"), last),
    });
    rows.to_vec()
}
