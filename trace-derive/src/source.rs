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
        if ["repr", "trace", "zerocopy"].iter().any(|name| attr.path().is_ident(name)) {
            head.push_str(&plain(attr.to_token_stream()));
            head.push('\n');
        }
    }
    let vis = plain(item.vis.to_token_stream());
    let space = if vis.is_empty() { "" } else { " " };
    let head = format!("{head}{vis}{space}struct {} {{", item.ident);
    let fields = item.fields.iter().map(|field| {
        let attrs = field.attrs.iter().filter(|attr| !matches!(&attr.meta, Meta::NameValue(_)));
        let attrs: String = attrs.map(|attr| plain(attr.to_token_stream()) + " ").collect();
        let (vis, ident, ty) = (&field.vis, &field.ident, &field.ty);
        attrs + &plain(quote::quote!(#vis #ident: #ty)) + ","
    });
    (head, fields.collect())
}

/// Prints tokens as a person would space them.
pub(crate) fn plain(tokens: TokenStream) -> String {
    let mut text = String::new();
    print(tokens, &mut text, &mut Gap::None);
    text
}

/// Where the token before wants a space after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    BeforeWords,
    BeforeAll,
}

fn print(tokens: TokenStream, text: &mut String, gap: &mut Gap) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                // `trace(...)` and `pub(crate)`, yet `C, align(8)` and `: (A, B)`.
                if *gap == Gap::BeforeAll || (*gap == Gap::BeforeWords && open != "(") {
                    text.push(' ');
                }
                text.push_str(open);
                *gap = Gap::None;
                print(group.stream(), text, gap);
                text.push_str(close);
                *gap = Gap::BeforeWords;
            }
            TokenTree::Punct(punct) => {
                let sign = punct.as_char();
                if *gap == Gap::BeforeAll || (*gap == Gap::BeforeWords && sign == '=') {
                    text.push(' ');
                }
                text.push(sign);
                *gap = match sign {
                    ':' if punct.spacing() == Spacing::Joint || text.ends_with("::") => Gap::None,
                    ':' | ',' | ';' | '=' => Gap::BeforeAll,
                    '>' => Gap::BeforeWords,
                    _ => Gap::None,
                };
            }
            word => {
                if *gap != Gap::None {
                    text.push(' ');
                }
                text.push_str(&word.to_string());
                *gap = Gap::BeforeWords;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::plain;

    #[test]
    fn tokens_are_spaced_as_a_person_would() {
        let text = plain(quote!(#[trace(crate = ::abi, absent = -1)] pub(crate) a: Code<b::C>));
        assert_eq!(text, "#[trace(crate = ::abi, absent = -1)] pub(crate) a: Code<b::C>");
        assert_eq!(plain(quote!(pub r#type: [[::a::B; N]; 2])), "pub r#type: [[::a::B; N]; 2]");
    }
}
