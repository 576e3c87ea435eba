//! Drivers that start at one path at one time, and are killed while they do: exactly one of those that live
//! serves (ATT-5, ATT-23).

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use abi_runtime::geometry::Shape;
use abi_runtime::layout::ClockKind;
use abi_runtime::region::{ClockInfo, Region, RegionConfig, region_size};
use dext_bindings::linux::{Access, RegionMemory, ServeError, Server, random_id};
use rustix::io::Errno;
use rustix::net::sockopt::socket_peercred;
use rustix::net::{
    AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, connect, listen, socket_with,
};
use rustix::time::{ClockId, clock_gettime};

use crate::dice::Dice;
use crate::truth::TRUTH;

const SHAPE: Shape = Shape { lanes: 1, block_size: 4096, blocks_per_lane: 2 };

/// How long after their cue the drivers start, in nanoseconds: all of them have read it by then.
const LEAD: u64 = 150_000;

/// The longest time after the start at which a driver is killed, in nanoseconds: longer than a start takes.
const LATEST_KILL: u64 = 500_000;

/// What is to be done.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often drivers start at one time.
    pub rounds: u64,
    /// What the numbers of drivers, and who is killed when, follow from.
    pub seed: u64,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    /// Rounds.
    pub rounds: u64,
    /// Drivers that started.
    pub started: u64,
    /// Drivers that served.
    pub served: u64,
    /// Drivers that were told that another one serves.
    pub refused: u64,
    /// Drivers that were killed while they started.
    pub killed: u64,
    /// Rounds that began with a socket of a driver that had been killed while it served.
    pub after_a_kill: u64,
    /// Rounds that began with a socket that somebody without the lock had left.
    pub after_a_stranger: u64,
    /// Rounds after which nobody served: the one that got the lock was killed. The next driver served.
    pub nobody: u64,
}

/// A driver in a process of its own, which starts and ends when it is told to.
struct Driver {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Driver {
    fn spawn(program: &Path, socket: &Path) -> Result<Self, String> {
        let mut command = Command::new(program);
        command.arg("drive").arg(socket).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child =
            command.spawn().map_err(|error| format!("NOT CHECKED: {}: {error}", program.display()))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (Some(input), Some(output)) = (input, output) else { return Err("no pipes".to_owned()) };
        let mut driver = Self { child, input, output: BufReader::new(output) };
        match driver.hear()?.as_str() {
            "ready" => Ok(driver),
            other => Err(format!("a driver said {other:?}")),
        }
    }

    fn tell(&mut self, what: &str) -> Result<(), String> {
        writeln!(self.input, "{what}").map_err(|error| format!("a driver died: {error}"))
    }

    fn hear(&mut self) -> Result<String, String> {
        let mut line = String::new();
        let bytes = self.output.read_line(&mut line).map_err(|error| error.to_string())?;
        if bytes == 0 { Err("a driver died".to_owned()) } else { Ok(line.trim_end().to_owned()) }
    }

    fn kill(&mut self) -> Result<(), String> {
        self.child.kill().and_then(|()| self.child.wait()).map_err(|error| error.to_string())?;
        Ok(())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // What cannot be killed has ended already.
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// Plays a driver: for each line `start NANOSECONDS` it serves at `socket` from that time of the monotonic
/// clock on, if it can, and says what came of it; at a line `end` it stops serving.
///
/// # Errors
///
/// There is no memory for a region, or nobody listens to what it says.
pub fn drive(socket: &Path) -> Result<(), String> {
    let bytes = region_size(SHAPE, &TRUTH).map_err(|error| error.to_string())?;
    let mut memory = RegionMemory::create(bytes).map_err(|error| error.to_string())?;
    let clock =
        ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    let region_id = random_id().map_err(|error| error.to_string())?;
    let config = RegionConfig { shape: SHAPE, region_id, generation: 1, clock, catalog: &TRUTH };
    Region::format(memory.memory_mut(), &config).map_err(|error| error.to_string())?;
    let mut server: Option<Server> = None;
    say("ready")?;
    for line in io::stdin().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let Some(at) = line.strip_prefix("start ") else {
            drop(server.take());
            say("ended")?;
            continue;
        };
        let at: u64 = at.parse().map_err(|error| format!("{at}: {error}"))?;
        let file = memory.share().map_err(|error| error.to_string())?;
        while now() < at {
            std::hint::spin_loop();
        }
        match Server::bind(socket, Access::owner(), file) {
            Ok(bound) => {
                server = Some(bound);
                say("serving")?;
            }
            Err(ServeError::InUse(_)) => say("in use")?,
            Err(error) => say(&error.to_string())?,
        }
    }
    Ok(())
}

fn say(what: &str) -> Result<(), String> {
    let mut output = io::stdout();
    writeln!(output, "{what}").and_then(|()| output.flush()).map_err(|error| error.to_string())
}

fn now() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    seconds.wrapping_mul(1_000_000_000).wrapping_add(u64::try_from(now.tv_nsec).unwrap_or(0))
}

/// Lets 2 to 8 drivers start at one time, `rounds` times, half of the times with some that are killed.
///
/// # Errors
///
/// More than one serves, or none although nobody was killed; a driver says anything but that it serves or that
/// another does; what is left behind stops the next one.
pub fn run(plan: &Plan, program: &Path) -> Result<Figures, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let socket = folder.path().join("driver.sock");
    let mut stage = Stage {
        program,
        folder: folder.path(),
        socket: &socket,
        drivers: Vec::new(),
        dice: Dice::new(plan.seed),
        figures: Figures::default(),
    };
    for round in 0..plan.rounds {
        stage.round().map_err(|error| format!("round {round} of seed {}: {error}", plan.seed))?;
    }
    Ok(stage.figures)
}

struct Stage<'s> {
    program: &'s Path,
    folder: &'s Path,
    socket: &'s Path,
    drivers: Vec<Driver>,
    dice: Dice,
    figures: Figures,
}

impl Stage<'_> {
    fn round(&mut self) -> Result<(), String> {
        let count = usize::try_from(2 + self.dice.below(7)).unwrap_or(2);
        while self.drivers.len() < count {
            self.drivers.push(Driver::spawn(self.program, self.socket)?);
        }
        if !self.socket.exists() && self.dice.below(2) == 0 {
            leave_a_socket(self.socket).map_err(|error| format!("a stranger's socket: {error}"))?;
            self.figures.after_a_stranger += 1;
        }
        let kills = if self.dice.below(2) == 0 { 0 } else { 1 + self.dice.below(count as u64 - 1) };
        let start = now() + LEAD;
        let mut starting: Vec<Driver> = self.drivers.drain(..count).collect();
        starting.iter_mut().try_for_each(|driver| driver.tell(&format!("start {start}")))?;
        for _ in 0..kills {
            let at = start + self.dice.below(LATEST_KILL);
            while now() < at {
                std::hint::spin_loop();
            }
            let at = usize::try_from(self.dice.below(starting.len() as u64)).unwrap_or(0);
            starting.swap_remove(at).kill()?;
        }
        let mut serving = Vec::new();
        for mut driver in starting {
            match driver.hear()?.as_str() {
                "serving" => serving.push(driver),
                "in use" => {
                    self.figures.refused += 1;
                    self.drivers.push(driver);
                }
                other => return Err(format!("a driver says: {other}")),
            }
        }
        self.figures.rounds += 1;
        self.figures.started += count as u64;
        self.figures.killed += kills;
        self.figures.served += serving.len() as u64;
        match (serving.len(), kills) {
            (1, _) => {}
            (0, 1..) => {
                self.figures.nobody += 1;
                serving.push(self.start_alone()?);
            }
            (others, _) => return Err(format!("{others} of {count} drivers serve, {kills} were killed")),
        }
        let Some(mut driver) = serving.pop() else { return Err("nobody serves".to_owned()) };
        self.check_who_listens(&driver)?;
        if self.dice.below(2) == 0 {
            driver.kill()?;
            self.figures.after_a_kill += 1;
            return Ok(());
        }
        driver.tell("end")?;
        if driver.hear()? != "ended" {
            return Err("a driver does not end".to_owned());
        }
        self.drivers.push(driver);
        // What was killed may have left files; a driver that starts and ends alone leaves none of them.
        let mut last = self.start_alone()?;
        last.tell("end")?;
        last.hear()?;
        self.drivers.push(last);
        let left = fs::read_dir(self.folder).map_err(|error| error.to_string())?.count();
        if left == 0 { Ok(()) } else { Err(format!("{left} files are left")) }
    }

    /// Starts one driver, which has to serve.
    fn start_alone(&mut self) -> Result<Driver, String> {
        let mut driver = match self.drivers.pop() {
            Some(driver) => driver,
            None => Driver::spawn(self.program, self.socket)?,
        };
        driver.tell("start 0")?;
        match driver.hear()?.as_str() {
            "serving" => Ok(driver),
            other => Err(format!("a driver that starts alone says: {other}")),
        }
    }

    /// Checks that who answers at the path is the driver that says that it serves.
    fn check_who_listens(&self, driver: &Driver) -> Result<(), String> {
        let socket = new_socket().map_err(|error| error.to_string())?;
        let address = SocketAddrUnix::new(self.socket).map_err(|error| error.to_string())?;
        connect(&socket, &address).map_err(|error| format!("nobody listens: {error}"))?;
        let peer = socket_peercred(socket.as_fd()).map_err(|error| error.to_string())?;
        if u32::try_from(peer.pid.as_raw_nonzero().get()) == Ok(driver.child.id()) {
            return Ok(());
        }
        Err("another driver listens than the one that serves".to_owned())
    }
}

fn new_socket() -> Result<OwnedFd, Errno> {
    socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
}

/// Leaves a socket at which nobody listens any more, as a driver of an earlier version that was killed.
fn leave_a_socket(path: &Path) -> Result<(), Errno> {
    let socket = new_socket()?;
    bind(&socket, &SocketAddrUnix::new(path)?)?;
    listen(&socket, 1)
}
