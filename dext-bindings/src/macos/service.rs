//! An extension's service, opened.

use std::ffi::CString;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::ffi::{Connected, Found, Wake};
use super::mapping::ServiceMapping;
use crate::boundary::{Bell, DoorbellIn, MemoryType, OPEN_TYPE, ReturnCode, Selector};
use crate::dext::{Connection, Event, MapError, OpenError};

/// A connection to an extension.
#[derive(Debug)]
pub struct Service {
    // Before the service that it is told of.
    wake: Wake,
    connection: Arc<Connected>,
    /// Requests to be woken, and those that were completed: each completes once, in their order.
    asked: AtomicU64,
    completed: AtomicU64,
    _found: Found,
}

impl Service {
    /// Opens the service of class `name`, as a reader of this version.
    ///
    /// # Errors
    ///
    /// There is no such service, or it does not let the reader in.
    pub fn open(name: &str) -> Result<Self, OpenError> {
        let nobody =
            || OpenError::NoSuchService { name: name.to_owned(), place: "the I/O registry".to_owned() };
        let refused = |code| OpenError::Refused { name: name.to_owned(), code };
        let text = CString::new(name).map_err(|_| nobody())?;
        let service = Found::by_name(&text).ok_or_else(nobody)?;
        // Before it is opened: an end that comes in between is not missed.
        let wake = Wake::new(&service).map_err(refused)?;
        let connection = service.open(OPEN_TYPE).map_err(refused)?;
        Ok(Self {
            wake,
            connection: Arc::new(connection),
            asked: AtomicU64::new(0),
            completed: AtomicU64::new(0),
            _found: service,
        })
    }

    fn take(&self) -> Option<Event> {
        let words = self.wake.take_completion()?;
        let number = self.completed.fetch_add(1, Ordering::Relaxed) + 1;
        Some(Event::Completed { number, bell: Bell::from_words(&words) })
    }
}

impl Connection for Service {
    type Mapping = ServiceMapping;

    fn call(&self, selector: Selector, input: &[u64], output: &mut [u64]) -> Result<(), ReturnCode> {
        self.connection.call(selector as u32, input, output)
    }

    fn call_structure(&self, selector: Selector, output: &mut [u8]) -> Result<usize, ReturnCode> {
        self.connection.call_structure(selector as u32, output)
    }

    fn map(&self, memory: MemoryType) -> Result<ServiceMapping, MapError> {
        ServiceMapping::new(&self.connection, memory)
    }

    fn ring_me(&self, when: DoorbellIn) -> Result<u64, ReturnCode> {
        self.connection.call_async(Selector::Doorbell as u32, &self.wake, &when.to_words())?;
        Ok(self.asked.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn wait(&self, timeout: Duration) -> io::Result<Event> {
        if let Some(event) = self.take() {
            return Ok(event);
        }
        let milliseconds = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX);
        self.wake.wait(milliseconds).map_err(|code| io::Error::other(format!("mach_msg: {code}")))?;
        if let Some(event) = self.take() {
            return Ok(event);
        }
        Ok(if self.wake.is_terminated() { Event::Terminated } else { Event::TimedOut })
    }

    fn is_terminated(&self) -> bool {
        // What has come but was not yet looked at.
        let _ = self.wake.wait(0);
        self.wake.is_terminated()
    }
}
