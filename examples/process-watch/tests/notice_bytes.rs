//! inotify's bytes, whole and cut.

use process_watch::file::{EntryKind, FileChange};
use process_watch::notice::{NoticeKind, ShortNotice, notices};

fn notice(watch: i32, mask: u32, cookie: u32, name: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&watch.to_ne_bytes());
    bytes.extend_from_slice(&mask.to_ne_bytes());
    bytes.extend_from_slice(&cookie.to_ne_bytes());
    bytes.extend_from_slice(&u32::try_from(name.len()).expect("short").to_ne_bytes());
    bytes.extend_from_slice(name);
    bytes
}

#[test]
fn notices_say_what_happened_to_what() {
    let mut bytes = notice(1, 0x100, 0, b"made\0\0\0\0");
    bytes.extend(notice(1, 0x4000_0200, 0, b"gone\0\0\0\0"));
    bytes.extend(notice(2, 0x40, 7, b"from\0\0\0\0"));
    bytes.extend(notice(-1, 0x4000, 0, b""));
    bytes.extend(notice(2, 0x8000, 0, b""));
    bytes.extend(notice(2, 0x400_0000, 0, b""));
    let all: Vec<_> = notices(&bytes).map(|notice| notice.expect("whole")).collect();
    let kinds: Vec<_> = all.iter().map(|notice| notice.kind).collect();
    assert_eq!(
        kinds,
        [
            NoticeKind::Change(FileChange::Created),
            NoticeKind::Change(FileChange::Deleted),
            NoticeKind::Change(FileChange::MovedFrom),
            NoticeKind::Overflow,
            NoticeKind::Ignored,
            NoticeKind::Other(0x400_0000),
        ]
    );
    assert_eq!((all[0].watch, all[0].entry, all[0].name), (1, EntryKind::File, &b"made"[..]));
    assert_eq!((all[1].entry, all[1].name), (EntryKind::Directory, &b"gone"[..]));
    assert_eq!((all[2].watch, all[2].cookie), (2, 7));
    assert_eq!((all[3].watch, all[3].name), (-1, &b""[..]));
}

#[test]
fn a_notice_that_is_cut_anywhere_says_where() {
    let first = notice(1, 0x100, 0, b"one\0");
    let mut bytes = first.clone();
    bytes.extend(notice(1, 0x200, 0, b"another\0"));
    for length in 1..bytes.len() {
        let all: Vec<_> = notices(&bytes[..length]).collect();
        if length == first.len() {
            assert!(matches!(all[..], [Ok(_)]), "cut at {length}: {all:?}");
            continue;
        }
        let Some(Err(ShortNotice { offset, need, have })) = all.last() else {
            panic!("cut at {length}: {all:?}");
        };
        assert_eq!(*offset, if length < first.len() { 0 } else { first.len() });
        assert!(have < need && offset + have == length, "cut at {length}: {all:?}");
    }
}

#[test]
fn a_name_longer_than_memory_is_an_error() {
    let mut bytes = notice(1, 0x100, 0, b"made");
    bytes[12..16].copy_from_slice(&u32::MAX.to_ne_bytes());
    assert!(matches!(notices(&bytes).collect::<Vec<_>>()[..], [Err(_)]));
}
