//! What no Rust source may hold: unsafe code elsewhere, unfinished code, std in the runtime.

use proc_macro2::{TokenStream, TokenTree};

use super::{File, Finding};

/// Where unsafe code is allowed: the shared memory itself, its mapping, calls into C, and the
/// start-up symbols of a program without std.
fn may_be_unsafe(path: &str) -> bool {
    path.starts_with("abi-runtime/")
        || path.starts_with("dext-bindings/src/") && path.ends_with("/mapping.rs")
        || path.ends_with("/ffi.rs")
        || path.starts_with("compat-tests/no-std/")
}

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.has_extension(&["rs"])) {
        // Refusal tests hold what does not compile; it need not lex either.
        if let Ok(tokens) = file.text.parse::<TokenStream>() {
            scan(tokens, &file.path, &mut findings);
        }
        let library = file.path.ends_with("src/lib.rs");
        if library && !file.text.starts_with("//!") {
            findings.push(Finding::new(
                &file.path,
                "the crate has no documentation",
                "begin the file with `//!`",
            ));
        }
        let no_std = file.path == "abi-runtime/src/lib.rs" || file.path == "abi-schema/src/lib.rs";
        if no_std && !file.text.contains("#![no_std]") {
            findings.push(Finding::new(&file.path, "the crate is not `no_std`", "add `#![no_std]`"));
        }
    }
    findings
}

fn scan(tokens: TokenStream, path: &str, findings: &mut Vec<Finding>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => scan(group.stream(), path, findings),
            TokenTree::Ident(ident) => {
                let line = ident.span().start().line;
                let place = format!("{path}:{line}");
                if ident == "unsafe" && !may_be_unsafe(path) {
                    findings.push(Finding::new(
                        place,
                        "unsafe code stands where none is allowed",
                        "only abi-runtime, the mapping code of dext-bindings and `ffi.rs` files hold unsafe code",
                    ));
                } else if (ident == "todo" || ident == "unimplemented") && is_bang(tokens.peek()) {
                    findings.push(Finding::new(
                        place,
                        format!("`{ident}!` is not finished code"),
                        "finish it",
                    ));
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

fn is_bang(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == '!')
}
