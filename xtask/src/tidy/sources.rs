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
                if ident == "unsafe" && !may_be_unsafe(path) && !is_type(tokens.clone()) {
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

/// Returns whether what follows `unsafe` makes it the type of a function: naming one calls nothing.
fn is_type(mut rest: impl Iterator<Item = TokenTree>) -> bool {
    let mut next = rest.next();
    if matches!(&next, Some(TokenTree::Ident(ident)) if ident == "extern") {
        next = rest.next();
        if matches!(next, Some(TokenTree::Literal(_))) {
            next = rest.next();
        }
    }
    let is_fn = matches!(&next, Some(TokenTree::Ident(ident)) if ident == "fn");
    // A function that is defined has a name there.
    is_fn && matches!(rest.next(), Some(TokenTree::Group(_)))
}

fn is_bang(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == '!')
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use super::scan;

    fn findings(text: &str) -> usize {
        let mut findings = Vec::new();
        scan(text.parse::<TokenStream>().expect("tokens"), "testimony/src/main.rs", &mut findings);
        findings.len()
    }

    #[test]
    fn the_type_of_a_function_is_no_unsafe_code() {
        assert_eq!(findings("type F = unsafe extern \"C-unwind\" fn(u32) -> u32;"), 0);
        assert_eq!(findings("type F = unsafe fn(u32); type G = unsafe extern fn();"), 0);
        assert_eq!(findings("unsafe fn f() {}"), 1);
        assert_eq!(findings("unsafe extern \"C\" fn f() {}"), 1);
        assert_eq!(findings("unsafe extern \"C\" { fn f(); }"), 1);
        assert_eq!(findings("fn f() { unsafe { g() } }"), 1);
        assert_eq!(findings("unsafe impl Send for X {}"), 1);
    }
}
