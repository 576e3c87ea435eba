//! Programs that are not Rust's: what for, how to find them, how to get them.

use std::process::{Command, Stdio};

use abi_codegen::output;

/// A program that some step needs.
pub(crate) struct Tool {
    /// What it is needed for.
    pub(crate) purpose: &'static str,
    /// Names to try; one of them is enough.
    pub(crate) programs: &'static [&'static str],
    /// What such a program is asked, to see whether it is there: nothing is read, nothing written.
    pub(crate) probe: &'static [&'static str],
    /// Debian packages that bring it.
    pub(crate) packages: &'static [&'static str],
}

/// What most programs answer.
const VERSION: &[&str] = &["--version"];

/// The system's C compiler.
pub(crate) const CC: Tool =
    Tool { purpose: "compile C", programs: &["cc"], probe: VERSION, packages: &["gcc", "libc6-dev"] };

/// C++, and the library that `dext-host` is linked with.
pub(crate) const GXX: Tool =
    Tool { purpose: "compile C++ with gcc", programs: &["g++"], probe: VERSION, packages: &["g++"] };

/// Clang, which knows the targets of DriverKit.
pub(crate) const CLANG: Tool = Tool {
    purpose: "compile C and C++ with clang, for DriverKit too",
    programs: &["clang-22", "clang-19"],
    probe: VERSION,
    packages: &["clang-19"],
};

/// Everything that `cargo xtask test` needs.
pub(crate) const ALL: &[Tool] = &[
    CC,
    Tool {
        purpose: "compile C with gcc",
        programs: &["gcc"],
        probe: VERSION,
        packages: &["gcc", "libc6-dev"],
    },
    GXX,
    CLANG,
    Tool {
        purpose: "compile C for aarch64",
        programs: &["aarch64-linux-gnu-gcc"],
        probe: VERSION,
        packages: &["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"],
    },
    Tool {
        purpose: "compile C++ for aarch64",
        programs: &["aarch64-linux-gnu-g++"],
        probe: VERSION,
        packages: &["g++-aarch64-linux-gnu"],
    },
    Tool {
        purpose: "compile C for i686",
        programs: &["i686-linux-gnu-gcc"],
        probe: VERSION,
        packages: &["gcc-i686-linux-gnu", "libc6-dev-i386-cross"],
    },
    Tool {
        purpose: "compile C++ for i686",
        programs: &["i686-linux-gnu-g++"],
        probe: VERSION,
        packages: &["g++-i686-linux-gnu"],
    },
    Tool {
        purpose: "run aarch64 programs",
        programs: &["qemu-aarch64"],
        probe: VERSION,
        packages: &["qemu-user"],
    },
    Tool { purpose: "count instructions", programs: &["valgrind"], probe: VERSION, packages: &["valgrind"] },
    Tool {
        purpose: "run C under clang's sanitizers",
        programs: &["clang-19", "clang-22"],
        probe: &[
            "-fsanitize=thread",
            "-x",
            "c",
            "-include",
            "stdlib.h",
            "-Wl,--defsym=main=abort",
            "/dev/null",
            "-o",
            "/dev/null",
        ],
        packages: &["clang-19", "libclang-rt-19-dev"],
    },
];

impl Tool {
    /// Returns whether one of the tool's programs answers.
    pub(crate) fn is_there(&self) -> bool {
        self.programs.iter().any(|program| {
            let probe =
                Command::new(program).args(self.probe).stdout(Stdio::null()).stderr(Stdio::null()).status();
            probe.is_ok_and(|status| status.success())
        })
    }
}

/// Makes sure that every tool is there: installs what is missing where that is possible.
///
/// # Errors
///
/// Says what is missing, what for, and the one line that installs it.
pub(crate) fn ensure(tools: &[Tool]) -> Result<(), String> {
    let missing: Vec<&Tool> = tools.iter().filter(|tool| !tool.is_there()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut packages: Vec<&str> = missing.iter().flat_map(|tool| tool.packages).copied().collect();
    packages.sort_unstable();
    packages.dedup();
    if may_install() {
        output::line(format_args!("installing {}", packages.join(" ")));
        apt(&["update", "--quiet"])?;
        apt(&[["install", "--yes", "--quiet", "--no-install-recommends"].as_slice(), &packages].concat())?;
        if missing.iter().all(|tool| tool.is_there()) {
            return Ok(());
        }
    }
    let needs: Vec<String> =
        missing.iter().map(|tool| format!("  {} ({})", tool.programs.join(" or "), tool.purpose)).collect();
    Err(format!(
        "missing tools:\n{}\nrun: {}apt-get install --no-install-recommends {}",
        needs.join("\n"),
        if is_root() { "" } else { "sudo " },
        packages.join(" ")
    ))
}

fn may_install() -> bool {
    is_root() && Command::new("apt-get").arg("--version").stdout(Stdio::null()).status().is_ok()
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn apt(args: &[&str]) -> Result<(), String> {
    let status = Command::new("apt-get")
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            Err(format!("`apt-get {}` failed ({status}): run it by hand to see why", args.join(" ")))
        }
        Err(error) => Err(format!("apt-get cannot be started: {error}")),
    }
}
