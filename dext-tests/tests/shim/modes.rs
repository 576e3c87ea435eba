//! What the test dext is asked for: the numbers of `dext-bindings/shim/tests/modes.h`.

pub(crate) mod open {
    pub(crate) const PLAIN: u32 = 0;
    pub(crate) const REFUSED: u32 = 1;
    pub(crate) const START_FAILS: u32 = 2;
    pub(crate) const START_WITHOUT_SUPER: u32 = 3;
    pub(crate) const START_SUPER_TWICE: u32 = 4;
    pub(crate) const STOP_WITHOUT_SUPER: u32 = 5;
    pub(crate) const STOP_SUPER_TWICE: u32 = 6;
    pub(crate) const STOP_FAILS: u32 = 7;
    pub(crate) const WITHOUT_CLIENT: u32 = 8;
    pub(crate) const UNKNOWN_KEY: u32 = 9;
    pub(crate) const OTHER_PROVIDER: u32 = 10;
    pub(crate) const LEAKS: u32 = 11;
    pub(crate) const OWN_QUEUE: u32 = 12;
}

pub(crate) mod memory {
    pub(crate) const REGION: u64 = 0;
    pub(crate) const PAGE: u64 = 1;
    pub(crate) const OPTIONS_UNTOUCHED: u64 = 2;
    pub(crate) const OPTIONS_OR: u64 = 3;
    pub(crate) const NOT_RETAINED: u64 = 4;
    pub(crate) const OTHER_EACH_TIME: u64 = 5;
    pub(crate) const NONE: u64 = 6;
    pub(crate) const FAILS: u64 = 7;
    pub(crate) const REGION_WRITABLE: u64 = 8;
    pub(crate) const UNKNOWN: u64 = 99;
}

pub(crate) mod call {
    pub(crate) const ECHO: u64 = 0;
    pub(crate) const ARGUMENTS: u64 = 1;
    pub(crate) const STRUCTURE_OUT: u64 = 2;
    pub(crate) const LARGE_STRUCTURE_OUT: u64 = 3;
    pub(crate) const COMPLETE: u64 = 4;
    pub(crate) const KEEP_COMPLETION: u64 = 5;
    pub(crate) const COMPLETE_KEPT: u64 = 6;
    pub(crate) const NO_FUNCTION: u64 = 7;
    pub(crate) const NO_DISPATCH: u64 = 8;
    pub(crate) const ORDER: u64 = 9;
    pub(crate) const ON_QUEUE: u64 = 10;
    pub(crate) const TIMER: u64 = 11;
    pub(crate) const LOG: u64 = 12;
    pub(crate) const ALLOCATE: u64 = 13;
    pub(crate) const MEMORY_FACTS: u64 = 14;
    pub(crate) const TERMINATE: u64 = 15;
    pub(crate) const QUEUE_NAMES: u64 = 16;
    pub(crate) const CASTS: u64 = 17;
    pub(crate) const CLOCK: u64 = 18;
    pub(crate) const MAPPING: u64 = 19;
    pub(crate) const SLEEP: u64 = 20;
    pub(crate) const FEWER_SCALARS: u64 = 21;
    pub(crate) const REGISTRY_ID: u64 = 22;
    pub(crate) const CANCELLED_TIMER: u64 = 23;
    pub(crate) const CANCELLED_QUEUE: u64 = 24;
    pub(crate) const TERMINATE_DRIVER: u64 = 25;
}

pub(crate) mod violate {
    pub(crate) const SYNC_ON_OWN_QUEUE: u64 = 100;
    pub(crate) const DEADLOCK: u64 = 101;
    pub(crate) const OVER_RELEASE: u64 = 102;
    pub(crate) const USE_AFTER_FREE: u64 = 103;
    pub(crate) const FREE_LENGTH: u64 = 104;
    pub(crate) const DOUBLE_FREE: u64 = 105;
    pub(crate) const STRUCTURE_AND_ERROR: u64 = 106;
    pub(crate) const STRUCTURE_AND_DESCRIPTOR: u64 = 107;
    pub(crate) const ASYNC_COUNT: u64 = 108;
    pub(crate) const REQUIRED_CAST: u64 = 109;
    pub(crate) const SCALAR_COUNT: u64 = 110;
    pub(crate) const DIRECT_FREE: u64 = 111;
    pub(crate) const SYNC_ON_CANCELLED: u64 = 112;
    pub(crate) const SUPER_START_LATE: u64 = 113;
    pub(crate) const CALL_ON_CANCELLED: u64 = 114;
    pub(crate) const CANCEL_WITH_BLOCK: u64 = 115;
    pub(crate) const QUEUE_OPTIONS: u64 = 116;
    pub(crate) const ACTION_OF_OTHER_TYPE: u64 = 117;
}

pub(crate) mod offend {
    pub(crate) const RACE: u64 = 200;
    pub(crate) const OUT_OF_BOUNDS: u64 = 201;
    pub(crate) const SHIFT: u64 = 202;
    pub(crate) const LEAK: u64 = 203;
}
