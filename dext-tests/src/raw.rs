//! A client of `dext-host` that says exactly what it is told to, sensible or not.

use std::io::{IoSliceMut, Read as _};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Duration;

use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendFlags, SocketAddrUnix,
    SocketFlags, SocketType, connect, recvmsg, send, socket_with,
};

/// `TSKq`
pub const REQUEST_MAGIC: u32 = u32::from_le_bytes(*b"TSKq");
/// `TSKr`
pub const ANSWER_MAGIC: u32 = u32::from_le_bytes(*b"TSKr");

/// `IOServiceOpen`: the first message of a connection.
pub const OPEN: u32 = 1;
/// `IOConnectCallMethod`.
pub const CALL: u32 = 2;
/// `IOConnectCallAsyncMethod`.
pub const ASYNC: u32 = 3;
/// `IOConnectMapMemory64`.
pub const MAP: u32 = 4;
/// `IOConnectUnmapMemory64`.
pub const UNMAP: u32 = 5;
/// `IOServiceAddInterestNotification`: instead of `OPEN`.
pub const INTEREST: u32 = 6;

/// The answer to a request.
pub const REPLY: u32 = 1;
/// What an asynchronous call completes with.
pub const COMPLETION: u32 = 2;
/// `kIOMessageServiceIsTerminated`.
pub const TERMINATED: u32 = 3;

/// What `IOKit` returns, as Rust sees it.
pub mod code {
    /// `kIOReturnError`
    pub const ERROR: i32 = 0xe000_02bc_u32.cast_signed();
    /// `kIOReturnNoMemory`
    pub const NO_MEMORY: i32 = 0xe000_02bd_u32.cast_signed();
    /// `kIOReturnNoResources`
    pub const NO_RESOURCES: i32 = 0xe000_02be_u32.cast_signed();
    /// `kIOReturnBadArgument`
    pub const BAD_ARGUMENT: i32 = 0xe000_02c2_u32.cast_signed();
    /// `kIOReturnUnsupported`
    pub const UNSUPPORTED: i32 = 0xe000_02c7_u32.cast_signed();
    /// `kIOReturnBusy`
    pub const BUSY: i32 = 0xe000_02d5_u32.cast_signed();
    /// `kIOReturnOffline`
    pub const OFFLINE: i32 = 0xe000_02d7_u32.cast_signed();
    /// `kIOReturnNotPermitted`
    pub const NOT_PERMITTED: i32 = 0xe000_02e2_u32.cast_signed();
    /// `kIOReturnNoCompletion`
    pub const NO_COMPLETION: i32 = 0xe000_02ea_u32.cast_signed();
    /// `kIOReturnAborted`
    pub const ABORTED: i32 = 0xe000_02eb_u32.cast_signed();
    /// `kIOReturnNotFound`
    pub const NOT_FOUND: i32 = 0xe000_02f0_u32.cast_signed();
    /// `MIG_BAD_ID`
    pub const BAD_ID: i32 = -303;
    /// `MIG_BAD_ARGUMENTS`
    pub const BAD_ARGUMENTS: i32 = -304;
}

/// How long a host may take to answer before the test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection.
#[derive(Debug)]
pub struct Client {
    socket: OwnedFd,
    next: u64,
    /// Completions that came while a reply was waited for.
    completions: Vec<Answer>,
}

/// One packet of the host.
#[derive(Debug)]
pub struct Answer {
    /// [`REPLY`], [`COMPLETION`] or [`TERMINATED`].
    pub kind: u32,
    /// Of the request.
    pub id: u64,
    /// What `IOKit` returns.
    pub code: i32,
    /// Of a map: its bytes.
    pub a: u64,
    /// Of a map: 1 if it is read-only.
    pub b: u64,
    /// Scalars of a reply, or arguments of a completion.
    pub scalars: Vec<u64>,
    /// The structure of a reply.
    pub structure: Vec<u8>,
    /// Of a map: its memory.
    pub descriptor: Option<OwnedFd>,
}

/// A request, of which anything may be wrong.
#[derive(Clone, Debug)]
pub struct Request {
    /// [`REQUEST_MAGIC`], unless the test lies.
    pub magic: u32,
    /// [`OPEN`] and so on.
    pub verb: u32,
    /// Echoed by the host.
    pub id: u64,
    /// A type or a selector.
    pub a: u64,
    /// How many scalars may come back, or the options of a map.
    pub b: u64,
    /// How many bytes of structure may come back.
    pub c: u64,
    /// Scalars of a call.
    pub scalars: Vec<u64>,
    /// The structure of a call.
    pub structure: Vec<u8>,
}

impl Request {
    /// A request with nothing in it.
    #[must_use]
    pub fn new(verb: u32) -> Self {
        let (scalars, structure) = (Vec::new(), Vec::new());
        Self { magic: REQUEST_MAGIC, verb, id: 0, a: 0, b: 0, c: 0, scalars, structure }
    }

    /// Its packet.
    ///
    /// # Panics
    ///
    /// Panics if it is longer than its head can say.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut packet = Vec::new();
        packet.extend(self.magic.to_le_bytes());
        packet.extend(self.verb.to_le_bytes());
        for word in [self.id, self.a, self.b, self.c] {
            packet.extend(word.to_le_bytes());
        }
        packet.extend(u32::try_from(self.scalars.len()).expect("few scalars").to_le_bytes());
        packet.extend(u32::try_from(self.structure.len()).expect("a short structure").to_le_bytes());
        packet.extend(self.scalars.iter().flat_map(|scalar| scalar.to_le_bytes()));
        packet.extend(&self.structure);
        packet
    }
}

/// What a map hands over.
#[derive(Debug)]
pub struct Mapped {
    /// The memory, to be mapped or read.
    pub memory: OwnedFd,
    /// How much of it there is.
    pub bytes: u64,
    /// Only the dext may store.
    pub read_only: bool,
}

impl Client {
    /// Connects and says nothing.
    ///
    /// # Panics
    ///
    /// Panics if nobody listens.
    #[must_use]
    pub fn connect(service: &Path) -> Self {
        let socket = socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
            .expect("a socket");
        set_socket_timeout(&socket, Timeout::Recv, Some(PATIENCE)).expect("a timeout");
        connect(&socket, &SocketAddrUnix::new(service).expect("a short path")).expect("a host");
        Self { socket, next: 0, completions: Vec::new() }
    }

    /// Connects and opens a connection of this type, as `IOServiceOpen`.
    pub fn open(service: &Path, kind: u32) -> Result<Self, i32> {
        let mut client = Self::connect(service);
        let answer = client.ask(Request { a: u64::from(kind), ..Request::new(OPEN) });
        answer.succeeded().map(|_| client)
    }

    /// Asks to be told of the service's end.
    ///
    /// # Panics
    ///
    /// Panics if it is refused.
    #[must_use]
    pub fn watch(service: &Path) -> Self {
        let mut client = Self::connect(service);
        assert_eq!(client.ask(Request::new(INTEREST)).code, 0);
        client
    }

    /// Sends whatever it is given.
    ///
    /// # Panics
    ///
    /// Panics if the connection has ended.
    pub fn send_bytes(&self, packet: &[u8]) {
        assert!(self.try_send_bytes(packet), "the host has closed the connection");
    }

    /// Sends whatever it is given; false if the connection has ended.
    #[must_use]
    pub fn try_send_bytes(&self, packet: &[u8]) -> bool {
        send(&self.socket, packet, SendFlags::NOSIGNAL).is_ok()
    }

    /// Sends a request and returns its id.
    pub fn send(&mut self, mut request: Request) -> u64 {
        self.next += 1;
        request.id = self.next;
        self.send_bytes(&request.bytes());
        self.next
    }

    /// Sends a request and waits for its reply.
    ///
    /// # Panics
    ///
    /// Panics if the connection ends instead.
    pub fn ask(&mut self, request: Request) -> Answer {
        let id = self.send(request);
        self.reply(id)
    }

    /// Waits for the reply to a request.
    ///
    /// # Panics
    ///
    /// Panics if the connection ends instead.
    pub fn reply(&mut self, id: u64) -> Answer {
        loop {
            let answer = self.receive().expect("the host died instead of answering");
            if answer.kind == REPLY && answer.id == id {
                return answer;
            }
            self.completions.push(answer);
        }
    }

    /// Calls a selector and returns its scalars, or its code.
    pub fn call(&mut self, selector: u64, scalars: &[u64], out: u64) -> Result<Vec<u64>, i32> {
        let request = Request { a: selector, b: out, scalars: scalars.to_vec(), ..Request::new(CALL) };
        self.ask(request).succeeded().map(|answer| answer.scalars)
    }

    /// Calls a selector that completes later; returns the id of its completions.
    pub fn call_async(&mut self, selector: u64, scalars: &[u64]) -> Result<u64, i32> {
        let request = Request { a: selector, scalars: scalars.to_vec(), ..Request::new(ASYNC) };
        self.ask(request).succeeded().map(|answer| answer.id)
    }

    /// Waits for the next completion of a call.
    ///
    /// # Panics
    ///
    /// Panics if the connection ends instead, or if something else comes.
    pub fn completion(&mut self, id: u64) -> Answer {
        if let Some(at) = self.completions.iter().position(|answer| answer.id == id) {
            return self.completions.remove(at);
        }
        let answer = self.receive().expect("the host died instead of completing");
        assert_eq!((answer.kind, answer.id), (COMPLETION, id));
        answer
    }

    /// Asks for the memory of a type, as `IOConnectMapMemory64`.
    ///
    /// # Panics
    ///
    /// Panics if a success carries no descriptor.
    pub fn map(&mut self, kind: u64) -> Result<Mapped, i32> {
        let answer = self.ask(Request { a: kind, b: 1, ..Request::new(MAP) }).succeeded()?;
        let memory = answer.descriptor.expect("a map carries a descriptor");
        Ok(Mapped { memory, bytes: answer.a, read_only: answer.b == 1 })
    }

    /// Gives the memory of a type back, as `IOConnectUnmapMemory64`.
    pub fn unmap(&mut self, kind: u64) -> Result<(), i32> {
        self.ask(Request { a: kind, ..Request::new(UNMAP) }).succeeded().map(|_| ())
    }

    /// The next packet; `None` at the end of the connection.
    ///
    /// # Panics
    ///
    /// Panics if the host says nothing for long, or nonsense.
    pub fn receive(&mut self) -> Option<Answer> {
        let mut packet = vec![0; 128 * 1024];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let received =
            recvmsg(&self.socket, &mut [IoSliceMut::new(&mut packet)], &mut control, RecvFlags::CMSG_CLOEXEC);
        let length = match received {
            Ok(message) => message.bytes,
            Err(rustix::io::Errno::CONNRESET) => 0,
            Err(error) => panic!("the host says nothing: {error}"),
        };
        if length == 0 {
            return None;
        }
        let descriptor = control.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
            _ => None,
        });
        Some(Answer::parse(&packet[..length], descriptor))
    }

    /// True once the host has closed the connection.
    pub fn is_closed(&mut self) -> bool {
        self.receive().is_none()
    }
}

impl Answer {
    fn parse(packet: &[u8], descriptor: Option<OwnedFd>) -> Self {
        let mut rest = packet;
        let mut word = |length: usize| {
            let mut bytes = [0; 8];
            rest.read_exact(&mut bytes[..length]).expect("a whole packet");
            u64::from_le_bytes(bytes)
        };
        assert_eq!(word(4), u64::from(ANSWER_MAGIC));
        let kind = u32::try_from(word(4)).expect("four bytes");
        let id = word(8);
        let code = u32::try_from(word(4)).expect("four bytes").cast_signed();
        let scalars = word(4);
        let (a, b) = (word(8), word(8));
        let length = usize::try_from(word(4)).expect("a length");
        assert_eq!(word(4), 0, "reserved");
        let scalars = (0..scalars).map(|_| word(8)).collect();
        assert_eq!(rest.len(), length, "the structure is the rest of the packet");
        Self { kind, id, code, a, b, scalars, structure: rest.to_vec(), descriptor }
    }

    /// Itself, or the code of its failure.
    pub fn succeeded(self) -> Result<Self, i32> {
        if self.code == 0 { Ok(self) } else { Err(self.code) }
    }
}
