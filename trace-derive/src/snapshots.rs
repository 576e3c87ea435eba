//! What the derives expand to, kept as a person reads it.
//!
//! After a change that is meant, run the tests with `INSTA_UPDATE=always` and read the difference.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ast::Role;
use crate::code::expand_code;
use crate::expand::expand_struct;
use crate::flags::expand_flags;

/// Compares an expansion with its snapshot.
fn assert_expansion(name: &str, expansion: TokenStream) {
    let file = syn::parse2(expansion).expect("an expansion is a list of items");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../tests/expand");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, prettyplease::unparse(&file)));
}

fn record(tokens: TokenStream) -> TokenStream {
    expand_struct(Role::Record, syn::parse2(tokens).expect("a struct"))
}

#[test]
fn record_expansion() {
    let tokens = quote! {
        /// A thread gave up its CPU.
        #[repr(C)]
        #[trace(id = 0x0103, version = 2)]
        pub struct SchedSwitch {
            /// Thread that left the CPU.
            pub prev_tid: u32,
            /// Why the thread left.
            #[trace(since = 2)]
            pub reason: Code<SwitchReason>,
            #[trace(reserved)]
            _reserved: [u8; 2],
            /// Time the thread had run.
            #[trace(since = 2, unit = "ns", scale = "1/1000", kind = "delta", absent = -1)]
            pub ran_for: i64,
        }
    };
    assert_expansion("record", record(tokens));
}

#[test]
fn composite_expansion() {
    let tokens = quote! {
        #[repr(C)]
        #[trace(crate = crate)]
        pub(crate) struct Place {
            pub node: [u16; 2],
        }
    };
    assert_expansion("composite", expand_struct(Role::Composite, syn::parse2(tokens).expect("a struct")));
}

#[test]
fn code_expansion() {
    let tokens = quote! {
        /// Why a thread left its CPU.
        #[repr(u16)]
        pub enum SwitchReason {
            /// It waits.
            Blocked = 2,
        }
    };
    assert_expansion("code", expand_code(syn::parse2(tokens).expect("an enum")));
}

#[test]
fn flags_expansion() {
    let tokens = quote! {
        #[repr(u8)]
        pub enum Rights {
            Priority = 0b11 << 1,
        }
    };
    assert_expansion("flags", expand_flags(syn::parse2(tokens).expect("an enum")));
}

#[test]
fn broken_record_expansion() {
    let tokens = quote! {
        #[repr(C)]
        #[trace(id = 3)]
        struct Broken {
            a: u64,
        }
    };
    assert_expansion("broken_record", record(tokens));
}
