//! What both writers left behind, byte by byte.

use std::io::{ErrorKind, Read};

use super::interpreter;
use super::script::Script;

/// Runs `scripts` with the writer in Rust and compares what each leaves with `outcomes`, where another writer
/// has left the same, one after the other. Returns how many bytes were compared.
///
/// # Errors
///
/// The first byte that differs, and the script.
pub fn compare(scripts: impl Iterator<Item = Script>, outcomes: &mut impl Read) -> Result<u64, String> {
    let mut found = Vec::new();
    let mut compared = 0;
    for script in scripts {
        let expected = interpreter::run(&script);
        for (what, bytes) in [("region", &expected.region), ("results and accounts", &expected.trailer)] {
            found.resize(bytes.len(), 0);
            match outcomes.read_exact(&mut found) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    return Err(format!("{}: bytes of the {what} are missing", script.name));
                }
                Err(error) => return Err(format!("{}: the {what} cannot be read: {error}", script.name)),
            }
            if found != *bytes {
                return Err(first_difference(&script, what, &found, bytes));
            }
            compared += bytes.len() as u64;
        }
    }
    Ok(compared)
}

fn first_difference(script: &Script, what: &str, found: &[u8], expected: &[u8]) -> String {
    let mut pairs = found.iter().zip(expected).enumerate();
    let Some((at, (found, expected))) = pairs.find(|(_, (found, expected))| found != expected) else {
        return format!("{}: nothing differs", script.name);
    };
    format!(
        "{}: byte {at} of the {what} is {found:#04x}, and {expected:#04x} from Rust; the script is\n{script}",
        script.name
    )
}
