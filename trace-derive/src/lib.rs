//! The derives of `abi-runtime`: Rust tokens to checked record layouts.
//!
//! Use them through `abi-runtime`, where their documentation is.

mod ast;
mod attr;
mod catalog;
mod check;
mod code;
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

use ast::Role;
use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct a record.
#[proc_macro_derive(TraceRecord, attributes(trace))]
pub fn derive_trace_record(input: TokenStream) -> TokenStream {
    expand::expand_struct(Role::Record, parse_macro_input!(input as DeriveInput)).into()
}

/// Makes a struct a composite.
#[proc_macro_derive(WireStruct, attributes(trace))]
pub fn derive_wire_struct(input: TokenStream) -> TokenStream {
    expand::expand_struct(Role::Composite, parse_macro_input!(input as DeriveInput)).into()
}

/// Makes an enum name the values of a code.
#[proc_macro_derive(TraceCode, attributes(trace))]
pub fn derive_trace_code(input: TokenStream) -> TokenStream {
    code::expand_code(parse_macro_input!(input as DeriveInput)).into()
}

/// Makes an enum name the bits of flags.
#[proc_macro_derive(TraceFlags, attributes(trace))]
pub fn derive_trace_flags(input: TokenStream) -> TokenStream {
    flags::expand_flags(parse_macro_input!(input as DeriveInput)).into()
}

/// Makes a list of records a catalog.
#[proc_macro]
pub fn catalog(input: TokenStream) -> TokenStream {
    catalog::expand_catalog(input.into()).into()
}
