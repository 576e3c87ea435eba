//! What readers state at the end, as one line for whoever started them.

/// What a reader says of a lane when it leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The lane.
    pub lane: u32,
    /// Attempts before the reader's first.
    pub before: u64,
    /// Attempts that it accounts for.
    pub offered: u64,
    /// Records that it took.
    pub delivered: u64,
    /// Attempts that were refused.
    pub dropped: u64,
    /// Records that were overwritten.
    pub overwritten: u64,
    /// Copies that it threw away.
    pub torn: u64,
    /// 1 if the lane was closed and has been read to its end.
    pub whole: u64,
    /// 1 if the lane has waited for this reader.
    pub held: u64,
}

impl Told {
    /// Writes it as one line.
    pub fn to_line(&self) -> String {
        let Self { lane, before, offered, delivered, dropped, overwritten, torn, whole, held } = self;
        format!("{lane} {before} {offered} {delivered} {dropped} {overwritten} {torn} {whole} {held}")
    }

    /// Reads such a line.
    ///
    /// # Errors
    ///
    /// It is not one.
    pub fn from_line(text: &str) -> Result<Self, String> {
        let numbers: Option<Vec<u64>> = text.split(' ').map(|number| number.parse().ok()).collect();
        let Some([lane, before, offered, delivered, dropped, overwritten, torn, whole, held]) =
            numbers.as_deref()
        else {
            return Err(format!("a reader said \"{text}\""));
        };
        let lane = u32::try_from(*lane).map_err(|_| format!("there is no lane {lane}"))?;
        let [before, offered, delivered, dropped, overwritten, torn, whole, held] =
            [*before, *offered, *delivered, *dropped, *overwritten, *torn, *whole, *held];
        Ok(Self { lane, before, offered, delivered, dropped, overwritten, torn, whole, held })
    }
}
