//! Meaning.

rules! {
    TA6:

    TA6001 "unit-changed": Break, Both, ByComparison;
    why "The number is the same and counts something else: ticks for nanoseconds, pages for bytes. Programs \
         that know the unit from their own catalog are wrong by its factor. Traces from before and after the \
         change can no longer be laid beside each other.";
    instead "Keep the unit and append a field in the other one with `since`; its name should say which.";

    TA6002 "scale-or-exponent-changed": Break, Both, ByComparison;
    why "One step of the number is worth another amount. Readers on the other side of the change are wrong \
         by a constant factor, which looks like a change in what was observed.";
    instead "Keep the scale and append a field of the other one with `since`.";

    TA6003 "clock-or-timebase-changed": Break, Both, ByComparison;
    why "Times of two clocks differ by an amount that nobody knows later. One of them may stop while the \
         machine sleeps, or be set back. Differences between records from both sides of the change mean \
         nothing.";
    instead "Keep the clock and append a field of the other one with `since`.";

    TA6004 "epoch-changed": Break, Both,
        NotChecked("the model names the clock, and not the moment from which it counts");
    why "A clock that counts from another moment shifts every time by the same amount. The clock's name is \
         all that a catalog says; the region ties its own clock to UTC at one moment (REG-6).";
    instead "Name another clock, so that TA6003 tells of it.";

    TA6005 "wrap-behaviour-changed": Break, Both, ByComparison;
    why "A counter or a clock goes round at the end of its width. With another width it goes round \
         elsewhere, and a difference across the end is wrong by all of the old range. It can take days until \
         the first time.";
    instead "Keep the width and append a wider field with `since`.";

    TA6006 "counter-kind-changed": Break, Both, ByComparison;
    why "A counter grows, a gauge is a level, a delta counts since the record before. A reader that takes \
         one for another adds up levels or takes differences of differences. Rates and sums are wrong, and \
         the shape of the curve is plausible.";
    instead "Keep the kind and append a field of the other one with `since`.";

    TA6007 "identity-namespace-changed": Break, Both, ByComparison;
    why "A number that named something does not name it any more, or one that counted is now a name. \
         Programs join records by it, and join what does not belong together, or no longer what does.";
    instead "Keep the field and append one for the other thing with `since`.";

    TA6008 "privacy-class-lowered": Break, NewReader, ByComparison;
    why "What was recorded under the promise that it would be redacted is shown by the next exporter that is \
         built. The people whose data it is were not asked, and old traces cannot be taken back.";
    instead "Leave the field private. Append a public field with `since` that holds only what may be shown.";

    TA6009 "privacy-class-raised": Review, Nobody, ByComparison;
    why "From now on exporters redact the value. Those that are built already go on showing it, in new \
         records too. Whoever relied on the value finds it gone.";
    instead "See that every exporter is rebuilt, and acknowledge the change with the reason.";

    TA6010 "meaning-text-changed": Review, Nobody, ByComparison;
    why "A unit, a scale, a clock or a kind is stated for the first time. If it was always meant, nothing \
         changes. If it was not, new readers now read something into old records that their writers did not \
         say. Only a person can know which.";
    instead "Acknowledge it if it was meant all along. If not, append a new field with `since` that states \
             it.";

    TA6011 "address-kind-changed": Break, Both,
        NotChecked("the model does not know which integers are addresses, nor of what kind");
    why "An address may be of the kernel or of a process, moved by a secret amount or not. If that changes, \
         tools find other symbols for it, and a secret may leave the machine.";
    instead "Write an offset into a named image, and mark what is an address `private`.";

    TA6012 "field-renamed-same-bytes": Review, Nobody,
        NotChecked("a rename in place is told as TA7002 instead, which is graver");
    why "A field has another name and nothing else about it changed. A new name often hides a new meaning. \
         The same rename breaks every program that spells the name, so it is told once, under that rule.";
    instead "Keep the name. If the meaning changed, append a new field with `since`.";

    TA6013 "doc-only-change": Note, Nobody, ByComparison;
    why "The documentation of a field reads otherwise, and nothing else changed. Documentation is not part \
         of the agreement, so that a corrected sentence is no other ABI. It is told because a meaning can be \
         changed in words alone, and no other rule would see that. Locks hold no documentation; two \
         documents do.";
    instead "Nothing, if the sentence was only corrected.";

    TA6014 "ordering-or-completeness-guarantee-weakened": Break, Both,
        NotChecked("the model does not say in which order records come, or which always come");
    why "A reader may rely on one record coming before another, or on there being one for each event. When a \
         driver stops to hold to that, no record is wrong by itself.";
    instead "Write such promises into the records' documentation, and make a new record when one ends.";

    TA6015 "rounding-or-accuracy-changed": Review, Nobody,
        NotChecked("the model does not say how exact a number is");
    why "Values that are rounded otherwise, or measured more coarsely, still fit the unit and the type. A \
         comparison with earlier traces shows a difference that is none.";
    instead "Append a new field with `since` when the accuracy matters.";

    TA6016 "sampling-rule-changed": Break, Both,
        NotChecked("the model does not say which events are sampled");
    why "If every tenth event is recorded and it was every one, totals are a tenth. Nothing in a record \
         shows the events that were left out on purpose.";
    instead "Write the rate into a field of its own.";
}
