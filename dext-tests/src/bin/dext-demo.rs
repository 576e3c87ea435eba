//! The DriverKit extension, as it ships but for the selector EMIT, run on Linux: readers in other processes, a
//! driver that is killed while it writes, and the books at the end.
//!
//! Exit status: 0 the books close, 1 they do not, 2 the demo could not be brought to its end.

use std::process::ExitCode;

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!(
        "error: dext-host runs on Linux; on a Mac the extension itself does (dext-bindings/dext/README.md)"
    );
    ExitCode::from(2)
}

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    match demo::run(std::env::args().any(|argument| argument == "--short")) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

#[cfg(target_os = "linux")]
mod demo {
    use std::path::{Path, PathBuf};
    use std::thread;
    use std::time::{Duration, Instant};

    use abi_runtime::layout::{ABI_MAJOR, ABI_MINOR};
    use dext_bindings::boundary::{HelloIn, ReturnCode, Selector, open_type};
    use dext_bindings::dext::{Connection as _, Follows, OpenError};
    use dext_bindings::linux::DextHost;
    use dext_tests::demo::{Load, Seen, Told, Watcher, print_accounts};
    use dext_tests::host::{Host, Settings};
    use dext_tests::program::{Dext, Flavour};

    const SERVICE: &str = "TestimonyDriver";
    /// How long the extension may take to be back.
    const PATIENCE: Duration = Duration::from_secs(10);

    pub(super) fn run(short: bool) -> Result<bool, String> {
        let load = Duration::from_millis(if short { 1200 } else { 4000 });
        let tool = beside("testimony")?;
        println!("dext-bindings/dext/*.cpp, unchanged, in the process dext-host: compiling where needed");
        let settings =
            Settings { supervised: true, ..Settings::new(Dext::TestimonyEmitting, Flavour::Plain) };
        let mut host = Host::start(settings);
        let registry = host.registry().to_owned();

        let first = Readers::start(&tool, &registry)?;
        let asked = Load::start(&registry, SERVICE)?;
        let before = asked.generation;
        println!("generation {}: two readers in other processes, one of which drains", before.number);
        thread::sleep(load);
        host.kill();
        let told = asked.end()?;
        println!(
            "killed while it wrote{}; what it left is read post mortem",
            if told.cut_short { ", in the middle of a call" } else { "" }
        );
        let left = first.end()?;

        let asked = again(&registry)?;
        let follows = asked.generation.follows(&before);
        println!("generation {}: back, and {}", asked.generation.number, said(follows));
        let second = Readers::start(&tool, &registry)?;
        thread::sleep(load);
        let told_again = asked.end()?;
        refuse(&registry)?;
        host.command("stop");
        let ended = second.end()?;
        println!("stopped in order\n");

        println!(
            "  {:<10} {:<10} {:>9} {:>10} {:>9} {:>9} {:>11} {:>8}   closes",
            "reader", "lane", "offered", "delivered", "missing", "dropped", "overwritten", "corrupt"
        );
        let mut closes = follows == Follows::Later;
        let parts = [("killed", &left, told, "gone"), ("stopped", &ended, told_again, "closed")];
        for (what, readers, told, end) in parts {
            println!("{what}:");
            closes &= readers.print(&told) && readers.ended(end);
        }
        println!("{}", if closes { "the books close" } else { "THE BOOKS DO NOT CLOSE" });
        Ok(closes)
    }

    /// Another program of the same build.
    fn beside(name: &str) -> Result<PathBuf, String> {
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        let path = own.with_file_name(name);
        if path.exists() { Ok(path) } else { Err(format!("{}: not built", path.display())) }
    }

    /// Attaches as soon as the extension is back.
    fn again(registry: &Path) -> Result<Load, String> {
        let begin = Instant::now();
        loop {
            match Load::start(registry, SERVICE) {
                Ok(load) => return Ok(load),
                Err(error) if begin.elapsed() > PATIENCE => return Err(error),
                Err(_) => thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    const fn said(follows: Follows) -> &'static str {
        match follows {
            Follows::Later => "later than the one before",
            Follows::Same => "THE SAME as before",
            Follows::NotLater => "NOT LATER than the one before",
        }
    }

    /// Another major number: refused when it opens, and when it says hello; both numbers are named.
    fn refuse(registry: &Path) -> Result<(), String> {
        let other = ABI_MAJOR + 1;
        let opened = DextHost::open_as(registry, SERVICE, open_type(other));
        let Err(OpenError::Refused { code, .. }) = opened else {
            return Err(format!("a reader of region ABI {other} opened: {opened:?}"));
        };
        let major = code.driver_major().ok_or_else(|| format!("no major number in {code}"))?;
        println!("a reader of region ABI {other} opens a driver of {major}: refused, with {major} ({code})");
        let connection = DextHost::open(registry, SERVICE).map_err(|error| error.to_string())?;
        let hello = HelloIn { abi_major: other.into(), abi_minor: 0 };
        let code = connection.call(Selector::Hello, &hello.to_words(), &mut [0; 8]);
        if code == Err(ReturnCode::abi_major(ABI_MAJOR)) {
            println!("it says hello as {other}.0 to {ABI_MAJOR}.{ABI_MINOR}: refused, with {ABI_MAJOR}");
            Ok(())
        } else {
            Err(format!("a hello of region ABI {other} was answered with {code:?}"))
        }
    }

    /// Two readers of one incarnation.
    struct Readers {
        looks: Watcher,
        drains: Watcher,
    }

    /// What they saw.
    struct Both {
        looks: Seen,
        drains: Seen,
    }

    impl Readers {
        fn start(tool: &Path, registry: &Path) -> Result<Self, String> {
            let drain = ["--drain", "18446744073709551615", "--doorbell"];
            Ok(Self {
                looks: Watcher::start(tool, registry, SERVICE, &[])?,
                drains: Watcher::start(tool, registry, SERVICE, &drain)?,
            })
        }

        fn end(self) -> Result<Both, String> {
            Ok(Both { looks: self.looks.end()?, drains: self.drains.end()? })
        }
    }

    impl Both {
        /// Returns whether both say that the driver ended like this, and prints what they say if not.
        fn ended(&self, end: &str) -> bool {
            let ends = [&self.looks.end, &self.drains.end];
            let agree = ends.iter().all(|said| said.as_deref() == Some(end));
            if !agree {
                println!("  the driver's end is `{end}`, and the readers say {ends:?}");
            }
            agree
        }

        /// Prints the accounts, and holds them against what the driver told the load.
        fn print(&self, told: &Told) -> bool {
            let mut closes = print_accounts("looks", &self.looks.accounts);
            closes &= print_accounts("drains", &self.drains.accounts);
            for broken in self.looks.broken.iter().chain(&self.drains.broken) {
                println!("  broken: {broken}");
                closes = false;
            }
            // What the extension says that it stored into a lane that waits, the reader it waits for has; of a call
            // that was cut short nobody said anything.
            let drained = self.drains.accounts.get("3:drained").map_or(0, |account| account.emitted);
            let kept = if told.cut_short { drained >= told.stored[3] } else { drained == told.stored[3] };
            println!(
                "  drained: the driver said that it stored {} records, its reader has {drained}{}",
                told.stored[3],
                if kept { "" } else { ": NOT WHAT WAS SAID" }
            );
            closes && kept
        }
    }
}
