//! Everything that an attaching reader refuses, and what it says (ATT-5 to ATT-9, REG-10).

#![cfg(target_os = "linux")]

mod peer;

use std::io::Write as _;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use abi_runtime::attach::{AttachError as Region, RegionView};
use abi_runtime::layout::RegionHeader;
use abi_runtime::prelude::*;
use dext_bindings::linux::{
    Access, AttachError, RegionMemory, ServeError, Server, Wish, attach, attach_with,
};
use dext_bindings::message::{Answer, Granted, Hello, Verdict, Wishes};
use peer::{NOBODY, Stage, await_cue, part, require_root, say};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use rustix::net::{
    AddressFamily, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketAddrUnix,
    SocketFlags, SocketType,
};

/// Plays a reader and says whether it got the region.
#[test]
fn peer() {
    let Some((part, socket)) = part() else { return };
    if part == "crowd" {
        return stand_around(&socket);
    }
    match attach(&socket) {
        Ok(attachment) => say(format!("attached to {} lanes", attachment.region().lanes())),
        Err(error) => say(error),
    }
    await_cue();
}

/// Opens more connections than a driver takes, and says nothing on any.
fn stand_around(socket: &Path) {
    let address = SocketAddrUnix::new(socket).unwrap();
    let connect = || {
        let socket =
            rustix::net::socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None);
        let socket = socket.unwrap();
        rustix::net::connect(&socket, &address).unwrap();
        socket
    };
    let crowd: Vec<OwnedFd> = (0..400).map(|_| connect()).collect();
    say("standing around");
    await_cue();
    drop(crowd);
}

/// Somebody who serves at `path` and answers the first hello with `answer` and `files`.
fn answer_once(path: &Path, answer: Vec<u8>, files: Vec<OwnedFd>) -> JoinHandle<()> {
    let socket =
        rustix::net::socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
            .unwrap();
    rustix::net::bind(&socket, &SocketAddrUnix::new(path).unwrap()).unwrap();
    rustix::net::listen(&socket, 1).unwrap();
    thread::spawn(move || {
        let reader = rustix::net::accept_with(&socket, SocketFlags::CLOEXEC).unwrap();
        let mut hello = [0; 64];
        let (len, _) = rustix::net::recv(&reader, &mut hello[..], RecvFlags::empty()).unwrap();
        assert!(Hello::parse(&hello[..len]).is_some());
        let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        let files: Vec<_> = files.iter().map(AsFd::as_fd).collect();
        if !files.is_empty() {
            assert!(ancillary.push(SendAncillaryMessage::ScmRights(&files)));
        }
        let packet = [rustix::io::IoSlice::new(&answer)];
        rustix::net::sendmsg(&reader, &packet, &mut ancillary, SendFlags::NOSIGNAL).unwrap();
        // Stay until the reader has left.
        let _ = rustix::net::recv(&reader, &mut hello[..], RecvFlags::empty());
    })
}

/// A well-formed region as bytes, and the answer that belongs to it.
fn region_bytes() -> (Vec<u8>, Answer) {
    let mut memory = peer::region_memory();
    let region = peer::format(memory.memory_mut(), 7);
    let header = *RegionView::attach(region.memory()).unwrap().header();
    let len = usize::try_from(header.total_size).unwrap();
    let file = memory.share().unwrap();
    let mut bytes = vec![0; len];
    rustix::io::pread(&file, &mut bytes, 0).unwrap();
    (bytes, Answer::new(Verdict::Welcome, &header))
}

fn memfd(bytes: &[u8], seals: SealFlags) -> OwnedFd {
    let file = memfd_create("test", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING).unwrap();
    ftruncate(&file, bytes.len() as u64).unwrap();
    std::fs::File::from(file.try_clone().unwrap()).write_all(bytes).unwrap();
    fcntl_add_seals(&file, seals).unwrap();
    file
}

const ALL: SealFlags =
    SealFlags::SHRINK.union(SealFlags::GROW).union(SealFlags::FUTURE_WRITE).union(SealFlags::SEAL);

fn refusal(answer: &[u8], files: impl IntoIterator<Item = OwnedFd>) -> AttachError {
    refusal_with(Wish::default(), answer, files)
}

fn refusal_with(wish: Wish, answer: &[u8], files: impl IntoIterator<Item = OwnedFd>) -> AttachError {
    let stage = Stage::new();
    let driver = answer_once(&stage.socket(), answer.to_vec(), files.into_iter().collect());
    let error = attach_with(&stage.socket(), wish).unwrap_err();
    driver.join().unwrap();
    assert!(!error.to_string().is_empty());
    error
}

#[test]
fn unsealed_memory_is_refused_and_each_missing_seal_is_named() {
    let (bytes, answer) = region_bytes();
    for (seal, name) in [
        (SealFlags::SHRINK, "SHRINK"),
        (SealFlags::GROW, "GROW"),
        (SealFlags::FUTURE_WRITE, "FUTURE_WRITE"),
        (SealFlags::SEAL, "SEAL"),
    ] {
        let error = refusal(answer.as_bytes(), Some(memfd(&bytes, ALL.difference(seal))));
        assert!(matches!(error, AttachError::Unsealed(missing) if missing.to_string() == name), "{error}");
    }
}

#[test]
fn a_file_that_is_no_memfd_is_refused() {
    let (bytes, answer) = region_bytes();
    let mut file = tempfile::tempfile_in("/tmp").unwrap();
    file.write_all(&bytes).unwrap();
    let error = refusal(answer.as_bytes(), Some(file.into()));
    // Some file systems know seals, and have none set.
    assert!(matches!(error, AttachError::NotSealable | AttachError::Unsealed(_)), "{error}");
}

#[test]
fn another_size_than_stated_is_refused() {
    let (bytes, answer) = region_bytes();
    let error = refusal(answer.as_bytes(), Some(memfd(&bytes[..bytes.len() - 4096], ALL)));
    assert!(matches!(error, AttachError::Size { .. }), "{error}");
    let empty = Answer { total_size: 0, ..answer };
    let error = refusal(empty.as_bytes(), Some(memfd(&[], ALL)));
    assert!(matches!(error, AttachError::Size { said: 0, has: 0 }), "{error}");
    let huge = Answer { total_size: u64::MAX, ..answer };
    let error = refusal(huge.as_bytes(), Some(memfd(&bytes, ALL)));
    assert!(matches!(error, AttachError::Size { said: u64::MAX, .. }), "{error}");
}

/// The refusal of a region whose bytes `change` has changed.
fn changed(change: impl FnOnce(&mut [u8])) -> AttachError {
    let (mut bytes, answer) = region_bytes();
    change(&mut bytes);
    refusal(answer.as_bytes(), Some(memfd(&bytes, ALL)))
}

#[test]
fn foreign_and_damaged_regions_are_refused_each_with_its_own_words() {
    let error = changed(|bytes| bytes[..4].copy_from_slice(b"\x7fELF"));
    assert!(matches!(error, AttachError::Region(Region::Magic(_))), "{error}");
    let error = changed(|bytes| bytes[8..12].reverse());
    assert!(matches!(error, AttachError::Region(Region::ByteOrder(_))), "{error}");
    let error = changed(|bytes| bytes[16] = 9);
    assert_eq!(
        error.to_string(),
        "the driver speaks region ABI 9.1 and this reader 1.1: the major numbers must be equal (REG-5); use a reader of ABI 9"
    );
    let error = changed(|bytes| bytes[120] ^= 0xff);
    assert!(matches!(error, AttachError::Region(Region::Checksum { .. })), "{error}");
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let error = changed(|bytes| {
        for byte in bytes {
            state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            *byte = (state >> 56) as u8;
        }
    });
    assert!(matches!(error, AttachError::Region(Region::Magic(_))), "{error}");
}

#[test]
fn a_region_other_than_the_one_spoken_of_is_refused() {
    let (bytes, answer) = region_bytes();
    let others = [
        ("id", Answer { region_id: [1, 2], ..answer }),
        ("generation", Answer { generation: answer.generation + 1, ..answer }),
        ("fingerprint", Answer { fingerprint: [1, 2], ..answer }),
        ("major number", Answer { abi_major: 2, ..answer }),
        ("minor number", Answer { abi_minor: 99, ..answer }),
    ];
    for (named, other) in others {
        let error = refusal(other.as_bytes(), Some(memfd(&bytes, ALL)));
        assert!(matches!(error, AttachError::OtherRegion { what } if what == named), "{error}");
    }
}

/// ATT-8: who welcomes a reader to more than it asked for is refused.
#[test]
fn a_grant_or_a_descriptor_that_was_not_asked_for_is_refused() {
    let (bytes, answer) = region_bytes();
    let region = || memfd(&bytes, ALL);
    let error = refusal(answer.as_bytes(), [region(), region()]);
    assert!(matches!(error, AttachError::NotAskedFor), "{error}");
    let granting = |wishes| {
        let granted = Granted { wishes: Flags::from_raw(wishes), slot: 0, ticket: 1 };
        [answer.as_bytes(), granted.as_bytes()].concat()
    };
    for wishes in [0, 1, 2, 4] {
        let error = refusal(&granting(wishes), Some(region()));
        assert!(matches!(error, AttachError::NotAskedFor), "{wishes}: {error}");
    }
    let wish = Wish { drain: Some(0), doorbell: false };
    for wishes in [2, 3, 5] {
        let error = refusal_with(wish, &granting(wishes), [region(), region()]);
        assert!(matches!(error, AttachError::NotAskedFor), "{wishes}: {error}");
    }
}

/// REG-46: a place among the drain readers that the region cannot have.
#[test]
fn a_slot_or_a_ticket_that_cannot_be_is_refused() {
    let (bytes, answer) = region_bytes();
    let wish = Wish { drain: Some(0), doorbell: false };
    let slots = RegionHeader::read_wire(&bytes).drain_readers;
    for (slot, ticket) in [(slots, 1), (u32::MAX, 1), (0, 0), (0, 1 << 56), (0, u64::MAX)] {
        let granted = Granted { wishes: Flags::from_raw(0).with(Wishes::Drain), slot, ticket };
        let packet = [answer.as_bytes(), granted.as_bytes()].concat();
        let error = refusal_with(wish, &packet, [memfd(&bytes, ALL), memfd(&[0; 256], ALL)]);
        assert!(matches!(error, AttachError::NoSuchPlace { .. }), "{slot}, {ticket}: {error}");
    }
}

#[test]
fn who_answers_nonsense_or_nothing_is_not_ours() {
    let (_, answer) = region_bytes();
    for nonsense in [&b"HTTP/1.1 400 Bad Request\r\n"[..], &[0; 72], &answer.as_bytes()[..63]] {
        let error = refusal(nonsense, None);
        assert!(matches!(error, AttachError::NotOurs { .. }), "{error}");
    }
    let longer = [answer.as_bytes(), &[0]].concat();
    assert!(matches!(refusal(&longer, None), AttachError::NotOurs { .. }));
    assert!(matches!(refusal(answer.as_bytes(), None), AttachError::NoDescriptor));
    let unknown = Answer { verdict: Code::from_raw(77), ..answer };
    assert!(matches!(refusal(unknown.as_bytes(), None), AttachError::Refused(77)));
}

#[test]
fn a_path_where_nobody_serves_is_said_to_be_one() {
    let stage = Stage::new();
    let error = attach(&stage.socket()).unwrap_err();
    assert!(matches!(error, AttachError::NobodyThere { .. }), "{error}");
    assert!(error.to_string().contains("driver.sock: no driver serves there"), "{error}");
    std::fs::write(stage.socket(), "a file").unwrap();
    assert!(matches!(attach(&stage.socket()).unwrap_err(), AttachError::NobodyThere { .. }));
}

/// A driver of this process that serves at the stage with `access`.
fn with_server<T>(stage: &Stage, access: Access, act: impl FnOnce(&mut Server) -> T) -> T {
    let mut memory = peer::region_memory();
    let file = memory.share().unwrap();
    peer::format(memory.memory_mut(), 1);
    let mut server = Server::bind(&stage.socket(), access, file).unwrap();
    act(&mut server)
}

fn serve_until(server: &mut Server, mut done: impl FnMut(&Server) -> bool) {
    for _ in 0..20_000 {
        if done(server) {
            return;
        }
        server.poll_once(Duration::from_millis(20)).unwrap();
    }
    panic!("the server's readers did not do what they were to do");
}

#[test]
fn the_drivers_configuration_decides_who_attaches() {
    require_root();
    for (access, allowed) in [
        (Access::owner(), false),
        (Access::anyone(), true),
        (Access::owner().user(NOBODY), true),
        (Access::owner().group(NOBODY), true),
        (Access::owner().user(1), false),
    ] {
        let stage = Stage::new();
        let said = with_server(&stage, access, |server| {
            let mut player = stage.start("attach", Some(NOBODY));
            let heard = thread::spawn(move || player.hear());
            serve_until(server, |_| heard.is_finished());
            heard.join().unwrap().unwrap()
        });
        let expected = if allowed { "attached to 2 lanes" } else { "the driver does not allow this user" };
        assert!(said.starts_with(expected), "{said}");
    }
}

#[test]
fn a_hello_of_another_abi_or_none_is_answered_with_both_numbers() {
    let stage = Stage::new();
    let answer = with_server(&stage, Access::owner(), |server| {
        let socket =
            rustix::net::socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
                .unwrap();
        rustix::net::connect(&socket, &SocketAddrUnix::new(stage.socket()).unwrap()).unwrap();
        let mut hello = Hello::new();
        hello.abi_major = 9;
        rustix::net::send(&socket, hello.as_bytes(), SendFlags::NOSIGNAL).unwrap();
        let mut packet = [0; 128];
        let mut received = None;
        serve_until(server, |_| {
            received = rustix::net::recv(&socket, &mut packet[..], RecvFlags::DONTWAIT).ok();
            received.is_some()
        });
        let (len, _) = received.unwrap();
        Answer::parse(&packet[..len]).unwrap()
    });
    assert_eq!((answer.verdict.known(), answer.abi_major), (Ok(Verdict::AbiMajor), 1));
}

#[test]
fn a_server_takes_no_more_readers_than_it_was_told() {
    let stage = Stage::new();
    with_server(&stage, Access::owner(), |_| ());
    let mut memory = peer::region_memory();
    let file = memory.share().unwrap();
    peer::format(memory.memory_mut(), 1);
    let server = Server::bind(&stage.socket(), Access::owner(), file).unwrap().max_readers(1);
    let server = server.in_thread().unwrap();
    let first = attach(&stage.socket()).unwrap();
    assert!(matches!(attach(&stage.socket()).unwrap_err(), AttachError::Full));
    assert!(first.driver_is_alive());
    server.stop().unwrap();
    assert!(!first.driver_is_alive());
    assert_eq!(first.region().lanes(), 2, "what is mapped stays mapped");
}

#[test]
fn a_silent_crowd_keeps_nobody_out() {
    require_root();
    let stage = Stage::new();
    let mut memory = peer::region_memory();
    let file = memory.share().unwrap();
    peer::format(memory.memory_mut(), 1);
    let server = Server::bind(&stage.socket(), Access::owner(), file).unwrap().max_readers(8);
    let server = server.in_thread().unwrap();
    for user in [Some(NOBODY), None] {
        let mut crowd = stage.start("crowd", user);
        crowd.expect("standing around");
        let attachment = attach(&stage.socket()).unwrap();
        assert!(attachment.driver_is_alive());
    }
    server.stop().unwrap();
}

#[test]
fn a_driver_that_does_not_answer_is_said_to_be_silent() {
    let stage = Stage::new();
    let socket =
        rustix::net::socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None);
    let socket = socket.unwrap();
    rustix::net::bind(&socket, &SocketAddrUnix::new(stage.socket()).unwrap()).unwrap();
    rustix::net::listen(&socket, 0).unwrap();
    // One waits in the queue unheard; the next does not even get into it.
    let path = stage.socket();
    let waiting = thread::spawn(move || attach(&path).unwrap_err());
    let error = attach(&stage.socket()).unwrap_err();
    assert!(matches!(error, AttachError::Silent), "{error}");
    assert!(matches!(waiting.join().unwrap(), AttachError::Silent));
}

#[test]
fn a_thousand_attaches_leave_nothing_behind() {
    let stage = Stage::new();
    let files = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    with_server(&stage, Access::owner(), |server| {
        let path = stage.socket();
        let reader = thread::spawn(move || {
            for _ in 0..1000 {
                attach(&path).unwrap();
            }
        });
        serve_until(server, |_| reader.is_finished());
        reader.join().unwrap();
        serve_until(server, |server| server.attached() == 0);
    });
    // Other tests of this process open files too, but not hundreds.
    assert!(files() < 200, "{} descriptors are open", files());
}

#[test]
fn a_dead_drivers_socket_is_replaced_and_nothing_else_is() {
    let bind = |stage: &Stage| {
        let mut memory = peer::region_memory();
        let file = memory.share().unwrap();
        peer::format(memory.memory_mut(), 1);
        Server::bind(&stage.socket(), Access::owner(), file)
    };
    let stage = Stage::new();
    let first = bind(&stage).unwrap();
    assert!(matches!(bind(&stage).unwrap_err(), ServeError::InUse(_)));
    // As a driver that was killed leaves it: the file is there, nobody listens.
    let aside = stage.folder().join("aside");
    std::fs::rename(stage.socket(), &aside).unwrap();
    drop(first);
    std::fs::rename(&aside, stage.socket()).unwrap();
    drop(bind(&stage).unwrap());
    assert!(!stage.socket().exists(), "a server that ends takes its socket with it");

    std::fs::write(stage.socket(), "precious").unwrap();
    let error = bind(&stage).unwrap_err();
    assert!(matches!(error, ServeError::NotASocket(_)), "{error}");
    assert_eq!(std::fs::read_to_string(stage.socket()).unwrap(), "precious");
}

#[test]
fn memory_without_a_region_is_not_served() {
    let stage = Stage::new();
    let memory = RegionMemory::create(1 << 16).unwrap();
    let error = Server::bind(&stage.socket(), Access::owner(), memory.share().unwrap()).unwrap_err();
    assert!(matches!(error, ServeError::Region(_)), "{error}");
    assert!(!stage.socket().exists());
}
