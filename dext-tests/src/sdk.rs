//! What the SDK of DriverKit declares beside its classes, and in which header.
//!
//! The SDK is not here, and the shim's headers are written by hand: a name that they declare and the SDK does
//! not, or declares elsewhere, would be found on a Mac alone. The facts below were read in headers of the SDK
//! (DriverKit-54 to DriverKit-440), in xnu (`iokit/DriverKit/*.iig`, which become such headers), and, for
//! what is not there, in projects that did without.

use std::collections::{BTreeMap, BTreeSet};

use crate::iig::{Library, words_of};

/// Names by the header that declares them.
const NAMES: &[(&str, &[&str])] = &[
    // SDK IOLib.h. The clocks of mach are declared here, because a dext has no <mach/mach_time.h>.
    (
        "DriverKit/IOLib.h",
        &[
            "IODelay",
            "IODelete",
            "IOFree",
            "IOLog",
            "IOMalloc",
            "IOMallocZero",
            "IONew",
            "IONewZero",
            "IOSafeDeleteNULL",
            "IOSleep",
            "OSSafeReleaseNULL",
            "mach_absolute_time",
            "mach_continuous_time",
            "mach_timebase_info",
            "mach_timebase_info_data_t",
            "mach_timebase_info_t",
        ],
    ),
    // SDK os/log.h: no levels (Apple's NullDriver sample, "DriverKit logging has no logging levels"; llvm-project
    // #148848, "DriverKit doesn't define os_log_error", and no os_log_with_type either).
    ("os/log.h", &["OS_LOG_DEFAULT", "os_log", "os_log_t"]),
    // SDK IOReturn.h, which xnu shares.
    (
        "DriverKit/IOReturn.h",
        &[
            "IOReturn",
            "kIOReturnAborted",
            "kIOReturnBadArgument",
            "kIOReturnBusy",
            "kIOReturnError",
            "kIOReturnExclusiveAccess",
            "kIOReturnInternalError",
            "kIOReturnNoCompletion",
            "kIOReturnNoMemory",
            "kIOReturnNoResources",
            "kIOReturnNoSpace",
            "kIOReturnNotAttached",
            "kIOReturnNotFound",
            "kIOReturnNotOpen",
            "kIOReturnNotPermitted",
            "kIOReturnNotPrivileged",
            "kIOReturnNotReady",
            "kIOReturnOffline",
            "kIOReturnOverrun",
            "kIOReturnSuccess",
            "kIOReturnTimeout",
            "kIOReturnUnderrun",
            "kIOReturnUnsupported",
            "kern_return_t",
        ],
    ),
    // SDK OSMetaClass.h.
    (
        "DriverKit/OSMetaClass.h",
        &["OSDynamicCast", "OSRequiredCast", "OSTypeAlloc", "OSTypeID", "OSTypeIDInst", "SUPERDISPATCH"],
    ),
    // xnu OSObject.iig.
    ("DriverKit/OSObject.h", &["IODispatchQueueName", "OSObjectPtr"]),
    // xnu IOService.iig.
    ("DriverKit/IOService.h", &["IOPropertyName", "IOServiceName", "kIOServiceDefaultQueueName"]),
    // SDK IOUserClient.h.
    (
        "DriverKit/IOUserClient.h",
        &[
            "IOUserClientAsyncArgumentsArray",
            "IOUserClientMethodArguments",
            "IOUserClientMethodDispatch",
            "IOUserClientMethodFunction",
            "IOUserClientScalarArray",
            "kIOUserClientAsyncArgumentsCountMax",
            "kIOUserClientMemoryReadOnly",
            "kIOUserClientMethodArgumentsCurrentVersion",
            "kIOUserClientQueueNameExternalMethod",
            "kIOUserClientScalarArrayCountMax",
            "kIOUserClientVariableStructureSize",
        ],
    ),
    // xnu IOMemoryDescriptor.iig.
    (
        "DriverKit/IOMemoryDescriptor.h",
        &[
            "IOAddressSegment",
            "kIOMemoryDirectionIn",
            "kIOMemoryDirectionInOut",
            "kIOMemoryDirectionNone",
            "kIOMemoryDirectionOut",
            "kIOMemoryDirectionOutIn",
            "kIOMemoryMapFixedAddress",
            "kIOMemoryMapReadOnly",
        ],
    ),
    // xnu IODispatchQueue.iig.
    ("DriverKit/IODispatchQueue.h", &["IODispatchFunction", "kIODispatchQueueReentrant"]),
    // SDK IOTimerDispatchSource.h.
    (
        "DriverKit/IOTimerDispatchSource.h",
        &[
            "kIOTimerClockMachAbsoluteTime",
            "kIOTimerClockMachContinuousTime",
            "kIOTimerClockMonotonicRaw",
            "kIOTimerClockUptimeRaw",
        ],
    ),
];

/// What a header of the SDK brings along, as far as the shim may: a source that takes a class from elsewhere
/// must include its header itself.
const INCLUDES: &[(&str, &[&str])] = &[
    ("DriverKit/IOLib.h", &["DriverKit/IOReturn.h"]),
    ("DriverKit/IOReturn.h", &[]),
    ("DriverKit/IORPC.h", &["DriverKit/IOReturn.h"]),
    ("DriverKit/OSMetaClass.h", &["DriverKit/IORPC.h"]),
    ("DriverKit/OSObject.h", &["DriverKit/IOReturn.h", "DriverKit/OSMetaClass.h"]),
    ("DriverKit/OSAction.h", &["DriverKit/OSObject.h"]),
    ("DriverKit/IOService.h", &["DriverKit/OSObject.h"]),
    (
        "DriverKit/IOUserClient.h",
        &["DriverKit/IOBufferMemoryDescriptor.h", "DriverKit/IOService.h", "DriverKit/OSAction.h"],
    ),
    ("DriverKit/IOMemoryDescriptor.h", &["DriverKit/OSObject.h"]),
    ("DriverKit/IOBufferMemoryDescriptor.h", &["DriverKit/IOMemoryDescriptor.h"]),
    ("DriverKit/IOMemoryMap.h", &["DriverKit/OSObject.h"]),
    ("DriverKit/IODispatchSource.h", &["DriverKit/OSObject.h"]),
    (
        "DriverKit/IODispatchQueue.h",
        &["DriverKit/IODispatchSource.h", "DriverKit/OSAction.h", "DriverKit/OSObject.h"],
    ),
    ("DriverKit/IOTimerDispatchSource.h", &["DriverKit/IODispatchQueue.h"]),
    ("DriverKit/OSData.h", &["DriverKit/OSObject.h"]),
    ("DriverKit/OSDictionary.h", &["DriverKit/OSObject.h"]),
    ("DriverKit/OSString.h", &["DriverKit/OSObject.h"]),
    ("os/log.h", &[]),
];

/// The shim's own collection of everything, which no source of the dext includes.
const OF_THE_SHIM: &str = "DriverKit/DriverKit.h";

/// Macros of the SDK that name their last argument more than once.
const REPEATING: [&str; 2] = ["OSDynamicCast", "OSRequiredCast"];

/// Returns whether a name looks like one of the system's.
fn is_of_the_system(name: &str) -> bool {
    let name = name.strip_prefix('k').unwrap_or(name);
    let has = |prefix: &str, next: fn(char) -> bool| {
        name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(next))
    };
    let upper = |next: char| next.is_ascii_uppercase();
    let any = |_: char| true;
    has("IO", upper)
        || has("OS", |next| next.is_ascii_uppercase() || next == '_')
        || has("os_", any)
        || has("mach_", any)
        || name.starts_with("ern_return")
        || name == "SUPERDISPATCH"
}

/// Returns the names that a source takes from the system and the SDK is not known to declare, each with its
/// line; and every macro that would compute its argument twice.
#[must_use]
pub fn unknown_names(text: &str, driverkit: &Library) -> Vec<String> {
    let known: BTreeSet<&str> = NAMES.iter().flat_map(|(_, names)| *names).copied().collect();
    let words = words_of(text);
    let mut found = Vec::new();
    for (at, (word, line)) in words.iter().enumerate() {
        let is_known = known.contains(word.as_str()) || driverkit.class(word).is_some();
        if is_of_the_system(word) && !is_known {
            found.push(format!(
                "{line}: `{word}`: the SDK is not known to declare it: do without, or add the fact"
            ));
        }
        if REPEATING.contains(&word.as_str()) {
            let argument = words[at..].iter().skip_while(|(word, _)| word != ",").skip(1);
            let computes = argument.take_while(|(word, _)| word != ")").any(|(word, _)| word == "(");
            if computes {
                found.push(format!("{line}: `{word}` names its argument twice: give it a variable"));
            }
        }
    }
    found
}

/// Compares the shim's headers, by their paths as they are included, with where the SDK declares what.
#[must_use]
pub fn misplaced(headers: &BTreeMap<String, String>) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in headers.iter().filter(|(path, _)| *path != OF_THE_SHIM) {
        let Some((_, may)) = INCLUDES.iter().find(|(header, _)| header == path) else {
            found.push(format!("{path}: the SDK is not known to have this header"));
            continue;
        };
        for included in included(text).filter(|name| name.contains('/') && !may.contains(name)) {
            found.push(format!("{path}: brings {included} along, and the SDK's header does not"));
        }
    }
    for (path, names) in NAMES {
        let Some(text) = headers.get(*path) else {
            found.push(format!("{path}: the shim has no such header"));
            continue;
        };
        for name in *names {
            if declares(text, name) {
                continue;
            }
            let elsewhere = headers.iter().find(|(_, text)| declares(text, name));
            let named = headers.iter().find(|(_, text)| words_in(text).any(|word| word == *name));
            match (elsewhere, named) {
                (Some((other, _)), _) => {
                    found.push(format!("{other}: declares `{name}`, which the SDK declares in {path}"));
                }
                (None, Some((other, _))) => {
                    found.push(format!("{other}: names `{name}`, and no header of the shim declares it"));
                }
                // The shim does without it.
                (None, None) => {}
            }
        }
    }
    found
}

/// Returns what a text includes from the system's folders.
fn included(text: &str) -> impl Iterator<Item = &str> {
    let names = text.lines().filter_map(|line| line.trim().strip_prefix("#include <"));
    names.filter_map(|rest| rest.split('>').next())
}

fn words_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(|other: char| !(other.is_ascii_alphanumeric() || other == '_'))
}

/// Returns whether `text` declares `name`: as a macro, a type, a value of a list, or a function.
fn declares(text: &str, name: &str) -> bool {
    let is_macro = text.lines().filter_map(|line| line.trim().strip_prefix("#define ")).any(|rest| {
        let end = rest.find(|next: char| !(next.is_ascii_alphanumeric() || next == '_'));
        &rest[..end.unwrap_or(rest.len())] == name
    });
    let words: Vec<String> = words_of(text).into_iter().map(|(word, _)| word).collect();
    let statements = words.split(|word| [";", "{", "}"].contains(&word.as_str()));
    is_macro || statements.into_iter().any(|statement| is_declaration(statement, name))
}

fn is_declaration(statement: &[String], name: &str) -> bool {
    let word = |at: usize| statement.get(at).map_or("", String::as_str);
    let is_call = ["return", "="].iter().any(|sign| statement.iter().any(|word| word == sign));
    let is_list = !statement.iter().any(|word| word == "(");
    (0..statement.len()).filter(|at| word(*at) == name).any(|at| {
        let (before, behind) = (if at == 0 { "" } else { word(at - 1) }, word(at + 1));
        match word(0) {
            // `typedef T name`, `typedef T name[8]`, `typedef T (*name)(...)`.
            "typedef" => ["", "["].contains(&behind) || before == "*" && behind == ")",
            "struct" => at == 1 && behind.is_empty(),
            _ if is_list => ["", ","].contains(&before) && ["=", ",", ""].contains(&behind),
            _ => behind == "(" && !before.is_empty() && !is_call,
        }
    })
}
