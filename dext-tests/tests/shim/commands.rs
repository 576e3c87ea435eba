//! What a test orders: kills, restarts, counts.

use dext_tests::host::Host;
use dext_tests::program::Flavour;
use dext_tests::raw::{CALL, Request};

use crate::modes::{call, open};
use crate::{host, in_every_flavour, settings};

in_every_flavour!(
    an_allocation_after_the_start_is_late,
    what_logs_is_counted_by_its_queue,
    a_leak_is_an_error_at_the_end,
    a_supervised_driver_comes_back,
    a_driver_is_killed_at_the_work_that_was_said,
    an_unknown_command_names_the_known_ones,
    a_restarted_host_takes_the_place_of_the_old_one,
    a_client_is_terminated_on_command,
);

fn an_allocation_after_the_start_is_late(flavour: Flavour) {
    let mut host = host(flavour);
    let mut client = host.open(open::PLAIN);
    client.call(call::ECHO, &[1, 2], 2).expect("a reply");
    let census = host.command("census");
    assert!(census.ends_with("late=0"), "opening is life cycle: {census}");
    client.call(call::ALLOCATE, &[], 0).expect("a reply");
    let request = Request { a: call::STRUCTURE_OUT, scalars: vec![8], c: 8, ..Request::new(CALL) };
    assert_eq!(client.ask(request).code, 0);
    let census = host.command("census");
    let late = "late=2 IOMalloc@ShimClient::ExternalMethod:13=1 OSData@ShimClient::ExternalMethod:2=1";
    assert!(census.ends_with(late), "{census}");
    drop(client);
    host.stop();
}

fn what_logs_is_counted_by_its_queue(flavour: Flavour) {
    let mut host = host(flavour);
    let mut client = host.open(open::PLAIN);
    assert_eq!(host.command("log"), "total=1 ShimDriver.Default=1");
    client.call(call::LOG, &[], 0).expect("a reply");
    assert_eq!(host.command("log"), "total=2 ShimClient.Default=1 ShimDriver.Default=1");
    assert!(host.words().contains("dext-host: log: logged of 3\n"), "{}", host.words());
    drop(client);
    host.stop();
}

fn a_leak_is_an_error_at_the_end(flavour: Flavour) {
    let mut host = host(flavour);
    drop(host.open(open::LEAKS));
    host.wait_until("clients", str::is_empty);
    host.command("stop");
    let ended = host.ended();
    assert_eq!(ended.status.code(), Some(3), "{}", ended.words);
    assert!(ended.words.contains("alive after the stop: OSData=1 late=0\n"), "{}", ended.words);
}

fn a_supervised_driver_comes_back(flavour: Flavour) {
    let mut settings = settings(flavour);
    settings.supervised = true;
    let mut host = Host::start(settings);
    let mut client = host.open(open::PLAIN);
    let first = client.call(call::REGISTRY_ID, &[], 1).expect("an id");
    host.kill();
    assert!(client.is_closed());
    let second = host.open(open::PLAIN).call(call::REGISTRY_ID, &[], 1).expect("an id");
    assert!(first < second);
    assert!(host.words().contains("the driver died: generation 2 starts"));
    host.stop();
}

fn a_driver_is_killed_at_the_work_that_was_said(flavour: Flavour) {
    let mut settings = settings(flavour);
    settings.supervised = true;
    let mut host = Host::start(settings);
    let mut client = host.open(open::PLAIN);
    host.command("kill-at 3");
    assert!(client.call(call::ECHO, &[1, 2], 2).is_ok());
    assert!(client.call(call::ECHO, &[1, 2], 2).is_ok());
    client.send(Request { a: call::ECHO, scalars: vec![1, 2], b: 2, ..Request::new(CALL) });
    assert!(client.is_closed());
    host.command("clients");
    host.stop();
}

fn an_unknown_command_names_the_known_ones(flavour: Flavour) {
    let mut host = host(flavour);
    let refusal = host.try_command("fly").expect_err("no such command");
    assert!(refusal.starts_with("error no such command; there are census clients "), "{refusal}");
    for wrong in ["kill-at", "delay-map x", "entitle", "terminate-client 9"] {
        assert!(host.try_command(wrong).is_err(), "{wrong}");
    }
    host.stop();
}

fn a_restarted_host_takes_the_place_of_the_old_one(flavour: Flavour) {
    let host = host(flavour);
    let mut old = host.open(open::PLAIN);
    let host = host.restart();
    assert!(old.is_closed());
    assert!(host.open(open::PLAIN).call(call::ECHO, &[1, 2], 2).is_ok());
    let service = host.service();
    host.stop();
    assert!(!service.exists(), "withdrawn");
}

fn a_client_is_terminated_on_command(flavour: Flavour) {
    let mut host = host(flavour);
    let (one, two) = (host.open(open::PLAIN), host.open(open::PLAIN));
    host.command("terminate-client 1");
    assert_eq!(host.command("clients"), "1:terminated 2:active");
    drop((one, two));
    host.stop();
}
