//! What a client may map, and what it may do with it (ATT-15, ATT-18).

use std::os::fd::AsFd as _;

use abi_runtime::layout::RELEASE_LINE_SIZE;
use dext_bindings::boundary::{OPEN_TYPE, ReturnCode, Selector};
use dext_tests::raw::{Mapped, code};
use rustix::fs::fstat;
use rustix::io::pwrite;

use crate::asker::Asker;
use crate::reader::{Lane, Reader};
use crate::{DRAINED, FLAVOURS, host};

fn file_of(mapped: &Mapped) -> u64 {
    fstat(mapped.memory.as_fd()).expect("a file").st_ino
}

/// Stores the same word in every line of a release page.
fn lie(page: &Mapped, word: u64) {
    for lane in 0..4 {
        let stored = pwrite(&page.memory, &word.to_le_bytes(), lane * RELEASE_LINE_SIZE);
        assert_eq!(stored, Ok(8));
    }
}

#[test]
fn a_memory_that_there_is_not_cannot_be_mapped_in_any_state_att_15() {
    for flavour in FLAVOURS {
        let mut host = host(flavour);
        let mut client = Asker(host.open(OPEN_TYPE));
        let refused = |client: &mut Asker, memories: &[u64]| {
            for memory in memories {
                assert_eq!(client.0.map(*memory).map(|_| ()), Err(code::BAD_ARGUMENT), "{memory}");
                assert!(client.0.unmap(*memory).is_err(), "{memory}");
            }
        };
        refused(&mut client, &[0, 1, 2, 255, u64::from(u32::MAX)]);
        assert_eq!(client.says(Selector::Hello, &[1, 1]), ReturnCode::SUCCESS);
        refused(&mut client, &[1, 2, 255, u64::from(u32::MAX)]);
        assert_eq!(client.says(Selector::Attach, &[0, 0]), ReturnCode::SUCCESS);
        refused(&mut client, &[1, 2]);
        assert_eq!(client.says(Selector::Detach, &[]), ReturnCode::SUCCESS);
        assert_eq!(client.says(Selector::Attach, &[1, 0]), ReturnCode::SUCCESS);
        refused(&mut client, &[2, 3]);
        drop(client);
        host.wait_until("clients", str::is_empty);
        host.stop();
    }
}

#[test]
fn everybody_maps_the_same_region_and_a_page_of_its_own_att_15() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let mut clients: Vec<Asker> = (0..2).map(|_| Asker::greet(&host)).collect();
        let mut files = Vec::new();
        for client in &mut clients {
            assert_eq!(client.says(Selector::Attach, &[1, 0]), ReturnCode::SUCCESS);
            let maps: Vec<Mapped> = [0, 0, 1, 1].map(|memory| client.0.map(memory).expect("a map")).into();
            assert!(pwrite(&maps[0].memory, &[1], 0).is_err(), "the region is the driver's");
            assert_eq!(client.0.unmap(0), Ok(()));
            assert_eq!(file_of(&client.0.map(0).expect("again")), file_of(&maps[0]));
            files.push(maps.iter().map(file_of).collect::<Vec<_>>());
        }
        let [one, other] = [&files[0], &files[1]];
        assert_eq!((one[0], one[0], one[2]), (one[1], other[0], one[3]), "{flavour:?}: {files:?}");
        assert_ne!(one[2], other[2], "{flavour:?}: {files:?}");
        drop(clients);
        host.stop();
    }
}

/// It is ignored for good, or given up; who is honest is waited for as if it were alone.
#[test]
fn a_reader_that_lies_in_its_page_harms_nobody() {
    for flavour in FLAVOURS {
        for word in [u64::MAX, 1, 1 << 40, 0x8000_0000_0000_0000] {
            let host = host(flavour);
            let mut liar = Asker::greet(&host);
            assert_eq!(liar.says(Selector::Attach, &[1, 16 << 10]), ReturnCode::SUCCESS);
            let page = liar.0.map(1).expect("its page");
            let mut honest = Reader::start(&host, &["--drain", &u64::MAX.to_string()]);
            lie(&page, word);
            assert_eq!(liar.says(Selector::Serve, &[]), ReturnCode::SUCCESS);
            for seed in 1..=8 {
                assert_eq!(liar.emit(DRAINED, 500, seed), (500, 0), "{flavour:?}: {word:#x}");
                honest.wait_until(|lanes| lanes[DRAINED].last == (seed, 499));
                lie(&page, word.rotate_left(u32::try_from(seed).expect("a few")));
            }
            let lanes = honest.leave();
            assert!(lanes.iter().all(Lane::is_complete), "{flavour:?}: {word:#x}: {lanes:?}");
            drop(liar);
            host.stop();
        }
    }
}

/// Its page is still mapped when another one has its place: what it stores there reaches nobody.
#[test]
fn a_reader_that_has_left_cannot_speak_for_the_next_one_att_18() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let mut before = Asker::greet(&host);
        assert_eq!(before.call(Selector::Attach, &[1, u64::MAX]).scalars, [0, 1]);
        let page = before.0.map(1).expect("its page");
        assert_eq!(before.says(Selector::Serve, &[]), ReturnCode::SUCCESS);
        assert_eq!(before.says(Selector::Detach, &[]), ReturnCode::SUCCESS);
        let mut next = Reader::start(&host, &["--drain", &u64::MAX.to_string()]);
        before.wait_for(2, 1, 1);
        for seed in 1..=8 {
            lie(&page, seed << 20);
            assert_eq!(before.emit(DRAINED, 500, seed), (500, 0), "{flavour:?}");
            next.wait_until(|lanes| lanes[DRAINED].last == (seed, 499));
        }
        assert!(next.leave()[DRAINED].is_complete(), "{flavour:?}");
        drop(before);
        host.stop();
    }
}
