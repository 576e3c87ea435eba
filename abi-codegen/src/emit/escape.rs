//! Names that are words of some language, macros of some system, or the catalog's own (HDR-5).

use std::collections::BTreeSet;

/// Macros of Linux, one a line; a line that begins with `#` is a comment.
const LINUX: &str = include_str!("macros/linux.txt");
/// Macros of macOS.
const DARWIN: &str = include_str!("macros/darwin.txt");
/// Macros of other systems.
const OTHERS: &str = include_str!("macros/others.txt");

/// Types that the header includes, and those that a compiler knows by itself.
const TYPES: &[&str] = &[
    "int16_t",
    "int32_t",
    "int64_t",
    "int8_t",
    "int_fast16_t",
    "int_fast32_t",
    "int_fast64_t",
    "int_fast8_t",
    "int_least16_t",
    "int_least32_t",
    "int_least64_t",
    "int_least8_t",
    "intmax_t",
    "intptr_t",
    "max_align_t",
    "nullptr_t",
    "ptrdiff_t",
    "size_t",
    "uint16_t",
    "uint32_t",
    "uint64_t",
    "uint8_t",
    "uint_fast16_t",
    "uint_fast32_t",
    "uint_fast64_t",
    "uint_fast8_t",
    "uint_least16_t",
    "uint_least32_t",
    "uint_least64_t",
    "uint_least8_t",
    "uintmax_t",
    "uintptr_t",
];

/// Words that no C, C++, Objective-C or Swift source can have as a member, and function-like macros that
/// system headers define.
const WORDS: &[&str] = &[
    "BOOL",
    "Block",
    "EOF",
    "FALSE",
    "I",
    "IN",
    "INT_MAX",
    "Infinity",
    "MAX",
    "MIN",
    "NAN",
    "NO",
    "NULL",
    "OUT",
    "Nil",
    "Protocol",
    "SEL",
    "Self",
    "TRUE",
    "Type",
    "YES",
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "as",
    "asm",
    "assert",
    "associatedtype",
    "atomic",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "bycopy",
    "byref",
    "case",
    "catch",
    "char",
    "char16_t",
    "char32_t",
    "char8_t",
    "check",
    "class",
    "co_await",
    "co_return",
    "co_yield",
    "complex",
    "compl",
    "concept",
    "const",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "decltype",
    "default",
    "defer",
    "deinit",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "errno",
    "explicit",
    "export",
    "extension",
    "extern",
    "fallthrough",
    "false",
    "fileprivate",
    "final",
    "float",
    "for",
    "friend",
    "func",
    "goto",
    "guard",
    "i386",
    "id",
    "if",
    "imaginary",
    "import",
    "in",
    "init",
    "inline",
    "inout",
    "int",
    "internal",
    "is",
    "let",
    "linux",
    "long",
    "major",
    "makedev",
    "max",
    "min",
    "minor",
    "module",
    "mutable",
    "namespace",
    "new",
    "nil",
    "noexcept",
    "nonatomic",
    "nonnull",
    "noreturn",
    "not",
    "not_eq",
    "nullable",
    "nullptr",
    "offsetof",
    "oneway",
    "open",
    "operator",
    "or",
    "or_eq",
    "out",
    "override",
    "private",
    "protected",
    "protocol",
    "public",
    "register",
    "reinterpret_cast",
    "repeat",
    "require",
    "requires",
    "restrict",
    "rethrows",
    "retain",
    "return",
    "self",
    "short",
    "signals",
    "signed",
    "sizeof",
    "slots",
    "static",
    "static_assert",
    "static_cast",
    "stderr",
    "stdin",
    "stdout",
    "strong",
    "struct",
    "subscript",
    "super",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "throws",
    "true",
    "try",
    "typealias",
    "typedef",
    "typeid",
    "typename",
    "typeof",
    "typeof_unqual",
    "union",
    "unix",
    "unsigned",
    "using",
    "var",
    "verify",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "weak",
    "where",
    "while",
    "xor",
    "xor_eq",
    "synchronized",
    "emit",
    "foreach",
    "IMP",
    "Any",
    "unowned",
    "get",
    "set",
    "none",
    "left",
    "prefix",
    "postfix",
    "infix",
    "precedence",
    "associativity",
    "actor",
    "await",
    "async",
    "any",
    "some",
    "required",
    "optional",
    "lazy",
    "indirect",
    "convenience",
    "willSet",
    "didSet",
    "dynamic",
    "reflexpr",
];

/// Underscores that a name which C reserves gets: no macro has so many at its end.
const RESERVED: usize = 4;

/// The names that no field and no type can have in C.
#[derive(Clone, Debug)]
pub(super) struct Words {
    words: BTreeSet<String>,
    /// The most underscores that one of them ends in.
    underscores: usize,
}

impl Words {
    /// Returns the words of the languages and the macros of the systems.
    pub(super) fn of_systems() -> Self {
        let macros =
            [LINUX, DARWIN, OTHERS].into_iter().flat_map(str::lines).filter(|line| !line.starts_with('#'));
        let mut words = Self { words: BTreeSet::new(), underscores: 0 };
        WORDS.iter().chain(TYPES).copied().chain(macros).for_each(|word| words.add(word));
        words
    }

    /// Adds a name.
    pub(super) fn add(&mut self, word: &str) {
        self.underscores = self.underscores.max(word.len() - word.trim_end_matches('_').len());
        self.words.insert(word.to_owned());
    }

    /// Returns whether `name` is one of them as it stands.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.words.contains(name)
    }

    #[cfg(test)]
    fn iter(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// Returns what a field or a type that Rust calls `name` is called in C.
    ///
    /// A name gets as many underscores more as it takes for neither the name without its underscores nor the
    /// name with any number of them to be a word: `class` becomes `class_`, and `class_` becomes `class__`. What
    /// is added depends on nothing but the name without its underscores, so no two names become one.
    pub(super) fn escape(&self, name: &str) -> String {
        let base = name.trim_end_matches('_');
        let by_word = (0..=self.underscores)
            .filter(|&tail| self.words.contains(&format!("{base}{}", "_".repeat(tail))))
            .map(|tail| tail + 1);
        let more = by_word.max().unwrap_or(0).max(by_class(name));
        format!("{name}{}", "_".repeat(more))
    }
}

/// Returns the underscores that a name gets because of what it looks like: macros have names that begin with a
/// capital, by the thousand; what begins with two underscores, or with one and a capital, is the compiler's.
fn by_class(name: &str) -> usize {
    let capital = |at: usize| name.as_bytes().get(at).is_some_and(u8::is_ascii_uppercase);
    match name {
        _ if name.starts_with("__") || name.starts_with('_') && capital(1) => RESERVED,
        _ => usize::from(capital(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::Words;
    use std::collections::BTreeSet;

    #[test]
    fn escaping_makes_no_two_names_one() {
        let mut words = Words::of_systems();
        for own in ["usb_speed", "usb_speed_", "M_CACHE_ID_", "m_a___"] {
            words.add(own);
        }
        let tails = ["", "_", "__", "___"];
        let more = ["cpu", "cpu_x", "__linux", "_X", "X", "m_a", "_x", "usb_speed", "M_CACHE_ID"];
        let names: BTreeSet<String> = words
            .iter()
            .chain(more)
            .map(|word| word.trim_end_matches('_'))
            .flat_map(|word| tails.map(|tail| format!("{word}{tail}")))
            .collect();
        let escaped: BTreeSet<String> = names.iter().map(|name| words.escape(name)).collect();
        assert_eq!(escaped.len(), names.len());
        assert!(words.iter().all(|word| !escaped.contains(word)), "no word is left as it is");
        assert_eq!(words.escape("cpu_"), "cpu_");
        assert_eq!(words.escape("class"), "class_");
        assert_eq!(words.escape("class_"), "class__");
        assert_eq!(words.escape("__linux__"), "__linux______");
    }
}
