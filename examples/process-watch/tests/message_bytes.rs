//! The process connector's bytes, as captured from a kernel (6.18 on `x86_64`), whole and cut.
#![cfg(target_endian = "little")]

use process_watch::message::{Event, Malformed, Message, Request, messages};

const ACKNOWLEDGED: &str = "4c00000003000000000000000000000001000000010000000000000001000000\
    280000000000000003000000104c9e0c75030000000000000000000000000000000000000000000000000000";
const FORK: &str = "4c00000003000000010000000000000001000000010000000100000000000000\
    280000000100000003000000bc0ea00c75030000631b0000631b00008c1b00008c1b00000000000000000000";
const EXEC: &str = "4c00000003000000020000000000000001000000010000000200000000000000\
    280000000200000003000000ff74ac0c750300008c1b00008c1b000000000000000000000000000000000000";
const EXIT: &str = "4c00000003000000030000000000000001000000010000000300000000000000\
    2800000000000080030000009375b60c750300008c1b00008c1b00000000000011000000631b0000631b0000";

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        hex.chars().filter_map(|c| c.to_digit(16)).map(|d| u8::try_from(d).expect("a digit")).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn only(datagram: &[u8]) -> Message {
    let all: Vec<_> = messages(datagram).collect();
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].expect("the kernel sends well-formed messages")
}

#[test]
fn captured_messages_say_what_happened() {
    assert_eq!(only(&bytes(ACKNOWLEDGED)).event, Event::Acknowledged { token: 0, error: 0 });
    let fork = only(&bytes(FORK));
    assert_eq!((fork.number, fork.cpu, fork.at), (1, 3, 0x0375_0ca0_0ebc));
    let (parent, child) = (0x1b63, 0x1b8c);
    assert_eq!(
        fork.event,
        Event::Fork { parent_pid: parent, parent_tgid: parent, child_pid: child, child_tgid: child }
    );
    assert_eq!(only(&bytes(EXEC)).event, Event::Exec { pid: child, tgid: child });
    assert_eq!(
        only(&bytes(EXIT)).event,
        Event::Exit {
            pid: child,
            tgid: child,
            exit_code: 0,
            exit_signal: 17,
            parent_pid: parent,
            parent_tgid: parent,
        }
    );
}

#[test]
fn several_messages_of_one_datagram_come_in_order() {
    let datagram: Vec<u8> = [FORK, EXEC, EXIT].iter().flat_map(|hex| bytes(hex)).collect();
    let numbers: Vec<_> = messages(&datagram).map(|message| message.expect("whole").number).collect();
    assert_eq!(numbers, [1, 2, 3]);
}

#[test]
fn a_datagram_that_is_cut_anywhere_is_malformed_and_says_where() {
    for hex in [ACKNOWLEDGED, FORK, EXEC, EXIT] {
        let whole = bytes(hex);
        for length in 1..whole.len() {
            let all: Vec<_> = messages(&whole[..length]).collect();
            let [Err(Malformed::Short { offset, need, have, .. })] = all[..] else {
                panic!("cut at {length}: {all:?}");
            };
            assert!(have < need && offset <= length, "cut at {length}: {all:?}");
        }
        assert_eq!(messages(&[]).count(), 0);
    }
}

#[test]
fn a_message_that_states_too_little_of_itself_is_malformed() {
    for (hex, least) in [(ACKNOWLEDGED, 20), (FORK, 32), (EXEC, 24), (EXIT, 40)] {
        for size in 0..=40_u8 {
            let mut datagram = bytes(hex);
            // `cn_msg.len`: what the data may be read from, however many bytes follow.
            datagram[32] = size;
            let result = messages(&datagram).next().expect("one message or one error");
            assert_eq!(result.is_ok(), size >= least, "{size} of {least}: {result:?}");
        }
    }
}

#[test]
fn lengths_that_point_nowhere_end_the_datagram() {
    for length in [0_u32, 1, 15, 77, 4096, u32::MAX - 3, u32::MAX] {
        let mut datagram = bytes(FORK);
        datagram[..4].copy_from_slice(&length.to_ne_bytes());
        let all: Vec<_> = messages(&datagram).collect();
        assert!(matches!(all[..], [Err(_)]), "{length}: {all:?}");
    }
}

#[test]
fn messages_of_other_connectors_and_kinds_are_told_apart() {
    let mut other_connector = bytes(FORK);
    other_connector[16] = 9;
    assert_eq!(messages(&other_connector).count(), 0);

    let mut error = bytes(FORK);
    error[4] = 2;
    let all: Vec<_> = messages(&error).collect();
    assert_eq!(all, [Err(Malformed::Kind { offset: 0, kind: 2 })]);

    let mut unknown = bytes(FORK);
    unknown[36..40].copy_from_slice(&0x100_u32.to_ne_bytes());
    assert_eq!(only(&unknown).event, Event::Other { what: 0x100 });
    let mut session = bytes(EXEC);
    session[36..40].copy_from_slice(&0x80_u32.to_ne_bytes());
    let Event::Exec { pid, tgid } = only(&bytes(EXEC)).event else { panic!("an exec") };
    assert_eq!(only(&session).event, Event::SessionStarted { pid, tgid });
}

#[test]
fn every_flipped_byte_is_read_without_a_panic() {
    for hex in [ACKNOWLEDGED, FORK, EXEC, EXIT] {
        for at in 0..bytes(hex).len() {
            for value in [0x00, 0x01, 0x7f, 0x80, 0xff] {
                let mut datagram = bytes(hex);
                datagram[at] = value;
                assert!(messages(&datagram).count() <= 2, "byte {at} as {value:#x}");
            }
        }
    }
}

#[test]
fn requests_have_the_kernel_s_form() {
    let listen = Request::Listen.datagram(7);
    assert_eq!(listen.len(), 40);
    assert_eq!(listen[..8], [40, 0, 0, 0, 3, 0, 0, 0]);
    assert_eq!(listen[16..24], [1, 0, 0, 0, 1, 0, 0, 0]);
    assert_eq!(listen[28..32], [7, 0, 0, 0]);
    assert_eq!(listen[32..], [4, 0, 0, 0, 1, 0, 0, 0]);
    assert_eq!(Request::Ignore.datagram(0)[36..], [2, 0, 0, 0]);
}
