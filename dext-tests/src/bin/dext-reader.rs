//! A reader in a process of its own: attaches to the dext under `dext-host`, and tells a test what it read.
//!
//! `dext-reader REGISTRY [--drain LAG] [--again]`
//!
//! It reads every lane to the end, and looks into each record that was emitted on demand. On stdin it takes
//! `report` and `leave`. With `--again` it attaches to the next incarnation when its driver is gone.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    match reader::run(std::env::args().skip(1)) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(error) => eprintln!("error: {error}"),
    }
    ExitCode::from(2)
}

#[cfg(target_os = "linux")]
mod reader {
    use std::error::Error;
    use std::io::{self, Write as _};
    use std::path::PathBuf;
    use std::sync::mpsc::{Receiver, channel};
    use std::thread;
    use std::time::{Duration, Instant};

    use abi_runtime::attach::RegionView;
    use abi_runtime::item::{Item, Next};
    use abi_runtime::layout::RegionState;
    use abi_runtime::reader::{LaneReader, Start};
    use dext_bindings::dext::{Attachment, Follows, Generation};
    use dext_bindings::linux::DextHost;
    use dext_bindings::{Attached as _, Wish};
    use dext_records::Emitted;

    /// How long it waits for a driver to come back.
    const PATIENCE: Duration = Duration::from_secs(20);
    /// How soon it looks at its commands while nothing comes.
    const NAP: Duration = Duration::from_millis(5);
    /// Items of a lane before the next lane has its turn.
    const TURN: usize = 256;

    struct Arguments {
        registry: PathBuf,
        wish: Wish,
        again: bool,
    }

    /// One lane, and what was found in it.
    struct Lane<'m> {
        number: u32,
        reader: LaneReader<'m, Vec<u64>>,
        emitted: u64,
        /// Seed and number of the newest emitted record.
        last: (u64, u64),
        /// Each emitted record came behind the one before.
        ordered: bool,
        /// Each emitted record held what it should.
        whole: bool,
    }

    pub(super) fn run(arguments: impl Iterator<Item = String>) -> Result<(), Box<dyn Error>> {
        let arguments = parse(arguments)?;
        let commands = commands();
        let mut before = None;
        loop {
            let attachment = attach(&arguments, before)?;
            say(&format!("attached {}", attachment.generation().number))?;
            let left = read(&attachment, &commands)?;
            if left || !arguments.again {
                return Ok(());
            }
            before = Some(attachment.generation());
        }
    }

    fn parse(mut given: impl Iterator<Item = String>) -> Result<Arguments, Box<dyn Error>> {
        let registry = given.next().ok_or("where is the registry?")?.into();
        let mut arguments = Arguments { registry, wish: Wish { drain: None, doorbell: true }, again: false };
        while let Some(option) = given.next() {
            match option.as_str() {
                "--drain" => arguments.wish.drain = Some(given.next().ok_or("how far behind?")?.parse()?),
                "--again" => arguments.again = true,
                _ => return Err(format!("no such option: {option}").into()),
            }
        }
        Ok(arguments)
    }

    fn commands() -> Receiver<String> {
        let (sender, receiver) = channel();
        thread::spawn(move || {
            for line in io::stdin().lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        receiver
    }

    fn say(line: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{line}")?;
        out.flush()
    }

    /// Attaches; behind `before`, to a later incarnation, for which it waits.
    fn attach(
        arguments: &Arguments,
        before: Option<Generation>,
    ) -> Result<Attachment<DextHost>, Box<dyn Error>> {
        let begin = Instant::now();
        loop {
            let attached = DextHost::open(&arguments.registry, "TestimonyDriver")
                .map_err(Box::<dyn Error>::from)
                .and_then(|connection| Ok(Attachment::attach(connection, arguments.wish)?));
            match (attached, before) {
                (Ok(attachment), None) => return Ok(attachment),
                (Ok(attachment), Some(before)) => match attachment.generation().follows(&before) {
                    Follows::Later => return Ok(attachment),
                    Follows::Same => {}
                    Follows::NotLater => return Err("a driver came back that is not later".into()),
                },
                (Err(error), before) if before.is_none() || begin.elapsed() > PATIENCE => return Err(error),
                (Err(_), _) => {}
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Reads until the region is closed or the driver is gone, or until it is told to leave: true then.
    fn read(attachment: &Attachment<DextHost>, commands: &Receiver<String>) -> Result<bool, Box<dyn Error>> {
        let region = attachment.region();
        let mut lanes =
            (0..region.lanes()).map(|lane| Lane::open(&region, lane)).collect::<Result<Vec<_>, _>>()?;
        let place = attachment.place();
        if let Some(place) = &place {
            for lane in &lanes {
                place.page.release(lane.number, lane.reader.position());
            }
            attachment.serve()?;
        }
        say("reading")?;
        let mut left = false;
        loop {
            // Asked before the look: what was stored before the end is seen by the look after it.
            let over = region.state() == Ok(RegionState::Closed) || !attachment.driver_is_alive();
            let mut told = false;
            for lane in &mut lanes {
                told |= lane.turn();
                if let Some(place) = &place {
                    place.page.release(lane.number, lane.reader.position());
                }
            }
            match commands.try_recv().as_deref() {
                Ok("report") => report(&lanes)?,
                Ok("leave") => left = true,
                Ok(other) => return Err(format!("no such command: {other}").into()),
                Err(_) => {}
            }
            if left || over && !told {
                break;
            }
            if !told {
                let read = lanes.iter().fold(0_u64, |sum, lane| sum.wrapping_add(lane.reader.position()));
                attachment.sleep(read, 1, NAP)?;
            }
        }
        for lane in &mut lanes {
            let statement = lane.reader.finish();
            let (ended, closed) = (statement.read_to_end, lane.reader.is_closed());
            say(&format!("{} ended {} closed {}", lane.words(), u8::from(ended), u8::from(closed)))?;
        }
        let closed = region.state() == Ok(RegionState::Closed);
        say(if closed { "end of a closed region" } else { "end of a live region" })?;
        Ok(left)
    }

    fn report(lanes: &[Lane<'_>]) -> io::Result<()> {
        for lane in lanes {
            say(&lane.words())?;
        }
        say("reported")
    }

    impl<'m> Lane<'m> {
        fn open(region: &RegionView<'m>, number: u32) -> Result<Self, Box<dyn Error>> {
            let words = region.geometry().shape.block_size as usize / size_of::<u64>();
            let reader = LaneReader::open(region, number, Start::Oldest, vec![0; words])
                .map_err(|error| format!("lane {number}: {error}"))?;
            Ok(Self { number, reader, emitted: 0, last: (0, 0), ordered: true, whole: true })
        }

        /// Takes a bounded number of items, and returns whether there were any.
        fn turn(&mut self) -> bool {
            for told in 0..TURN {
                let record = match self.reader.next() {
                    Next::Item(Item::Record(record)) => record,
                    Next::Item(Item::Gap(_) | Item::Opened(_)) => continue,
                    Next::Pending | Next::Closed => return told > 0,
                };
                if !record.is::<Emitted>() {
                    continue;
                }
                match record.view::<Emitted>() {
                    Ok(view) => {
                        let (seed, number) = (view.seed(), view.number());
                        self.whole &= view.check() == Emitted::check_of(seed, number);
                        self.ordered &= self.emitted == 0 || (seed, number) > self.last;
                        self.last = (seed, number);
                        self.emitted += 1;
                    }
                    Err(_) => self.whole = false,
                }
            }
            true
        }

        fn words(&self) -> String {
            let books = self.reader.books();
            format!(
                "lane {} emitted {} seed {} number {} ordered {} whole {} before {} offered {} delivered {} dropped {} overwritten {} corrupt {} closes {}",
                self.number,
                self.emitted,
                self.last.0,
                self.last.1,
                u8::from(self.ordered),
                u8::from(self.whole),
                books.before,
                books.offered,
                books.delivered,
                books.dropped,
                books.overwritten,
                books.corrupt,
                u8::from(books.close()),
            )
        }
    }
}
