//! testimony
