//! `#[derive(TraceFlags)]`.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::DeriveInput;

use crate::enumeration::{Enumeration, Names};
use crate::fallback::block;
use crate::report::Report;

/// Expands `#[derive(TraceFlags)]`.
pub(crate) fn expand_flags(input: DeriveInput) -> TokenStream {
    let mut report = Report::default();
    let item = Enumeration::parse(Names::Bits, input, &mut report);
    if let Some(errors) = report.into_tokens() {
        return item.fallback(&errors);
    }
    let Enumeration { ident, repr, doc, variants, .. } = &item;
    let (name, scalar) = (item.name(), item.scalar());
    let flags = variants.iter().map(|variant| {
        let (name, doc, variant) = (variant.name(), &variant.doc, &variant.ident);
        quote! {
            __abi::FlagSchema { name: #name, doc: #doc, mask: #ident::#variant as __abi::#repr as __abi::u64 }
        }
    });
    let retired = item.retired.iter().map(|retired| {
        let (name, mask) = (&retired.name, Literal::i128_unsuffixed(retired.value));
        quote!(__abi::FlagSchema { name: #name, doc: "", mask: #mask })
    });
    let digest = item.digest();
    let live = item.live(&quote!(live_flag));
    let live_spans = variants
        .iter()
        .map(|variant| variant.value.as_ref().map_or(variant.ident.span(), syn::spanned::Spanned::span));
    let spans = live_spans.chain(item.retired.iter().map(|retired| retired.span));
    let checks = spans.enumerate().map(|(at, span)| {
        let at = Literal::usize_unsuffixed(at);
        quote_spanned!(span=> __abi::flag(&__SCHEMA, #at);)
    });
    block(
        &item.krate,
        &quote! {
            const __SCHEMA: __abi::FlagsSchema = __abi::FlagsSchema {
                name: #name,
                doc: #doc,
                repr: __abi::Scalar::#scalar,
                flags: &[#(#flags),*],
                retired: &[#(#retired),*],
                digest: #digest,
            };
            const _: () = { #(#checks)* };
            #live
            #[automatically_derived]
            impl __abi::TraceFlags for #ident {
                type Repr = __abi::#repr;
                const SCHEMA: &'static __abi::FlagsSchema = &__SCHEMA;
                fn mask(self) -> __abi::#repr { self as __abi::#repr }
            }
        },
    )
}
