//! Kept region images: where they lie, and which version of the region ABI each shows.
//!
//! `spec/abi/regions/MAJOR.MINOR/NAME.region` is the region, byte for byte; `NAME.expect` beside it is what
//! every reader says of it.

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the folder in which the versions' folders lie.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/abi/regions")
}

/// Returns the fingerprints of the releases of the region's catalog, as the lock writes them.
///
/// # Errors
///
/// The lock cannot be read, or has no release.
pub fn released() -> Result<Vec<String>, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/abi/region.lock");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let found: Vec<String> =
        text.lines().filter_map(|line| line.strip_prefix("fingerprint ")).map(str::to_owned).collect();
    if found.is_empty() { Err("the lock has no release".to_owned()) } else { Ok(found) }
}

/// A kept image.
pub struct Kept {
    /// The name of its version's folder.
    pub version: String,
    /// What it is called.
    pub name: String,
    /// The region.
    pub bytes: Vec<u8>,
    /// What a reader says of it.
    pub expect: String,
}

impl Kept {
    /// Returns the version that the region's header states, as `MAJOR.MINOR`.
    pub fn stated_version(&self) -> String {
        stated_version(&self.bytes)
    }

    /// Returns the fingerprint of the region's own catalog, as locks write it.
    pub fn fingerprint(&self) -> String {
        instrument_fingerprint(&self.bytes)
    }
}

/// Returns the version that a region's header states (REG-5), as `MAJOR.MINOR`.
pub fn stated_version(bytes: &[u8]) -> String {
    let of = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    format!("{}.{}", of(16), of(18))
}

/// Returns the fingerprint of the first catalog document of a region (REG-6, DOC-5), as locks write it.
pub fn instrument_fingerprint(bytes: &[u8]) -> String {
    // `catalog_offset`; then magic and length, and the fingerprint, low word first.
    let at = usize::try_from(word(bytes, 80)).unwrap_or(usize::MAX);
    format!("{:016x}{:016x}", word(bytes, at + 24), word(bytes, at + 16))
}

/// Returns the word at byte `at`.
pub fn word(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

/// Reads every image that is kept.
///
/// # Errors
///
/// One cannot be read, or lacks its text. No folder holds none.
pub fn all() -> Result<Vec<Kept>, String> {
    let mut all = Vec::new();
    if !folder().exists() {
        return Ok(all);
    }
    for folder in sorted(&folder())?.into_iter().filter(|path| path.is_dir()) {
        let version = name_of(&folder);
        for path in sorted(&folder)?.iter().filter(|path| path.extension().is_some_and(|end| end == "region"))
        {
            let expect = path.with_extension("expect");
            all.push(Kept {
                version: version.clone(),
                name: name_of(&path.with_extension("")),
                bytes: fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?,
                expect: fs::read_to_string(&expect)
                    .map_err(|error| format!("{}: {error}", expect.display()))?,
            });
        }
    }
    Ok(all)
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error| format!("{}: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(failed)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    paths.sort();
    Ok(paths)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Stores the checksum that a region's header needs to be believed (REG-6). Returns whether there are as many
/// bytes as it states for itself.
pub fn set_checksum(bytes: &mut [u8]) -> bool {
    let size = usize::try_from(word(bytes, 8) >> 32).unwrap_or(usize::MAX);
    if size < 68 || size > bytes.len() {
        return false;
    }
    bytes[64..68].fill(0);
    let sum = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI).checksum(&bytes[..size]);
    bytes[64..68].copy_from_slice(&sum.to_le_bytes());
    true
}
