//! A file, replaced whole or not at all.

use std::io::{self, Write};
use std::path::Path;

/// Replaces the file at `path`, or makes it, with its folder.
///
/// # Errors
///
/// The folder or the file cannot be written; what was there stays then.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
    fresh.write_all(text.as_bytes())?;
    make_readable(fresh.as_file())?;
    fresh.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A temporary file is private; what is generated is for everybody.
fn make_readable(file: &std::fs::File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    let _ = file;
    Ok(())
}
