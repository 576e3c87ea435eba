//! Why a driver does not do what it was asked for.

use std::fmt;

use abi_runtime::prelude::*;

/// What a driver of ours refuses for: the low 14 bits of a code that IOKit leaves to vendors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, TraceCode)]
#[repr(u32)]
pub enum Refusal {
    /// HELLO comes before everything else.
    SayHelloFirst = 1,
    /// The connection is attached; DETACH comes first.
    AlreadyAttached = 2,
    /// The connection is not attached; ATTACH comes first.
    NotAttached = 3,
    /// Every release page is taken, or the region was made without any.
    NoReleasePage = 4,
    /// A wish that this driver does not know.
    BadWishes = 5,
    /// A class that this driver does not know, or none, or not vital.
    BadClasses = 6,
    /// Only who drains is waited for.
    NotDraining = 7,
    /// The region has no such lane.
    BadLane = 8,
    /// The driver is closing its region.
    Stopping = 9,
    /// The writers wait for this reader already.
    AlreadyServed = 10,
    /// A count of records that is too large for one call.
    BadCount = 11,
    /// Another region ABI. The driver's major number is added: bits 0 to 11.
    AbiMajor = 0x1000,
}

/// What IOKit calls a `kern_return_t` or an `IOReturn`: 0 is success.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReturnCode(pub u32);

/// The codes that IOKit leaves to vendors begin here: `iokit_vendor_specific_err(0)`.
const VENDOR: u32 = 0xe3ff_8000;
/// Bits of a vendor's own number.
const VENDOR_BITS: u32 = 0x3fff;
/// Bits that hold a major number.
const MAJOR_BITS: u32 = 0xfff;

impl ReturnCode {
    /// Done.
    pub const SUCCESS: Self = Self(0);
    /// `kIOReturnNoMemory`.
    pub const NO_MEMORY: Self = Self(0xe000_02bd);
    /// `kIOReturnBadArgument`: no such selector, or wrong counts; or, of a map or of anything on a
    /// connection whose driver has gone, whatever the reason was.
    pub const BAD_ARGUMENT: Self = Self(0xe000_02c2);
    /// `kIOReturnUnsupported`.
    pub const UNSUPPORTED: Self = Self(0xe000_02c7);
    /// `kIOReturnNoResources`: the driver has as many connections as it takes.
    pub const NO_RESOURCES: Self = Self(0xe000_02be);
    /// `kIOReturnOffline`: the service is going away.
    pub const OFFLINE: Self = Self(0xe000_02d7);
    /// `kIOReturnTimeout`: no answer came in time.
    pub const TIMEOUT: Self = Self(0xe000_02d6);
    /// `kIOReturnNotPermitted`: the kernel does not let this program open the driver.
    pub const NOT_PERMITTED: Self = Self(0xe000_02e2);
    /// `kIOReturnAborted`: of a completion: nobody is left who would have answered.
    pub const ABORTED: Self = Self(0xe000_02eb);
    /// `MACH_SEND_INVALID_DEST`: the driver has gone, and nothing was mapped.
    pub const INVALID_DESTINATION: Self = Self(0x1000_0003);

    /// Returns the code of a refusal.
    #[must_use]
    pub const fn of(refusal: Refusal) -> Self {
        Self(VENDOR | refusal as u32)
    }

    /// Returns the code of a driver of region ABI `major` that is asked for another.
    #[must_use]
    pub const fn abi_major(major: u16) -> Self {
        Self(VENDOR | Refusal::AbiMajor as u32 | (major as u32 & MAJOR_BITS))
    }

    /// Returns whether it is success.
    #[must_use]
    pub const fn is_success(self) -> bool {
        self.0 == 0
    }

    /// Returns the refusal, if the code is one of a driver of ours that this version knows; a major
    /// number comes apart, see [`driver_major`](Self::driver_major).
    #[must_use]
    pub fn refusal(self) -> Option<Refusal> {
        if self.0 & !VENDOR_BITS != VENDOR {
            return None;
        }
        if self.driver_major().is_some() {
            return Some(Refusal::AbiMajor);
        }
        Code::<Refusal>::from_raw(self.0 & VENDOR_BITS).known().ok()
    }

    /// Returns the major number of the driver's region ABI, if that is why it refused.
    #[must_use]
    pub const fn driver_major(self) -> Option<u16> {
        let is_ours = self.0 & !MAJOR_BITS == VENDOR | Refusal::AbiMajor as u32;
        // Cannot truncate: 12 bits.
        if is_ours { Some((self.0 & MAJOR_BITS) as u16) } else { None }
    }
}

impl fmt::Debug for ReturnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReturnCode({:#010x})", self.0)
    }
}

impl fmt::Display for ReturnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#010x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Refusal, ReturnCode};

    #[test]
    fn a_code_gives_back_what_it_was_made_of() {
        assert_eq!(ReturnCode::of(Refusal::BadLane).refusal(), Some(Refusal::BadLane));
        assert_eq!(ReturnCode::of(Refusal::BadLane).driver_major(), None);
        assert_eq!(ReturnCode::abi_major(7).refusal(), Some(Refusal::AbiMajor));
        assert_eq!(ReturnCode::abi_major(7).driver_major(), Some(7));
    }

    #[test]
    fn a_code_of_somebody_else_is_no_refusal_of_ours() {
        for code in [0, 0xe000_02c2, 0x1000_0003, 0xe3ff_8000, 0xe3ff_800c, 0xe3ff_a001, u32::MAX] {
            assert_eq!(ReturnCode(code).refusal(), None, "{code:#x}");
        }
    }
}
