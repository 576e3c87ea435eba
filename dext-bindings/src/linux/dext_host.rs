//! A connection to `dext-host`: the verbs of `IOKit`, spoken to the extension where it runs on Linux.
//!
//! The messages are those of `dext-bindings/shim/README.md`, "Wire".

use std::collections::VecDeque;
use std::env;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use abi_runtime::memory::{Memory, MemoryMut};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::connection::{ConnectError, Connection as Channel, Heard, timespec};
use super::drains::PAGE_SEALS;
use super::mapping::{Mapping, ReadOnly, Writable};
use super::memfd::SealedFile;
use super::memory::SEALS;
use super::packet::Packet;
use crate::boundary::{Bell, DoorbellIn, MemoryType, OPEN_TYPE, ReturnCode, Selector};
use crate::dext::{Connection, Event, MapError, Mapped, OpenError};

/// How long the host may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// First bytes of what a client says, and of what the host says.
const REQUEST: [u8; 4] = *b"TSKq";
const ANSWER: [u8; 4] = *b"TSKr";
/// Bytes of a message before its scalars.
const HEAD: usize = 48;
/// The longest message: a head, 16 scalars, a structure of 4096 bytes, and one byte more, so that a longer one
/// is seen to be longer.
const LONGEST: usize = HEAD + 16 * 8 + 4096 + 1;
/// Completions that are kept. A reader waits for one at a time.
const MOST_COMPLETED: usize = 64;
/// `kIOMapAnywhere`.
const ANYWHERE: u64 = 1;

/// What a client says.
#[derive(Clone, Copy)]
enum Verb {
    Open = 1,
    Call = 2,
    Async = 3,
    Map = 4,
    Unmap = 5,
    Interest = 6,
}

/// What the host says.
const REPLY: u32 = 1;
const COMPLETION: u32 = 2;

/// Returns where services are registered: `$TESTIMONY_REGISTRY`, or `testimony-registry` in
/// `$XDG_RUNTIME_DIR`.
///
/// # Errors
///
/// Neither is set.
pub fn registry() -> Result<PathBuf, OpenError> {
    if let Some(registry) = env::var_os("TESTIMONY_REGISTRY") {
        return Ok(registry.into());
    }
    let runtime = env::var_os("XDG_RUNTIME_DIR").ok_or(OpenError::NoRegistry)?;
    Ok(Path::new(&runtime).join("testimony-registry"))
}

/// A service of `dext-host`, opened.
#[derive(Debug)]
pub struct DextHost(Arc<Port>);

/// Two sockets: one for calls, one that ends with the service.
#[derive(Debug)]
struct Port {
    calls: Channel,
    interest: Channel,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Number of the last request.
    last: u64,
    /// Completions that came while an answer was waited for.
    completed: VecDeque<(u64, Bell)>,
    /// Something has been mapped: the port then names the mappings when the driver is gone.
    mapped: bool,
}

/// One message of the host.
struct Answer {
    kind: u32,
    id: u64,
    code: ReturnCode,
    /// Of a map: its bytes.
    a: u64,
    scalars: Vec<u64>,
    structure: Vec<u8>,
    file: Option<OwnedFd>,
}

impl DextHost {
    /// Opens the service `name` in `registry`, as a reader of this version.
    ///
    /// # Errors
    ///
    /// There is no such service, or it does not let the reader in.
    pub fn open(registry: &Path, name: &str) -> Result<Self, OpenError> {
        Self::open_as(registry, name, OPEN_TYPE)
    }

    /// As [`open`](Self::open), with a type of the caller's choice.
    ///
    /// # Errors
    ///
    /// As for `open`.
    pub fn open_as(registry: &Path, name: &str, kind: u32) -> Result<Self, OpenError> {
        let path = registry.join(name);
        let interest = knock(&path, name, registry)?;
        let calls = knock(&path, name, registry)?;
        let port = Port { calls, interest, state: Mutex::new(State::default()) };
        let refused = |code| OpenError::Refused { name: name.to_owned(), code };
        port.watch().map_err(refused)?;
        port.ask(Verb::Open, [kind.into(), 0, 0], &[]).map_err(refused)?;
        Ok(Self(Arc::new(port)))
    }
}

fn knock(path: &Path, name: &str, registry: &Path) -> Result<Channel, OpenError> {
    let failed =
        |action, source: Errno| OpenError::Io { action, path: Some(path.to_owned()), source: source.into() };
    Channel::open(path, Instant::now() + PATIENCE).map_err(|error| match error {
        ConnectError::NobodyThere(Errno::NOENT | Errno::CONNREFUSED | Errno::NOTDIR) => {
            OpenError::NoSuchService {
                name: name.to_owned(),
                place: format!("the registry {}", registry.display()),
            }
        }
        ConnectError::NobodyThere(error) => failed("connect", error),
        ConnectError::Busy => failed("connect in time", Errno::TIMEDOUT),
        ConnectError::Io(action, error) => failed(action, error),
    })
}

/// Puts a request together.
fn message(verb: Verb, id: u64, words: [u64; 3], scalars: &[u64]) -> Vec<u8> {
    let mut packet = Vec::with_capacity(HEAD + size_of_val(scalars));
    packet.extend(REQUEST);
    packet.extend((verb as u32).to_le_bytes());
    packet.extend(id.to_le_bytes());
    packet.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    // A method has 16 scalars at most: of more the host says so.
    packet.extend(u32::try_from(scalars.len()).unwrap_or(u32::MAX).to_le_bytes());
    packet.extend(0_u32.to_le_bytes());
    packet.extend(scalars.iter().flat_map(|word| word.to_le_bytes()));
    packet
}

impl Answer {
    /// Reads a message, if that is what the packet is.
    fn parse(packet: Packet) -> Option<Self> {
        let file = packet.files.into_iter().next();
        let packet = packet.bytes.as_slice();
        let (head, rest) = packet.split_at_checked(HEAD)?;
        let word = |at: usize| Some(u32::from_le_bytes(head.get(at..at + 4)?.try_into().ok()?));
        let long = |at: usize| Some(u64::from_le_bytes(head.get(at..at + 8)?.try_into().ok()?));
        let scalars = usize::try_from(word(20)?).ok()?;
        let (scalars, structure) = rest.split_at_checked(scalars.checked_mul(8)?)?;
        let whole = head.starts_with(&ANSWER) && structure.len() as u64 == u64::from(word(40)?);
        let scalars = scalars.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
        whole.then_some(Self {
            kind: word(4)?,
            id: long(8)?,
            code: ReturnCode(word(16)?),
            a: long(24)?,
            scalars,
            structure: structure.to_vec(),
            file,
        })
    }
}

impl Port {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a call says when the driver is gone: the port names the mappings then, if there are any
    /// (`IOUserClient::destroyUserReferences`).
    fn gone(&self) -> ReturnCode {
        if self.state().mapped { ReturnCode::BAD_ARGUMENT } else { ReturnCode::INVALID_DESTINATION }
    }

    /// Asks to be told of the service's end.
    fn watch(&self) -> Result<(), ReturnCode> {
        let deadline = Instant::now() + PATIENCE;
        let packet = message(Verb::Interest, 1, [0; 3], &[]);
        self.interest.send_by(&packet, deadline).map_err(|error| self.unsent(error))?;
        let answer = self.receive(&self.interest, deadline)?;
        match answer {
            Some(answer) if answer.code.is_success() => Ok(()),
            Some(answer) => Err(answer.code),
            None => Err(ReturnCode::BAD_ARGUMENT),
        }
    }

    fn ask(&self, verb: Verb, words: [u64; 3], scalars: &[u64]) -> Result<Answer, ReturnCode> {
        let id = {
            let mut state = self.state();
            state.last += 1;
            state.last
        };
        let packet = message(verb, id, words, scalars);
        let deadline = Instant::now() + PATIENCE;
        self.calls.send_by(&packet, deadline).map_err(|error| self.unsent(error))?;
        loop {
            match self.receive(&self.calls, deadline)? {
                Some(answer) if answer.kind == REPLY && answer.id == id => {
                    return if answer.code.is_success() { Ok(answer) } else { Err(answer.code) };
                }
                Some(answer) => self.keep(&answer),
                None => {}
            }
            // A host that says something else without end is not waited for any longer than a silent one.
            if Instant::now() >= deadline {
                return Err(ReturnCode::TIMEOUT);
            }
        }
    }

    /// What a call says that could not be sent.
    fn unsent(&self, error: Errno) -> ReturnCode {
        if error == Errno::AGAIN { ReturnCode::TIMEOUT } else { self.gone() }
    }

    /// Returns the next message; `None` for a packet that is none.
    fn receive(&self, channel: &Channel, deadline: Instant) -> Result<Option<Answer>, ReturnCode> {
        match channel.receive(LONGEST, deadline) {
            Ok(Heard::Packet(packet)) => Ok(Answer::parse(packet)),
            Ok(Heard::Late) => Err(ReturnCode::TIMEOUT),
            Ok(Heard::Closed | Heard::ProcessEnded) | Err(_) => Err(self.gone()),
        }
    }

    /// Keeps a completion for whoever waits for it. There is one for each call of DOORBELL that is not waited
    /// for any more, so old ones may go.
    fn keep(&self, answer: &Answer) {
        if answer.kind == COMPLETION
            && let Ok(words) = answer.scalars.as_slice().try_into()
        {
            let mut state = self.state();
            if state.completed.len() >= MOST_COMPLETED {
                state.completed.pop_front();
            }
            state.completed.push_back((answer.id, Bell::from_words(words)));
        }
    }

    fn is_terminated(&self) -> bool {
        // Whatever comes there, an end included, is the end.
        self.interest.ended().is_some()
    }
}

impl Connection for DextHost {
    type Mapping = HostMapping;

    fn call(&self, selector: Selector, input: &[u64], output: &mut [u64]) -> Result<(), ReturnCode> {
        let answer = self.0.ask(Verb::Call, [selector as u64, output.len() as u64, 0], input)?;
        if answer.scalars.len() != output.len() {
            return Err(ReturnCode::BAD_ARGUMENT);
        }
        output.copy_from_slice(&answer.scalars);
        Ok(())
    }

    fn call_structure(&self, selector: Selector, output: &mut [u8]) -> Result<usize, ReturnCode> {
        let answer = self.0.ask(Verb::Call, [selector as u64, 0, output.len() as u64], &[])?;
        let filled = output.get_mut(..answer.structure.len()).ok_or(ReturnCode::BAD_ARGUMENT)?;
        filled.copy_from_slice(&answer.structure);
        Ok(filled.len())
    }

    fn map(&self, memory: MemoryType) -> Result<HostMapping, MapError> {
        let answer = self.0.ask(Verb::Map, [memory as u64, ANYWHERE, 0], &[]).map_err(MapError::Refused)?;
        let file = answer
            .file
            .ok_or_else(|| MapError::Unusable("the host said yes and handed out nothing".to_owned()))?;
        let seals = if memory == MemoryType::Region { SEALS } else { PAGE_SEALS };
        let file = SealedFile::check(file, seals).map_err(|error| MapError::Unusable(error.to_string()))?;
        let size = file.bytes();
        let fits = usize::try_from(answer.a).ok().filter(|&len| len != 0 && len <= size);
        let bytes = fits.ok_or_else(|| {
            MapError::Unusable(format!(
                "the host said {} bytes and handed out {size} (ATT-8); refused",
                answer.a
            ))
        })?;
        let mapping = if memory == MemoryType::ReleasePage {
            Mapping::<Writable>::of_part(&file, bytes).map(HostMemory::Page)
        } else {
            Mapping::<ReadOnly>::of_part(&file, bytes).map(HostMemory::Region)
        };
        let mapping = mapping.map_err(MapError::Io)?;
        self.0.state().mapped = true;
        Ok(HostMapping { mapping, memory, port: Arc::clone(&self.0) })
    }

    fn ring_me(&self, when: DoorbellIn) -> Result<u64, ReturnCode> {
        let answer = self.0.ask(Verb::Async, [Selector::Doorbell as u64, 0, 0], &when.to_words())?;
        Ok(answer.id)
    }

    fn wait(&self, timeout: Duration) -> io::Result<Event> {
        let kept = self.0.state().completed.pop_front();
        if let Some((number, bell)) = kept {
            return Ok(Event::Completed { number, bell });
        }
        let ends = self.0.calls.ends().chain(self.0.interest.ends());
        let mut fds: Vec<PollFd<'_>> = ends.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)).collect();
        match poll(&mut fds, Some(&timespec(timeout))) {
            Ok(0) | Err(Errno::INTR) => return Ok(Event::TimedOut),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        match self.0.calls.receive(LONGEST, Instant::now())? {
            Heard::Packet(packet) => {
                if let Some(answer) = Answer::parse(packet) {
                    self.0.keep(&answer);
                }
                let kept = self.0.state().completed.pop_front();
                return Ok(kept.map_or(Event::TimedOut, |(number, bell)| Event::Completed { number, bell }));
            }
            Heard::Closed | Heard::ProcessEnded => return Ok(Event::Terminated),
            Heard::Late => {}
        }
        Ok(if self.0.is_terminated() { Event::Terminated } else { Event::TimedOut })
    }

    fn is_terminated(&self) -> bool {
        self.0.is_terminated()
    }
}

/// Memory of the extension.
#[derive(Debug)]
pub struct HostMapping {
    mapping: HostMemory,
    memory: MemoryType,
    /// Open for as long as the mapping is there.
    port: Arc<Port>,
}

/// What is mapped, as it may be used.
#[derive(Debug)]
enum HostMemory {
    Region(Mapping<ReadOnly>),
    Page(Mapping<Writable>),
}

impl Mapped for HostMapping {
    fn memory(&self) -> Memory<'_> {
        match &self.mapping {
            HostMemory::Region(mapping) => mapping.memory(),
            HostMemory::Page(mapping) => mapping.memory(),
        }
    }

    fn page(&self) -> Option<MemoryMut<'_>> {
        match &self.mapping {
            HostMemory::Region(_) => None,
            HostMemory::Page(mapping) => Some(mapping.memory_mut()),
        }
    }
}

impl Drop for HostMapping {
    fn drop(&mut self) {
        // With the best will: a driver that is gone cannot be told, and the end of the connection does it too.
        if !self.port.is_terminated() {
            let _ = self.port.ask(Verb::Unmap, [self.memory as u64, 0, 0], &[]);
        }
    }
}
