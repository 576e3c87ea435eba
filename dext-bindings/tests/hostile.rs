//! Drivers and readers that do what the protocol does not say: nobody waits past a deadline for them, and
//! nobody works without a bound (ATT-1, ATT-7, ATT-12, ATT-25).

#![cfg(target_os = "linux")]

mod peer;

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use abi_runtime::layout::{Policy, RegionState};
use abi_runtime::prelude::*;
use abi_runtime::region::LaneConfig;
use dext_bindings::linux::{
    Access, AttachError, Ended, RegionMemory, Server, Wish, Woken, attach, attach_with,
};
use dext_bindings::message::{Answer, Request, Verdict};
use peer::hostile::{connect, listen, new_socket, say_hello, welcome};
use peer::{Stage, Step};
use rustix::event::{EventfdFlags, eventfd};
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::net::{RecvFlags, SendFlags, SocketAddrUnix, SocketFlags};
use rustix::time::{ClockId, clock_gettime};

const BELL: Wish = Wish { drain: None, doorbell: true };

fn formatted() -> RegionMemory {
    let mut memory = peer::region_memory();
    peer::format(memory.memory_mut(), 1);
    memory
}

fn bind(path: &Path, memory: &RegionMemory) -> Server {
    Server::bind(path, Access::owner(), memory.share().unwrap()).unwrap()
}

/// Processor time that the calling thread has taken.
fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

#[test]
fn a_stray_byte_after_the_welcome_ends_the_session_att_7() {
    let (stage, memory) = (Stage::new(), formatted());
    let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).unwrap();
    let driver = welcome(&stage.socket(), &memory, Some(bell));
    let attached = attach_with(&stage.socket(), BELL).unwrap();
    let connection = driver.join().unwrap();
    assert_eq!(attached.ended(), None);
    rustix::net::send(&connection, b"x", SendFlags::NOSIGNAL).unwrap();
    assert_eq!(attached.ended(), Some(Ended::Protocol));
    assert!(!attached.driver_is_alive());
    assert_eq!(attached.sleep(0, 1, Duration::from_secs(20)).unwrap(), Woken::DriverGone);
    drop(connection);
    assert!(!attached.driver_is_alive(), "what lies there unread does not make it live");
}

#[test]
fn a_doorbell_that_is_no_eventfd_is_refused_att_12() {
    let pipe = std::io::pipe().unwrap();
    let bells: [(&str, OwnedFd); 5] = [
        ("/dev/zero", File::open("/dev/zero").unwrap().into()),
        ("a folder", File::open("/").unwrap().into()),
        ("a memfd", memfd_create("test", MemfdFlags::CLOEXEC).unwrap()),
        ("a pipe", pipe.0.into()),
        ("a socket", new_socket(SocketFlags::empty())),
    ];
    for (what, bell) in bells {
        let (stage, memory) = (Stage::new(), formatted());
        let driver = welcome(&stage.socket(), &memory, Some(bell));
        let refused = attach_with(&stage.socket(), BELL).unwrap_err();
        assert!(matches!(refused, AttachError::NotABell), "{what}: {refused}");
        driver.join().unwrap();
    }
}

#[test]
fn a_doorbell_that_is_always_ready_keeps_no_reader_past_its_time_att_12() {
    for flags in [EventfdFlags::empty(), EventfdFlags::NONBLOCK, EventfdFlags::SEMAPHORE] {
        let (stage, memory) = (Stage::new(), formatted());
        let bell = eventfd(1 << 20, flags).unwrap();
        let driver = welcome(&stage.socket(), &memory, Some(bell));
        let attached = attach_with(&stage.socket(), BELL).unwrap();
        let _connection = driver.join().unwrap();
        let (begun, busy) = (Instant::now(), thread_time());
        assert_eq!(attached.sleep(0, u64::MAX, Duration::from_millis(100)).unwrap(), Woken::TimedOut);
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        let busy = thread_time().saturating_sub(busy);
        assert!(busy < Duration::from_millis(50), "{busy:?} of work in 100 ms of sleep");
    }
}

#[test]
fn a_doorbell_that_is_rung_and_emptied_without_end_blocks_no_reader_att_12() {
    let (stage, memory) = (Stage::new(), formatted());
    // One whose reads would block.
    let bell = eventfd(0, EventfdFlags::CLOEXEC).unwrap();
    let own = bell.try_clone().unwrap();
    let driver = welcome(&stage.socket(), &memory, Some(bell));
    let attached = attach_with(&stage.socket(), BELL).unwrap();
    let _connection = driver.join().unwrap();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                rustix::io::write(&own, &1_u64.to_ne_bytes()).unwrap();
                rustix::io::read(&own, &mut [0; 8]).unwrap();
            }
        });
        let (begun, busy) = (Instant::now(), thread_time());
        for _ in 0..10 {
            assert_eq!(attached.sleep(0, u64::MAX, Duration::from_millis(20)).unwrap(), Woken::TimedOut);
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        let busy = thread_time().saturating_sub(busy);
        assert!(busy < Duration::from_millis(100), "{busy:?} of work in 200 ms of sleep");
        over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_sleep_without_a_deadline_ends_when_something_comes_att_12() {
    let stage = Stage::new();
    let mut memory = peer::region_memory();
    let file = memory.share().unwrap();
    let region = peer::format(memory.memory_mut(), 1);
    let server = Server::bind(&stage.socket(), Access::owner(), file).unwrap();
    let server = server.in_thread().unwrap();
    let attached = attach_with(&stage.socket(), BELL).unwrap();
    let writer = region.open_lane(0, &LaneConfig::new("lane", Policy::Overwrite), || 1).unwrap();
    thread::scope(|scope| {
        let sleeper = scope.spawn(|| attached.sleep(0, 1, Duration::MAX).unwrap());
        thread::sleep(Duration::from_millis(10));
        writer.emit(&Step::new(0)).unwrap();
        assert_eq!(sleeper.join().unwrap(), Woken::Rung);
    });
    region.set_state(RegionState::Closed);
    server.stop().unwrap();
}

#[test]
fn a_driver_that_is_stopped_is_not_said_to_be_gone_att_12() {
    let (stage, memory) = (Stage::new(), formatted());
    let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).unwrap();
    let driver = welcome(&stage.socket(), &memory, Some(bell));
    let attached = attach_with(&stage.socket(), BELL).unwrap();
    // It hears none of the requests, until there is no room for another.
    let connection = driver.join().unwrap();
    for sleep in 0..2000 {
        let woken = attached.sleep(0, u64::MAX, Duration::from_micros(1)).unwrap();
        assert_eq!(woken, Woken::TimedOut, "sleep {sleep}");
    }
    assert_eq!(attached.ended(), None);
    drop(connection);
}

#[test]
fn memory_that_is_not_filled_out_is_refused_att_1() {
    use rustix::fs::{FallocateFlags, SealFlags, fallocate, fcntl_add_seals, ftruncate};
    let all = SealFlags::SHRINK | SealFlags::GROW | SealFlags::FUTURE_WRITE | SealFlags::SEAL;
    let source = formatted();
    let header = *abi_runtime::attach::RegionView::attach(source.memory()).unwrap().header();
    let size = header.total_size;
    for filled in [0, 4096, size - 4096] {
        let file = memfd_create("test", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING).unwrap();
        ftruncate(&file, size).unwrap();
        if filled > 0 {
            fallocate(&file, FallocateFlags::empty(), 0, filled).unwrap();
        }
        fcntl_add_seals(&file, all).unwrap();
        let stage = Stage::new();
        let listener = listen(&stage.socket());
        let driver = thread::spawn(move || {
            let reader = rustix::net::accept_with(&listener, SocketFlags::CLOEXEC).unwrap();
            let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut ancillary = rustix::net::SendAncillaryBuffer::new(&mut space);
            let files = [file.as_fd()];
            assert!(ancillary.push(rustix::net::SendAncillaryMessage::ScmRights(&files)));
            let answer = Answer::new(Verdict::Welcome, &header);
            let packet = [rustix::io::IoSlice::new(answer.as_bytes())];
            rustix::net::sendmsg(&reader, &packet, &mut ancillary, SendFlags::NOSIGNAL).unwrap();
            reader
        });
        let refused = attach(&stage.socket()).unwrap_err();
        let said = refused.to_string();
        assert!(
            matches!(refused, AttachError::Sparse { size: has, filled: some } if has == size && some == filled),
            "{said}"
        );
        assert!(said.contains(&format!("of the {size} bytes")) && said.contains("ATT-1"), "{said}");
        driver.join().unwrap();
    }
}

#[test]
fn a_refusal_of_a_hello_says_what_was_refused_att_7() {
    let stage = Stage::new();
    let (source, listener) = (formatted(), listen(&stage.socket()));
    let header = *abi_runtime::attach::RegionView::attach(source.memory()).unwrap().header();
    let driver = thread::spawn(move || {
        let reader = rustix::net::accept_with(&listener, SocketFlags::CLOEXEC).unwrap();
        let answer = Answer::new(Verdict::NotAHello, &header);
        rustix::net::send(&reader, answer.as_bytes(), SendFlags::NOSIGNAL).unwrap();
        reader
    });
    let refused = attach(&stage.socket()).unwrap_err();
    assert!(matches!(refused, AttachError::NotAHello), "{refused}");
    assert!(refused.to_string().contains("hello"), "{refused}");
    driver.join().unwrap();
}

#[test]
fn a_driver_that_hangs_up_on_everybody_is_said_to_do_so_att_7() {
    let stage = Stage::new();
    let listener = listen(&stage.socket());
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                drop(rustix::net::accept_with(&listener, SocketFlags::CLOEXEC).unwrap());
            }
        });
        let refused = attach(&stage.socket());
        // Whatever came of it, the driver's thread ends; it may stand in `accept`.
        over.store(true, Ordering::Relaxed);
        drop(connect(&stage.socket()));
        let refused = refused.unwrap_err();
        assert!(matches!(refused, AttachError::Dismissed { times } if times > 1), "{refused}");
    });
}

#[test]
fn who_says_hello_is_heard_in_the_turn_that_accepts_it_att_25() {
    let (stage, memory) = (Stage::new(), formatted());
    let mut server = bind(&stage.socket(), &memory);
    // Some that say nothing have come before it, and more come after it.
    let before: Vec<OwnedFd> = (0..20).map(|_| connect(&stage.socket())).collect();
    let honest = say_hello(&stage.socket(), None, false);
    let after: Vec<OwnedFd> = (0..80).map(|_| connect(&stage.socket())).collect();
    server.poll_once(Duration::from_millis(20)).unwrap();
    assert_eq!(server.attached(), 1);
    let mut answer = [0; 64];
    let (len, _) = rustix::net::recv(&honest, &mut answer[..], RecvFlags::DONTWAIT).unwrap();
    assert_eq!(Answer::parse(&answer[..len]).unwrap().verdict.known(), Ok(Verdict::Welcome));
    drop((before, after));
}

#[test]
fn one_that_gives_way_is_heard_once_more_att_7() {
    let (stage, memory) = (Stage::new(), formatted());
    let mut server = bind(&stage.socket(), &memory);
    let late = connect(&stage.socket());
    server.poll_once(Duration::from_millis(20)).unwrap();
    // It speaks after it was accepted, and so many come that it is the one to give way in that same turn.
    let mut crowd = Vec::new();
    for _ in 0..63 {
        crowd.push(connect(&stage.socket()));
        server.poll_once(Duration::from_millis(20)).unwrap();
    }
    rustix::net::send(&late, dext_bindings::message::Hello::new().as_bytes(), SendFlags::NOSIGNAL).unwrap();
    crowd.push(connect(&stage.socket()));
    server.poll_once(Duration::from_millis(20)).unwrap();
    assert_eq!(server.attached(), 1);
    let mut answer = [0; 64];
    rustix::net::recv(&late, &mut answer[..], RecvFlags::DONTWAIT).unwrap();
}

/// Connects over and over, and says nothing, as fast as it can.
fn flood(path: &Path, over: &AtomicBool) {
    let address = SocketAddrUnix::new(path).unwrap();
    let mut held = std::collections::VecDeque::new();
    while !over.load(Ordering::Relaxed) {
        let socket = new_socket(SocketFlags::NONBLOCK);
        if rustix::net::connect(&socket, &address).is_ok() {
            held.push_back(socket);
        } else {
            thread::yield_now();
        }
        if held.len() > 100 {
            held.pop_front();
        }
    }
}

#[test]
fn a_flood_of_silent_connections_turns_no_honest_reader_away_att_25() {
    let (stage, memory) = (Stage::new(), formatted());
    let server = bind(&stage.socket(), &memory).in_thread().unwrap();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| flood(&stage.socket(), &over));
        }
        for reader in 0..200 {
            let attached = attach(&stage.socket());
            if attached.is_err() {
                over.store(true, Ordering::Relaxed);
            }
            attached.unwrap_or_else(|error| panic!("reader {reader}: {error}"));
        }
        over.store(true, Ordering::Relaxed);
    });
    server.stop().unwrap();
}

#[test]
fn a_turn_does_bounded_work_whoever_connects_att_25() {
    let (stage, memory) = (Stage::new(), formatted());
    let mut server = bind(&stage.socket(), &memory);
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| flood(&stage.socket(), &over));
        }
        let (mut busiest, mut turns) = (Duration::ZERO, 0);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(500) {
            let busy = thread_time();
            server.poll_once(Duration::from_millis(1)).unwrap();
            busiest = busiest.max(thread_time().saturating_sub(busy));
            turns += 1;
        }
        over.store(true, Ordering::Relaxed);
        assert!(turns > 20, "{turns} turns");
        assert!(busiest < Duration::from_millis(20), "{busiest:?} of work in one turn");
    });
}

#[test]
fn sleepers_cost_a_driver_a_bounded_part_of_a_processor_att_12() {
    // Many lanes, many sleepers, and one that asks to sleep without end.
    let shape = abi_runtime::geometry::Shape { lanes: 4096, block_size: 4096, blocks_per_lane: 2 };
    let bytes = abi_runtime::region::region_size(shape, &peer::STEPS).unwrap();
    let mut memory = RegionMemory::create(bytes).unwrap();
    let config = abi_runtime::region::RegionConfig { shape, ..peer::config(1) };
    abi_runtime::region::Region::format(memory.memory_mut(), &config).unwrap();
    let stage = Stage::new();
    let mut server = bind(&stage.socket(), &memory);
    let over = AtomicBool::new(false);
    let asked = AtomicU32::new(0);
    let mut sleepers: Vec<OwnedFd> = Vec::new();
    for _ in 0..200 {
        sleepers.push(say_hello(&stage.socket(), None, true));
        server.poll_once(Duration::from_millis(20)).unwrap();
    }
    assert_eq!(server.attached(), 200);
    for sleeper in &sleepers {
        rustix::net::send(sleeper, Request::sleep(0, u64::MAX).as_bytes(), SendFlags::NOSIGNAL).unwrap();
    }
    let eager = sleepers.pop().unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            let request = Request::sleep(0, 0);
            while !over.load(Ordering::Relaxed) {
                let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
                if rustix::net::send(&eager, request.as_bytes(), flags).is_ok() {
                    asked.fetch_add(1, Ordering::Relaxed);
                } else {
                    thread::yield_now();
                }
            }
        });
        let (begun, busy) = (Instant::now(), thread_time());
        while begun.elapsed() < Duration::from_secs(1) {
            server.poll_once(Duration::from_millis(50)).unwrap();
        }
        let (passed, busy) = (begun.elapsed(), thread_time().saturating_sub(busy));
        over.store(true, Ordering::Relaxed);
        // It asks as often as there is room for, which is what the driver hears and what waits unheard.
        assert!(asked.load(Ordering::Relaxed) > 100, "{asked:?} requests");
        // A build without optimisations; and what is to be seen is that it does not grow with the sleepers.
        assert!(busy * 3 < passed, "{busy:?} of work in {passed:?}");
    });
}

#[test]
fn a_reader_that_says_too_much_is_let_go_att_12() {
    let (stage, memory) = (Stage::new(), formatted());
    let mut server = bind(&stage.socket(), &memory);
    let reader = say_hello(&stage.socket(), None, true);
    server.poll_once(Duration::from_millis(20)).unwrap();
    // A packet that begins as a request and is longer.
    let longer = [Request::sleep(0, 1).as_bytes(), &[0; 40]].concat();
    rustix::net::send(&reader, &longer, SendFlags::NOSIGNAL).unwrap();
    let begun = Instant::now();
    while server.attached() == 1 {
        server.poll_once(Duration::from_millis(20)).unwrap();
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}

/// Bytes of a message of `dext-host` (`dext-bindings/shim/README.md`, "Wire") without scalars.
fn host_message(kind: u32, id: u64) -> Vec<u8> {
    let mut packet = b"TSKr".to_vec();
    packet.extend(kind.to_le_bytes());
    packet.extend(id.to_le_bytes());
    packet.resize(48, 0);
    packet
}

#[test]
fn a_host_that_says_what_nobody_asked_keeps_no_reader_past_its_time_att_17() {
    use dext_bindings::dext::{Connection as _, Event};
    let stage = Stage::new();
    let listener = listen(&stage.folder().join("Service"));
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let accept = || rustix::net::accept_with(&listener, SocketFlags::CLOEXEC).unwrap();
            let (interest, calls) = (accept(), accept());
            let mut request = [0; 256];
            for channel in [&interest, &calls] {
                rustix::net::recv(channel, &mut request[..], RecvFlags::empty()).unwrap();
                rustix::net::send(channel, &host_message(1, 1), SendFlags::NOSIGNAL).unwrap();
            }
            // Replies to no call, completions without words, and what is no message.
            let strays = [host_message(1, 77), host_message(2, 7), b"x".to_vec()];
            for stray in strays.iter().cycle() {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                let _ = rustix::net::send(&calls, stray, SendFlags::NOSIGNAL | SendFlags::DONTWAIT);
            }
        });
        let host = dext_bindings::linux::DextHost::open(stage.folder(), "Service").unwrap();
        let begun = Instant::now();
        for _ in 0..1000 {
            assert!(matches!(host.wait(Duration::from_millis(1)).unwrap(), Event::TimedOut));
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        over.store(true, Ordering::Relaxed);
    });
}
