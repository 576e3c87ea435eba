//! Keeps the names of an expansion apart from those that a person wrote.
//!
//! An item of an expansion hides what a person calls alike: a view `PageView` the composite `PageView` that the
//! record `Page` holds. So a person's name that an expansion might have too is made raw, which is the same name,
//! and afterwards whatever has that name and is not raw, which is the expansion's own, gets another one.

use std::collections::BTreeSet;

use proc_macro2::{Group, Ident, Spacing, TokenStream, TokenTree};

/// Expands `input` by `expand`, with no name of the expansion in the way of one in `input`.
pub(crate) fn apart(input: TokenStream, expand: impl FnOnce(TokenStream) -> TokenStream) -> TokenStream {
    let view = view_name(&input);
    let mut all = BTreeSet::new();
    collect(&input, &mut all);
    let taken: BTreeSet<String> =
        all.iter().filter(|name| name.starts_with("__") || Some(*name) == view.as_ref()).cloned().collect();
    if taken.is_empty() {
        return expand(input);
    }
    let raw = rename(input, &mut |ident| {
        taken.contains(&ident.to_string()).then(|| Ident::new_raw(&ident.to_string(), ident.span()))
    });
    rename(expand(raw), &mut |ident| {
        let name = ident.to_string();
        taken.contains(&name).then(|| {
            let mut free = name;
            while all.contains(&free) {
                free.push('_');
            }
            Ident::new(&free, ident.span())
        })
    })
}

/// Returns the name that a record's view has.
fn view_name(input: &TokenStream) -> Option<String> {
    let mut tokens = input.clone().into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(ident) if ident == "struct"))?;
    match tokens.next()? {
        TokenTree::Ident(name) => Some(format!("{}View", name.to_string().trim_start_matches("r#"))),
        _ => None,
    }
}

/// Collects every name, without `r#`.
fn collect(tokens: &TokenStream, into: &mut BTreeSet<String>) {
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) => _ = into.insert(ident.to_string().trim_start_matches("r#").to_owned()),
            TokenTree::Group(group) => collect(&group.stream(), into),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Puts what `name` returns in the place of each identifier, lifetimes left out.
fn rename(tokens: TokenStream, name: &mut impl FnMut(&Ident) -> Option<Ident>) -> TokenStream {
    let mut lifetime = false;
    let renamed = tokens.into_iter().map(|token| {
        let within_lifetime = std::mem::take(&mut lifetime);
        match token {
            TokenTree::Ident(ident) if !within_lifetime => TokenTree::Ident(name(&ident).unwrap_or(ident)),
            TokenTree::Group(group) => {
                let mut renamed = Group::new(group.delimiter(), rename(group.stream(), name));
                renamed.set_span(group.span());
                TokenTree::Group(renamed)
            }
            TokenTree::Punct(punct) => {
                lifetime = punct.as_char() == '\'' && punct.spacing() == Spacing::Joint;
                TokenTree::Punct(punct)
            }
            other => other,
        }
    });
    renamed.collect()
}
