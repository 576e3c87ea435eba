//! abi-codegen
