//! trace-derive
