//! Memory of the dext, in the dext and in its clients.

use dext_tests::program::Flavour;
use dext_tests::raw::code;
use rustix::fs::{SealFlags, fcntl_get_seals, fstat};
use rustix::io::{Errno, pread, pwrite};

use crate::modes::{call, memory, open};
use crate::{host, in_every_flavour};

in_every_flavour!(
    the_region_is_read_only_for_its_clients,
    a_page_of_the_client_is_writable,
    a_mapping_outlives_the_host,
    what_goes_wrong_with_a_map_is_a_bad_argument,
    unmap_asks_the_dext_again,
    only_the_flags_of_placing_are_kept,
    buffers_are_as_the_kernel_makes_them,
    mappings_into_the_dext,
    a_map_waits_for_the_calls_of_its_client,
);

/// Three pages but a hundred bytes: what the test driver's region has.
const REGION_BYTES: u64 = 3 * 4096 - 100;

fn the_region_is_read_only_for_its_clients(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    let region = client.map(memory::REGION).expect("the region");
    assert!(region.read_only);
    assert_eq!(region.bytes, REGION_BYTES, "the length, not rounded up");
    let status = fstat(&region.memory).expect("a memfd");
    assert_eq!((status.st_size, status.st_mode & 0o777), (3 * 4096, 0o400));
    let seals = fcntl_get_seals(&region.memory).expect("seals");
    assert_eq!(seals, SealFlags::SHRINK | SealFlags::GROW | SealFlags::FUTURE_WRITE | SealFlags::SEAL);
    let mut bytes = [0; 3];
    pread(&region.memory, &mut bytes, 1000).expect("bytes");
    assert_eq!(bytes, [1000_u64.to_le_bytes()[0], 1001_u64.to_le_bytes()[0], 1002_u64.to_le_bytes()[0]]);
    assert_eq!(pwrite(&region.memory, &[1], 0), Err(Errno::BADF));
    /* Root opens it again, and the seal does not know users. */
    let path = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&region.memory));
    if let Ok(again) = std::fs::File::options().write(true).open(path) {
        assert_eq!(pwrite(&again, &[1], 0), Err(Errno::PERM));
    }
    drop(client);
    host.stop();
}

fn a_page_of_the_client_is_writable(flavour: Flavour) {
    let host = host(flavour);
    let (mut one, mut other) = (host.open(open::PLAIN), host.open(open::PLAIN));
    let (mine, theirs) = (one.map(memory::PAGE).expect("a page"), other.map(memory::PAGE).expect("a page"));
    assert!(!mine.read_only);
    assert_eq!(mine.bytes, 4096);
    let seals = fcntl_get_seals(&mine.memory).expect("seals");
    assert_eq!(seals, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL);
    pwrite(&mine.memory, b"mine", 0).expect("a store");
    let mut bytes = [0; 4];
    pread(&theirs.memory, &mut bytes, 0).expect("a load");
    assert_eq!(bytes, [0; 4], "each client has a page of its own");
    /* The same page when asked again. */
    let again = one.map(memory::PAGE).expect("a page");
    pread(&again.memory, &mut bytes, 0).expect("a load");
    assert_eq!(&bytes, b"mine");
    drop((one, other));
    host.stop();
}

fn a_mapping_outlives_the_host(flavour: Flavour) {
    let mut host = host(flavour);
    let mut client = host.open(open::PLAIN);
    let region = client.map(memory::REGION).expect("the region");
    host.kill();
    assert!(client.is_closed());
    let mut bytes = [0; 2];
    pread(&region.memory, &mut bytes, 20).expect("the memory is there");
    assert_eq!(bytes, [20, 21]);
}

fn what_goes_wrong_with_a_map_is_a_bad_argument(flavour: Flavour) {
    let mut host = host(flavour);
    let mut client = host.open(open::PLAIN);
    for kind in [memory::FAILS, memory::UNKNOWN] {
        assert_eq!(client.map(kind).map(|_| ()), Err(code::BAD_ARGUMENT));
    }
    host.command("refuse-map");
    assert_eq!(client.map(memory::REGION).map(|_| ()), Err(code::BAD_ARGUMENT));
    host.command("delay-map 5");
    assert!(client.map(memory::REGION).is_ok());
    drop(client);
    host.stop();
}

fn unmap_asks_the_dext_again(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    assert_eq!(client.unmap(memory::REGION), Err(code::BAD_ARGUMENT), "not mapped");
    assert_eq!(client.unmap(memory::FAILS), Err(code::NO_MEMORY), "what the dext says");
    client.map(memory::REGION).expect("the region");
    client.map(memory::REGION).expect("the region, twice");
    assert_eq!(client.unmap(memory::REGION), Ok(()));
    assert_eq!(client.unmap(memory::REGION), Ok(()));
    assert_eq!(client.unmap(memory::REGION), Err(code::BAD_ARGUMENT));
    drop(client);
    host.stop();
}

/// `kIOMapReadOnly` (0x1000) is not among what the kernel keeps: the page is writable all the same.
fn only_the_flags_of_placing_are_kept(flavour: Flavour) {
    use dext_tests::raw::{MAP, Request};
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    for flags in [0x1001, u64::MAX] {
        let page = client.ask(Request { a: memory::PAGE, b: flags, ..Request::new(MAP) });
        assert_eq!((page.code, page.b), (0, 0));
        assert!(pwrite(page.descriptor.expect("memory"), &[1], 0).is_ok());
        let region = client.ask(Request { a: memory::REGION, b: flags & !0x1000, ..Request::new(MAP) });
        assert_eq!((region.code, region.b), (0, 1), "nor can a client make it writable");
    }
    drop(client);
    host.stop();
}

fn buffers_are_as_the_kernel_makes_them(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    let bad = u64::from(code::BAD_ARGUMENT.cast_unsigned());
    let none = u64::from(code::NO_MEMORY.cast_unsigned());
    let facts = client.call(call::MEMORY_FACTS, &[], 11).expect("facts");
    assert_eq!(facts[..2], [bad, 0], "an option that is no direction");
    assert_eq!(facts[2..4], [0, 1000], "the length is the capacity from the start");
    assert_eq!(facts[4..6], [0, 100], "a length within the capacity");
    assert_eq!(facts[6..8], [0, 100], "a length beyond it: success, and nothing");
    assert_eq!(facts[8..10], [0, 0], "page aligned and zero");
    assert_eq!(facts[10], none, "nothing is not a buffer");
    let contiguous =
        "memory of 1000 bytes is physically contiguous: its alignment of 65536 is more than a page";
    assert!(host.words().contains(contiguous), "{}", host.words());
    drop(client);
    host.stop();
}

fn mappings_into_the_dext(flavour: Flavour) {
    let host = host(flavour);
    let mut client = host.open(open::PLAIN);
    let seen = client.call(call::MAPPING, &[], 6).expect("facts");
    let error = u64::from(code::ERROR.cast_unsigned());
    let bad = u64::from(code::BAD_ARGUMENT.cast_unsigned());
    assert_eq!(seen, [0, 0x1234_5678, 8, 1000, error, bad]);
    drop(client);
    host.stop();
}

/// The client's lock: a map takes it for writing, a call for reading.
fn a_map_waits_for_the_calls_of_its_client(flavour: Flavour) {
    use dext_tests::raw::{CALL, MAP, Request};
    let host = host(flavour);
    let mut client = host.open(open::OWN_QUEUE);
    let call = client.send(Request { a: call::SLEEP, scalars: vec![20], ..Request::new(CALL) });
    let map = client.send(Request { a: memory::PAGE, b: 1, ..Request::new(MAP) });
    let order = [client.receive().expect("a reply").id, client.receive().expect("a reply").id];
    assert_eq!(order, [call, map]);
    drop(client);
    host.stop();
}
