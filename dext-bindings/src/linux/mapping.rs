//! Mappings of sealed files: the unsafe code of regions and release pages.

use std::ffi::c_void;
use std::io;
use std::marker::PhantomData;
use std::os::fd::AsFd;
use std::process;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU64, Ordering};

use abi_runtime::drain::DrainSlot;
use abi_runtime::memory::{LOADS_READ_ONLY_WORDS, Memory, MemoryMut};
use rustix::fs::fstat;
use rustix::mm::{Advice, MapFlags, ProtFlags, madvise, mmap, mmap_anonymous, munmap};

use super::memfd::SealedFile;

const _: () = assert!(
    LOADS_READ_ONLY_WORDS,
    "a region is mapped read-only, and this target does not define 64-bit loads of read-only memory (REG-56)"
);

/// A mapping that is only loaded from.
#[derive(Debug)]
pub(crate) enum ReadOnly {}

/// A mapping that is stored to as well.
#[derive(Debug)]
pub(crate) enum Writable {}

/// A sealed file, mapped into this process until this is dropped.
#[derive(Debug)]
pub(crate) struct Mapping<A> {
    base: NonNull<u64>,
    bytes: usize,
    access: PhantomData<fn() -> A>,
}

// SAFETY: the mapping belongs to the process, not to a thread; it is unmapped once, by `drop`.
unsafe impl<A> Send for Mapping<A> {}
// SAFETY: through a shared reference only views are reachable, whose accesses are atomic.
unsafe impl<A> Sync for Mapping<A> {}

impl Mapping<ReadOnly> {
    /// Maps a file to be read.
    pub(crate) fn of(file: &SealedFile) -> io::Result<Self> {
        Self::of_part(file, file.bytes())
    }

    /// Maps the first `bytes` bytes of a file to be read.
    pub(crate) fn of_part(file: &SealedFile, bytes: usize) -> io::Result<Self> {
        Self::map(file, bytes, ProtFlags::READ)
    }
}

impl Mapping<Writable> {
    /// Maps a file to be read and written, in this process and in no child of it (ATT-2).
    pub(crate) fn in_this_process(file: &SealedFile) -> io::Result<Self> {
        let mapping = Self::of_part(file, file.bytes())?;
        // SAFETY: the range is exactly the mapping made above, and the advice changes nothing in
        // this process: it keeps the range out of children.
        unsafe { madvise(mapping.base.as_ptr().cast(), mapping.bytes, Advice::LinuxDontFork) }?;
        Ok(mapping)
    }

    /// Maps the first `bytes` bytes of a file to be read and written: a release page, in its reader.
    pub(crate) fn of_part(file: &SealedFile, bytes: usize) -> io::Result<Self> {
        Self::map(file, bytes, ProtFlags::READ | ProtFlags::WRITE)
    }

    /// Returns what may be stored to. Several views store single words atomically, like those of
    /// [`MemoryMut::from_words`]; that only one of them is used is for the protocol, not for memory.
    pub(crate) fn memory_mut(&self) -> MemoryMut<'_> {
        // SAFETY: as in `memory`, and valid for writes: `of_part` maps with `PROT_WRITE`.
        unsafe { MemoryMut::from_raw(self.base, self.bytes / size_of::<u64>()) }
    }
}

impl<A> Mapping<A> {
    fn map(file: &SealedFile, bytes: usize, protection: ProtFlags) -> io::Result<Self> {
        if bytes == 0 || bytes > file.bytes() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        // SAFETY: a null address lets the kernel choose, so no mapping of ours is replaced.
        let base = unsafe { mmap(ptr::null_mut(), bytes, protection, MapFlags::SHARED, file.as_fd(), 0) }?;
        let base = NonNull::new(base.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { base, bytes, access: PhantomData })
    }

    /// Returns what may be loaded from.
    pub(crate) fn memory(&self) -> Memory<'_> {
        // SAFETY:
        // - aligned and valid for reads: a mapping begins at a page and lasts until `self` is dropped, which the
        //   result's lifetime excludes; `map` found all of its bytes in a file that is sealed against another
        //   size; and `SlotPage::replace`, which is the only one to map anything there, leaves the range mapped;
        // - stores by others: a driver or a reader that is not hostile stores only through `MemoryMut` or through
        //   the C header, both by aligned 64-bit atomic stores. What a hostile one can change is a value, not the
        //   fact that each load is one instruction: whoever loads believes none of them;
        // - loads of read-only memory are defined on this target: see the assertion above.
        unsafe { Memory::from_raw(self.base, self.bytes / size_of::<u64>()) }
    }

    /// Returns the number of bytes mapped.
    pub(crate) const fn len(&self) -> usize {
        self.bytes
    }
}

impl<A> Drop for Mapping<A> {
    fn drop(&mut self) {
        // SAFETY: the range is exactly the mapping that `map` made, and no view of it is left:
        // every `Memory` borrows `self`, those of `SlotPages` aside, which drops them first.
        let unmapped = unsafe { munmap(self.base.as_ptr().cast(), self.bytes) };
        debug_assert!(unmapped.is_ok(), "munmap of a mapping that we made: {unmapped:?}");
    }
}

/// Drain slots, each over a release page that is mapped beside it.
#[derive(Debug)]
pub(crate) struct SlotPages {
    // Before the pages, which they view: fields are dropped in this order.
    slots: Vec<DrainSlot<'static>>,
    pages: Vec<SlotPage>,
}

impl SlotPages {
    /// Maps the files, and makes a free slot over each of them.
    pub(crate) fn of(files: &[SealedFile]) -> io::Result<Self> {
        let pages = files.iter().map(SlotPage::of).collect::<io::Result<Vec<_>>>()?;
        let slots = pages.iter().map(|page| {
            // SAFETY: as in `Mapping::memory`, save that no borrow ends the view in time. It does not outlive the
            // mapping: it stays in `slots`, which is private, is lent for as long as `self` is borrowed only, and
            // is dropped before `pages`; and `pages` never changes.
            let memory =
                unsafe { Memory::from_raw(page.mapping.base, page.mapping.bytes / size_of::<u64>()) };
            DrainSlot::new(memory)
        });
        Ok(Self { slots: slots.collect(), pages })
    }

    /// Returns the slots.
    pub(crate) fn slots(&self) -> &[DrainSlot<'_>] {
        &self.slots
    }

    /// Maps another file where the page of slot `slot` is.
    pub(crate) fn replace(&self, slot: usize, file: &SealedFile) -> io::Result<()> {
        self.pages.get(slot).ok_or(io::ErrorKind::InvalidInput)?.replace(file)
    }
}

/// A release page, at an address that keeps it while files come and go.
#[derive(Debug)]
struct SlotPage {
    mapping: Mapping<ReadOnly>,
    /// Which file is mapped: 0 if none is, but zeros.
    inode: AtomicU64,
}

impl SlotPage {
    fn of(file: &SealedFile) -> io::Result<Self> {
        let inode = AtomicU64::new(fstat(file)?.st_ino);
        Ok(Self { mapping: Mapping::of(file)?, inode })
    }

    /// Maps `file` where this page is, while writers load from there. They see the old file or the new one, or,
    /// where the kernel fails, the old one or zeros.
    fn replace(&self, file: &SealedFile) -> io::Result<()> {
        if file.bytes() != self.mapping.bytes {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let inode = fstat(file)?.st_ino;
        self.replace_by(|base, bytes| {
            let flags = MapFlags::SHARED | MapFlags::FIXED;
            // SAFETY:
            // - the range is exactly this mapping, so nothing else of ours is replaced;
            // - views of it stay valid. mmap(2) takes the old mapping away and makes the new one under the
            //   address space's lock, which page faults take too ("Process Addresses" in the kernel's
            //   documentation): a load finds the one or the other. If mmap fails, see `replace_by`.
            unsafe { mmap(base, bytes, ProtFlags::READ, flags, file.as_fd(), 0) }
        })?;
        self.inode.store(inode, Ordering::Relaxed);
        Ok(())
    }

    /// Replaces the page by what `map` maps. When this returns, something of ours is mapped there.
    ///
    /// POSIX lets an mmap with `MAP_FIXED` that fails leave a part of the range unmapped, EBADF, EINVAL and
    /// ENOTSUP aside, and Linux promises nothing else: it looks for most errors before it takes the old mapping
    /// away, and for some after it. A hole must not stay: a load from it ends the process, and the next mapping
    /// of another thread may come to lie in it.
    fn replace_by(
        &self,
        map: impl FnOnce(*mut c_void, usize) -> rustix::io::Result<*mut c_void>,
    ) -> io::Result<()> {
        let (base, bytes) = (self.mapping.base.as_ptr().cast::<c_void>(), self.mapping.bytes);
        let Err(error) = map(base, bytes) else { return Ok(()) };
        // Fails if anything lies there (Linux 4.17; a region's seals need 5.1).
        let flags = MapFlags::PRIVATE | MapFlags::FIXED_NOREPLACE;
        // SAFETY: nothing is replaced; and what is made, if anything, is this mapping's range.
        match unsafe { mmap_anonymous(base, bytes, ProtFlags::READ, flags) } {
            Ok(there) if there == base => self.inode.store(0, Ordering::Relaxed),
            // What lies there is the old file, or what another thread mapped into the hole, of which this thread
            // must not let writers load a word.
            _ if self.is_intact() => {}
            _ => process::abort(),
        }
        Err(error.into())
    }

    /// Returns whether the whole range is still a mapping of the file that was mapped last.
    fn is_intact(&self) -> bool {
        let first = self.mapping.base.as_ptr().expose_provenance();
        let inode = self.inode.load(Ordering::Relaxed).to_string();
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
        maps.lines().any(|line| {
            // "7f00a000-7f00c000 r--s 00000000 00:01 4711 /memfd:..."
            let mut columns = line.split_ascii_whitespace();
            let range = columns.next().and_then(|range| range.split_once('-'));
            let number = |text| usize::from_str_radix(text, 16).ok();
            let holds = range.is_some_and(|(from, to)| {
                let left = number(to).and_then(|to| to.checked_sub(first));
                number(from).is_some_and(|from| from <= first)
                    && left.is_some_and(|left| left >= self.mapping.bytes)
            });
            holds && columns.nth(3) == Some(&inode)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, ExitStatus};
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    use std::{env, thread};

    use abi_runtime::drain::ReleasePage;
    use rustix::io::Errno;
    use rustix::process::{Resource, Rlimit, setrlimit};

    use super::*;

    const BYTES: u64 = 3 * 4096;

    fn file() -> SealedFile {
        SealedFile::create("testimony-test", BYTES).unwrap()
    }

    /// A page of a file whose first word is `word`.
    fn page_with(word: u64) -> SlotPage {
        let file = file();
        store(&file, word);
        SlotPage::of(&file).unwrap()
    }

    fn store(file: &SealedFile, word: u64) {
        let mapping = Mapping::<Writable>::of_part(file, file.bytes()).unwrap();
        assert!(ReleasePage::new(mapping.memory_mut()).release(0, word));
    }

    fn first_word(page: &SlotPage) -> u64 {
        // SAFETY: the first word of a mapping, loaded as every word of it is.
        unsafe { AtomicU64::from_ptr(page.mapping.base.as_ptr()) }.load(Relaxed)
    }

    /// Takes the page away, as an mmap that fails may.
    fn take_away(base: *mut c_void, bytes: usize) {
        // SAFETY: this test's page, from which nobody loads now.
        unsafe { munmap(base, bytes) }.unwrap();
    }

    #[test]
    fn a_page_is_replaced_under_loads() {
        let page = page_with(1);
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let loads = scope.spawn(|| {
                let mut seen = 0_u64;
                while !is_over.load(Relaxed) {
                    assert!(first_word(&page) <= 2);
                    seen += 1;
                }
                seen
            });
            for round in 0..3000 {
                let next = file();
                store(&next, 1 + round % 2);
                page.replace(&next).unwrap();
                assert_eq!(first_word(&page), 1 + round % 2);
            }
            is_over.store(true, Relaxed);
            assert!(loads.join().unwrap() > 0);
        });
    }

    #[test]
    fn a_replacement_that_fails_leaves_the_old_page() {
        let page = page_with(7);
        let error = page.replace_by(|_, _| Err(Errno::NOMEM)).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(Errno::NOMEM.raw_os_error()));
        assert_eq!(first_word(&page), 7);
    }

    #[test]
    fn a_replacement_that_fails_and_takes_the_page_away_leaves_zeros() {
        let page = page_with(7);
        let replaced = page.replace_by(|base, bytes| {
            take_away(base, bytes);
            Err(Errno::NOMEM)
        });
        assert!(replaced.is_err());
        assert_eq!(first_word(&page), 0);
        // The next reader gets its page there.
        let next = file();
        store(&next, 9);
        page.replace(&next).unwrap();
        assert_eq!(first_word(&page), 9);
    }

    /// Runs a test of this file in a process of its own, and returns how that ended.
    fn alone(test: &str) -> ExitStatus {
        let test = format!("linux::mapping::tests::{test}");
        Command::new(env::current_exe().unwrap())
            .args(["--exact", &test, "--ignored", "--nocapture"])
            .output()
            .unwrap()
            .status
    }

    #[test]
    fn a_page_that_another_thread_took_ends_the_process() {
        use std::os::unix::process::ExitStatusExt;
        assert_eq!(alone("in_another_process_the_page_is_taken").signal(), Some(6), "SIGABRT");
    }

    #[test]
    #[ignore = "run by the test above, in a process of its own"]
    fn in_another_process_the_page_is_taken() {
        let page = page_with(7);
        let _ = page.replace_by(|base, bytes| {
            take_away(base, bytes);
            let flags = MapFlags::PRIVATE | MapFlags::FIXED_NOREPLACE;
            // SAFETY: the range is free.
            unsafe { mmap_anonymous(base, bytes, ProtFlags::READ, flags) }.unwrap();
            Err(Errno::NOMEM)
        });
    }

    #[test]
    fn without_address_space_the_old_page_stays() {
        assert!(alone("in_another_process_there_is_no_address_space").success());
    }

    #[test]
    #[ignore = "run by the test above, in a process of its own"]
    fn in_another_process_there_is_no_address_space() {
        let (page, next) = (page_with(7), file());
        let limit = Rlimit { current: Some(1 << 20), maximum: Some(1 << 20) };
        setrlimit(Resource::As, limit).unwrap();
        let error = page.replace(&next).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(Errno::NOMEM.raw_os_error()));
        assert_eq!(first_word(&page), 7);
    }
}
