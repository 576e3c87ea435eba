//! External methods: what arrives at the dext, what comes back, and what completes later.

use dext_tests::program::Flavour;
use dext_tests::raw::{ASYNC, CALL, Client, REPLY, Request, UNMAP, code};

use crate::modes::{call, memory, open};
use crate::{host, in_every_flavour};

in_every_flavour!(
    the_dispatch_table_is_checked_exactly,
    arguments_arrive_as_the_kernel_passes_them,
    large_structures_arrive_as_descriptors,
    structures_come_back_whole_or_not_at_all,
    completions_repeat_and_may_come_later,
    a_completion_for_nobody_is_nothing,
    requests_out_of_form_are_refused,
    packets_that_are_none_close_the_connection,
    scalars_that_were_not_stored_are_not_zero,
    an_own_queue_takes_the_calls,
);

fn the_dispatch_table_is_checked_exactly(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    assert_eq!(client.call(call::ECHO, &[1, 2], 2), Ok(vec![2, 1]));
    for (scalars, out) in [(&[][..], 2), (&[1], 2), (&[1, 2, 3], 2), (&[1, 2], 1), (&[1, 2], 3), (&[1, 2], 0)]
    {
        assert_eq!(client.call(call::ECHO, scalars, out), Err(code::BAD_ARGUMENT), "{scalars:?} -> {out}");
    }
    let right = Request { a: call::ECHO, b: 2, scalars: vec![1, 2], ..Request::new(CALL) };
    let wrong = [
        Request { structure: vec![0], ..right.clone() },
        Request { c: 1, ..right.clone() },
        Request { verb: ASYNC, ..right.clone() },
    ];
    for request in wrong {
        assert_eq!(client.ask(request.clone()).code, code::BAD_ARGUMENT, "{request:?}");
    }
    assert_eq!(client.ask(right).code, 0);
    assert_eq!(client.call(call::NO_FUNCTION, &[], 0), Err(code::NO_COMPLETION));
    assert_eq!(client.call(call::NO_DISPATCH, &[], 0), Err(code::UNSUPPORTED));
    drop(client);
    host.stop();
}

/// What `call::ARGUMENTS` tells: version, structure bytes, as data, as descriptor, reserved, completion,
/// greatest structure out, first byte, scalars in, scalars out.
fn arguments(client: &mut Client, request: Request) -> Vec<u64> {
    client.ask(Request { a: call::ARGUMENTS, b: 10, ..request }).succeeded().expect("a reply").scalars
}

fn arguments_arrive_as_the_kernel_passes_them(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    let none = Request::new(CALL);
    assert_eq!(arguments(&mut client, none), [2, 0, 0, 0, 0, 0, 0, 0, 0, 10]);
    let some = Request { structure: vec![9; 100], c: 77, scalars: vec![0; 16], ..Request::new(CALL) };
    assert_eq!(arguments(&mut client, some), [2, 100, 1, 0, 0, 0, 77, 9, 16, 10]);
    assert_eq!(arguments(&mut client, Request::new(ASYNC))[5], 1, "the completion");
    drop(client);
    host.stop();
}

fn large_structures_arrive_as_descriptors(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    let inband = Request { structure: vec![1; 4096], ..Request::new(CALL) };
    assert_eq!(arguments(&mut client, inband)[1..4], [4096, 1, 0]);
    let large = Request { structure: vec![1; 4097], ..Request::new(CALL) };
    assert_eq!(arguments(&mut client, large)[1..4], [4097, 0, 1]);
    drop(client);
    host.stop();
}

fn structures_come_back_whole_or_not_at_all(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    let request = Request { a: call::STRUCTURE_OUT, scalars: vec![200], ..Request::new(CALL) };
    let fits = client.ask(Request { c: 200, ..request.clone() });
    assert_eq!((fits.code, fits.structure), (0, (0..200).collect()));
    let short = client.ask(Request { c: 199, ..request });
    assert_eq!((short.code, short.structure), (code::BAD_ARGUMENT, vec![]));
    let large = Request { a: call::LARGE_STRUCTURE_OUT, c: 5000, ..Request::new(CALL) };
    assert_eq!(client.ask(large.clone()).structure, vec![0x5a; 5000]);
    assert_eq!(client.ask(Request { c: 4096, ..large }).code, code::BAD_ARGUMENT, "no descriptor");
    drop(client);
    host.stop();
}

fn completions_repeat_and_may_come_later(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    let id = client.call_async(call::COMPLETE, &[3]).expect("a success");
    for number in 0..3 {
        let completion = client.completion(id);
        assert_eq!((completion.code, completion.scalars), (7, vec![number, !number]));
    }
    let kept = client.call_async(call::KEEP_COMPLETION, &[]).expect("a success");
    assert_eq!(client.call(call::COMPLETE_KEPT, &[], 0), Ok(vec![]));
    assert_eq!(client.completion(kept).scalars, [42]);
    assert_eq!(client.call(call::COMPLETE_KEPT, &[], 0), Err(code::NOT_FOUND));
    drop(client);
    host.stop();
}

/// A client dies with a completion outstanding; another one goes on.
fn a_completion_for_nobody_is_nothing(flavour: Flavour) {
    let mut host = host(flavour);
    let mut client = host.open(open::PLAIN);
    client.call_async(call::KEEP_COMPLETION, &[]).expect("a success");
    drop(client);
    host.wait_until("clients", str::is_empty);
    let mut other = host.open(open::PLAIN);
    assert_eq!(other.call(call::ECHO, &[1, 2], 2), Ok(vec![2, 1]));
    drop(other);
    host.stop();
}

fn requests_out_of_form_are_refused(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    let many = Request { scalars: vec![0; 17], ..Request::new(CALL) };
    assert_eq!(client.ask(many).code, code::BAD_ARGUMENTS);
    assert_eq!(client.ask(Request::new(77)).code, code::BAD_ID);
    assert_eq!(client.ask(Request::new(1)).code, code::BAD_ID, "opened already");
    /* The kernel's reply has room for sixteen scalars, whatever the client says. */
    let greedy = Request { a: call::ARGUMENTS, b: 1000, ..Request::new(CALL) };
    assert_eq!(client.ask(greedy).scalars[9], 16);
    assert_eq!(client.ask(Request { a: memory::UNKNOWN, ..Request::new(UNMAP) }).code, code::UNSUPPORTED);
    drop(client);
    let mut early = Client::connect(&host.service());
    assert_eq!(early.ask(Request::new(CALL)).code, code::BAD_ID, "not opened");
    assert!(early.is_closed());
    host.stop();
}

fn packets_that_are_none_close_the_connection(flavour: Flavour) {
    let host = host(flavour);
    let whole = Request { scalars: vec![1, 2], structure: vec![3], ..Request::new(CALL) }.bytes();
    let other_magic = Request { magic: 1, ..Request::new(CALL) }.bytes();
    for packet in [&whole[..47], &whole[..whole.len() - 1], &[&whole[..], &[0]].concat(), &other_magic] {
        let mut client = host.open(open::PLAIN);
        client.send_bytes(packet);
        assert!(client.is_closed());
    }
    host.stop();
}

/// Two scalars come back, one was stored: what stands in the other is not zero by chance.
fn scalars_that_were_not_stored_are_not_zero(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    assert_eq!(client.call(call::FEWER_SCALARS, &[], 5), Ok(vec![1, 0xa5a5_a5a5_a5a5_a5a5]));
    drop(client);
    host.stop();
}

/// `IOUserClientQueueExternalMethod`: the calls run there, and a Stop need not wait for them.
fn an_own_queue_takes_the_calls(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::OWN_QUEUE);
    let seen = client.send(Request { a: call::LOG, ..Request::new(CALL) });
    assert_eq!(client.reply(seen).kind, REPLY);
    let mut host = host;
    let log = host.command("log");
    assert!(log.contains(" one=1"), "{log}");
    drop(client);
    host.stop();
}
