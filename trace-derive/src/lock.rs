//! The lock that `catalog!` reads when it expands, and the acknowledgements beside it (LOCK-11).

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use abi_lock::{Acknowledgement, Lock};
use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use crate::report::Report;

/// What turns the check off, so that `abi check` can be built for code that breaks its lock.
const SWITCH: &str = "TESTIMONY_LOCK";

/// What a catalog is held against.
pub(crate) struct Held {
    /// The lock; none when it could not be read, or when the check is turned off.
    pub(crate) lock: Option<Lock>,
    pub(crate) acknowledgements: Vec<Acknowledgement>,
    /// Whether the catalog declares a minor number of the composites that it lists.
    pub(crate) minor_number: bool,
    /// The files that were read: the compiler runs again when they change.
    read: Vec<PathBuf>,
}

impl Held {
    /// Reads the lock that `path` names, from the folder of the crate that is compiled, and reports what is
    /// wrong with it.
    pub(crate) fn read(path: &LitStr, catalog: &str, prefix: &str, report: &mut Report) -> Self {
        let mut held =
            Self { lock: None, acknowledgements: Vec::new(), minor_number: false, read: Vec::new() };
        let read = match std::env::var(SWITCH).as_deref() {
            Ok("report") => return held,
            Ok("") | Err(_) => held.read_files(path, catalog),
            Ok(other) => Err(format!("{SWITCH} is {other:?}: it may be `report`, or not be set")),
        };
        match read {
            Ok(lock) => {
                held.check(&lock, path, catalog, prefix, report);
                held.lock = Some(lock);
            }
            Err(message) => report.push(path.span(), message),
        }
        held
    }

    /// Takes over whether the catalog declares a minor number of the composites that it lists.
    pub(crate) fn with_minor_number(self, minor_number: bool) -> Self {
        Self { minor_number, ..self }
    }

    fn read_files(&mut self, path: &LitStr, catalog: &str) -> Result<Lock, String> {
        let folder = std::env::var("CARGO_MANIFEST_DIR").map_err(|_| {
            "the lock is found from the folder of the crate, which cargo states as CARGO_MANIFEST_DIR: build with \
             cargo, or set it"
                .to_owned()
        })?;
        let stated = Path::new(&folder).join(path.value());
        // A link leads to the lock's own folder, and the acknowledgements are there.
        let file = stated.canonicalize().unwrap_or(stated);
        let shown = file.display();
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let begin = abi_lock::first_line(catalog);
                return Err(format!(
                    "there is no lock at {shown}: to begin one, write the line `{}` into it; nothing is frozen then \
                     (LOCK-1)",
                    begin.trim_end()
                ));
            }
            Err(error) => return Err(format!("the lock at {shown} cannot be read: {error}")),
        };
        let lock = Lock::parse(&text).map_err(|error| format!("the lock at {shown}, {error}"));
        let beside = file.with_extension("acks");
        self.read.push(file);
        let shown = beside.display();
        match std::fs::read_to_string(&beside) {
            Ok(text) => {
                self.acknowledgements = abi_lock::parse_acknowledgements(&text)
                    .map_err(|error| format!("the acknowledgements at {shown}, {error}"))?;
                self.read.push(beside);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(format!("the acknowledgements at {shown} cannot be read: {error}")),
        }
        lock
    }

    /// Reports what is wrong with the lock itself.
    fn check(&self, lock: &Lock, path: &LitStr, catalog: &str, prefix: &str, report: &mut Report) {
        if lock.catalog != catalog {
            let message =
                format!("the lock is of the catalog `{}`, and this one is `{catalog}`", lock.catalog);
            report.push(path.span(), message);
            return;
        }
        for broken in &lock.broken {
            let message = format!(
                "TA8001: release {} of the lock is not as it was frozen (line {}): restore it from your history (LOCK-8)",
                broken.release, broken.line
            );
            report.push(path.span(), message);
        }
        if let Some(newest) = lock.releases.last()
            && newest.prefix != prefix
            && !self.is_acknowledged("TA7001", catalog)
        {
            let message = format!(
                "TA7001: every C name began with `{}` when release {} was frozen: put the prefix back, or acknowledge \
                 the break beside the lock",
                newest.prefix, newest.number
            );
            report.push(path.span(), message);
        }
    }

    /// Returns whether a break was let through.
    pub(crate) fn is_acknowledged(&self, rule: &str, subject: &str) -> bool {
        self.acknowledgements.iter().any(|one| one.covers(rule, subject))
    }

    /// What makes the compiler run again when a file that was read changes, or the switch.
    pub(crate) fn tracked(&self) -> TokenStream {
        let files = self.read.iter().map(|file| {
            let file = file.display().to_string();
            quote!(
                const _: &[__abi::u8] = ::core::include_bytes!(#file);
            )
        });
        quote! {
            #(#files)*
            const _: __abi::Option<&__abi::str> = ::core::option_env!(#SWITCH);
        }
    }
}
