//! Readers and drivers that do not get together, each told why.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::thread::{self, JoinHandle};

use abi_runtime::layout::{ABI_MAJOR, ABI_MINOR};
use dext_bindings::boundary::{OPEN_TYPE, ReturnCode, Selector, open_type};
use dext_bindings::dext::Attachment;
use dext_bindings::linux::DextHost;
use dext_bindings::{Attached as _, Wish};
use dext_tests::host::Host;
use dext_tests::program::Flavour;
use dext_tests::raw::{ANSWER_MAGIC, Client, REPLY};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketFlags, SocketType, accept, bind, listen, recv,
    send, socket_with,
};

use crate::asker::Asker;
use crate::{FLAVOURS, host};

fn attach(registry: &Path) -> Result<Attachment<DextHost>, String> {
    let connection = DextHost::open(registry, "TestimonyDriver").map_err(|error| error.to_string())?;
    Attachment::attach(connection, Wish::default()).map_err(|error| error.to_string())
}

#[test]
fn a_driver_refuses_a_reader_of_another_major_and_both_numbers_are_named_att_13() {
    let host = host(Flavour::Plain);
    let error =
        DextHost::open_as(host.registry(), "TestimonyDriver", open_type(9)).expect_err("another major");
    let own = format!("region ABI {ABI_MAJOR} ");
    assert!(error.to_string().contains(&own), "{error}");
    let words = host.stop();
    let both = format!("a reader speaks region ABI 9 and this driver {ABI_MAJOR}.{ABI_MINOR}: refused");
    assert!(words.contains(&both), "{words}");
}

/// A host whose driver says it is of region ABI `major`.`minor`.
fn other_driver(registry: &Path, major: u64, minor: u64) -> JoinHandle<()> {
    let listener = socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
        .expect("a socket");
    let address = SocketAddrUnix::new(registry.join("TestimonyDriver")).expect("a short path");
    bind(&listener, &address).expect("a new folder");
    listen(&listener, 2).expect("a socket");
    // One connection watches the service, the other calls: each is served to its end.
    let serve = move |client: OwnedFd| {
        let mut request = [0; 4096];
        while let Ok((length @ 1.., _)) = recv(&client, &mut request, RecvFlags::empty()) {
            assert!(length >= 48, "a whole head");
            let is_call = request[4] == 2;
            let scalars: &[u64] = if is_call { &[major, minor, 4096, 1, 2, 3, 4, 5] } else { &[] };
            let mut answer = Vec::new();
            answer.extend(ANSWER_MAGIC.to_le_bytes());
            answer.extend(REPLY.to_le_bytes());
            answer.extend(&request[8..16]);
            answer.extend(0_u32.to_le_bytes());
            answer.extend(u32::try_from(scalars.len()).expect("few").to_le_bytes());
            answer.extend([0; 24]);
            answer.extend(scalars.iter().flat_map(|scalar| scalar.to_le_bytes()));
            let _ = send(&client, &answer, SendFlags::NOSIGNAL);
        }
    };
    thread::spawn(move || {
        thread::scope(|scope| {
            for _ in 0..2 {
                let client = accept(&listener).expect("a client");
                scope.spawn(move || serve(client));
            }
        });
    })
}

#[test]
fn a_reader_refuses_a_driver_of_another_major_and_names_both_numbers_att_14() {
    for (major, minor) in [(u64::from(ABI_MAJOR) + 1, 5), (0, 0), (u64::MAX, 7)] {
        let registry = tempfile::tempdir().expect("a temporary folder");
        let driver = other_driver(registry.path(), major, minor);
        let error = attach(registry.path()).expect_err("another major");
        let both = format!("region ABI {major}.{minor} and this reader {ABI_MAJOR}.{ABI_MINOR}");
        assert!(error.contains(&both), "{error}");
        driver.join().expect("the other driver");
    }
}

#[test]
fn a_map_that_fails_is_told_and_the_next_one_succeeds_att_21() {
    for flavour in FLAVOURS {
        let mut host = host(flavour);
        host.command("refuse-map");
        let error = attach(host.registry()).expect_err("no map");
        assert!(error.contains("region cannot be mapped") && error.contains("bad argument"), "{error}");
        host.command("delay-map 30");
        let attached = attach(host.registry()).expect("a map that takes its time");
        assert!(attached.driver_is_alive());
        drop(attached);
        host.wait_until("clients", str::is_empty);
        host.stop();
    }
}

/// The kernel asks whether a client may be there when the driver has long started it (ATT-13).
#[test]
fn who_is_not_entitled_was_a_client_for_a_moment() {
    for flavour in FLAVOURS {
        let mut host = host(flavour);
        let mut asker = Asker::greet(&host);
        host.command("entitle 4294967294");
        for _ in 0..3 {
            let error = attach(host.registry()).expect_err("not entitled");
            assert!(error.contains("not permitted") && error.contains("e00002e2"), "{error}");
        }
        asker.wait_for(1, 0, 0);
        drop(asker);
        host.stop();
    }
}

#[test]
fn there_are_as_many_connections_as_the_driver_takes_and_a_place_comes_back() {
    let host = host(Flavour::Address);
    let mut askers: Vec<Asker> = (0..32).map(|_| Asker::greet(&host)).collect();
    for _ in 0..3 {
        assert!(Client::open(&host.service(), OPEN_TYPE).is_err(), "one more than there are places");
    }
    askers.pop();
    askers[0].wait_for(31, 0, 0);
    askers.push(Asker::greet(&host));
    assert_eq!(askers[0].stat().0.clients, 32);
    drop(askers);
    host.stop();
}

/// Its calls come to nothing; what it mapped stays, until it closes.
#[test]
fn a_client_that_the_driver_ends_keeps_its_mapping_att_17() {
    let mut host: Host = host(Flavour::Address);
    let attached = attach(host.registry()).expect("a reader");
    let region = attached.region();
    let clients = host.command("clients");
    let own = clients.split(' ').find_map(|client| client.strip_suffix(":active")).expect("its connection");
    let mut asker = Asker::greet(&host);
    host.command(&format!("terminate-client {own}"));
    asker.wait_for(1, 0, 0);
    assert_eq!(attached.stat().map(|_| ()), Err(ReturnCode::BAD_ARGUMENT), "clients were {clients}");
    let before = region.published();
    let _ = asker.emit(crate::NEWEST, 100, 1);
    assert!(region.published() >= before + 100 * 32, "the pages are those of the driver");
    assert_eq!(asker.says(Selector::Flush, &[15]), ReturnCode::SUCCESS);
    drop(attached);
    drop(asker);
    host.stop();
}
