//! Regions.

rules! {
    TA5:

    TA5001 "magic-or-negotiation-prefix-changed": Break, Both, ByProcess;
    why "The first bytes of a region are how anybody learns what it is. If they change, a reader cannot even \
         say that it is too old. REG-5 freezes them for good, assertions hold their offsets, and the lock of \
         the region's catalog holds their types.";
    instead "Leave the first 64 bytes. What is new goes behind them, under a larger minor number.";

    TA5002 "header-field-moved": Break, Both, ByProcess;
    why "Driver and reader look at the same page with different programs. A header field that moved sends \
         the reader to a wrong offset in memory, not only to a wrong value. The header is a struct of the \
         region's catalog, and a move is told there as that of any field.";
    instead "Leave the field. Claim reserved bytes of the header, and raise the minor number.";

    TA5003 "header-grown-without-header-size": Break, Both, ByConstruction("REG-5");
    why "A reader that does not know how long a header is cannot step over what was added to it. The \
         header's first 64 bytes state its size, and they never change their meaning.";
    instead "Raise `header_size` and the minor number together.";

    TA5004 "index-width-changed": Break, Both, ByProcess;
    why "A position of 32 bits goes round after 4 GiB and one of 64 bits does not in any life of a region, \
         so differences across the change are wrong. Positions and sequences are fields of the lane's struct \
         in the region's catalog, where another type is told as such.";
    instead "Leave them at 64 bits. Another width is another major number.";

    TA5005 "index-semantics-changed": Break, Both,
        NotChecked("no layout shows what a position counts; REG-13 says it, and the ring's own tests hold \
                    it");
    why "Whether an index counts bytes or slots, and whether it runs freely or is cut to the lane's size, \
         decides where a reader looks. The bytes of the index are the same in each case.";
    instead "Leave REG-13 as it is. Another meaning is another major number.";

    TA5006 "slot-size-count-or-pow2-rule-changed": Break, Both, ByConstruction("REG-6");
    why "A reader that was built with the size of a block reads across the ends of others. Every size and \
         count is stated in the region's header, within ranges that a reader checks before it looks at \
         anything else.";
    instead "Nothing: choose any size within the ranges.";

    TA5007 "index-cacheline-placement-changed": Break, Both, ByProcess;
    why "The words that a writer stores lie on lines of their own so that they do not slow each other. A \
         word that moves to another line is at another offset, which breaks readers, and may be slower, \
         which nobody sees. Offsets are held by assertions and by the lock of the region's catalog.";
    instead "Leave the lines as REG-11 draws them.";

    TA5008 "memory-order-contract-changed": Break, Both,
        NotChecked("an ordering moves no byte; each one names its partner in the source, and tests hold the \
                    pairs");
    why "A store that was a release and is relaxed now lets a reader see the position before the record. No \
         offset moves, and the fault shows on some machines, now and then.";
    instead "Leave the orderings of REG-2. Change both sides and the page together.";

    TA5009 "sequence-width-start-or-wrap-changed": Break, Both,
        NotChecked("where a sequence starts and how it wraps is said by REG-13, not by bytes; its width is \
                    held by the region's lock");
    why "Losses are differences of sequences. If the two sides do not count in the same way, a reader tells \
         of losses that there were not, or of none where there were.";
    instead "Leave REG-13 as it is.";

    TA5010 "drop-counter-removed-saturating-vs-wrapping": Break, Both, ByProcess;
    why "A counter of drops that is gone makes loss invisible, and one that sticks at its largest value \
         hides it. The counters are fields of structs in the region's catalog, so their removal is told. \
         That they wrap is said by REG-13 and tested.";
    instead "Keep every counter. A new cause takes reserved bytes.";

    TA5011 "overflow-policy-changed": Break, Both, ByConstruction("REG-11");
    why "Whether a full lane lets go of the oldest records or refuses the new decides what a trace shows. \
         Each lane states its policy as a code, and a reader refuses a policy that it does not know.";
    instead "Add a policy under a number of its own.";

    TA5012 "commit-protocol-changed": Break, Both,
        NotChecked("the order of steps is said by REG-20 to REG-22, and no layout shows it");
    why "A reader decides by the writer's order of steps which bytes are whole. If the order changes, it \
         takes torn records for whole ones, and only under load.";
    instead "Leave the steps. Another order is another major number.";

    TA5013 "feature-bit-reused-or-class-changed": Break, Both, ByProcess;
    why "A bit that says what a region or a record can do is believed by both sides. If it gets another \
         meaning, mixed versions act on different ones. Bits that REG-16 and REG-17 do not name are zero \
         when written and kept when read.";
    instead "Take a bit that was never named.";

    TA5014 "write-ownership-changed": Break, Both, ByConstruction("REG-1");
    why "A word that the other side may store to is a word that the driver must not trust. Readers map a \
         region read-only, and the writer loads nothing that a reader could have stored.";
    instead "Nothing.";

    TA5015 "mapping-size-or-alignment-changed": Break, Both, ByConstruction("REG-3");
    why "Pages are of 4 or of 16 KiB, and a section that begins inside a page cannot be mapped alone. \
         Sections begin at multiples of the largest page, and the header states the size of the whole.";
    instead "Nothing.";

    TA5016 "record-length-meaning-changed": Break, Both,
        NotChecked("whether a size counts the header is said by REG-16, and no layout shows it");
    why "A size that counts the header and one that does not differ by 16 bytes, and a reader that takes one \
         for the other loses its place at the first record.";
    instead "Leave REG-16 as it is.";

    TA5017 "record-alignment-or-gap-encoding-changed": Break, Both, ByConstruction("REC-2");
    why "If records may start elsewhere, or if the room between them is marked otherwise, a reader finds the \
         next one in the wrong place. Every record starts at a multiple of 8 and its size is one, so there \
         is no room between records.";
    instead "Nothing.";

    TA5018 "checksum-coverage-changed": Break, Both,
        NotChecked("which bytes a checksum covers is said by REG-6, and no layout shows it");
    why "A sum over other bytes never fits, and sound data is refused as damaged.";
    instead "Leave the sum. One over other bytes is a new field in reserved bytes.";

    TA5019 "epoch-or-session-id-changed": Break, Both, ByProcess;
    why "A reader that holds an old region for the new one shows yesterday as today. The region's id, the \
         driver's generation and a lane's incarnation tell them apart; they are fields of the region's \
         catalog, and their types and offsets are held by its lock.";
    instead "Leave them as REG-5, REG-6 and REG-11 say.";

    TA5020 "wakeup-contract-changed": Review, Nobody,
        NotChecked("nobody is woken yet: a reader looks again after a bounded wait (REG-41)");
    why "A reader that waits for a sign that the writer no longer gives waits for good. There is no such \
         sign in this version, and the day there is one, no layout will show what it promises.";
    instead "Let readers look again after a bounded wait, whatever signs there are.";
}
