//! A struct's own text, so that a message can print it corrected.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Meta;

use crate::ast::Struct;

/// Returns the struct as lines: first the attributes and the head, then one line per field.
///
/// Doc comments are left out: the schema has them already. The last head line ends in ` {`.
pub(crate) fn source_lines(item: &Struct) -> (String, Vec<String>) {
    let mut head = format!("#[derive({}, IntoBytes, Immutable)]\n", item.role.derive());
    for attr in &item.attrs {
        if ["repr", "trace", "zerocopy"]
            .iter()
            .any(|name| attr.path().is_ident(name))
        {
            head.push_str(&plain(attr.to_token_stream()));
            head.push('\n');
        }
    }
    let vis = plain(item.vis.to_token_stream());
    let space = if vis.is_empty() { "" } else { " " };
    head.push_str(&format!("{vis}{space}struct {} {{", item.ident));
    let fields = item.fields.iter().map(|field| {
        let attrs = field
            .attrs
            .iter()
            .filter(|attr| !matches!(&attr.meta, Meta::NameValue(_)));
        let attrs: String = attrs
            .map(|attr| plain(attr.to_token_stream()) + " ")
            .collect();
        let (vis, ident, ty) = (&field.vis, &field.ident, &field.ty);
        attrs + &plain(quote::quote!(#vis #ident: #ty)) + ","
    });
    (head, fields.collect())
}

/// Prints tokens as a person would space them.
pub(crate) fn plain(tokens: TokenStream) -> String {
    let mut text = String::new();
    print(tokens, &mut text, &mut false);
    text
}

/// Appends `tokens`; `gap` tells whether the token before wants a space after it.
fn print(tokens: TokenStream, text: &mut String, gap: &mut bool) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                let after_word = text.ends_with(|last: char| last.is_alphanumeric() || last == '_');
                if *gap && !(after_word && open == "(") {
                    text.push(' ');
                }
                text.push_str(open);
                *gap = false;
                print(group.stream(), text, gap);
                text.push_str(close);
                *gap = true;
            }
            TokenTree::Punct(punct) => {
                let sign = punct.as_char();
                if sign == '=' && *gap {
                    text.push(' ');
                }
                text.push(sign);
                *gap = match sign {
                    ':' => punct.spacing() == Spacing::Alone && !text.ends_with("::"),
                    ',' | ';' | '=' | '>' => punct.spacing() == Spacing::Alone,
                    _ => false,
                };
            }
            word => {
                if *gap {
                    text.push(' ');
                }
                text.push_str(&word.to_string());
                *gap = true;
            }
        }
    }
}
