//! Codes and flags.

rules! {
    TA3:

    TA3001 "value-renumbered": Break, Both, ByComparison;
    why "A name of a code stands for another number than it did. Every trace that was recorded before says \
         something else now, and so does every record that reaches a reader built before. The bytes are \
         sound, and nothing fails.";
    instead "Give every name its released number again. A new meaning is a new name with a new number.";

    TA3002 "value-removed-without-tombstone": Break, Both, ByComparison;
    why "A number lost its name, and nothing says that it ever had one. Old traces that hold it are shown as \
         a bare number. The next who needs a number may also take this one and give it another meaning. A \
         code that becomes a plain integer loses every name at once.";
    instead "List the name and its number under `retired`. The entry stays for good.";

    TA3003 "value-reused": Break, Both, ByComparison;
    why "A number that meant one thing means another now. Old traces and old writers still use it for the \
         first, and readers believe whichever they were built with. Nothing in the bytes tells the two \
         apart.";
    instead "Take a number that was never given out, and list the old one under `retired`.";

    TA3004 "value-added-to-closed": Break, OldReader, ByComparison;
    why "A reader of a closed code refuses what it has no name for. A new value therefore stops an old \
         reader at the first record that holds it. Where codes are open this is TA3005, and nobody breaks.";
    instead "Nothing, in a lane: codes are open. Elsewhere, let readers take unknown values first, and add \
             the value when all of them do.";

    TA3005 "value-added-to-open": Note, Nobody, ByComparison;
    why "A code got a name for a number that had none. Old readers keep the number and show that it has no \
         name for them. That is how codes are meant to grow.";
    instead "Nothing.";

    TA3006 "open-closed-changed": Break, OldReader, ByConstruction("REC-8");
    why "Whether a reader may refuse a value without a name is part of the agreement, and a change of it \
         breaks one side. Every code is open, and none can be declared closed.";
    instead "Nothing.";

    TA3007 "underlying-width-changed": Break, Both, ByComparison;
    why "The integer below a code or flags takes more bytes, or fewer. Readers take in bytes of a neighbour \
         or leave some of the value behind, and what lies behind the field moves. It is easily overlooked, \
         for the field's own line does not change.";
    instead "Leave the `repr` of the enum. Make a new enum of the other width, and append a field of it with \
             `since`.";

    TA3008 "underlying-signedness-changed": Break, Both, ByComparison;
    why "The integer below a code or flags has another sign. Values whose uppermost bit is set become other \
         numbers and lose their names. C compares and widens them differently as well.";
    instead "Leave the `repr` of the enum. Append a field of a new enum with `since`.";

    TA3009 "flag-bit-moved": Break, Both, ByComparison;
    why "A flag is another bit than it was. Readers test the bit that they were compiled with, so the flag \
         seems to be off when it is on. If another flag has taken the bit, that one seems to be on.";
    instead "Give the flag its released bit again. A new flag takes a bit that was never named.";

    TA3010 "flag-bit-reused": Break, Both, ByComparison;
    why "A bit that meant one thing means another now. Old traces have it set for the old reason, and old \
         readers take the new reason for the old. Real interfaces had to give up such a bit for good, forced \
         to zero. Flags that become a plain integer give every named bit to a number.";
    instead "Take a bit that was never named, and list the old flag under `retired`.";

    TA3011 "flag-added": Break, OldReader, ByComparison unless [FlagsIgnorable];
    why "A bit has a name that had none. Where readers ignore bits that they do not know, that is growth. \
         Where a bit can change what the rest of a record means, a reader that ignores it is wrong about all \
         of it.";
    instead "Nothing, in a lane: flags are open, and no flag may change what other fields mean. If it must, \
             make a new record.";

    TA3012 "count-or-max-constant-changed": Review, Nobody, ByConstruction("HDR-4");
    why "Programs size their tables by a constant such as `MAX`, and a new value makes the table too small. \
         No header defines such a constant; the list of those that it defines is closed.";
    instead "Size tables by the integer below, or look values up.";

    TA3013 "alias-or-canonical-name-changed": Review, Nobody,
        NotChecked("an enum of Rust gives no number two names; a name that changes is told as TA7003");
    why "Where one number has several names, a change of the first among them changes what tools print. \
         Programs compile, and filters by name find nothing.";
    instead "Keep one name for a number.";

    TA3014 "overlapping-bit-fields": Break, Both, ByConstruction("REC-9");
    why "Two flags that share a bit cannot be told apart in what was written. No two flags of one enum share \
         one.";
    instead "Give each flag bits of its own.";

    TA3015 "multi-bit-field-values-changed": Break, Both,
        NotChecked("the model names a run of bits, and not the values within it");
    why "A flag of several bits is a small number, and its values may have meanings that are given a new \
         order. The mask stays, and old traces say something else.";
    instead "Use a code of its own for a number with named values.";

    TA3016 "exclusive-group-changed": Review, Nobody,
        NotChecked("the model does not say which flags exclude each other");
    why "A reader that relies on at most one of several flags is surprised by two. Nothing in a catalog \
         states such a rule.";
    instead "Use a code where exactly one of several things is true.";

    TA3017 "unknown-bits-mask-changed": Break, OldReader, ByConstruction("REC-9");
    why "A mask of the bits that a writer may set makes readers refuse or cut off the others. Flags have no \
         such mask: every bit that arrives is kept, named or not.";
    instead "Nothing.";
}
