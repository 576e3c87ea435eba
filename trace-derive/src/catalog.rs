//! `catalog!`: a list of records becomes what a driver and a reader agree on.

use abi_schema::{MAX_CATALOG_NAME, RetiredId, is_catalog_name, is_instrument, is_name, retired_twice};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, Ident, LitBool, LitInt, LitStr, Path, Token, Visibility, braced, bracketed, parse_quote,
};

use crate::doc::Doc;
use crate::kept::{Entries, Listed, kept};
use crate::lock::Held;
use crate::report::Report;

/// What `catalog!` is given.
struct Catalog {
    attrs: Vec<Attribute>,
    vis: Visibility,
    ident: Ident,
    name: LitStr,
    krate: Path,
    prefix: Option<LitStr>,
    lock: Option<LitStr>,
    records: Vec<Path>,
    structs: Vec<Path>,
    retired: Vec<Retired>,
    minor_number: bool,
    instrument: bool,
}

/// An id that is never given out again, with the name that its record had.
struct Retired {
    id: LitInt,
    name: LitStr,
}

impl Parse for Retired {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self { id: input.parse()?, name: input.parse()? })
    }
}

impl Parse for Catalog {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        input.parse::<Token![static]>()?;
        let ident = input.parse()?;
        input.parse::<Token![=]>()?;
        let name = input.parse()?;
        let mut catalog = Self {
            attrs,
            vis,
            ident,
            name,
            krate: parse_quote!(::abi_runtime),
            prefix: None,
            lock: None,
            records: Vec::new(),
            structs: Vec::new(),
            retired: Vec::new(),
            minor_number: false,
            instrument: false,
        };
        let body;
        braced!(body in input);
        let mut seen: Vec<String> = Vec::new();
        while !body.is_empty() {
            let key = body.call(<Ident as syn::ext::IdentExt>::parse_any)?;
            if seen.iter().any(|other| key == other) {
                return Err(syn::Error::new(key.span(), format!("`{key}` is given twice: keep one")));
            }
            seen.push(key.to_string());
            body.parse::<Token![:]>()?;
            catalog.parse_value(&key, &body)?;
            if !body.is_empty() {
                body.parse::<Token![,]>()?;
            }
        }
        Ok(catalog)
    }
}

impl Catalog {
    fn parse_value(&mut self, key: &Ident, body: ParseStream<'_>) -> syn::Result<()> {
        match key.to_string().as_str() {
            "crate" => self.krate = body.call(Path::parse_mod_style)?,
            "prefix" => self.prefix = Some(body.parse()?),
            "records" => self.records = list(body)?,
            "structs" => self.structs = list(body)?,
            "retired" => self.retired = list(body)?,
            "minor_number" => self.minor_number = body.parse::<LitBool>()?.value,
            "instrument" => self.instrument = body.parse::<LitBool>()?.value,
            "lock" => self.lock = Some(body.parse()?),
            _ => {
                return Err(syn::Error::new(
                    key.span(),
                    format!(
                        "`{key}` is nothing that a catalog has: it has lock, prefix, records, structs, minor_number, retired and crate"
                    ),
                ));
            }
        }
        Ok(())
    }

    fn check(&self, report: &mut Report) {
        check_name(&self.name, "a catalog's name", report);
        if let Some(prefix) = &self.prefix {
            check_name(prefix, "a prefix", report);
        }
        let prefix = self.prefix.as_ref().unwrap_or(&self.name);
        if is_instrument(&prefix.value()) != self.instrument {
            let message = if self.instrument {
                "the instrument's catalogs have the prefix `tsm`: remove `instrument` (REC-14)"
            } else {
                "the prefix `tsm` is the project's own: choose another (REC-14)"
            };
            report.push(prefix.span(), message);
        }
        if self.records.is_empty() && self.structs.is_empty() {
            report.push(
                self.ident.span(),
                "the catalog has no records: list them, as in `records: [MyRecord]` (REC-14)",
            );
        }
        for retired in &self.retired {
            if retired.id.base10_parse::<u16>().is_err() {
                report.push(retired.id.span(), "an id is a number from 0 to 65535 (REC-14)");
            }
            let name = retired.name.value();
            if !is_name(&name) {
                report.push(
                    retired.name.span(),
                    format!("`{name}` is not a name that a record can have had: it had an ASCII Rust name (REC-15)"),
                );
            }
        }
        let names: Vec<_> = self.retired.iter().map(|retired| retired.name.value()).collect();
        let ids = self.retired.iter().zip(&names).filter_map(|(retired, name)| {
            Some((retired, RetiredId { id: retired.id.base10_parse().ok()?, name }))
        });
        let (stated, ids): (Vec<_>, Vec<_>) = ids.unzip();
        if let Some((first, second)) = retired_twice(&ids) {
            let (id, first, second) = (ids[first].id, ids[first].name, stated[second]);
            report.push(
                second.id.span(),
                format!("id {id:#06x} is retired twice, and was that of `{first}`: keep one (REC-14)"),
            );
        }
    }
}

fn list<T: Parse>(body: ParseStream<'_>) -> syn::Result<Vec<T>> {
    let items;
    bracketed!(items in body);
    Ok(Punctuated::<T, Token![,]>::parse_terminated(&items)?.into_iter().collect())
}

fn check_name(name: &LitStr, what: &str, report: &mut Report) {
    let text = name.value();
    if !is_catalog_name(&text) {
        report.push(
            name.span(),
            format!(
                "{what} is a lower-case letter and up to {} lower-case letters, digits and `_`, found {text:?} (REC-15)",
                MAX_CATALOG_NAME - 1
            ),
        );
    }
}

/// Expands `catalog!`.
pub(crate) fn expand_catalog(input: TokenStream) -> TokenStream {
    let catalog: Catalog = match syn::parse2(input) {
        Ok(catalog) => catalog,
        Err(error) => return error.into_compile_error(),
    };
    let mut report = Report::default();
    catalog.check(&mut report);
    let prefix = catalog.prefix.as_ref().unwrap_or(&catalog.name).value();
    let lock = catalog.lock.as_ref();
    let held = lock.map(|lock| {
        let held = Held::read(lock, &catalog.name.value(), &prefix, &mut report);
        held.with_minor_number(catalog.minor_number)
    });
    let tracked = held.as_ref().map(Held::tracked);
    // To find what pushed hundreds of fields takes the compiler long, and it is meant to.
    let patient = held.is_some().then(|| quote!(#[allow(long_running_const_eval)]));
    let Catalog { attrs, vis, ident, krate, .. } = &catalog;
    let errors = report.into_tokens();
    // What refers to the catalog still finds one, so that one mistake gives one message.
    let body = if errors.is_some() {
        quote!(__SCHEMA)
    } else {
        let kept = held.as_ref().map(|held| kept(held, &entries(&catalog)));
        let checks = checks(&catalog);
        quote!(#kept #checks)
    };
    let schema = schema(&catalog, errors.is_some());
    quote! {
        #(#attrs)*
        #patient
        #vis static #ident: #krate::__private::CatalogSchema = {
            use #krate::__private as __abi;
            #errors
            #tracked
            #schema
            #body
        };
    }
}

/// The catalog's schema, and the function that returns its embedded form.
fn schema(catalog: &Catalog, broken: bool) -> TokenStream {
    let Catalog { attrs, name, records, structs, minor_number, .. } = catalog;
    let doc = Doc::of(attrs);
    let prefix = catalog.prefix.as_ref().unwrap_or(name);
    let records = records.iter().map(|path| quote_spanned!(path.span()=> __abi::record_schema::<#path>()));
    let structs = structs.iter().map(|path| quote_spanned!(path.span()=> __abi::struct_schema::<#path>()));
    let retired = catalog.retired.iter().map(|Retired { id, name }| {
        let id = Literal::u16_unsuffixed(id.base10_parse().unwrap_or_default());
        quote!(__abi::Retired { id: #id, name: #name })
    });
    let embedded = if broken {
        quote!(
            const fn __embedded<T>() -> &'static [__abi::u8] {
                &[]
            }
        )
    } else {
        quote! {
            const __LEN: __abi::usize = __abi::embedded_len(&__SCHEMA);
            // Generic, so that the bytes are evaluated when the crate is built, not when it is
            // checked.
            #[allow(long_running_const_eval)]
            fn __embedded<T>() -> &'static [__abi::u8] {
                let __form: &'static __abi::Aligned<__LEN> =
                    const { &__abi::Aligned(__abi::embed::<__LEN>(&__SCHEMA)) };
                &__form.0
            }
            #[used]
            static __KEEP: fn() -> &'static [__abi::u8] = __embedded::<()>;
        }
    };
    quote! {
        const __SCHEMA: __abi::CatalogSchema = __abi::CatalogSchema {
            name: #name,
            prefix: #prefix,
            doc: #doc,
            records: &[#(#records),*],
            structs: &[#(#structs),*],
            minor_number: #minor_number,
            retired: &[#(#retired),*],
            embedded: __embedded::<()>,
        };
        #embedded
    }
}

/// One pass that finds the first conflict, and one assertion for each entry, spanned on it.
fn checks(catalog: &Catalog) -> TokenStream {
    let entries = catalog.records.iter().chain(&catalog.structs).enumerate();
    let assertions = entries.map(|(at, path)| {
        let at = Literal::usize_unsuffixed(at);
        quote_spanned!(last_segment(path).span()=> const _: () = __abi::no_conflict(__ENTRY, #at, __MESSAGE);)
    });
    // The assertions see a number and a text, not the catalog: rustc validates whatever a constant
    // refers to, all of it, once for each constant that does.
    quote! {
        #[allow(long_running_const_eval)]
        const __CONFLICT: __abi::Conflict<'static> = __abi::find_conflict(&__SCHEMA);
        const __ENTRY: __abi::Option<__abi::usize> = __CONFLICT.entry();
        const __TEXT: &__abi::Message = &__CONFLICT.message(&__SCHEMA);
        const __MESSAGE: &__abi::str = __TEXT.as_str();
        #(#assertions)*
        __SCHEMA
    }
}

/// What the catalog lists, and where.
fn entries(catalog: &Catalog) -> Entries<'_> {
    let listed = |path| {
        let segment: &dyn ToTokens = last_segment(path);
        let name = plain_name(&segment.to_token_stream().to_string());
        Listed { path, name, span: segment.span() }
    };
    Entries {
        records: catalog.records.iter().map(listed).collect(),
        structs: catalog.structs.iter().map(listed).collect(),
        retired: catalog.retired.iter().filter_map(|retired| retired.id.base10_parse().ok()).collect(),
        catalog: catalog.ident.span(),
    }
}

/// Returns a name as schemas state it, without `r#`.
fn plain_name(text: &str) -> String {
    text.strip_prefix("r#").unwrap_or(text).to_owned()
}

fn last_segment(path: &Path) -> &dyn ToTokens {
    match path.segments.last() {
        Some(segment) => &segment.ident,
        None => path,
    }
}
