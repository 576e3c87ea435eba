//! The kernel's numbers of its events, which show what it lost.

use std::collections::BTreeMap;

/// Follows the number that the process connector gives to each event, counted per CPU.
///
/// The kernel counts an event before it tries to deliver it, so a number that never comes is an
/// event that was lost. What was lost on a CPU before its first event that came, or after its
/// last, does not show.
#[derive(Clone, Debug, Default)]
pub struct Numbering {
    next: BTreeMap<u32, u32>,
}

impl Numbering {
    /// Takes note of an event, and returns how many before it on its CPU never came.
    ///
    /// A number that is behind the last one is taken as a new beginning: nothing can be said.
    pub fn hole_before(&mut self, cpu: u32, number: u32) -> Option<u32> {
        let expected = self.next.insert(cpu, number.wrapping_add(1))?;
        let hole = number.wrapping_sub(expected);
        (1..1 << 31).contains(&hole).then_some(hole)
    }
}

#[cfg(test)]
mod tests {
    use super::Numbering;

    #[test]
    fn holes_are_counted_per_cpu_and_across_the_wrap() {
        let mut numbering = Numbering::default();
        assert_eq!(numbering.hole_before(0, 7), None, "the first number is no hole");
        assert_eq!(numbering.hole_before(1, u32::MAX), None);
        assert_eq!(numbering.hole_before(0, 8), None);
        assert_eq!(numbering.hole_before(1, 2), Some(2), "numbers 0 and 1 never came");
        assert_eq!(numbering.hole_before(0, 12), Some(3), "numbers 9, 10 and 11 never came");
        assert_eq!(numbering.hole_before(0, 3), None, "backwards is a new beginning");
        assert_eq!(numbering.hole_before(0, 4), None);
    }
}
