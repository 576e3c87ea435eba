//! The books of one lane, as one reader closed them.

use std::collections::BTreeMap;

/// What became of every attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Attempts.
    pub offered: u64,
    /// Records that the reader got.
    pub delivered: u64,
    /// Attempts that the writer refused.
    pub dropped: u64,
    /// Records that were overwritten before they were read.
    pub overwritten: u64,
    /// Attempts behind bytes that made no sense.
    pub corrupt: u64,
    /// Whether the reader says that its books close.
    pub closes: bool,
    /// Of the delivered: those that this demo asked for, each whole.
    pub emitted: u64,
}

impl Account {
    /// Returns what the reader did not get.
    #[must_use]
    pub const fn missing(&self) -> u64 {
        self.dropped + self.overwritten + self.corrupt
    }

    /// Returns whether nothing is unaccounted for.
    #[must_use]
    pub const fn adds_up(&self) -> bool {
        self.closes && self.offered == self.delivered + self.missing()
    }
}

/// Prints one reader's accounts, a line for each lane, and returns whether all of them add up.
pub fn print_accounts(reader: &str, accounts: &BTreeMap<String, Account>) -> bool {
    let mut all = !accounts.is_empty();
    for (lane, account) in accounts {
        println!(
            "  {reader:<10} {lane:<10} {:>9} {:>10} {:>9} {:>9} {:>11} {:>8}   {}",
            account.offered,
            account.delivered,
            account.missing(),
            account.dropped,
            account.overwritten,
            account.corrupt,
            if account.adds_up() { "yes" } else { "NO" }
        );
        all &= account.adds_up();
    }
    all
}
