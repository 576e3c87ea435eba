//! The C and C++ compilers that headers are compiled with, and for which targets.

use std::path::Path;
use std::process::{Command, Stdio};

/// Flags with which every header is clean.
pub const STRICT: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Wpadded", "-Werror"];

/// A language, as a compiler is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// C.
    C,
    /// C++.
    Cpp,
}

/// One compiler for one target and one language.
#[derive(Clone, Debug)]
pub struct Compiler {
    /// Names of the program; the first that is there is taken.
    pub programs: &'static [&'static str],
    /// Flags that choose the target.
    pub target: &'static [&'static str],
    /// What it compiles.
    pub language: Language,
    /// The standards that it is asked for.
    pub standards: &'static [&'static str],
    /// Whether the target has a C library to include.
    pub hosted: bool,
}

const C: &[&str] = &["c11", "c17", "c2x"];
const CPP: &[&str] = &["c++17", "c++20", "c++2b"];
const CLANG: &[&str] = &["clang-22", "clang-19"];
const CLANGPP: &[&str] = &["clang++-22", "clang++-19"];

const fn hosted(programs: &'static [&'static str], language: Language) -> Compiler {
    let standards = match language {
        Language::C => C,
        Language::Cpp => CPP,
    };
    Compiler { programs, target: &[], language, standards, hosted: true }
}

/// A compiler for `DriverKit`: no SDK, so nothing but what the compiler itself brings.
const fn driverkit(target: &'static [&'static str], language: Language) -> Compiler {
    let programs = match language {
        Language::C => CLANG,
        Language::Cpp => CLANGPP,
    };
    Compiler { target, hosted: false, ..hosted(programs, language) }
}

/// Every compiler of the matrix: `x86_64`, i686 and aarch64 Linux, and the `DriverKit` triples.
pub const MATRIX: &[Compiler] = &[
    hosted(&["gcc"], Language::C),
    hosted(&["g++"], Language::Cpp),
    hosted(CLANG, Language::C),
    hosted(CLANGPP, Language::Cpp),
    hosted(&["i686-linux-gnu-gcc"], Language::C),
    hosted(&["i686-linux-gnu-g++"], Language::Cpp),
    hosted(&["aarch64-linux-gnu-gcc"], Language::C),
    hosted(&["aarch64-linux-gnu-g++"], Language::Cpp),
    driverkit(ARM64, Language::C),
    driverkit(ARM64, Language::Cpp),
    driverkit(ARM64E, Language::C),
    driverkit(ARM64E, Language::Cpp),
    driverkit(X86_64, Language::C),
    driverkit(X86_64, Language::Cpp),
];

const ARM64: &[&str] =
    &["-target", "arm64-apple-driverkit23.0", "-nostdlibinc", "-nostdinc++", "-ffreestanding"];
const ARM64E: &[&str] =
    &["-target", "arm64e-apple-driverkit23.0", "-nostdlibinc", "-nostdinc++", "-ffreestanding"];
const X86_64: &[&str] =
    &["-target", "x86_64-apple-driverkit23.0", "-nostdlibinc", "-nostdinc++", "-ffreestanding"];

impl Compiler {
    /// Returns the program that is there, or says that this was not checked.
    ///
    /// # Errors
    ///
    /// `NOT CHECKED`, with the names that were tried.
    pub fn program(&self) -> Result<&'static str, String> {
        let answers = |program: &&&str| {
            let probe =
                Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            probe.is_ok_and(|status| status.success())
        };
        let found = self.programs.iter().find(answers).copied();
        found.ok_or_else(|| format!("NOT CHECKED: {} is not installed", self.programs.join(" or ")))
    }

    /// Returns the command that checks `source` by `standard`, strictly, without writing anything.
    ///
    /// # Errors
    ///
    /// As for [`program`](Self::program).
    pub fn check(&self, standard: &str, source: &Path, include: &[&Path]) -> Result<Command, String> {
        let mut command = Command::new(self.program()?);
        command.args(self.target).args(STRICT).arg(format!("-std={standard}")).arg("-fsyntax-only");
        for folder in include {
            command.arg("-I").arg(folder);
        }
        command.arg("-x").arg(match self.language {
            Language::C => "c",
            Language::Cpp => "c++",
        });
        command.arg(source);
        Ok(command)
    }
}
