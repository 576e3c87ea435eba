//! The documentation of an item.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, Meta};

use crate::value::text_of;

/// Documentation as it stands in the source: text, and macro calls such as `concat!` and `include_str!`, which only
/// the compiler expands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doc {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Call(Expr),
}

impl Doc {
    /// Returns the documentation of an item: its attributes joined by `\n`. Of literal text, one leading space of
    /// each line is stripped; what a macro call gives stays as it is.
    pub(crate) fn of(attrs: &[Attribute]) -> Self {
        let mut doc = Self::default();
        for attr in attrs {
            // `#[doc(hidden)]` and its kin say nothing to a reader.
            let Meta::NameValue(pair) = &attr.meta else { continue };
            if !pair.path.is_ident("doc") {
                continue;
            }
            if !doc.parts.is_empty() {
                doc.push_text("\n");
            }
            match text_of(&pair.value) {
                Some(text) => {
                    let lines = text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line));
                    doc.push_text(&lines.collect::<Vec<_>>().join("\n"));
                }
                None => doc.parts.push(Part::Call(pair.value.clone())),
            }
        }
        doc
    }

    /// Returns whether nothing is documented.
    pub(crate) fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Text(text) if text.is_empty()))
    }

    fn push_text(&mut self, more: &str) {
        if let Some(Part::Text(text)) = self.parts.last_mut() {
            text.push_str(more);
        } else {
            self.parts.push(Part::Text(more.to_owned()));
        }
    }
}

impl ToTokens for Doc {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self.parts.as_slice() {
            [] => "".to_tokens(tokens),
            [Part::Text(text)] => text.to_tokens(tokens),
            parts => {
                let parts = parts.iter().map(|part| match part {
                    Part::Text(text) => text.to_token_stream(),
                    Part::Call(call) => call.to_token_stream(),
                });
                quote!(::core::concat!(#(#parts),*)).to_tokens(tokens);
            }
        }
    }
}
