//! What keeps a source of the dext one source: it knows no host, and needs nothing that a dext has not.

use std::collections::BTreeSet;

use crate::iig::Library;

/// The one macro that the sources may ask for: a build that is made for tests.
const SWITCH: &str = "TESTIMONY_EMIT";

/// Headers of the system that the sources may include, beside those of DriverKit and our own: the compiler
/// brings the first two, the SDK the third.
const SYSTEM_HEADERS: &[&str] = &["stddef.h", "stdint.h", "os/log.h"];

/// Functions in C that objects of the dext may need, and where a dext gets them from.
const FUNCTIONS: &[(&str, &str)] = &[
    ("IOLog", "DriverKit/IOLib.h"),
    ("IOMalloc", "DriverKit/IOLib.h"),
    ("IOMallocZero", "DriverKit/IOLib.h"),
    ("IOFree", "DriverKit/IOLib.h"),
    ("IOSleep", "DriverKit/IOLib.h"),
    ("IODelay", "DriverKit/IOLib.h"),
    ("mach_absolute_time", "DriverKit/IOLib.h; libSystem"),
    ("mach_continuous_time", "DriverKit/IOLib.h; libSystem"),
    ("mach_timebase_info", "DriverKit/IOLib.h; libSystem"),
    ("_os_log_impl", "libSystem: what the macro of os/log.h ends in"),
    // The compiler calls these by itself, for structs that are copied or zeroed and for its own checks.
    ("memcpy", "libSystem: xnu's OSObject.iig includes <string.h> in a dext"),
    ("memset", "libSystem, as memcpy"),
    ("bzero", "libSystem, as memcpy: what clang makes of memset on Darwin"),
    ("__stack_chk_fail", "libSystem: what clang's stack protector calls, which is on for Darwin"),
    ("__stack_chk_guard", "libSystem: as __stack_chk_fail"),
];

/// Returns why objects of the dext may need `symbol`, or nothing if they may not.
#[must_use]
pub fn is_there(symbol: &str, driverkit: &Library) -> Option<String> {
    if let Some((_, source)) = FUNCTIONS.iter().find(|(name, _)| *name == symbol) {
        return Some((*source).to_owned());
    }
    let metaclass = symbol.strip_prefix('g').and_then(|rest| rest.strip_suffix("MetaClass"));
    if let Some(class) = metaclass.and_then(|name| driverkit.class(name)) {
        return Some(format!("the metaclass that IIG gives `{}`", class.name));
    }
    let (class, method) = method_of(symbol)?;
    if method == "_Dispatch" && driverkit.class(&class).is_some() {
        return Some(format!("what IIG gives `{class}` for a call of the base behaviour"));
    }
    let (owner, method) = driverkit.declarations(&class, &method).first().copied()?;
    Some(format!("`{}::{}`, {}", owner.name, method.name, method.place))
}

/// Takes `_ZN9IOService5StartE...`, a method's name to the linker, apart into class and method.
#[must_use]
pub fn method_of(symbol: &str) -> Option<(String, String)> {
    let rest = symbol.strip_prefix("_ZN")?;
    let (class, rest) = counted(rest.strip_prefix('K').unwrap_or(rest))?;
    let (method, rest) = counted(rest)?;
    rest.starts_with('E').then(|| (class.to_owned(), method.to_owned()))
}

/// `5Start...` is `Start` and what follows.
fn counted(text: &str) -> Option<(&str, &str)> {
    let digits = text.find(|other: char| !other.is_ascii_digit())?;
    let length: usize = text[..digits].parse().ok()?;
    text[digits..].split_at_checked(length)
}

/// Returns what a source says that only one of its hosts understands, each with its line.
#[must_use]
pub fn host_dependence(text: &str) -> Vec<String> {
    let guards = guards(text);
    // What each open conditional asks for; an `#else` belongs to the innermost one.
    let mut open: Vec<bool> = Vec::new();
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let Some(directive) = line.trim_start().strip_prefix('#') else { continue };
        let directive = directive.trim_start();
        let (word, rest) = directive.split_once([' ', '\t']).unwrap_or((directive, ""));
        let mut odd = |what: String| found.push(format!("{}: {what}: `{}`", at + 1, line.trim()));
        match word {
            "if" | "ifdef" | "ifndef" | "elif" => {
                let names = names(rest);
                let is_known =
                    names.iter().all(|name| *name == SWITCH || guards.contains(name)) && !names.is_empty();
                if word != "elif" {
                    open.push(names.contains(&SWITCH));
                }
                if !is_known {
                    odd(format!("a conditional that is neither a guard nor {SWITCH}"));
                }
            }
            "else" if open.last() != Some(&true) => {
                odd(format!("an `#else` of something other than {SWITCH}"));
            }
            "endif" => {
                open.pop();
            }
            "include" => {
                if let Some(problem) = include_problem(rest) {
                    odd(problem);
                }
            }
            "pragma" | "error" | "warning" | "import" => {
                odd("a directive that the sources do without".to_owned());
            }
            _ => {}
        }
    }
    found
}

fn names(text: &str) -> Vec<&str> {
    let words = text.split(|other: char| !(other.is_ascii_alphanumeric() || other == '_'));
    words
        .filter(|word| word.starts_with(|first: char| !first.is_ascii_digit()) && *word != "defined")
        .collect()
}

/// Macros that are defined in the line behind the `#ifndef` that asks for them.
fn guards(text: &str) -> BTreeSet<&str> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let pairs = lines.windows(2).filter_map(|pair| Some((pair[0].strip_prefix("#ifndef ")?, pair[1])));
    pairs.filter(|(name, next)| *next == format!("#define {name}")).map(|(name, _)| name).collect()
}

fn include_problem(rest: &str) -> Option<String> {
    let name = rest.trim().strip_prefix('<')?.split('>').next()?;
    let is_known =
        name.starts_with("DriverKit/") || name.starts_with("testimony/") || SYSTEM_HEADERS.contains(&name);
    (!is_known).then(|| format!("a header that is not known to be there in a dext: {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iig::driverkit;

    #[test]
    fn names_to_the_linker_are_methods() {
        let method = |symbol| method_of(symbol);
        let start = Some(("IOService".to_owned(), "Start".to_owned()));
        assert_eq!(method("_ZN9IOService5StartEPS_PFiP15OSMetaClassBase5IORPCE"), start);
        assert_eq!(method("_ZNK8OSObject6retainEv"), Some(("OSObject".to_owned(), "retain".to_owned())));
        for other in ["_ZdlPv", "_ZN9IOService5Start", "_ZSt9terminatev", "memcpy", "_ZN3std2__13fooEv"] {
            assert_eq!(method(other).filter(|(class, _)| class != "std"), None, "{other}");
        }
    }

    #[test]
    fn what_a_dext_has_not_is_not_there() {
        let driverkit = driverkit();
        for symbol in [
            "memcpy",
            "_ZN9IOService5StartEPS_PFiPvE",
            "_ZN9IOService9_DispatchEPS_5IORPC",
            "gOSActionMetaClass",
        ] {
            assert!(is_there(symbol, &driverkit).is_some(), "{symbol}");
        }
        for symbol in
            ["malloc", "_ZN9IOService7RestartEv", "gOSThingMetaClass", "_Znwm", "_NSConcreteStackBlock"]
        {
            assert_eq!(is_there(symbol, &driverkit), None, "{symbol}");
        }
    }

    #[test]
    fn only_guards_and_the_switch_may_be_asked_for() {
        let clean = "#ifndef A_h\n#define A_h\n#include <DriverKit/IOLib.h>\n#include \"b.h\"\n#if TESTIMONY_EMIT\n#else\n#endif\n#endif\n";
        assert_eq!(host_dependence(clean), Vec::<String>::new());
        for (text, line) in [
            ("\n#ifdef __linux__\n#endif", "2: a conditional"),
            ("#if defined(__APPLE__) || TESTIMONY_EMIT\n#endif", "1: a conditional"),
            ("#if 0\n#endif", "1: a conditional"),
            ("#ifndef A_h\n#define A_h\n#else\n#endif", "3: an `#else`"),
            ("#ifndef A_h\n#define B_h\n#endif", "1: a conditional"),
            ("#if TESTIMONY_EMIT\n#elif SHIM\n#endif", "2: a conditional"),
            ("#include <string.h>", "1: a header"),
            ("#include <mach/mach_time.h>", "1: a header"),
            ("#  include <unistd.h>", "1: a header"),
            ("#pragma weak f", "1: a directive"),
        ] {
            let found = host_dependence(text);
            assert!(found.iter().any(|said| said.starts_with(line)), "{text}: {found:?}");
        }
    }
}
