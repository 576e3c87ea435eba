//! Types and absence.

rules! {
    TA2:

    TA2001 "signedness-changed": Break, Both, ByComparison;
    why "The same bits are read as another number: what was -1 becomes the largest there is. Small values \
         agree, so tests seldom see it. Values from the upper half are wrong on the other side of the \
         change.";
    instead "Keep the type and append a field of the other sign with `since`.";

    TA2002 "kind-reinterpreted": Break, Both, ByComparison;
    why "The bytes stay, and what they are taken for does not: an integer, a floating-point number, a row of \
         bytes, a composite. Whoever reads with the other catalog gets a value that was never written. All \
         sizes and offsets agree.";
    instead "Keep the field and append one of the other type with `since`.";

    TA2003 "int-to-enum-narrowing": Note, Nobody, ByComparison;
    why "An integer got names for its values or its bits, or lost them. Elsewhere a reader may then refuse \
         old values that have no name. Here codes and flags are open and keep whatever arrives, so the bytes \
         stay what they were. A mask of bits has no sign. Names that are lost are told by rules of their own.";
    instead "Nothing. Programs that spell the type have to follow.";

    TA2004 "widened-in-place-into-hole": Break, Both, ByComparison;
    why "A field grew over the reserved bytes behind it. Because numbers are little-endian and the bytes \
         were zero, small values look right on both sides. An old reader cuts large ones off, and no version \
         says from when on the field is wide.";
    instead "Leave the field. Claim the reserved bytes with a field of its own (`since` and `claims`), or \
             append the wide one with `since`.";

    TA2005 "pointer-handle-or-fd-introduced": Break, Both, ByConstruction("REC-11");
    why "A pointer or a handle means nothing in another process, and tells it where things lie. No wire type \
         is one. An integer that holds an address all the same is seen by nobody (TA9023).";
    instead "Write a number that names the thing, with `kind = identity`.";

    TA2006 "string-encoding-or-termination-changed": Break, Both, ByComparison;
    why "A name ends at its first NUL, and a row of bytes does not. A reader of the one stops where the \
         other goes on, or shows bytes behind the end that nobody meant. What text is and how it is shown \
         changes with it.";
    instead "Keep the type and append a field of the other one with `since`.";

    TA2007 "capacity-of-inline-string-changed": Break, Both, ByComparison;
    why "A name of another capacity takes other bytes, and what lies behind it moves. Also, a name that \
         fills its field may have been cut, so the same text says `cut` under one catalog and `whole` under \
         the other.";
    instead "Keep the name and append a longer one with `since`.";

    TA2008 "length-field-target-or-unit-changed": Break, Both, ByConstruction("REC-7");
    why "A number that says how long something is can count bytes or elements, with the header or without. \
         No wire type is of variable length, so no field says how long another one is.";
    instead "Use an array or a name of a fixed number of bytes.";

    TA2009 "sentinel-value-changed": Break, Both, ByComparison;
    why "Another value means `not known` now. A reader with the other catalog shows the sign for a missing \
         value as a value, and hides a value as missing. Averages and sums are wrong and look plausible.";
    instead "Keep the absent value. If it turned out to be a real one, append a new field with `since`.";

    TA2010 "sentinel-introduced-on-live-range": Break, Both, ByComparison;
    why "From now on one value means `not known`. An old reader knows nothing of that and shows it as a \
         value. Where the value was written before and meant itself, a new reader hides it.";
    instead "Append a field with `since` that has the absent value from its first version on.";

    TA2011 "optionality-changed": Break, Both, ByComparison;
    why "Whether a value is there at all is decided otherwise: by another version, by bytes of another age, \
         or no longer by an absent value. A reader then takes bytes for a value that nobody wrote, or passes \
         over one that somebody did. Old traces change their meaning with it.";
    instead "Keep `since`, `claims` and `absent` of a released field. Append a new field if presence must be \
             told in another way.";

    TA2012 "presence-bit-moved-or-reused": Break, Both, ByConstruction("VER-5");
    why "Where a bit says whether a field is there, a bit that moves makes data up or hides it. No record \
         has such bits: the acting version in the header says which fields there are.";
    instead "Use `absent` for a value that is sometimes not known.";

    TA2013 "default-on-absence-introduced-or-changed": Break, Both, ByConstruction("VER-5");
    why "A default shows a number that nobody wrote as if it had been observed. A field that the writer did \
         not have is absent, and there is nothing to declare a default with.";
    instead "Show that the value is absent.";

    TA2014 "valid-range-changed": Break, OldReader,
        NotChecked("the model states no range of valid values, only the type and the absent value");
    why "A reader that relies on a range refuses, or misuses, values outside it. When a writer begins to \
         store wider ones, old readers are the first to find out.";
    instead "Write the range into the field's documentation, and let readers take every value of the type.";

    TA2015 "must-be-zero-dropped": Break, Both, ByConstruction("REC-4");
    why "Bytes can only be claimed later if everybody stored zeros in them. Reserved bytes are zero by \
         construction of the writer, whatever a caller's struct holds (REG-26), and no catalog can say \
         otherwise.";
    instead "Nothing.";

    TA2016 "nan-inf-policy-changed": Review, Nobody,
        NotChecked("the model does not say what a NaN or an infinity in a floating-point field means");
    why "Not every program treats a NaN alike, and one that was never written before can end up in a sum. \
         Nothing in a catalog says whether one may arrive.";
    instead "Use an integer with `scale`, and `absent` for what is not known.";

    TA2017 "opaque-id-byte-order-or-form-changed": Break, Both,
        NotChecked("an identifier of several bytes is an array to the model, which does not know its form");
    why "An identifier such as a UUID can be written in more than one order of its bytes. If the order \
         changes, the same thing has two names, and records of it are not joined any more.";
    instead "Append a new field with `since`, with a name that says the form.";

    TA2018 "truncation-marker-changed": Break, Both, ByConstruction("REC-10");
    why "A reader must see that a text was cut. There is one sign for it: a name that fills all of its \
         bytes. A catalog cannot choose another.";
    instead "Nothing.";
}
