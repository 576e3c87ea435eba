//! dext-bindings
