//! The derives of `abi-runtime`: Rust tokens to checked record layouts.
//!
//! Use them through `abi-runtime`, where their documentation is.

mod apart;
mod ast;
mod attr;
mod catalog;
mod check;
mod code;
mod doc;
mod enumeration;
mod expand;
mod fallback;
mod flags;
mod frozen;
mod kept;
mod lock;
mod report;
mod retired;
#[cfg(test)]
mod snapshots;
mod source;
mod value;
mod view;

use apart::apart;
use ast::Role;
use proc_macro::TokenStream;
use syn::DeriveInput;

/// Makes a struct a record.
#[proc_macro_derive(TraceRecord, attributes(trace))]
pub fn derive_trace_record(input: TokenStream) -> TokenStream {
    derive(input, |input| expand::expand_struct(Role::Record, input))
}

/// Makes a struct a composite.
#[proc_macro_derive(WireStruct, attributes(trace))]
pub fn derive_wire_struct(input: TokenStream) -> TokenStream {
    derive(input, |input| expand::expand_struct(Role::Composite, input))
}

/// Makes an enum name the values of a code.
#[proc_macro_derive(TraceCode, attributes(trace))]
pub fn derive_trace_code(input: TokenStream) -> TokenStream {
    derive(input, code::expand_code)
}

/// Makes an enum name the bits of flags.
#[proc_macro_derive(TraceFlags, attributes(trace))]
pub fn derive_trace_flags(input: TokenStream) -> TokenStream {
    derive(input, flags::expand_flags)
}

/// Makes a list of records a catalog.
#[proc_macro]
pub fn catalog(input: TokenStream) -> TokenStream {
    apart(input.into(), catalog::expand_catalog).into()
}

/// Expands a derive.
fn derive(input: TokenStream, expand: impl FnOnce(DeriveInput) -> proc_macro2::TokenStream) -> TokenStream {
    let expansion = apart(input.into(), |input| match syn::parse2(input) {
        Ok(item) => expand(item),
        Err(error) => error.into_compile_error(),
    });
    expansion.into()
}
