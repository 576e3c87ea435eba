//! Many clients at once, that come and go at any moment.

use std::thread::scope;

use dext_tests::host::Host;
use dext_tests::program::Flavour;
use dext_tests::raw::{ASYNC, CALL, Client, MAP, Request};

use crate::modes::{call, memory, open};
use crate::{in_every_flavour, settings};

in_every_flavour!(
    clients_come_and_go_at_any_moment,
    a_driver_stops_under_load,
    a_driver_is_killed_under_load_and_comes_back,
);

/// Some of what a client may be in the middle of when it vanishes.
fn leave_in_the_middle(client: &mut Client, moment: u64) {
    let echo = Request { a: call::ECHO, b: 2, scalars: vec![1, 2], ..Request::new(CALL) };
    match moment % 6 {
        0 => {}
        1 => drop(client.send(echo)),
        2 => drop(client.send(Request { a: memory::PAGE, b: 1, ..Request::new(MAP) })),
        3 => drop(client.send(Request { a: call::KEEP_COMPLETION, ..Request::new(ASYNC) })),
        4 => drop(client.send(Request { a: call::SLEEP, scalars: vec![1], ..Request::new(CALL) })),
        _ => {
            for _ in 0..5 {
                client.send(echo.clone());
            }
            client.send(Request { a: call::TERMINATE, b: 2, ..Request::new(CALL) });
        }
    }
}

fn clients_come_and_go_at_any_moment(flavour: Flavour) {
    for seed in [None, Some(3)] {
        let mut settings = settings(flavour);
        settings.seed = seed;
        let mut host = Host::start(settings);
        let service = host.service();
        scope(|scope| {
            for person in 0..6 {
                let service = &service;
                scope.spawn(move || {
                    for round in 0..12 {
                        let kind = if round % 2 == 0 { open::PLAIN } else { open::OWN_QUEUE };
                        let mut client = Client::open(service, kind).expect("a client");
                        assert_eq!(client.call(call::ECHO, &[round, 2], 2), Ok(vec![2, round]));
                        leave_in_the_middle(&mut client, person + round);
                    }
                });
            }
        });
        host.wait_until("clients", str::is_empty);
        host.stop();
    }
}

/// Calls until the connection ends; whatever it hears before is a reply.
fn call_until_the_end(client: &mut Client) {
    let mut packet = Request { a: call::ECHO, b: 2, scalars: vec![1, 2], ..Request::new(CALL) };
    packet.id = 1;
    let packet = packet.bytes();
    while client.try_send_bytes(&packet) && client.receive().is_some() {}
}

fn a_driver_stops_under_load(flavour: Flavour) {
    for seed in [None, Some(5), Some(6)] {
        let mut settings = settings(flavour);
        settings.seed = seed;
        let mut host = Host::start(settings);
        let clients: Vec<Client> = (0..4).map(|_| host.open(open::PLAIN)).collect();
        scope(|scope| {
            for mut client in clients {
                scope.spawn(move || call_until_the_end(&mut client));
            }
            host.command("log");
            host.stop();
        });
    }
}

fn a_driver_is_killed_under_load_and_comes_back(flavour: Flavour) {
    let mut settings = settings(flavour);
    settings.supervised = true;
    let mut host = Host::start(settings);
    for death in [1, 2, 10] {
        let clients: Vec<Client> = (0..3).map(|_| host.open(open::PLAIN)).collect();
        host.command(&format!("kill-at {death}"));
        scope(|scope| {
            for mut client in clients {
                scope.spawn(move || call_until_the_end(&mut client));
            }
        });
        host.command("clients");
        assert!(host.open(open::PLAIN).call(call::ECHO, &[1, 2], 2).is_ok());
        host.wait_until("clients", str::is_empty);
    }
    host.stop();
}
