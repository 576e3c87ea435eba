//! How programs print and write files: through one module each, which no closed pipe and no full disk surprises.

use proc_macro2::{TokenStream, TokenTree};

use super::{File, Finding};

/// Macros that panic when what they write to takes no more.
const PANICKING: [&str; 5] = ["print", "println", "eprint", "eprintln", "dbg"];

/// Functions that leave half a file behind when they are interrupted, and the modules that hold them.
const BY_HALVES: [(&str, &str); 6] = [
    ("fs", "write"),
    ("fs", "rename"),
    ("fs", "copy"),
    ("File", "create"),
    ("File", "create_new"),
    ("File", "options"),
];

/// Programs and libraries that people run; tests and build scripts speak to cargo, which listens to the end.
const RUN: [&str; 8] = [
    "abi-codegen/src/",
    "abi-lock/src/",
    "abi-schema/src/",
    "trace-derive/src/",
    "xtask/src/",
    "testimony/src/",
    "dext-bindings/src/",
    "examples/",
];

/// Where files that people keep are written: headers, locks, golden bytes.
const WRITES: [&str; 3] = ["abi-codegen/src/", "xtask/src/", "examples/other-workspace/"];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_in = |path: &str, folders: &[&str]| folders.iter().any(|folder| path.starts_with(folder));
    for file in files.iter().filter(|file| file.has_extension(&["rs"])) {
        let path = file.path.as_str();
        if path.ends_with("/build.rs") || path.contains("/tests/") || !is_in(path, &RUN) {
            continue;
        }
        let Ok(tokens) = file.text.parse::<TokenStream>() else { continue };
        // A test in the file itself may print and write what it likes: such modules stand at the end.
        let end = file.text.find("#[cfg(test)]").map_or(usize::MAX, |at| file.text[..at].lines().count());
        let writes = is_in(path, &WRITES) && path != "abi-codegen/src/file.rs";
        let mut scan = Scan { path, end, writes, findings: &mut findings };
        scan.tokens(tokens);
    }
    findings
}

struct Scan<'s> {
    path: &'s str,
    /// The first line of the tests.
    end: usize,
    /// Whether writing a file is looked for, too.
    writes: bool,
    findings: &'s mut Vec<Finding>,
}

impl Scan<'_> {
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) => {
                    let name = ident.to_string();
                    let line = ident.span().start().line;
                    let rest = tokens.get(at + 1..).unwrap_or_default();
                    if line > self.end {
                        return;
                    }
                    if PANICKING.contains(&name.as_str()) && is_punct(rest.first(), '!') {
                        self.findings.push(Finding::new(
                            format!("{}:{line}", self.path),
                            format!("`{name}!` panics on a closed pipe and on a full disk"),
                            "print through `abi_codegen::output`, or with `writeln!` whose error is looked at",
                        ));
                    }
                    if self.writes && writes_by_halves(&name, rest) {
                        self.findings.push(Finding::new(
                            format!("{}:{line}", self.path),
                            "a file is written that an interruption leaves half done",
                            "write it through `abi-codegen/src/file.rs`",
                        ));
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

fn writes_by_halves(name: &str, rest: &[TokenTree]) -> bool {
    if name == "OpenOptions" {
        return is_punct(rest.first(), ':');
    }
    let [TokenTree::Punct(first), TokenTree::Punct(second), TokenTree::Ident(function), ..] = rest else {
        return false;
    };
    let called = (first.as_char(), second.as_char()) == (':', ':');
    called && BY_HALVES.iter().any(|(module, by)| *module == name && function == by)
}

fn is_punct(token: Option<&TokenTree>, punct: char) -> bool {
    matches!(token, Some(TokenTree::Punct(found)) if found.as_char() == punct)
}

#[cfg(test)]
mod tests {
    use super::{File, check};

    fn findings(path: &str, text: &str) -> usize {
        check(&[File { path: path.to_owned(), text: text.to_owned() }]).len()
    }

    #[test]
    fn what_people_run_prints_and_writes_through_one_module() {
        for print in ["println!()", "eprintln!(\"{x}\")", "std::print!(\"x\")", "dbg!(x)"] {
            let text = format!("fn f() {{ {print} }}");
            assert_eq!(findings("xtask/src/new.rs", &text), 1, "{print}");
            assert_eq!(findings("examples/other-workspace/xtask/src/main.rs", &text), 1, "{print}");
            assert_eq!(findings("examples/process-watch/build.rs", &text), 0, "{print}");
            let tested = format!("#[cfg(test)]\nmod tests {{\n{text}\n}}");
            assert_eq!(findings("xtask/src/new.rs", &tested), 0, "{print}");
        }
        for write in ["std::fs::write(p, t)", "File::create(p)", "OpenOptions::new()", "fs::rename(a, b)"] {
            let text = format!("fn f() {{ {write}; }}");
            assert_eq!(findings("abi-codegen/src/abi/new.rs", &text), 1, "{write}");
            assert_eq!(findings("abi-codegen/src/file.rs", &text), 0, "{write}");
        }
        assert_eq!(findings("xtask/src/new.rs", "fn println() { write(fs); }"), 0);
    }
}
