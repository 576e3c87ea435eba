//! One catalog alone.

rules! {
    TA9:

    TA9001 "implicit-inner-padding": Break, Both, ByConstruction("REC-4");
    why "A hole between two fields is as large as the target likes, and what lies in it was written by \
         nobody.";
    instead "Declare a reserved field, or order the fields by their width.";

    TA9002 "implicit-tail-padding": Break, Both, ByConstruction("REC-4");
    why "A hole behind the last field makes a struct larger on one target than on another, and a copy of it \
         carries whatever memory held before.";
    instead "Declare a reserved field at the end.";

    TA9003 "u64-not-8-aligned": Break, Both, ByConstruction("REC-3");
    why "Some targets align 64-bit numbers to 4 bytes and others to 8. A number that lies at a multiple of 4 \
         only is at one place here and at another there.";
    instead "Put wide numbers first, or reserved bytes before them.";

    TA9004 "target-dependent-type": Break, Both, ByConstruction("REC-11");
    why "A size, a pointer or a C `long` has another width on another target, and two layouts go by one \
         name.";
    instead "Use an integer of a stated width.";

    TA9005 "raw-bool-char-enum-or-nonzero": Break, Both, ByConstruction("REC-11");
    why "Types that do not allow every pattern of bits make a reader's program undefined when one arrives \
         that they do not allow. Anything may arrive.";
    instead "Use an integer, `Code` or `Flags`.";

    TA9006 "c-bitfield": Break, Both, ByConstruction("REC-9");
    why "Compilers do not agree on where the bits of a C bit-field lie. A flag is a named mask of an \
         integer, and headers give its mask and its shift.";
    instead "Use `Flags`.";

    TA9007 "packed": Break, Both, ByConstruction("REC-5");
    why "Fields of a packed struct may lie at any byte, and a reference to one is undefined in Rust and slow \
         or fatal elsewhere.";
    instead "Order the fields so that each lies at a multiple of its width.";

    TA9008 "flexible-array": Break, Both, ByConstruction("REC-7");
    why "An array without a length at the end of a struct has a start that depends on the target, and C++ \
         does not have it at all.";
    instead "Use an array or a name of a fixed number of bytes.";

    TA9009 "zero-sized-field": Break, Both, ByConstruction("REC-11");
    why "An array of no elements or an empty struct takes no bytes in one language and one or more in \
         another.";
    instead "Leave it out.";

    TA9010 "float-without-nan-policy": Review, Nobody, ByLint;
    why "A floating-point field can hold a NaN, and nothing says what that means. A sum in which one ends up \
         is lost. Nor can such a field have an absent value.";
    instead "Use an integer with `scale` and `absent`. If the field has been released, say in its \
             documentation when a NaN is written.";

    TA9011 "reserved-without-zero-check": Break, Both, ByConstruction("REC-4");
    why "Reserved bytes that hold rubbish can never be claimed. Writers store zeros there, whatever the \
         caller's struct holds (REG-26).";
    instead "Nothing.";

    TA9012 "no-growth-room": Review, Nobody, ByConstruction("VER-3");
    why "A record without reserved bytes cannot grow where records have one fixed size. Here a record states \
         its size, and every record can be appended to.";
    instead "Nothing.";

    TA9013 "size-not-multiple-of-slot-align": Break, Both, ByConstruction("REC-2");
    why "A record whose size is no multiple of 8 would leave the next one at an address that is none. Every \
         record's size is one.";
    instead "Declare a reserved field at the end.";

    TA9014 "no-size-or-version-in-header": Break, Both, ByConstruction("REG-16");
    why "A reader that cannot know a record's size and version can neither step over it nor tell absent from \
         zero. Every record's header states both.";
    instead "Nothing.";

    TA9015 "unbounded-string-or-array": Break, Both, ByConstruction("REC-7");
    why "A record without a bound can be larger than any room that was made for it.";
    instead "Use an array or a name of a fixed number of bytes.";

    TA9016 "untagged-union": Break, Both, ByConstruction("REC-11");
    why "Nobody can know from the bytes which arm of a union was written.";
    instead "Make a record for each case.";

    TA9017 "oversized-or-inexact-number": Break, Both, ByConstruction("REC-11");
    why "128-bit integers have been aligned in two ways by compilers of the same target, and small or long \
         floating-point types are not the same everywhere.";
    instead "Use two fields of 64 bits.";

    TA9018 "generic-or-cfg-dependent-field": Break, Both, ByConstruction("REC-5");
    why "A field that depends on a parameter or on a configuration makes two layouts under one id.";
    instead "Make a record for each.";

    TA9019 "align-above-slot-align": Break, Both, ByConstruction("REC-5");
    why "A record that asks for more than 8 bytes of alignment would not be placed as it asks.";
    instead "Leave the attribute out.";

    TA9020 "enum-value-implicit": Break, Both, ByConstruction("REC-12");
    why "A value that follows from the order of lines changes when a line is put in above.";
    instead "Write every value out.";

    TA9021 "number-without-unit": Review, Nobody, ByLint;
    why "A counter, a gauge or a delta counts something, and nothing says what. A reader years later has to \
         guess, and a change of the unit will be seen by no rule.";
    instead "State `unit`, such as `ns`, `bytes` or `events`.";

    TA9022 "same-c-name-after-case-fold": Break, Source, ByConstruction("REC-15");
    why "Two names of Rust can fold to one of C, and the header defines it twice.";
    instead "Choose another name for one of them.";

    TA9023 "pointer-like-value-without-address-kind": Break, Both,
        NotChecked("to the model an address in an integer is an integer");
    why "An address tells others where things lie in memory, and means nothing to them otherwise. Nothing \
         shows that a number is one.";
    instead "Write an offset into a named image, or mark the field `private`.";

    TA9024 "name-is-keyword-somewhere": Break, Source, ByConstruction("HDR-5");
    why "A name that some language reserves does not compile there. It gets one underscore more in headers.";
    instead "Nothing.";

    TA9025 "size-field-not-first-in-frozen-prefix": Break, Both, ByConstruction("REG-16");
    why "A reader must find a record's size before it knows anything else about it. The size is the first \
         field of the header that all records share.";
    instead "Nothing.";
}
