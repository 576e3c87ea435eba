//! `#[derive(TraceCode)]`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::DeriveInput;

use crate::enumeration::{Enumeration, Names};
use crate::fallback::block;
use crate::report::Report;

/// Expands `#[derive(TraceCode)]`.
pub(crate) fn expand_code(input: DeriveInput) -> TokenStream {
    let mut report = Report::default();
    let item = Enumeration::parse(Names::Values, input, &mut report);
    if let Some(errors) = report.into_tokens() {
        return item.fallback(&errors);
    }
    let Enumeration { ident, repr, doc, variants, .. } = &item;
    let (name, scalar) = (item.name(), item.scalar());
    let values = variants.iter().map(|variant| {
        let (name, doc, variant) = (variant.name(), &variant.doc, &variant.ident);
        quote! {
            __abi::ValueSchema { name: #name, doc: #doc, value: #ident::#variant as __abi::#repr as __abi::i128 }
        }
    });
    let retired = item.retired.iter().map(|retired| {
        let (name, value) = (&retired.name, Literal::i128_unsuffixed(retired.value));
        quote!(__abi::ValueSchema { name: #name, doc: "", value: #value })
    });
    let digest = item.digest();
    let live = item.live(&quote!(live_value));
    let arms = variants.iter().map(|variant| {
        let variant = &variant.ident;
        quote!(if raw == Self::#variant as __abi::#repr { return __abi::Some(Self::#variant); })
    });
    block(
        &item.krate,
        &quote! {
            const __SCHEMA: __abi::CodeSchema = __abi::CodeSchema {
                name: #name,
                doc: #doc,
                repr: __abi::Scalar::#scalar,
                values: &[#(#values),*],
                retired: &[#(#retired),*],
                digest: #digest,
            };
            #live
            #[automatically_derived]
            impl __abi::TraceCode for #ident {
                type Repr = __abi::#repr;
                const SCHEMA: &'static __abi::CodeSchema = &__SCHEMA;
                fn from_raw(raw: __abi::#repr) -> __abi::Option<Self> {
                    #(#arms)*
                    __abi::None
                }
                fn to_raw(self) -> __abi::#repr { self as __abi::#repr }
            }
        },
    )
}
