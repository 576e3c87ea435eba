//! Whose a socket is: by inode and process, never by its path (ATT-5, ATT-23, ATT-24).

#![cfg(target_os = "linux")]

mod peer;

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use abi_runtime::region::{Extras, Region};
use dext_bindings::linux::{
    Access, AttachError, Drains, Ended, ServeError, Server, Wish, Woken, attach, attach_with,
};
use peer::{SHAPE, Stage, await_cue, part, say};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use rustix::process::{Pid, Signal, kill_process};

/// Plays a driver, or a reader, that forks.
#[test]
fn peer() {
    let Some((part, socket)) = part() else { return };
    match part.as_str() {
        "driver whose child drops its server" => {
            let server = bind(&socket).unwrap();
            let child = peer::ffi::fork_and(|| drop(server));
            wait_for(child);
            say("dropped");
            await_cue();
        }
        "driver with a thread whose child drops its server" => {
            let server = bind(&socket).unwrap().in_thread().unwrap();
            let child = peer::ffi::fork_and(|| drop(server));
            wait_for(child);
            say("dropped");
            await_cue();
        }
        "driver with a child" => {
            let server = bind(&socket).unwrap().in_thread().unwrap();
            await_cue();
            say(peer::ffi::leave_a_child());
            await_cue();
            drop(server);
        }
        "mute driver with a child" => {
            let _server = bind(&socket).unwrap();
            say(peer::ffi::leave_a_child());
            await_cue();
        }
        "listener with a child" => {
            let listener = listen(&socket);
            say(peer::ffi::leave_a_child());
            await_cue();
            drop(listener);
        }
        "mute listener" => {
            let listener = listen(&socket);
            say("listening");
            let connection = rustix::net::accept_with(&listener, SocketFlags::CLOEXEC).unwrap();
            say("accepted");
            await_cue();
            drop(connection);
        }
        "reader with a child" => {
            let wish = Wish { drain: Some(u64::MAX), doorbell: true };
            let _attachment = attach_with(&socket, wish).unwrap();
            say(peer::ffi::leave_a_child());
            await_cue();
        }
        other => panic!("there is no part {other:?}"),
    }
}

/// Serves a region at `path`.
fn bind(path: &Path) -> Result<Server, ServeError> {
    let mut memory = peer::region_memory();
    let file = memory.share().unwrap();
    peer::format(memory.memory_mut(), 1);
    Server::bind(path, Access::owner(), file)
}

fn new_socket() -> OwnedFd {
    rustix::net::socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None).unwrap()
}

/// Listens as a driver of an earlier version does.
fn listen(path: &Path) -> OwnedFd {
    let socket = new_socket();
    rustix::net::bind(&socket, &SocketAddrUnix::new(path).unwrap()).unwrap();
    rustix::net::listen(&socket, 128).unwrap();
    socket
}

fn wait_for(child: u32) {
    let child = Pid::from_raw(i32::try_from(child).unwrap());
    rustix::process::waitpid(child, rustix::process::WaitOptions::empty()).unwrap();
}

/// A child that was left behind, ended with the test.
struct Child(Pid);

impl Child {
    fn of(player: &mut peer::Player) -> Self {
        let child: i32 = player.hear().unwrap().parse().unwrap();
        Self(Pid::from_raw(child).unwrap())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        kill_process(self.0, Signal::KILL).unwrap();
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("player"))
        .collect();
    entries.sort();
    entries
}

#[test]
fn a_driver_whose_socket_was_renamed_away_removes_no_other_drivers_att_23() {
    let stage = Stage::new();
    let aside = stage.folder().join("aside");
    let first = bind(&stage.socket()).unwrap();
    fs::rename(stage.socket(), &aside).unwrap();
    let second = bind(&stage.socket()).unwrap();
    let third = bind(&stage.socket()).unwrap_err();
    assert!(matches!(third, ServeError::InUse(_)), "{third}");
    drop(first);
    let server = second.in_thread().unwrap();
    attach(&stage.socket()).unwrap();
    assert!(matches!(bind(&stage.socket()).unwrap_err(), ServeError::InUse(_)));
    server.stop().unwrap();
    assert_eq!(entries(stage.folder()), [aside], "a socket that has no driver knows no path any more");

    // The second one may be a program that knows nothing of all this.
    let first = bind(&stage.socket()).unwrap();
    fs::remove_file(stage.socket()).unwrap();
    let second = listen(&stage.socket());
    drop(first);
    assert!(stage.socket().exists());
    drop(second);
}

#[test]
fn a_driver_that_is_renamed_back_after_it_was_killed_is_replaced_att_23() {
    let stage = Stage::new();
    let aside = stage.folder().join("aside");
    let mut driver = stage.start("driver with a child", None);
    while attach(&stage.socket()).is_err() {
        thread::yield_now();
    }
    driver.cue();
    let _child = Child::of(&mut driver);
    fs::rename(stage.socket(), &aside).unwrap();
    drop(bind(&stage.socket()).unwrap());
    fs::rename(&aside, stage.socket()).unwrap();
    // The life file was the second one's; the first one's process is asked about at its socket.
    assert!(matches!(bind(&stage.socket()).unwrap_err(), ServeError::InUse(_)));
    driver.kill();
    bind(&stage.socket()).unwrap();
}

#[test]
fn a_driver_that_ends_removes_no_file_that_is_not_its_socket_att_23() {
    let stage = Stage::new();
    let server = bind(&stage.socket()).unwrap();
    fs::remove_file(stage.socket()).unwrap();
    fs::write(stage.socket(), "precious").unwrap();
    drop(server);
    assert_eq!(fs::read_to_string(stage.socket()).unwrap(), "precious");
    fs::remove_file(stage.socket()).unwrap();

    let server = bind(&stage.socket()).unwrap();
    fs::remove_file(stage.socket()).unwrap();
    fs::create_dir(stage.socket()).unwrap();
    drop(server);
    assert!(stage.socket().is_dir());
}

#[test]
fn a_forked_child_that_drops_its_server_removes_nothing_att_23() {
    for part in ["driver whose child drops its server", "driver with a thread whose child drops its server"] {
        let stage = Stage::new();
        let mut driver = stage.start(part, None);
        driver.expect("dropped");
        assert!(stage.socket().exists(), "{part}");
        assert!(matches!(bind(&stage.socket()).unwrap_err(), ServeError::InUse(_)), "{part}");
        driver.kill();
        bind(&stage.socket()).unwrap();
    }
}

#[test]
fn of_the_threads_of_a_process_that_start_at_one_path_one_serves_att_23() {
    let stage = Stage::new();
    for round in 0..200 {
        if round % 2 == 0 {
            drop(listen(&stage.socket()));
        }
        let begin = Barrier::new(4);
        let bound: Vec<_> = thread::scope(|scope| {
            let start = || {
                begin.wait();
                bind(&stage.socket())
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let refused = |bound: &&Result<Server, ServeError>| matches!(bound, Err(ServeError::InUse(_)));
        assert_eq!(bound.iter().filter(refused).count(), 3, "round {round}: {bound:?}");
        assert_eq!(bound.iter().filter(|bound| bound.is_ok()).count(), 1, "round {round}");
    }
    assert_eq!(entries(stage.folder()), [] as [PathBuf; 0]);
}

#[test]
fn a_child_of_a_killed_driver_does_not_serve_att_24() {
    let stage = Stage::new();
    let mut driver = stage.start("driver with a child", None);
    let attached = loop {
        match attach_with(&stage.socket(), Wish { drain: None, doorbell: true }) {
            Ok(attached) => break attached,
            Err(AttachError::NobodyThere { .. }) => thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    };
    driver.cue();
    let _child = Child::of(&mut driver);
    assert_eq!(attached.ended(), None);
    thread::scope(|scope| {
        let sleeper = scope.spawn(|| attached.sleep(0, u64::MAX, Duration::from_secs(20)).unwrap());
        thread::sleep(Duration::from_millis(20));
        driver.kill();
        let killed = Instant::now();
        assert_eq!(sleeper.join().unwrap(), Woken::DriverGone);
        assert!(killed.elapsed() < Duration::from_secs(5), "at once, not after {:?}", killed.elapsed());
    });
    assert_eq!(attached.ended(), Some(Ended::Process));
    assert!(!attached.driver_is_alive());
    // A reader that comes now is told, and does not wait for an answer.
    let asked = Instant::now();
    assert!(matches!(attach(&stage.socket()).unwrap_err(), AttachError::Ended));
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    // And a new driver starts.
    let next = bind(&stage.socket()).unwrap().in_thread().unwrap();
    attach(&stage.socket()).unwrap();
    next.stop().unwrap();
}

#[test]
fn a_queue_that_a_child_of_a_killed_driver_keeps_full_stops_no_new_driver_att_24() {
    let stage = Stage::new();
    let mut driver = stage.start("mute driver with a child", None);
    let _child = Child::of(&mut driver);
    driver.kill();
    let address = SocketAddrUnix::new(stage.socket()).unwrap();
    let mut waiting = Vec::new();
    loop {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket =
            rustix::net::socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None).unwrap();
        if rustix::net::connect(&socket, &address).is_err() {
            break;
        }
        waiting.push(socket);
    }
    assert!(waiting.len() > 100, "{}", waiting.len());
    let next = bind(&stage.socket()).unwrap().in_thread().unwrap();
    attach(&stage.socket()).unwrap();
    next.stop().unwrap();
}

#[test]
fn a_child_of_a_killed_driver_without_a_lock_does_not_serve_att_24() {
    let stage = Stage::new();
    let mut driver = stage.start("listener with a child", None);
    let _child = Child::of(&mut driver);
    assert!(matches!(bind(&stage.socket()).unwrap_err(), ServeError::InUse(_)));
    driver.kill();
    bind(&stage.socket()).unwrap();
}

#[test]
fn a_driver_killed_between_connect_and_answer_is_said_to_have_ended_att_7() {
    let stage = Stage::new();
    let mut driver = stage.start("mute listener", None);
    driver.expect("listening");
    let path = stage.socket();
    let reader = thread::spawn(move || attach(&path).unwrap_err());
    driver.expect("accepted");
    driver.kill();
    let error = reader.join().unwrap();
    assert!(matches!(error, AttachError::Ended), "{error}");
    assert_eq!(error.to_string(), "the driver ended before it answered (ATT-7); attach when it is back");
}

#[test]
fn nobody_waits_for_a_killed_reader_whose_child_lives_att_24() {
    let stage = Stage::new();
    let drains = std::sync::Arc::new(Drains::create(1, SHAPE.lanes).unwrap());
    let mut memory = peer::region_memory();
    let extras = Extras { drain: drains.slots(), ..Extras::default() };
    let file = memory.share().unwrap();
    Region::format_with(memory.memory_mut(), &peer::config(1), extras).unwrap();
    let server = Server::bind(&stage.socket(), Access::owner(), file).unwrap();
    let server = server.draining(std::sync::Arc::clone(&drains)).in_thread().unwrap();
    let mut reader = stage.start("reader with a child", None);
    let _child = Child::of(&mut reader);
    let wish = Wish { drain: Some(u64::MAX), doorbell: false };
    assert!(matches!(attach_with(&stage.socket(), wish).unwrap_err(), AttachError::NoReleasePage));
    reader.kill();
    let killed = Instant::now();
    while let Err(error) = attach_with(&stage.socket(), wish) {
        assert!(matches!(error, AttachError::NoReleasePage), "{error}");
        assert!(killed.elapsed() < Duration::from_secs(5), "the killed reader's page is still taken");
        thread::yield_now();
    }
    server.stop().unwrap();
}

#[test]
fn a_sockets_mode_is_set_before_it_has_its_name_att_23() {
    // Somebody puts a link to a file of another in the socket's place, over and over.
    let stage = Stage::new();
    let (target, link) = (stage.folder().join("secret"), stage.folder().join("link"));
    fs::write(&target, "").unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o600)).unwrap();
    let (socket, over) = (stage.socket(), AtomicBool::new(false));
    let mut starts = 0;
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                let _ = symlink(&target, &link);
                let _ = fs::rename(&link, &socket);
                thread::yield_now();
                let _ = fs::remove_file(&socket);
            }
        });
        let begun = Instant::now();
        while starts < 50 && begun.elapsed() < Duration::from_secs(5) {
            match bind(&socket) {
                Ok(server) => {
                    starts += 1;
                    drop(server);
                }
                // The other one's turn.
                Err(_) => thread::yield_now(),
            }
        }
        over.store(true, Ordering::Relaxed);
    });
    assert_eq!(fs::metadata(&target).unwrap().mode() & 0o777, 0o600);
    assert!(starts > 0, "no driver ever served: nothing was shown");
    let _ = fs::remove_file(&socket);
    let _server = bind(&socket).unwrap();
    let file = fs::symlink_metadata(&socket).unwrap();
    assert!(file.file_type().is_socket());
    assert_eq!(file.mode() & 0o777, 0o666, "whatever the umask is, who may attach is decided by ATT-6");
}

#[test]
fn what_a_driver_leaves_that_was_killed_on_the_way_stops_no_other_att_23() {
    let stage = Stage::new();
    let work = stage.folder().join(".driver.sock.work");
    fs::create_dir(&work).unwrap();
    drop(listen(&work.join("new")));
    drop(listen(&work.join("old")));
    fs::write(work.join("driver"), "17:4@1.000000002\n").unwrap();
    fs::write(stage.folder().join(".driver.sock.driver"), "17:4@1.000000002\n").unwrap();
    fs::write(stage.folder().join(".driver.sock.lock"), "").unwrap();
    drop(listen(&stage.socket()));
    drop(bind(&stage.socket()).unwrap());
    assert_eq!(entries(stage.folder()), [] as [PathBuf; 0], "a driver that ends leaves nothing");
    // A file that is not a driver's is not removed, and stops nobody either.
    fs::create_dir(&work).unwrap();
    fs::write(work.join("precious"), "").unwrap();
    let server = bind(&stage.socket()).unwrap().in_thread().unwrap();
    attach(&stage.socket()).unwrap();
    server.stop().unwrap();
    assert!(work.join("precious").exists());
    assert_eq!(entries(stage.folder()), [work]);
}

#[test]
fn the_longest_path_that_readers_can_use_can_be_served_att_5() {
    let stage = Stage::new();
    let room = 108 - stage.folder().as_os_str().len() - 1;
    let socket = stage.folder().join("s".repeat(room));
    let server = bind(&socket).unwrap().in_thread().unwrap();
    attach(&socket).unwrap();
    server.stop().unwrap();
    let longer = stage.folder().join("s".repeat(room + 1));
    assert!(matches!(bind(&longer).unwrap_err(), ServeError::Io { .. }));
    assert_eq!(entries(stage.folder()), [] as [PathBuf; 0]);
}
