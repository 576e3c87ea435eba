//! The types of the functions that a reader calls, for whoever holds them against other declarations of the
//! same: `tests/macos_signatures.rs` does.

use std::ffi::{c_char, c_void};

/// A name of a kernel object in this task.
pub type MachPort = u32;
/// `kern_return_t`, `IOReturn`.
pub type KernReturn = i32;

/// `IOServiceNameMatching` and `IOServiceMatching`.
pub type Matching = unsafe extern "C-unwind" fn(*const c_char) -> *mut c_void;
/// `IOServiceGetMatchingService`.
pub type GetMatchingService = unsafe extern "C-unwind" fn(MachPort, *const c_void) -> MachPort;
/// `IOServiceOpen`.
pub type Open = unsafe extern "C-unwind" fn(MachPort, MachPort, u32, *mut MachPort) -> KernReturn;
/// `IOServiceClose` and `IOObjectRelease`.
pub type Close = unsafe extern "C-unwind" fn(MachPort) -> KernReturn;
/// `IOConnectCallScalarMethod`.
pub type CallScalars =
    unsafe extern "C-unwind" fn(MachPort, u32, *const u64, u32, *mut u64, *mut u32) -> KernReturn;
/// `IOConnectCallStructMethod`.
pub type CallStructure =
    unsafe extern "C-unwind" fn(MachPort, u32, *const c_void, usize, *mut c_void, *mut usize) -> KernReturn;
/// `IOConnectCallAsyncScalarMethod`.
pub type CallAsync = unsafe extern "C-unwind" fn(
    MachPort,
    u32,
    MachPort,
    *mut u64,
    u32,
    *const u64,
    u32,
    *mut u64,
    *mut u32,
) -> KernReturn;
/// `IONotificationPortCreate`.
pub type CreatePort = unsafe extern "C-unwind" fn(MachPort) -> *mut c_void;
/// `IONotificationPortGetMachPort`.
pub type PortOf = unsafe extern "C-unwind" fn(*mut c_void) -> MachPort;
/// `IONotificationPortDestroy`.
pub type DestroyPort = unsafe extern "C-unwind" fn(*mut c_void);
/// `IOServiceAddInterestNotification`.
pub type AddInterest = unsafe extern "C-unwind" fn(
    *mut c_void,
    MachPort,
    *const c_char,
    Heard,
    *mut c_void,
    *mut MachPort,
) -> KernReturn;
/// `IODispatchCalloutFromMessage`.
pub type Dispatch = unsafe extern "C-unwind" fn(*mut c_void, *mut c_void, *mut c_void);
/// `IOServiceInterestCallback`.
pub type Heard = unsafe extern "C-unwind" fn(*mut c_void, MachPort, u32, *mut c_void);
/// `IOAsyncCallback2`.
pub type Completed = unsafe extern "C-unwind" fn(*mut c_void, KernReturn, *mut c_void, *mut c_void);
/// `IOConnectMapMemory64`.
pub type Map = unsafe extern "C-unwind" fn(MachPort, u32, MachPort, *mut u64, *mut u64, u32) -> KernReturn;
/// `IOConnectUnmapMemory64`.
pub type Unmap = unsafe extern "C-unwind" fn(MachPort, u32, MachPort, u64) -> KernReturn;
