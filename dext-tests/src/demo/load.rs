//! Records that the extension is asked for.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use dext_bindings::Wish;
use dext_bindings::boundary::EmitIn;
use dext_bindings::dext::{Attachment, Generation};
use dext_bindings::linux::DextHost;

/// For each lane: how many records one call asks for. The queue of calls, which is the first, is left alone.
const EACH: [u64; 4] = [0, 300, 40, 200];
/// How long the load pauses between two rounds.
const PAUSE: Duration = Duration::from_millis(3);

/// A client that asks for records until it is told to stop, or the driver is gone.
#[derive(Debug)]
pub struct Load {
    /// Which incarnation it asks.
    pub generation: Generation,
    stop: Arc<AtomicBool>,
    asking: JoinHandle<Told>,
}

/// What the driver told the load.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told {
    /// Records that were stored, by lane.
    pub stored: [u64; 4],
    /// Attempts that were refused, by lane.
    pub refused: [u64; 4],
    /// Whether the driver vanished within a call, of which nothing was told then.
    pub cut_short: bool,
}

impl Load {
    /// Attaches and begins.
    ///
    /// # Errors
    ///
    /// Says why it cannot attach.
    pub fn start(registry: &Path, service: &str) -> Result<Self, String> {
        let connection = DextHost::open(registry, service).map_err(|error| error.to_string())?;
        let driver = Attachment::attach(connection, Wish::default()).map_err(|error| error.to_string())?;
        let generation = driver.generation();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let asking = thread::spawn(move || {
            let mut told = Told::default();
            let mut seed = 0;
            while !stopped.load(Ordering::Relaxed) {
                for (lane, &count) in EACH.iter().enumerate().filter(|(_, count)| **count != 0) {
                    seed += 1;
                    let Ok(out) = driver.emit(EmitIn { lane: lane as u64, count, seed }) else {
                        told.cut_short = true;
                        return told;
                    };
                    told.stored[lane] += out.stored;
                    told.refused[lane] += out.refused;
                }
                thread::sleep(PAUSE);
            }
            told
        });
        Ok(Self { generation, stop, asking })
    }

    /// Lets it come to its end.
    ///
    /// # Errors
    ///
    /// It panicked.
    pub fn end(self) -> Result<Told, String> {
        self.stop.store(true, Ordering::Relaxed);
        self.asking.join().map_err(|_| "the load panicked".to_owned())
    }
}
