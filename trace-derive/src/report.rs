//! Every mistake of an item, so that a person sees all of them at once.

use proc_macro2::{Span, TokenStream};

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Report {
    errors: Option<syn::Error>,
}

impl Report {
    /// Adds the mistake `message` at `span`.
    pub(crate) fn push(&mut self, span: Span, message: impl std::fmt::Display) {
        self.add(syn::Error::new(span, message));
    }

    /// Adds what the parser found wrong.
    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.errors {
            Some(errors) => errors.combine(error),
            None => self.errors = Some(error),
        }
    }

    /// Returns the value of `result`, or adds its error.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// Returns whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_none()
    }

    /// Returns the mistakes as invocations of `compile_error!`, or nothing when there are none.
    pub(crate) fn into_tokens(self) -> Option<TokenStream> {
        self.errors.map(syn::Error::into_compile_error)
    }
}
