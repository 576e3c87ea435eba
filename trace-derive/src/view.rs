//! The view of a record: a method for each field, and the conversion to the whole record.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::ast::{Field, Struct};
use crate::expand::{offset, wire};

/// Returns the view's name, and its items.
pub(crate) fn expand_view(item: &Struct) -> (Ident, TokenStream) {
    let (ident, vis) = (&item.ident, &item.vis);
    let view = format_ident!("{}View", ident.to_string().trim_start_matches("r#"), span = ident.span());
    let doc = format!("Reads the fields of a [`{ident}`] from bytes of any version.");
    let accessors = item.fields.iter().filter(|field| !field.reserved()).map(|field| accessor(ident, field));
    let values = item.fields.iter().map(|field| {
        let (name, ty, offset) = (&field.ident, &field.ty, offset(ident, field));
        let (since, text) = (field.since(), field.name());
        let read = match since {
            _ if field.reserved() => quote!(zero_wire()),
            1 => quote!(read_field(view.0, #offset)),
            _ => quote!(require_field(view.0, #offset, #since, #text)?),
        };
        let value = wire(ty, &read);
        quote!(#name: #value)
    });
    let expansion = quote! {
        #[doc = #doc]
        #vis struct #view<'a>(__abi::RawView<'a>);

        #[automatically_derived]
        impl __abi::Clone for #view<'_> {
            fn clone(&self) -> Self { *self }
        }

        #[automatically_derived]
        impl __abi::Copy for #view<'_> {}

        #[automatically_derived]
        impl<'a> __abi::RecordView<'a> for #view<'a> {
            const SCHEMA: &'static __abi::RecordSchema = &__SCHEMA;
            fn from_raw(raw: __abi::RawView<'a>) -> Self { Self(raw) }
            fn to_raw(self) -> __abi::RawView<'a> { self.0 }
        }

        #[automatically_derived]
        #[allow(dead_code)]
        impl #view<'_> {
            #(#accessors)*
        }

        #[automatically_derived]
        impl __abi::TryFrom<#view<'_>> for #ident {
            type Error = __abi::MissingField;
            fn try_from(view: #view<'_>) -> __abi::Result<Self, __abi::MissingField> {
                __abi::Ok(Self { #(#values),* })
            }
        }
    };
    (view, expansion)
}

/// The method that reads one field.
fn accessor(ident: &Ident, field: &Field) -> TokenStream {
    let (name, vis, ty) = (&field.ident, &field.vis, &field.ty);
    let docs = field.attrs.iter().filter(|attr| attr.path().is_ident("doc"));
    let offset = offset(ident, field);
    let (result, read) = match field.since() {
        1 => (quote!(#ty), quote!(read_field(self.0, #offset))),
        since => (quote!(__abi::Option<#ty>), quote!(read_since(self.0, #offset, #since))),
    };
    let value = wire(ty, &read);
    quote! {
        #(#docs)*
        #[inline]
        #vis fn #name(self) -> #result { #value }
    }
}
