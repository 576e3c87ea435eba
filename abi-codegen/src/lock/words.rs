//! Words of the lock and what the model calls them.

use crate::model::{Class, Kind, Scalar};

pub(super) fn scalar(scalar: abi_schema::Scalar) -> Scalar {
    match scalar {
        abi_schema::Scalar::U8 => Scalar::U8,
        abi_schema::Scalar::U16 => Scalar::U16,
        abi_schema::Scalar::U32 => Scalar::U32,
        abi_schema::Scalar::U64 => Scalar::U64,
        abi_schema::Scalar::I8 => Scalar::I8,
        abi_schema::Scalar::I16 => Scalar::I16,
        abi_schema::Scalar::I32 => Scalar::I32,
        abi_schema::Scalar::I64 => Scalar::I64,
        abi_schema::Scalar::F32 => Scalar::F32,
        abi_schema::Scalar::F64 => Scalar::F64,
    }
}

pub(super) fn class(word: Option<&str>) -> Option<Class> {
    match word {
        None => Some(Class::Normal),
        Some("vital") => Some(Class::Vital),
        Some("bulk") => Some(Class::Bulk),
        Some(_) => None,
    }
}

pub(super) fn class_word(class: Class) -> Option<String> {
    match class {
        Class::Normal => None,
        Class::Vital => Some("vital".to_owned()),
        Class::Bulk => Some("bulk".to_owned()),
    }
}

pub(super) fn kind(word: &str) -> Option<Kind> {
    [Kind::Counter, Kind::Gauge, Kind::Delta, Kind::Identity].into_iter().find(|kind| kind.name() == word)
}
