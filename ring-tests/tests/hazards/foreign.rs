//! What is no region, or not all of one, or another's: refused before anything behind the header has been
//! looked at, with both numbers and the rule in words (REG-4, REG-5, REG-10).

use std::sync::atomic::AtomicU64;

use abi_runtime::attach::{AttachError, RegionView};
use abi_runtime::layout::Policy;
use abi_runtime::memory::Memory;
use ring_tests::hazard::{NOTES, Scene};

/// The words of a small region that has been written to.
fn region() -> Vec<u64> {
    let scene = Scene::new(1, 2);
    scene.write(Policy::Fill, NOTES, true);
    scene.snapshot()
}

/// What a reader says of these words.
fn refusal(words: &[u64]) -> AttachError {
    let words: Vec<AtomicU64> = words.iter().map(|&word| AtomicU64::new(word)).collect();
    RegionView::attach(Memory::from_words(&words)).map(|_| ()).expect_err("a region that is none")
}

/// The region's words with some of its header's bytes changed, and a checksum that holds.
fn forged(at: usize, bytes: &[u8]) -> Vec<u64> {
    let mut words = region();
    let mut header: Vec<u8> = words[..32].iter().flat_map(|word| word.to_le_bytes()).collect();
    header[at..at + bytes.len()].copy_from_slice(bytes);
    header[64..68].fill(0);
    let checksum = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI).checksum(&header);
    header[64..68].copy_from_slice(&checksum.to_le_bytes());
    for (word, bytes) in words.iter_mut().zip(header.chunks(8)) {
        *word = u64::from_le_bytes(bytes.try_into().unwrap());
    }
    words
}

#[test]
fn cut_at_every_place() {
    let words = region();
    let total = words.len() as u64 * 8;
    for len in (0..words.len()).step_by(64).chain(words.len() - 20..words.len()) {
        let have = len as u64 * 8;
        let said = refusal(&words[..len]).to_string();
        let expected = if have < 32_768 {
            format!("not a region: it has {have} bytes, and the smallest has 32768")
        } else {
            format!(
                "truncated or foreign region: its header states {total} bytes and there are {have} (REG-10)"
            )
        };
        assert_eq!(said, expected);
    }
    let longer: Vec<u64> = words.iter().copied().chain([0; 8]).collect();
    let expected = format!(
        "truncated or foreign region: its header states {total} bytes and there are {} (REG-10)",
        total + 64
    );
    assert_eq!(refusal(&longer).to_string(), expected);
}

/// Every single bit of the header that is flipped is found, for the checksum covers all of them.
#[test]
fn every_flipped_bit_of_the_header() {
    let words = region();
    for bit in 0..256 * 8 {
        let mut damaged = words.clone();
        damaged[bit / 64] ^= 1 << (bit % 64);
        let _ = refusal(&damaged);
    }
}

#[test]
fn files_that_are_something_else() {
    let elf = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let text = include_str!("foreign.rs").repeat(20).into_bytes();
    let random = (0..8192_u64).flat_map(|at| at.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes()).collect();
    for (bytes, found) in [
        (elf, "[7f, 45, 4c, 46, 02, 01, 01, 00]"),
        (text, "[2f, 2f, 21, 20, 57, 68, 61, 74]"),
        (random, "[00, 00, 00, 00, 00, 00, 00, 00]"),
        (vec![0; 1 << 16], "[00, 00, 00, 00, 00, 00, 00, 00]"),
        (vec![0xFF; 1 << 16], "[ff, ff, ff, ff, ff, ff, ff, ff]"),
    ] {
        let words: Vec<u64> =
            bytes.chunks_exact(8).map(|word| u64::from_le_bytes(word.try_into().unwrap())).collect();
        assert_eq!(
            refusal(&words).to_string(),
            format!(
                "not a region: it begins with {found} instead of [89, 54, 53, 4d, 0d, 0a, 1a, 0a] (REG-5)"
            )
        );
    }
}

/// What a transfer as text does to the first line: this is what the magic's bytes are for.
#[test]
fn a_region_that_was_transferred_as_text() {
    let bytes: Vec<u8> = region().iter().flat_map(|word| word.to_le_bytes()).collect();
    let unix: Vec<u8> = bytes.iter().copied().filter(|&byte| byte != b'\r').collect();
    let dos: Vec<u8> =
        bytes.iter().flat_map(|&byte| if byte == b'\n' { vec![b'\r', b'\n'] } else { vec![byte] }).collect();
    let seven: Vec<u8> = bytes.iter().map(|&byte| byte & 0x7F).collect();
    for damaged in [unix, dos, seven] {
        let words: Vec<u64> =
            damaged.chunks_exact(8).map(|word| u64::from_le_bytes(word.try_into().unwrap())).collect();
        assert!(matches!(refusal(&words), AttachError::Magic(_)));
    }
}

/// Random bytes behind an honest beginning.
#[test]
fn random_headers_behind_an_honest_beginning() {
    let words = region();
    let mut state = 1_u64;
    for _ in 0..2000 {
        let mut damaged = words.clone();
        for word in &mut damaged[2..512] {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            *word = state;
        }
        assert!(refusal(&damaged).to_string().contains("(REG-"));
    }
}

#[test]
fn another_byte_order_and_another_abi_with_both_numbers() {
    assert_eq!(
        refusal(&forged(8, &[1, 2, 3, 4])).to_string(),
        "a region of another byte order: 0x04030201 instead of 0x01020304 (REG-5); read it on a machine like the driver's"
    );
    for (major, minor) in [(0, 9), (2, 0), (2, 7), (255, 255)] {
        let expected = format!(
            "the driver speaks region ABI {major}.{minor} and this reader 1.1: the major numbers must be equal (REG-5); use a reader of ABI {major}"
        );
        assert_eq!(refusal(&forged(16, &[major, 0, minor, 0])).to_string(), expected);
    }
}
