//! A fieldless enum that names values or bits of an integer.

use abi_schema::MAX_VALUES;
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Expr, Fields, Ident, Path, Token, parse_quote};

use crate::ast::{plain_name, report_name};
use crate::attr::{each_argument, is_cfg, key_of, set, unknown};
use crate::doc::Doc;
use crate::fallback::fallback_enum;
use crate::report::Report;
use crate::retired::{self, Retired};
use crate::value::path;

/// What the variants name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// Values: the enum is a code.
    Values,
    /// Bits: the enum is flags.
    Bits,
}

impl Names {
    fn derive(self) -> &'static str {
        match self {
            Self::Values => "TraceCode",
            Self::Bits => "TraceFlags",
        }
    }

    fn reprs(self) -> &'static [&'static str] {
        match self {
            Self::Values => &["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"],
            Self::Bits => &["u8", "u16", "u32", "u64"],
        }
    }
}

/// A fieldless enum.
pub(crate) struct Enumeration {
    names: Names,
    pub(crate) krate: Path,
    pub(crate) ident: Ident,
    pub(crate) doc: Doc,
    pub(crate) repr: Ident,
    pub(crate) variants: Vec<Variant>,
    pub(crate) retired: Vec<Retired>,
}

/// One variant.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) doc: Doc,
    pub(crate) value: Option<Expr>,
}

impl Variant {
    pub(crate) fn name(&self) -> String {
        plain_name(&self.ident)
    }
}

impl Enumeration {
    /// Reads `input`, and reports what is not a fieldless enum with an integer and explicit values.
    pub(crate) fn parse(names: Names, input: DeriveInput, report: &mut Report) -> Self {
        let (mut krate, mut retired) = (None, None);
        each_argument(&input.attrs, report, |meta, report| match key_of(meta).as_str() {
            "crate" => set(&mut krate, meta, path, report),
            "retired" => set(&mut retired, meta, retired::parse, report),
            _ => unknown(meta, "an enum", "retired, crate", report),
        });
        if !input.generics.params.is_empty() {
            report.push(input.generics.span(), "an enum that names values takes no parameters: remove them");
        }
        let has_variants = matches!(&input.data, Data::Enum(data) if !data.variants.is_empty());
        let repr = if has_variants { integer(names, &input, report) } else { format_ident!("u8") };
        let doc = Doc::of(&input.attrs);
        report_name(&plain_name(&input.ident), input.ident.span(), report);
        let variants = variants(names, input.data, &input.ident, report);
        let retired = retired.map_or_else(Vec::new, |at| at.value);
        retired::check(&retired, &variants, &repr.to_string(), report);
        Self {
            names,
            krate: krate.map_or_else(|| parse_quote!(::abi_runtime), |at| at.value),
            ident: input.ident,
            doc,
            repr,
            variants,
            retired,
        }
    }

    pub(crate) fn name(&self) -> String {
        plain_name(&self.ident)
    }

    /// Returns assertions that no variant has a retired number, each spanned on the variant's value. Values
    /// may be expressions, so only the compiler knows.
    pub(crate) fn live(&self, check: &TokenStream) -> Option<TokenStream> {
        let checks = self.variants.iter().enumerate().map(|(at, variant)| {
            let at = Literal::usize_unsuffixed(at);
            let span = variant.value.as_ref().map_or(variant.ident.span(), syn::spanned::Spanned::span);
            quote_spanned!(span=> __abi::#check(&__SCHEMA, #at);)
        });
        (!self.retired.is_empty()).then(|| quote!(const _: () = { #(#checks)* };))
    }

    /// Returns the digest of the names, as a lock's own is made.
    pub(crate) fn digest(&self) -> u64 {
        let live: Vec<String> = self.variants.iter().map(Variant::name).collect();
        let retired = self.retired.iter().map(|retired| retired.name.as_str());
        abi_lock::names_digest(&self.name(), live.iter().map(String::as_str), retired)
    }

    /// Returns the variant of `Scalar` that stands for the integer.
    pub(crate) fn scalar(&self) -> Ident {
        format_ident!("{}", self.repr.to_string().to_uppercase())
    }

    /// Returns an impl beside `errors`, so that one mistake gives one message.
    pub(crate) fn fallback(&self, errors: &TokenStream) -> TokenStream {
        let repr = &self.repr;
        let body = match self.names {
            Names::Values => quote! {
                type Repr = __abi::#repr;
                const SCHEMA: &'static __abi::CodeSchema = &__abi::CodeSchema::INVALID;
                fn from_raw(_: __abi::#repr) -> __abi::Option<Self> { __abi::None }
                fn to_raw(self) -> __abi::#repr { 0 }
            },
            Names::Bits => quote! {
                type Repr = __abi::#repr;
                const SCHEMA: &'static __abi::FlagsSchema = &__abi::FlagsSchema::INVALID;
                fn mask(self) -> __abi::#repr { 0 }
            },
        };
        let trait_name = format_ident!("{}", self.names.derive());
        fallback_enum(&self.krate, &self.ident, &trait_name, &body, errors)
    }
}

/// Returns the integer of `#[repr(...)]`.
fn integer(names: Names, input: &DeriveInput, report: &mut Report) -> Ident {
    let allowed = names.reprs();
    let mut found: Option<Ident> = None;
    for attr in input.attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
        let parsed = attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
        for path in report.take(parsed).into_iter().flatten() {
            match path.get_ident() {
                Some(ident) if allowed.iter().any(|name| ident == name) => found = Some(ident.clone()),
                _ => {
                    let message = format!(
                        "`{}` is not an integer of the wire: it may be {} (REC-12)",
                        path.to_token_stream(),
                        allowed.join(", ")
                    );
                    report.push(path.span(), message);
                    found = Some(format_ident!("u8"));
                }
            }
        }
    }
    found.unwrap_or_else(|| {
        let message = format!(
            "{} needs `#[repr(...)]` with the integer that lies on the wire: {}",
            names.derive(),
            allowed.join(", ")
        );
        report.push(input.ident.span(), message);
        format_ident!("u8")
    })
}

/// Reads the variants.
fn variants(names: Names, data: Data, ident: &Ident, report: &mut Report) -> Vec<Variant> {
    let Data::Enum(data) = data else {
        report.push(
            ident.span(),
            format!(
                "{} is for enums that name numbers: write `enum` with a value for each variant",
                names.derive()
            ),
        );
        return Vec::new();
    };
    if data.variants.is_empty() {
        report.push(
            ident.span(),
            "an enum without variants names nothing: add one, or use the plain integer (REC-12)",
        );
    }
    if data.variants.len() > MAX_VALUES {
        report.push(ident.span(), format!("an enum names at most {MAX_VALUES} numbers: split it (REC-17)"));
    }
    let read = |variant: syn::Variant| {
        report_name(&plain_name(&variant.ident), variant.ident.span(), report);
        if let Some(attr) = variant.attrs.iter().find(|attr| is_cfg(attr)) {
            let message = "a variant under `cfg` gives one catalog two fingerprints: make the variant unconditional (REC-5)";
            report.push(attr.path().span(), message);
        }
        if !matches!(variant.fields, Fields::Unit) {
            report.push(
                variant.fields.span(),
                "a variant of a code or of flags is a name for a number and holds nothing",
            );
        }
        let value = variant.discriminant.map(|(_, value)| value);
        if value.is_none() {
            let example = format!("write `{} = ...`", variant.ident);
            let why = "numbers on the wire are chosen by people, not by the order of declaration (REC-12)";
            report.push(
                variant.ident.span(),
                format!("variant `{}` has no value: {example}; {why}", variant.ident),
            );
        }
        Variant { doc: Doc::of(&variant.attrs), ident: variant.ident, value }
    };
    data.variants.into_iter().map(read).collect()
}
