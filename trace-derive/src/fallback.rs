//! What a broken item expands to beside its messages, so that one mistake gives one message.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Path};

use crate::ast::{Role, Struct};

/// Returns an impl for a struct that broke a rule. It is never used: the messages stop the build.
pub(crate) fn fallback_struct(item: &Struct, errors: &TokenStream) -> TokenStream {
    let (ident, krate) = (&item.ident, &item.args.krate);
    let body = match item.role {
        Role::Record => quote! {
            impl __abi::TraceRecord for #ident {
                const SCHEMA: &'static __abi::RecordSchema = &__abi::RecordSchema::INVALID;
                type View<'a> = __abi::InvalidView<'a>;
            }
        },
        Role::Composite => quote! {
            impl __abi::Sealed for #ident {}
            impl __abi::WireType for #ident {
                const TYPE: __abi::TypeSchema = __abi::TypeSchema::Struct(&__abi::StructSchema::INVALID);
                fn read_wire(_: &[__abi::u8]) -> Self { __abi::invalid() }
                fn zero_wire() -> Self { __abi::invalid() }
            }
            impl __abi::WireStruct for #ident {
                const SCHEMA: &'static __abi::StructSchema = &__abi::StructSchema::INVALID;
            }
        },
    };
    block(krate, &quote!(#errors #body))
}

/// Returns an impl for an enum that broke a rule, as `trait_name` with the members `body`.
pub(crate) fn fallback_enum(
    krate: &Path,
    ident: &Ident,
    trait_name: &Ident,
    body: &TokenStream,
    errors: &TokenStream,
) -> TokenStream {
    block(krate, &quote!(#errors impl __abi::#trait_name for #ident { #body }))
}

/// Puts `body` into the one block that an expansion is, with `__abi` naming the crate's inside.
pub(crate) fn block(krate: &Path, body: &TokenStream) -> TokenStream {
    quote! {
        const _: () = {
            use #krate::__private as __abi;
            #body
        };
    }
}
