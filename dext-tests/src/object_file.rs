//! What an object file says of itself.

use std::collections::BTreeSet;

use object::macho::{MachHeader64, PLATFORM_DRIVERKIT, PLATFORM_MACOS};
use object::read::macho::{LoadCommandVariant, MachHeader};
use object::{Endianness, Object, ObjectSymbol};

/// The system that a Mach-O object is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// `platform driverkit`.
    DriverKit,
    /// `platform macos`.
    MacOs,
    /// Another one, by its number.
    Other(u32),
}

/// Returns the system that a Mach-O object says it is for, and the oldest version of it that will do.
///
/// # Errors
///
/// It is not Mach-O, or does not say.
pub fn platform(bytes: &[u8]) -> Result<(Platform, u32), String> {
    let odd = |error: object::Error| format!("not a Mach-O object: {error}");
    let header = MachHeader64::<Endianness>::parse(bytes, 0).map_err(odd)?;
    let endian = header.endian().map_err(odd)?;
    let mut commands = header.load_commands(endian, bytes, 0).map_err(odd)?;
    while let Some(command) = commands.next().map_err(odd)? {
        if let LoadCommandVariant::BuildVersion(version) = command.variant().map_err(odd)? {
            let platform = match version.platform.get(endian) {
                PLATFORM_DRIVERKIT => Platform::DriverKit,
                PLATFORM_MACOS => Platform::MacOs,
                other => Platform::Other(other),
            };
            return Ok((platform, version.minos.get(endian) >> 16));
        }
    }
    Err("no LC_BUILD_VERSION: the object does not say what it is for".to_owned())
}

/// The names that an object defines, and those that others must.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    /// Defined here, and seen by others.
    pub defined: BTreeSet<String>,
    /// Used here, and defined elsewhere.
    pub undefined: BTreeSet<String>,
}

/// Returns the names of a Mach-O object, without the `_` that each begins with.
///
/// # Errors
///
/// It is no object.
pub fn symbols(bytes: &[u8]) -> Result<Symbols, String> {
    let file = object::File::parse(bytes).map_err(|error| format!("no object: {error}"))?;
    let mut symbols = Symbols::default();
    for symbol in file.symbols() {
        let name = symbol.name().map_err(|error| format!("a symbol without a name: {error}"))?;
        let name = name.strip_prefix('_').unwrap_or(name).to_owned();
        if symbol.is_undefined() {
            symbols.undefined.insert(name);
        } else if symbol.is_global() {
            symbols.defined.insert(name);
        }
    }
    Ok(symbols)
}
