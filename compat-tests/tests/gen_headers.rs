//! `gen-headers` on a disk: written whole or not at all, stale files told, nothing touched without
//! need (HDR-3, HDR-8).

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::ExitCode;

use abi_codegen::gen_headers::{GenError, Generated, generate, run, stale, write};
use abi_runtime::layout::REGION;

fn file_in(folder: &tempfile::TempDir) -> Vec<Generated> {
    let path = folder.path().join("include/region.h");
    generate(&[(&REGION, path.to_str().unwrap())]).unwrap()
}

#[test]
fn the_same_catalog_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let first = file_in(&folder);
    assert!((0..20).all(|_| file_in(&folder) == first));
    assert!(!first[0].text.contains(folder.path().to_str().unwrap()), "no path is in it");
    assert!(first[0].text.contains(&REGION.fingerprint().to_string()));
}

#[test]
fn a_file_is_written_once_and_then_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let files = file_in(&folder);
    assert_eq!(stale(&files).unwrap().len(), 1, "a file that is not there is stale");
    assert_eq!(write(&files).unwrap().len(), 1);
    assert_eq!(fs::read_to_string(&files[0].path).unwrap(), files[0].text);
    let written = fs::metadata(&files[0].path).unwrap();
    assert_eq!(written.permissions().mode() & 0o777, 0o644);
    assert_eq!(write(&files).unwrap().len(), 0);
    assert_eq!(fs::metadata(&files[0].path).unwrap().modified().unwrap(), written.modified().unwrap());
    assert!(stale(&files).unwrap().is_empty());
}

#[test]
fn a_stale_file_is_shown_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let files = file_in(&folder);
    write(&files).unwrap();
    let old = files[0].text.replace("uint64_t ticks;", "uint32_t ticks;");
    assert_ne!(old, files[0].text);
    fs::write(&files[0].path, &old).unwrap();
    let diff = stale(&files).unwrap().remove(0);
    assert!(diff.contains("-    uint32_t ticks;\n+    uint64_t ticks;"), "{diff}");
    assert_eq!(run(Ok(files.clone()), true, "gen"), ExitCode::from(1));
    assert_eq!(fs::read_to_string(&files[0].path).unwrap(), old);
    assert_eq!(run(Ok(files.clone()), false, "gen"), ExitCode::SUCCESS);
    assert_eq!(run(Ok(files), true, "gen"), ExitCode::SUCCESS);
}

#[test]
fn nothing_to_generate_is_an_error_and_so_are_two_catalogs_for_one_file() {
    assert!(matches!(generate(&[]), Err(GenError::NoCatalogs)));
    let twice = generate(&[(&REGION, "one.h"), (&REGION, "one.h")]);
    assert!(matches!(twice, Err(GenError::SamePath(_))));
    assert_eq!(run(generate(&[]), true, "gen"), ExitCode::from(2));
}

#[test]
fn what_cannot_be_written_is_named_and_nothing_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    // A file where the folder would be: not even root can write below it.
    fs::write(folder.path().join("include"), "in the way").unwrap();
    let files = file_in(&folder);
    let error = write(&files).unwrap_err();
    let message = error.to_string();
    assert!(message.contains("include") && message.contains("nothing was written"), "{message}");
    assert_eq!(run(Ok(files), false, "gen"), ExitCode::from(2));
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");

    // A folder where the file would be.
    let folder = tempfile::tempdir().unwrap();
    let files = file_in(&folder);
    fs::create_dir_all(&files[0].path).unwrap();
    assert!(matches!(write(&files), Err(GenError::File(_))));
    let parent = files[0].path.parent().unwrap();
    assert_eq!(fs::read_dir(parent).unwrap().count(), 1, "no temporary file is left");
}

#[allow(unreachable_pub, reason = "declared as a crate would")]
mod beside {
    use abi_runtime::prelude::*;

    /// A place.
    #[derive(Clone, Copy, WireStruct, IntoBytes, Immutable)]
    #[repr(C)]
    pub struct Place {
        /// A number.
        pub x: u64,
    }

    /// Where one thing is.
    #[derive(TraceRecord, IntoBytes, Immutable)]
    #[repr(C)]
    #[trace(id = 0x0100)]
    pub struct Here {
        /// The place.
        pub place: Place,
    }

    /// Where another thing is.
    #[derive(TraceRecord, IntoBytes, Immutable)]
    #[repr(C)]
    #[trace(id = 0x0100)]
    pub struct There {
        /// The place.
        pub place: Place,
    }

    abi_runtime::catalog! {
        /// One of two.
        pub static ONE = "one" { prefix: "m", records: [Here] }
    }
    abi_runtime::catalog! {
        /// The other.
        pub static OTHER = "other" { prefix: "m", records: [There] }
    }
}

#[test]
fn two_catalogs_that_no_unit_can_include_are_refused_hdr_12() {
    let error = generate(&[(&beside::ONE, "one.h"), (&beside::OTHER, "other.h")]).unwrap_err().to_string();
    for part in ["`one`", "`other`", "`Place`", "`m_place`", "REC-15"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    // One catalog may have two headers.
    assert_eq!(generate(&[(&beside::ONE, "one.h"), (&beside::ONE, "again.h")]).unwrap().len(), 2);
}
