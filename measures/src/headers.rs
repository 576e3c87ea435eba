//! What a header of a thousand records costs, beside cbindgen on the same structs.
//!
//! cbindgen reads source and believes it; ours has the catalog that rustc has laid out. That is why ours is
//! timed three times: making the text, as a command that is built, and with the compile behind a change.

use std::fs;
use std::path::Path;
use std::time::Instant;

use abi_codegen::{Catalog, c_header};

use crate::harness::on_own_thread;
use crate::row::{Goal, Row};
use crate::workshop::{Profile, Workshop, done};

/// Rounds of what is done in milliseconds, and of what compiles.
const ROUNDS: usize = 21;
const COMPILED_ROUNDS: usize = 5;

/// Makes the header with both, in turns.
pub fn against_cbindgen(root: &Path) -> Vec<Row> {
    let shop = match Workshop::open(root) {
        Ok(shop) => shop,
        Err(why) => return vec![Row::not_measured("header, 1000 records", &why)],
    };
    let mut rows = Vec::new();
    for (pinned, claim, measure) in [
        (true, "header, 1000 records, text", in_process as fn(&Workshop) -> Result<Vec<Row>, String>),
        (true, "header, 1000 records, command", as_command),
        (false, "header, 1000 records, after a change", after_a_change),
    ] {
        let measured = on_own_thread(pinned, || measure(&shop));
        match measured.unwrap_or_else(|| Err("it panicked".to_owned())) {
            Ok(measured) => rows.extend(measured),
            Err(why) => rows.push(Row::not_measured(claim, &why)),
        }
    }
    rows
}

/// From source, the linked catalog or its document to the text of the header; nothing is started or compiled.
fn in_process(shop: &Workshop) -> Result<Vec<Row>, String> {
    let mut ours = shop.our_command(Profile::Release);
    let document = done(ours.arg("document"))?;
    let config = cbindgen::Config::from_file(shop.their_config())?;
    let [mut theirs, mut linked, mut imported] = [const { Vec::new() }; 3];
    for round in 0..=ROUNDS {
        let (time, header) = timed(|| cbindgen(shop, &config));
        whole(&header?)?;
        let inside = done(shop.our_command(Profile::Release).arg("time"))?;
        let nanoseconds: f64 = inside.trim().parse().map_err(|_| format!("`{inside}` is no time"))?;
        let (import, header) = timed(|| {
            let catalog = Catalog::from_document(document.as_bytes()).map_err(|error| error.to_string())?;
            c_header(&catalog).map_err(|error| error.to_string())
        });
        whole(&header?)?;
        if round > 0 {
            theirs.push(time);
            linked.push(nanoseconds / 1e6);
            imported.push(import);
        }
    }
    let floor = row("text: cbindgen, from source", &theirs, None, Goal::None);
    let own = row("text: generate, linked catalog", &linked, Some(floor.median), Goal::RatioAtMost(1.0));
    let from = row("text: ours, from its document", &imported, Some(floor.median), Goal::RatioAtMost(1.0));
    Ok(vec![floor, own, from])
}

/// A program that is there, from start to end, with the file that it writes. Nothing is compiled.
fn as_command(shop: &Workshop) -> Result<Vec<Row>, String> {
    let [mut theirs, mut release, mut dev] = [const { Vec::new() }; 3];
    for round in 0..=ROUNDS {
        for (samples, header, mut command) in [
            (&mut theirs, shop.their_header(), shop.their_command()),
            (&mut release, shop.our_header(), shop.our_command(Profile::Release)),
            (&mut dev, shop.our_header(), shop.our_command(Profile::Dev)),
        ] {
            // Both leave a file alone that is as it should be: without one, both write.
            fs::remove_file(&header).map_err(|error| format!("{}: {error}", header.display()))?;
            let (time, outcome) = timed(|| done(&mut command));
            outcome?;
            whole(&fs::read_to_string(&header).map_err(|error| error.to_string())?)?;
            if round > 0 {
                samples.push(time);
            }
        }
    }
    let floor = row("command: cbindgen", &theirs, None, Goal::None);
    let own = row("command: gen-headers, release", &release, Some(floor.median), Goal::RatioAtMost(1.0));
    let slow = row("command: gen-headers, dev", &dev, Some(floor.median), Goal::RatioAtMost(1.0));
    Ok(vec![floor, own, slow])
}

/// After a sentence of the source has changed: cbindgen reads it again, ours compiles it first.
fn after_a_change(shop: &Workshop) -> Result<Vec<Row>, String> {
    let [mut theirs, mut compiled, mut ours] = [const { Vec::new() }; 3];
    for round in 1..=COMPILED_ROUNDS + 1 {
        shop.edit(round)?;
        let (time, outcome) = timed(|| done(&mut shop.their_command()));
        outcome?;
        let (compile, outcome) = timed(|| done(&mut shop.compile_theirs()));
        outcome?;
        let (own, outcome) = timed(|| done(&mut shop.our_command_after_a_change()));
        outcome?;
        for header in [shop.their_header(), shop.our_header()] {
            let text = fs::read_to_string(&header).map_err(|error| error.to_string())?;
            if !text.contains(&format!("Edited {round} times.")) {
                return Err(format!("{} does not have what was changed", header.display()));
            }
        }
        if round > 1 {
            theirs.push(time);
            compiled.push(time + compile);
            ours.push(own);
        }
    }
    let floor = row("changed: cbindgen, compiles nothing", &theirs, None, Goal::None);
    let with = row("changed: cbindgen, and its crate", &compiled, Some(floor.median), Goal::None);
    let own = row("changed: compile, gen-headers", &ours, Some(floor.median), Goal::RatioAtMost(1.0));
    Ok(vec![floor, with, own])
}

fn row(what: &str, samples: &[f64], floor: Option<f64>, goal: Goal) -> Row {
    Row::new(format!("header, 1000 records, {what}"), samples, "ms", floor, goal)
}

fn cbindgen(shop: &Workshop, config: &cbindgen::Config) -> Result<String, String> {
    let builder = cbindgen::Builder::new().with_config(config.clone()).with_src(shop.their_source());
    let bindings = builder.generate().map_err(|error| error.to_string())?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    String::from_utf8(text).map_err(|error| error.to_string())
}

/// Holds that a header says what each of the structs is: nothing is compared with nothing.
fn whole(header: &str) -> Result<(), String> {
    match header.matches("typedef struct").count() {
        1000 => Ok(()),
        found => Err(format!("a header has {found} structs and not 1000")),
    }
}

/// Milliseconds.
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let begin = Instant::now();
    let outcome = work();
    (begin.elapsed().as_secs_f64() * 1e3, outcome)
}
