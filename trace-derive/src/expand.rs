//! A checked struct becomes its impls: one `const _` block, everything in it fully qualified.

use abi_schema::digest::text_digest;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{DeriveInput, Type};

use crate::ast::{Field, Role, Struct, plain_name};
use crate::attr::FieldArgs;
use crate::check::check_struct;
use crate::fallback::{block, fallback_struct};
use crate::report::Report;
use crate::source::source_lines;
use crate::view::expand_view;

/// Expands `#[derive(TraceRecord)]` and `#[derive(WireStruct)]`.
pub(crate) fn expand_struct(role: Role, input: DeriveInput) -> TokenStream {
    let generic = !input.generics.params.is_empty();
    let mut report = Report::default();
    let item = Struct::parse(role, input, &mut report);
    check_struct(&item, &mut report);
    match report.into_tokens() {
        Some(errors) if generic => errors,
        Some(errors) => fallback_struct(&item, &errors),
        None => {
            let (schema, impls) = match role {
                Role::Record => (record_schema(&item), record_impls(&item)),
                Role::Composite => (composite_schema(&item), composite_impls(&item)),
            };
            let fields = fields(&item);
            let law = law(&item);
            block(&item.args.krate, &quote!(#fields #schema #law #impls))
        }
    }
}

/// The schemas of the fields, every offset and size from rustc.
fn fields(item: &Struct) -> TokenStream {
    let ident = &item.ident;
    let fields = item.fields.iter().zip(item.bytes_since()).map(|(field, bytes_since)| {
        let (name, doc, ty) = (field.name(), &field.doc, &field.ty);
        let offset = offset(ident, field);
        let since = if field.reserved() { bytes_since } else { field.since() };
        let mut more = TokenStream::new();
        if !doc.is_empty() {
            more.extend(quote!(doc: #doc,));
        }
        if (since, bytes_since) != (1, 1) {
            more.extend(quote!(since: #since, bytes_since: #bytes_since,));
        }
        if let Some(deprecated) = field.args.deprecated.map(|at| at.value) {
            more.extend(quote!(deprecated: #deprecated,));
        }
        if field.reserved() {
            more.extend(quote!(reserved: true,));
        }
        more.extend(meaning(&field.args));
        let digest = text_digest(&words(field, since, bytes_since));
        let rest = wire(ty, &quote!(FIELD));
        quote!(__abi::FieldSchema { name: #name, offset: #offset as __abi::u32, #more digest: #digest, ..#rest })
    });
    quote!(const __FIELDS: &[__abi::FieldSchema] = &[#(#fields),*];)
}

/// Returns the words by which a lock states the field, without offset, size and type.
fn words(field: &Field, since: u16, bytes_since: u16) -> String {
    let args = &field.args;
    let stated = abi_lock::Field {
        // Offset, size and type are not among the words.
        offset: 0,
        size: 0,
        ty: abi_lock::Type::Name(0),
        name: field.name(),
        since,
        bytes_since,
        deprecated: args.deprecated.map(|at| at.value),
        reserved: field.reserved(),
        meaning: abi_lock::Meaning {
            unit: args.unit.as_ref().map(|at| at.value.clone()),
            scale: args.scale.map(|at| [at.value.0, at.value.1]),
            clock: args.clock.as_ref().map(|at| at.value.clone()),
            kind: args.kind.map(|at| at.value.to_lowercase()),
            absent: args.absent.map(|at| at.value),
            private: args.privacy.is_some_and(|at| at.value == "Private"),
        },
    };
    stated.words()
}

/// Fields of a `Meaning`.
const MEANINGS: usize = 6;

/// What is stated of a field's values, if anything is.
fn meaning(args: &FieldArgs) -> Option<TokenStream> {
    let mut stated = Vec::new();
    if let Some(unit) = args.unit.as_ref().map(|at| &at.value) {
        stated.push(quote!(unit: #unit,));
    }
    if let Some((numerator, denominator)) = args.scale.map(|at| at.value) {
        stated.push(quote! {
            scale: __abi::Some(__abi::Scale { numerator: #numerator, denominator: #denominator }),
        });
    }
    if let Some(clock) = args.clock.as_ref().map(|at| &at.value) {
        stated.push(quote!(clock: #clock,));
    }
    if let Some(kind) = args.kind.map(|at| format_ident!("{}", at.value)) {
        stated.push(quote!(kind: __abi::Some(__abi::Kind::#kind),));
    }
    if let Some(absent) = args.absent.map(|at| Literal::i128_unsuffixed(at.value)) {
        stated.push(quote!(absent: __abi::Some(#absent),));
    }
    if let Some(privacy) = args.privacy.map(|at| format_ident!("{}", at.value)) {
        stated.push(quote!(privacy: __abi::Privacy::#privacy,));
    }
    // With every field stated, there is no rest, and lints say so.
    let rest = (stated.len() < MEANINGS).then(|| quote!(..__abi::Meaning::NONE));
    (!stated.is_empty()).then(|| quote!(meaning: __abi::Meaning { #(#stated)* #rest },))
}

fn record_schema(item: &Struct) -> TokenStream {
    let (ident, name, doc) = (&item.ident, plain_name(&item.ident), &item.doc);
    let id = item.args.id.map(|at| at.value);
    let version = item.args.version.value;
    let digest = text_digest(&name);
    let class = format_ident!("{}", item.args.class.map_or("Normal", |at| at.value));
    quote! {
        const __SCHEMA: __abi::RecordSchema = __abi::RecordSchema {
            name: #name,
            doc: #doc,
            id: #id,
            version: #version,
            class: __abi::Class::#class,
            size: __abi::saturate(__abi::size_of::<#ident>()),
            fields: __FIELDS,
            digest: #digest,
        };
    }
}

fn composite_schema(item: &Struct) -> TokenStream {
    let (ident, name, doc) = (&item.ident, plain_name(&item.ident), &item.doc);
    let digest = text_digest(&name);
    quote! {
        const __SCHEMA: __abi::StructSchema = __abi::StructSchema {
            name: #name,
            doc: #doc,
            size: __abi::saturate(__abi::size_of::<#ident>()),
            fields: __FIELDS,
            digest: #digest,
        };
    }
}

/// The layout's const assertions, each spanned on its field, as the length of an array: rustc
/// evaluates that before it looks for trait impls, so a person reads this message first.
fn law(item: &Struct) -> TokenStream {
    let (head, lines) = source_lines(item);
    let source = lines.into_iter().fold(head, |all, line| all + "\n" + &line);
    let whole = here(&item.ident);
    let (check, finish) = match item.role {
        Role::Record => (quote!(record_field), quote!(record)),
        Role::Composite => (quote!(composite_field), quote!(composite)),
    };
    let checks = item.fields.iter().enumerate().map(|(at, field)| {
        let at = Literal::usize_unsuffixed(at);
        quote_spanned!(here(&field.ident)=> __abi::#check(&__SCHEMA, #at, __SOURCE);)
    });
    let finish = quote_spanned!(whole=> __abi::#finish(&__SCHEMA, __SOURCE));
    quote! {
        const __SOURCE: &__abi::str = #source;
        const __LAW: __abi::usize = { #(#checks)* #finish };
    }
}

fn record_impls(item: &Struct) -> TokenStream {
    let ident = &item.ident;
    let (view, expansion) = expand_view(item);
    let written_bits = has_reserved_bytes(item).then(|| {
        let words = quote!({ __abi::size_of::<#ident>() / 8 });
        quote!(const WRITTEN_BITS: &'static [__abi::u64] = &__abi::written_bits::<#words>(&__SCHEMA);)
    });
    quote! {
        #[automatically_derived]
        impl __abi::TraceRecord for #ident where [(); __LAW]: __abi::Sized {
            const SCHEMA: &'static __abi::RecordSchema = &__SCHEMA;
            type View<'a> = #view<'a>;
            #written_bits
        }

        #expansion
    }
}

/// Whether the record may have reserved bytes, its own or a composite's. Tokens show a number, so
/// that a record of numbers alone costs nothing; of any other type only the schema knows.
fn has_reserved_bytes(item: &Struct) -> bool {
    item.fields.iter().any(|field| field.reserved() || !is_number(&field.ty))
}

fn is_number(ty: &Type) -> bool {
    match ty {
        Type::Array(array) => is_number(&array.elem),
        Type::Path(path) => NUMBERS.iter().any(|name| path.path.is_ident(name)),
        _ => false,
    }
}

const NUMBERS: [&str; 10] = ["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64"];

fn composite_impls(item: &Struct) -> TokenStream {
    let ident = &item.ident;
    let each = |read: &dyn Fn(&Field) -> TokenStream| -> TokenStream {
        let values = item.fields.iter().map(|field| {
            let (name, value) = (&field.ident, wire(&field.ty, &read(field)));
            quote!(#name: #value,)
        });
        values.collect()
    };
    let zeros = each(&|_| quote!(zero_wire()));
    let reads = each(&|field| {
        let offset = offset(ident, field);
        quote!(read_part(bytes, #offset))
    });
    quote! {
        #[automatically_derived]
        impl __abi::Sealed for #ident {}

        #[automatically_derived]
        impl __abi::WireType for #ident {
            const TYPE: __abi::TypeSchema = __abi::TypeSchema::Struct(&__SCHEMA);
            fn read_wire(bytes: &[__abi::u8]) -> Self { Self { #reads } }
            fn zero_wire() -> Self { Self { #zeros } }
        }

        #[automatically_derived]
        impl __abi::WireStruct for #ident where [(); __LAW]: __abi::Sized {
            const SCHEMA: &'static __abi::StructSchema = &__SCHEMA;
        }
    }
}

/// A member of `WireType` for `ty`. All of them are named in this one way, so that rustc reports a
/// type that is not a wire type once, at the type.
pub(crate) fn wire(ty: &Type, member: &TokenStream) -> TokenStream {
    let path = quote_spanned!(here(ty)=> <#ty as __abi::WireType>::);
    quote!(#path #member)
}

/// Where rustc put a field.
pub(crate) fn offset(ident: &Ident, field: &Field) -> TokenStream {
    let name = &field.ident;
    quote!(__abi::offset_of!(#ident, #name))
}

/// Returns a span that points at `place` and counts as the expansion's own, so that lints of the
/// person's crate stay silent about tokens that the person did not write.
fn here(place: &impl ToTokens) -> Span {
    Span::call_site().located_at(place.span())
}
