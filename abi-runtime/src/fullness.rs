//! How full a lane is, and what that means for each class of records.
//!
//! Spec: `spec/region.md`, REG-43 to REG-45 and REG-48.

use abi_schema::Class;

use crate::TraceCode;
use crate::clock::Clock;
use crate::lane;
use crate::layout::{Policy, Pressure};
use crate::sync::Ordering;
use crate::writer::{OFFSET, Writer};

impl<C: Clock> Writer<'_, C> {
    /// Returns how full the lane is, after a look at what was drained: for whoever chooses to observe
    /// less rather than to be refused. Not on the path of any attempt.
    pub fn pressure(&self) -> Pressure {
        if self.busy.get() == 0 {
            self.enter();
            self.may_hold(0, Class::Vital);
            self.leave();
        }
        Pressure::from_raw(self.pressure.get()).unwrap_or(Pressure::Calm)
    }

    /// Returns whether the lane may hold `more` blocks than up to the open one, for a record of this
    /// class. Looks at what was drained, and says how full the lane is.
    #[inline(always)]
    pub(crate) fn may_hold(&self, more: u64, class: Class) -> bool {
        if self.policy == Policy::Overwrite {
            return true;
        }
        if self.policy == Policy::Drain {
            self.look_at_drain();
        }
        let block_end = self.block.get().wrapping_add(self.block_size);
        let held = block_end.wrapping_sub(self.released.get()) >> self.block_bits;
        let may = held + more <= self.allowed[class as usize];
        self.set_pressure(if may { held + more } else { held });
        may
    }

    /// REG-48.
    #[inline(never)]
    fn look_at_drain(&self) {
        let publish = self.block.get().wrapping_add(self.cursor.get() & OFFSET);
        let released = self.drain.look(&self.control, self.released.get(), publish, self.capacity);
        // A block is reused as a whole.
        let released = released & !(self.block_size - 1);
        if released != self.released.get() {
            self.released.set(released);
            self.control.store(lane::RELEASED, released, Ordering::Relaxed);
        }
    }

    #[inline(always)]
    fn set_pressure(&self, held: u64) {
        let blocks = self.allowed[Class::Vital as usize];
        let level = match held {
            _ if held >= blocks => Pressure::Full,
            _ if held * 4 >= blocks * 3 => Pressure::High,
            _ if held * 2 >= blocks => Pressure::Rising,
            _ => Pressure::Calm,
        };
        if level as u64 != self.pressure.get() {
            self.pressure.set(level as u64);
            self.control.store(lane::PRESSURE, level as u64, Ordering::Relaxed);
        }
    }
}
