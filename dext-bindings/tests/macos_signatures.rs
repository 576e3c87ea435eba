//! What `src/macos/ffi.rs` declares by hand is what `objc2-io-kit` declares, which is generated from the SDK's
//! headers. Nothing runs: a difference does not compile.

#![cfg(target_os = "macos")]
#![allow(deprecated, reason = "objc2-io-kit has newer names for the same functions")]

use std::ffi::{CStr, c_char, c_void};

use dext_bindings::macos::signatures::{self, KernReturn, MachPort};
use objc2_core_foundation::{CFDictionary, CFMutableDictionary, CFRetained};
use objc2_io_kit::{
    self as kit, IONotificationPortRef, IOOptionBits, IOReturn, IOServiceInterestCallback, io_connect_t,
    io_object_t, io_service_t,
};

/// Holds one function against its declaration of ours: as many parameters, each as wide, as is the result.
macro_rules! held {
    ($function:path, $ours:ty: ($($their:ty => $our:ty),* $(,)?) -> $result:ty => $our_result:ty) => {
        const _: () = {
            const fn our(function: $ours) -> unsafe extern "C-unwind" fn($($our),*) -> $our_result {
                function
            }
            let _ = our;
            let _: unsafe extern "C-unwind" fn($($their),*) -> $result = $function;
            $(assert!(size_of::<$their>() == size_of::<$our>());)*
            assert!(size_of::<$result>() == size_of::<$our_result>());
        };
    };
}

held!(kit::IOServiceNameMatching, signatures::Matching:
    (*const c_char => *const c_char) -> Option<CFRetained<CFMutableDictionary>> => *mut c_void);
held!(kit::IOServiceGetMatchingService, signatures::GetMatchingService:
    (MachPort => MachPort, Option<CFRetained<CFDictionary>> => *const c_void) -> io_service_t => MachPort);
held!(kit::IOServiceOpen, signatures::Open:
    (io_service_t => MachPort, MachPort => MachPort, u32 => u32, *mut io_connect_t => *mut MachPort)
    -> KernReturn => KernReturn);
held!(kit::IOServiceClose, signatures::Close: (io_connect_t => MachPort) -> KernReturn => KernReturn);
held!(kit::IOObjectRelease, signatures::Close: (io_object_t => MachPort) -> KernReturn => KernReturn);
held!(kit::IOConnectCallScalarMethod, signatures::CallScalars:
    (MachPort => MachPort, u32 => u32, *const u64 => *const u64, u32 => u32, *mut u64 => *mut u64,
     *mut u32 => *mut u32) -> KernReturn => KernReturn);
held!(kit::IOConnectCallStructMethod, signatures::CallStructure:
    (MachPort => MachPort, u32 => u32, *const c_void => *const c_void, usize => usize,
     *mut c_void => *mut c_void, *mut usize => *mut usize) -> KernReturn => KernReturn);
held!(kit::IOConnectCallAsyncScalarMethod, signatures::CallAsync:
    (MachPort => MachPort, u32 => u32, MachPort => MachPort, *mut u64 => *mut u64, u32 => u32,
     *const u64 => *const u64, u32 => u32, *mut u64 => *mut u64, *mut u32 => *mut u32)
    -> KernReturn => KernReturn);
held!(kit::IOConnectMapMemory64, signatures::Map:
    (io_connect_t => MachPort, u32 => u32, MachPort => MachPort, *mut u64 => *mut u64,
     *mut u64 => *mut u64, IOOptionBits => u32) -> KernReturn => KernReturn);
held!(kit::IOConnectUnmapMemory64, signatures::Unmap:
    (io_connect_t => MachPort, u32 => u32, MachPort => MachPort, u64 => u64) -> KernReturn => KernReturn);
held!(kit::IONotificationPortCreate, signatures::CreatePort:
    (MachPort => MachPort) -> IONotificationPortRef => *mut c_void);
held!(kit::IONotificationPortGetMachPort, signatures::PortOf:
    (IONotificationPortRef => *mut c_void) -> MachPort => MachPort);
held!(kit::IOServiceAddInterestNotification, signatures::AddInterest:
    (IONotificationPortRef => *mut c_void, io_service_t => MachPort, *mut [c_char; 128] => *const c_char,
     IOServiceInterestCallback => signatures::Heard, *mut c_void => *mut c_void,
     *mut io_object_t => *mut MachPort) -> KernReturn => KernReturn);
held!(kit::IONotificationPortDestroy, signatures::DestroyPort: (IONotificationPortRef => *mut c_void) -> () => ());

// The callbacks are the same but for "may be absent".
const _: fn(signatures::Heard) -> IOServiceInterestCallback = Some;
const _: fn(signatures::Completed) -> kit::IOAsyncCallback2 = Some;
const _: () = assert!(size_of::<IOReturn>() == size_of::<KernReturn>());

// The numbers.
const _: () = {
    assert!(kit::kIOMapAnywhere == 1);
    assert!(kit::kIOMessageServiceIsTerminated == 0xe000_0010);
    assert!(kit::kIOAsyncCalloutFuncIndex == 1 && kit::kIOAsyncCalloutRefconIndex == 2);
    assert!(is(kit::kIOGeneralInterest, c"IOGeneralInterest"));
};

const fn is(text: &CStr, other: &CStr) -> bool {
    let (text, other) = (text.to_bytes(), other.to_bytes());
    let mut at = 0;
    while at < text.len() && at < other.len() && text[at] == other[at] {
        at += 1;
    }
    at == text.len() && at == other.len()
}
