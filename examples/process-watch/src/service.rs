//! The driver's process: a region, a socket, its lanes, and the wait between.

use std::fmt;
use std::io;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use abi_runtime::clock::Clock;
use abi_runtime::layout::{ClockKind, RegionState};
use abi_runtime::region::{ClockInfo, Extras, LaneConfig, Region, RegionConfig, RegionError, region_size};
use dext_bindings::calibrate_cost;
use dext_bindings::linux::{Access, MonotonicClock, RegionMemory, ServeError, Server, random_id};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::catalog::PROC;
use crate::configuration::{Configuration, SOURCE_LANE, USAGE_LANE};
use crate::driver::Driver;
use crate::ending::Ending;
use crate::ffi::{Sampler, SamplerError};
use crate::kinship::Kinship;
use crate::source::{Source, SourceError};
use crate::statement::DriverStatement;

/// The driver cannot begin, or cannot go on.
#[derive(Debug)]
pub enum ServiceError {
    /// There is nothing to observe.
    Source(SourceError),
    /// The region cannot have the shape that was asked for.
    Region(RegionError),
    /// The socket cannot be served.
    Serve(ServeError),
    /// The C thread failed.
    Sampler(SamplerError),
    /// The system refused something.
    System {
        /// What was tried.
        step: &'static str,
        /// What the system said.
        error: io::Error,
    },
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(error) => error.fmt(f),
            Self::Region(error) => write!(f, "{error}; change --block-size or --blocks"),
            Self::Serve(error) => error.fmt(f),
            Self::Sampler(error) => error.fmt(f),
            Self::System { step, error } => write!(f, "cannot {step}: {error}"),
        }
    }
}

impl std::error::Error for ServiceError {}

impl From<RegionError> for ServiceError {
    fn from(error: RegionError) -> Self {
        Self::Region(error)
    }
}

fn system<E: Into<io::Error>>(step: &'static str) -> impl Fn(E) -> ServiceError {
    move |error| ServiceError::System { step, error: error.into() }
}

/// Observes and serves until it is told to end. `ready` is called with the source once readers can
/// attach.
///
/// # Errors
///
/// The driver cannot begin or cannot go on. Lanes that were open have been closed.
pub fn run(
    configuration: &Configuration,
    ready: impl FnOnce(&Source),
) -> Result<DriverStatement, ServiceError> {
    // Before anything is observed: what happens meanwhile would wait, and come all at once.
    let extras = Extras { cost: calibrate_cost(&MonotonicClock), ..Extras::default() };
    let choice = configuration.source.into();
    let source = Source::open(choice, configuration.receive_buffer, &configuration.tree)
        .map_err(ServiceError::Source)?;
    let ending = Ending::new(configuration.until_stdin_closes).map_err(system("wait for signals"))?;

    let shape = configuration.shape();
    let bytes = region_size(shape, &PROC).map_err(RegionError::from)?;
    let mut memory = RegionMemory::create(bytes).map_err(system("make the region's memory"))?;
    let file = memory.share().map_err(system("share the region's memory"))?;
    let config = RegionConfig {
        shape,
        region_id: random_id().map_err(system("get random numbers"))?,
        generation: since_1970(),
        clock: monotonic(),
        catalog: &PROC,
    };
    let region = Region::format_with(memory.memory_mut(), &config, extras)?;
    let lane = LaneConfig::new(source.kind().name(), configuration.policy.into());
    let writer = region.open_lane(SOURCE_LANE, &lane, MonotonicClock)?;

    let access = configuration.allow_uid.iter().fold(Access::owner(), |access, uid| access.user(*uid));
    let server = Server::bind(&configuration.socket, access, file)
        .map_err(ServiceError::Serve)?
        .in_thread()
        .map_err(system("start the server's thread"))?;
    ready(&source);
    let driver = Driver::new(source, writer, Kinship::new(configuration.children_of));
    let statement = observe(configuration, &region, driver, &ending);
    region.set_state(RegionState::Closed);
    server.stop().map_err(system("serve readers"))?;
    statement
}

/// Runs both lanes until the end, and closes them whatever happens.
fn observe<C: Clock>(
    configuration: &Configuration,
    region: &Region<'_>,
    mut driver: Driver<'_, C>,
    ending: &Ending,
) -> Result<DriverStatement, ServiceError> {
    let (stop, stopped) = UnixStream::pair().map_err(system("make a socket pair"))?;
    let sampler = Sampler {
        lane: USAGE_LANE,
        policy: configuration.policy.into(),
        interval: configuration.sample_every,
    };
    thread::scope(|scope| {
        let memory = region.memory();
        let sampling = scope.spawn(move || sampler.run(memory, &stopped));
        let ended = drive(&mut driver, ending);
        // The C thread ends when the other end of its socket is closed.
        drop(stop);
        let died = |_| Err(SamplerError::Died);
        let usage = sampling.join().unwrap_or_else(died);
        let statement = driver.finish(usage.as_ref().ok().cloned());
        ended?;
        usage.map_err(ServiceError::Sampler)?;
        Ok(statement)
    })
}

/// Records what the source has until the driver is to end, and then what is left.
fn drive<C: Clock>(driver: &mut Driver<'_, C>, ending: &Ending) -> Result<(), ServiceError> {
    loop {
        let more = driver.turn().map_err(ServiceError::Source)?;
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        let mut polled: Vec<_> = ending.polled().collect();
        let endings = polled.len();
        polled.push(PollFd::new(driver.source(), PollFlags::IN));
        match poll(&mut polled, more.then_some(&at_once)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(errno) => return Err(system("wait for the source")(errno)),
        }
        if polled.iter().take(endings).any(|ending| !ending.revents().is_empty()) {
            return drain(driver);
        }
    }
}

/// Records what came before the end, until nothing has come for a moment: the kernel makes the
/// event of an exit after the parent may have learned of it. A machine that is busy never runs out
/// of events, so there is a bound.
fn drain<C: Clock>(driver: &mut Driver<'_, C>) -> Result<(), ServiceError> {
    const TURNS: usize = 256;
    const MOMENT: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
    for _ in 0..TURNS {
        let more = driver.turn().map_err(ServiceError::Source)?;
        let mut polled = [PollFd::new(driver.source(), PollFlags::IN)];
        match poll(&mut polled, Some(&MOMENT)) {
            Ok(0) if !more => break,
            Ok(_) | Err(Errno::INTR) => {}
            Err(errno) => return Err(system("wait for the source")(errno)),
        }
    }
    Ok(())
}

fn since_1970() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_nanos()).unwrap_or(u64::MAX)
}

fn monotonic() -> ClockInfo {
    ClockInfo {
        kind: ClockKind::Monotonic,
        numerator: 1,
        denominator: 1,
        anchor_ticks: MonotonicClock.ticks(),
        anchor_utc: since_1970(),
    }
}
