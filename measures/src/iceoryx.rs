//! A publisher and a subscriber of iceoryx2 in one thread, over shared memory.

use std::error::Error;
use std::hint::black_box;

use iceoryx2::port::publisher::Publisher;
use iceoryx2::port::subscriber::Subscriber;
use iceoryx2::prelude::*;

/// Samples that a subscriber keeps; the oldest give way.
const KEPT: usize = 1024;

type Record = [u64; 8];

/// Both ends.
pub struct Pair {
    publisher: Publisher<ipc::Service, Record, ()>,
    subscriber: Subscriber<ipc::Service, Record, ()>,
    // After its ports.
    _node: Node<ipc::Service>,
}

impl Pair {
    /// Opens a service of this process's own.
    ///
    /// # Errors
    ///
    /// What iceoryx2 says.
    pub fn open() -> Result<Self, Box<dyn Error>> {
        set_log_level(LogLevel::Error);
        let node = NodeBuilder::new().create::<ipc::Service>()?;
        let name = format!("testimony/measures/{}", std::process::id());
        let service = node
            .service_builder(&name.as_str().try_into()?)
            .publish_subscribe::<Record>()
            .enable_safe_overflow(true)
            .subscriber_max_buffer_size(KEPT)
            .create()?;
        let publisher = service.publisher_builder().create()?;
        let subscriber = service.subscriber_builder().buffer_size(KEPT).create()?;
        Ok(Self { publisher, subscriber, _node: node })
    }

    /// Sends so many records, and takes what is there whenever half of the room is used.
    pub fn send(&self, count: u64) {
        for record in 0..count {
            let value = std::array::from_fn(|word| record + word as u64);
            if let Ok(sample) = self.publisher.loan_uninit() {
                let _ = sample.write_payload(value).send();
            }
            if record.is_multiple_of(KEPT as u64 / 2) {
                while let Ok(Some(sample)) = self.subscriber.receive() {
                    black_box(sample.payload());
                }
            }
        }
    }
}
