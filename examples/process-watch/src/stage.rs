//! The directory that a demo takes place in.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process;

/// A directory for a socket and a tree of files, removed when dropped.
#[derive(Debug)]
pub struct Stage {
    path: PathBuf,
}

impl Stage {
    /// Makes the directory. Other users may look into it, and nobody but us write.
    ///
    /// # Errors
    ///
    /// It cannot be made, or is there already.
    pub fn make() -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("process-watch-{}", process::id()));
        fs::create_dir(&path).map_err(|error| {
            io::Error::new(error.kind(), format!("cannot make {}: {error}", path.display()))
        })?;
        let stage = Self { path };
        fs::set_permissions(&stage.path, fs::Permissions::from_mode(0o755))?;
        fs::create_dir(stage.tree())?;
        Ok(stage)
    }

    /// Returns where the driver's socket goes.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.path.join("socket")
    }

    /// Returns the directory tree that may be watched.
    #[must_use]
    pub fn tree(&self) -> PathBuf {
        self.path.join("tree")
    }

    /// Returns the directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What is left behind lies in the system's directory for such things.
        let _ = fs::remove_dir_all(&self.path);
    }
}
