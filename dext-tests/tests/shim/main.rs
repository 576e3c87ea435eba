//! The shim does what the kernel does: every quirk that `dext-bindings/shim/README.md` lists, and every
//! rule that it enforces. Runs the test dext of `dext-bindings/shim/tests/`, plain and under sanitizers.
#![cfg(target_os = "linux")]

mod calls;
mod churn;
mod commands;
mod life;
mod memory;
mod modes;
mod queues;
mod rules;
mod sanitizers;

use dext_tests::host::{Host, Settings};
use dext_tests::program::{Dext, Flavour};

/// A host of the test dext.
fn host(flavour: Flavour) -> Host {
    Host::start(settings(flavour))
}

fn settings(flavour: Flavour) -> Settings {
    Settings::new(Dext::Shim, flavour)
}

/// Declares a test in every flavour for each function of the module.
macro_rules! in_every_flavour {
    ($($name:ident),+ $(,)?) => {
        mod plain {
            $(#[test] fn $name() { super::$name(dext_tests::program::Flavour::Plain); })+
        }
        mod address {
            $(#[test] fn $name() { super::$name(dext_tests::program::Flavour::Address); })+
        }
        mod thread {
            $(#[test] fn $name() { super::$name(dext_tests::program::Flavour::Thread); })+
        }
    };
}
pub(crate) use in_every_flavour;
