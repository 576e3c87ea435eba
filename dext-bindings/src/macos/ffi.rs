//! The functions of `IOKit`, Core Foundation and the kernel that a reader calls, declared by hand.
//!
//! Their ABI has not changed in twenty years; `tests/macos_signatures.rs` holds each against `objc2-io-kit`.
//! What is safe here has its premises in its types; what is not says them.

use std::collections::VecDeque;
use std::ffi::{CStr, c_char, c_void};
use std::ptr::{self, NonNull};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::signatures::{self, KernReturn, MachPort};
use crate::boundary::ReturnCode;

#[link(name = "IOKit", kind = "framework")]
unsafe extern "C-unwind" {
    fn IOServiceNameMatching(name: *const c_char) -> *mut c_void;
    fn IOServiceGetMatchingService(main: MachPort, matching: *const c_void) -> MachPort;
    fn IOServiceOpen(service: MachPort, task: MachPort, kind: u32, connect: *mut MachPort) -> KernReturn;
    fn IOServiceClose(connect: MachPort) -> KernReturn;
    fn IOObjectRelease(object: MachPort) -> KernReturn;
    fn IOConnectCallScalarMethod(
        connect: MachPort,
        selector: u32,
        input: *const u64,
        inputs: u32,
        output: *mut u64,
        outputs: *mut u32,
    ) -> KernReturn;
    fn IOConnectCallStructMethod(
        connect: MachPort,
        selector: u32,
        input: *const c_void,
        input_bytes: usize,
        output: *mut c_void,
        output_bytes: *mut usize,
    ) -> KernReturn;
    fn IOConnectCallAsyncScalarMethod(
        connect: MachPort,
        selector: u32,
        wake: MachPort,
        reference: *mut u64,
        references: u32,
        input: *const u64,
        inputs: u32,
        output: *mut u64,
        outputs: *mut u32,
    ) -> KernReturn;
    fn IONotificationPortCreate(main: MachPort) -> *mut c_void;
    fn IONotificationPortGetMachPort(port: *mut c_void) -> MachPort;
    fn IONotificationPortDestroy(port: *mut c_void);
    fn IOServiceAddInterestNotification(
        port: *mut c_void,
        service: MachPort,
        kind: *const c_char,
        heard: signatures::Heard,
        context: *mut c_void,
        notification: *mut MachPort,
    ) -> KernReturn;
    fn IODispatchCalloutFromMessage(unused: *mut c_void, message: *mut c_void, port: *mut c_void);
    fn IOConnectMapMemory64(
        connect: MachPort,
        memory: u32,
        task: MachPort,
        address: *mut u64,
        bytes: *mut u64,
        options: u32,
    ) -> KernReturn;
    fn IOConnectUnmapMemory64(connect: MachPort, memory: u32, task: MachPort, address: u64) -> KernReturn;
}

// libSystem, which every program is linked with.
unsafe extern "C-unwind" {
    static mach_task_self_: MachPort;
    fn mach_continuous_time() -> u64;
    fn mach_msg(
        message: *mut c_void,
        options: i32,
        send_bytes: u32,
        receive_bytes: u32,
        receive: MachPort,
        timeout: u32,
        notify: MachPort,
    ) -> KernReturn;
}

/// `MACH_PORT_NULL`, and `kIOMainPortDefault`.
const NULL: MachPort = 0;
/// `kIOMapAnywhere`: all that the kernel keeps of what a client may ask.
const MAP_ANYWHERE: u32 = 1;
/// `kIOGeneralInterest`, `kIOMessageServiceIsTerminated`.
const GENERAL_INTEREST: &CStr = c"IOGeneralInterest";
const SERVICE_IS_TERMINATED: u32 = 0xe000_0010;
/// `MACH_RCV_MSG`, `MACH_RCV_TIMEOUT`.
const RECEIVE: i32 = 0x2;
const WITH_TIMEOUT: i32 = 0x100;
/// `MACH_RCV_TIMED_OUT`.
const TIMED_OUT: KernReturn = 0x1000_4003;
/// `kOSAsyncRef64Count`, `kIOAsyncCalloutFuncIndex`, `kIOAsyncCalloutRefconIndex`.
const REFERENCES: usize = 8;
const CALLOUT: usize = 1;
const CONTEXT: usize = 2;

const fn check(code: KernReturn) -> Result<(), ReturnCode> {
    if code == 0 { Ok(()) } else { Err(ReturnCode(code.cast_unsigned())) }
}

/// A length as `IOKit` takes it. What does not fit is more than the kernel takes: it refuses that.
fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

fn own_task() -> MachPort {
    // SAFETY: libSystem stores it before `main` and never again.
    unsafe { mach_task_self_ }
}

/// Returns the ticks of now: no system call, goes on while the machine sleeps.
pub(super) fn continuous_ticks() -> u64 {
    // SAFETY: it takes nothing and cannot fail.
    unsafe { mach_continuous_time() }
}

/// A service in the registry. Released when dropped.
#[derive(Debug)]
pub(super) struct Found(MachPort);

impl Found {
    /// Finds a service by the name that it was given, which for an extension is the class of its service.
    pub(super) fn by_name(name: &CStr) -> Option<Self> {
        // SAFETY: `name` ends in a NUL.
        let matching = NonNull::new(unsafe { IOServiceNameMatching(name.as_ptr()) })?;
        // SAFETY: the dictionary is the one that was just made; the call consumes it.
        let service = unsafe { IOServiceGetMatchingService(NULL, matching.as_ptr()) };
        (service != NULL).then_some(Self(service))
    }

    /// Opens a connection of this type.
    pub(super) fn open(&self, kind: u32) -> Result<Connected, ReturnCode> {
        let mut connect = NULL;
        // SAFETY: the service is one that we hold; `connect` is where the result goes.
        check(unsafe { IOServiceOpen(self.0, own_task(), kind, &raw mut connect) })?;
        Ok(Connected(connect))
    }
}

impl Drop for Found {
    fn drop(&mut self) {
        // SAFETY: the reference is ours, and given back once.
        let _ = unsafe { IOObjectRelease(self.0) };
    }
}

/// An open connection. Closed when dropped: every mapping made over it vanishes then.
#[derive(Debug)]
pub(super) struct Connected(MachPort);

impl Connected {
    pub(super) fn call(&self, selector: u32, input: &[u64], output: &mut [u64]) -> Result<(), ReturnCode> {
        let asked = count(output.len());
        let mut outputs = asked;
        // SAFETY: both slices are valid for as many words as is said; the kernel stores `outputs` words at most.
        check(unsafe {
            IOConnectCallScalarMethod(
                self.0,
                selector,
                input.as_ptr(),
                count(input.len()),
                output.as_mut_ptr(),
                &raw mut outputs,
            )
        })?;
        if outputs == asked { Ok(()) } else { Err(ReturnCode::BAD_ARGUMENT) }
    }

    pub(super) fn call_structure(&self, selector: u32, output: &mut [u8]) -> Result<usize, ReturnCode> {
        let mut bytes = output.len();
        // SAFETY: no structure goes in; `output` is valid for `bytes` bytes, and the kernel stores no more.
        check(unsafe {
            IOConnectCallStructMethod(
                self.0,
                selector,
                ptr::null(),
                0,
                output.as_mut_ptr().cast(),
                &raw mut bytes,
            )
        })?;
        Ok(bytes)
    }

    /// Calls a method whose completion comes to `wake`, with two words.
    pub(super) fn call_async(&self, selector: u32, wake: &Wake, input: &[u64]) -> Result<(), ReturnCode> {
        let mut reference = [0; REFERENCES];
        let callout: signatures::Completed = completed;
        reference[CALLOUT] = (callout as *const ()).expose_provenance() as u64;
        reference[CONTEXT] = wake.context().expose_provenance() as u64;
        let mut outputs = 0;
        // SAFETY: `reference` and `input` are valid for as many words as is said; nothing comes out. What is called
        // back has the type that two words ask for, and its context outlives the port.
        check(unsafe {
            IOConnectCallAsyncScalarMethod(
                self.0,
                selector,
                wake.mach_port(),
                reference.as_mut_ptr(),
                count(REFERENCES),
                input.as_ptr(),
                count(input.len()),
                ptr::null_mut(),
                &raw mut outputs,
            )
        })
    }

    /// Maps a memory and returns where it lies, and its bytes.
    pub(super) fn map(&self, memory: u32) -> Result<(u64, u64), ReturnCode> {
        let (mut address, mut bytes) = (0, 0);
        // SAFETY: the kernel chooses the place (kIOMapAnywhere), so no mapping of ours is replaced.
        check(unsafe {
            IOConnectMapMemory64(self.0, memory, own_task(), &raw mut address, &raw mut bytes, MAP_ANYWHERE)
        })?;
        Ok((address, bytes))
    }

    /// Takes a mapping back.
    ///
    /// # Safety
    ///
    /// `address` is what [`map`](Self::map) returned for `memory`, and nobody looks there any more.
    pub(super) unsafe fn unmap(&self, memory: u32, address: u64) {
        // SAFETY: the caller's contract. A driver that is gone cannot be asked for the descriptor, and the call
        // fails; the mapping then goes with the connection.
        let _ = unsafe { IOConnectUnmapMemory64(self.0, memory, own_task(), address) };
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        // SAFETY: the connection is ours and closed once; mappings hold the `Connected` they were made over, so
        // none is left.
        let _ = unsafe { IOServiceClose(self.0) };
    }
}

/// What came to a [`Wake`].
#[derive(Debug, Default)]
struct Mailbox {
    /// Two words of each completion, in the order in which they came.
    completions: VecDeque<[u64; 2]>,
    terminated: bool,
}

/// A port to which completions come, and the news that a service has ended.
#[derive(Debug)]
pub(super) struct Wake {
    port: NonNull<c_void>,
    notification: MachPort,
    // `IOKit` has its address: it stays where it is until the port is gone.
    mailbox: Box<Mutex<Mailbox>>,
}

// SAFETY: the port may be used from any thread, and the mailbox has its lock.
unsafe impl Send for Wake {}

/// What `mach_msg` stores, at most.
#[repr(C, align(8))]
struct Message([u8; 4096]);

impl Wake {
    /// Makes a port, and has it told when `service` ends.
    pub(super) fn new(service: &Found) -> Result<Self, ReturnCode> {
        // SAFETY: it takes the main port, for which 0 stands.
        let port = NonNull::new(unsafe { IONotificationPortCreate(NULL) }).ok_or(ReturnCode::NO_MEMORY)?;
        let mut wake = Self { port, notification: NULL, mailbox: Box::default() };
        // SAFETY: the port and the service are held; the callback's `context` is the mailbox, which outlives the
        // port: see `drop`.
        check(unsafe {
            IOServiceAddInterestNotification(
                port.as_ptr(),
                service.0,
                GENERAL_INTEREST.as_ptr(),
                heard,
                wake.context(),
                &raw mut wake.notification,
            )
        })?;
        Ok(wake)
    }

    fn context(&self) -> *mut c_void {
        ptr::from_ref(&*self.mailbox).cast_mut().cast()
    }

    fn mach_port(&self) -> MachPort {
        // SAFETY: the port is held.
        unsafe { IONotificationPortGetMachPort(self.port.as_ptr()) }
    }

    fn mailbox(&self) -> MutexGuard<'_, Mailbox> {
        self.mailbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for one message, unless something has come already, and lets `IOKit` take it apart.
    pub(super) fn wait(&self, milliseconds: u32) -> Result<(), ReturnCode> {
        let mut message = Message([0; 4096]);
        let bytes = count(size_of::<Message>());
        let options = RECEIVE | WITH_TIMEOUT;
        let into = (&raw mut message).cast();
        // SAFETY: `message` is valid for `bytes` bytes, of which the kernel stores no more: a larger one is refused.
        let code = unsafe { mach_msg(into, options, 0, bytes, self.mach_port(), milliseconds, NULL) };
        match code {
            // SAFETY: the message came to the port of the reference, from the kernel, and is dispatched once.
            0 => unsafe { IODispatchCalloutFromMessage(ptr::null_mut(), into, self.port.as_ptr()) },
            TIMED_OUT => {}
            other => return Err(ReturnCode(other.cast_unsigned())),
        }
        Ok(())
    }

    /// Takes the words of the oldest completion that has come.
    pub(super) fn take_completion(&self) -> Option<[u64; 2]> {
        self.mailbox().completions.pop_front()
    }

    /// Returns whether the service is known to have ended.
    pub(super) fn is_terminated(&self) -> bool {
        self.mailbox().terminated
    }
}

impl Drop for Wake {
    fn drop(&mut self) {
        if self.notification != NULL {
            // SAFETY: it is ours, and given back once.
            let _ = unsafe { IOObjectRelease(self.notification) };
        }
        // SAFETY: it is ours, and given back once; afterwards nobody calls back, and the mailbox may go.
        unsafe { IONotificationPortDestroy(self.port.as_ptr()) };
    }
}

/// A completion with two words: `IOAsyncCallback2`.
unsafe extern "C-unwind" fn completed(
    context: *mut c_void,
    _status: KernReturn,
    first: *mut c_void,
    second: *mut c_void,
) {
    // SAFETY: the context is the mailbox of a `Wake`, which outlives the port that this came through.
    let mailbox = unsafe { &*context.cast::<Mutex<Mailbox>>() };
    let words = [first.addr() as u64, second.addr() as u64];
    mailbox.lock().unwrap_or_else(PoisonError::into_inner).completions.push_back(words);
}

/// News of the service: `IOServiceInterestCallback`.
unsafe extern "C-unwind" fn heard(
    context: *mut c_void,
    _service: MachPort,
    kind: u32,
    _argument: *mut c_void,
) {
    // SAFETY: as for `completed`.
    let mailbox = unsafe { &*context.cast::<Mutex<Mailbox>>() };
    if kind == SERVICE_IS_TERMINATED {
        mailbox.lock().unwrap_or_else(PoisonError::into_inner).terminated = true;
    }
}

// What is declared above has these types.
const _: signatures::Matching = IOServiceNameMatching;
const _: signatures::GetMatchingService = IOServiceGetMatchingService;
const _: signatures::Open = IOServiceOpen;
const _: [signatures::Close; 2] = [IOServiceClose, IOObjectRelease];
const _: signatures::CallScalars = IOConnectCallScalarMethod;
const _: signatures::CallStructure = IOConnectCallStructMethod;
const _: signatures::CallAsync = IOConnectCallAsyncScalarMethod;
const _: signatures::CreatePort = IONotificationPortCreate;
const _: signatures::PortOf = IONotificationPortGetMachPort;
const _: signatures::DestroyPort = IONotificationPortDestroy;
const _: signatures::AddInterest = IOServiceAddInterestNotification;
const _: signatures::Dispatch = IODispatchCalloutFromMessage;
const _: signatures::Map = IOConnectMapMemory64;
const _: signatures::Unmap = IOConnectUnmapMemory64;
