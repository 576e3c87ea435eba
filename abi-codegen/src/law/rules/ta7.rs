//! Names in programs.

rules! {
    TA7:

    TA7001 "c-type-renamed": Break, Source, ByComparison;
    why "A record, a composite, a code, flags, or the prefix of all C names has another name. Programs that \
         spell a C name that follows from it do not compile. A record's new name may also mean that its id \
         was given to another record with the same fields. No catalog shows which, so both directions break \
         until a person states that the record was renamed.";
    instead "Keep the name. If only the name changed, acknowledge it with a reason that begins with \
             `renamed`. If the record is another one, retire the id.";

    TA7002 "c-field-renamed": Break, Both, ByComparison;
    why "The bytes of a field have another name. Either the field was renamed, and programs that spell it do \
         not compile, or its bytes were given to another field, and readers on both sides take each for the \
         other. No catalog shows which, so both directions break until a person states that the field was \
         renamed.";
    instead "Keep the name. If only the name changed, acknowledge it with a reason that begins with \
             `renamed`. If the meaning changed, append a new field with `since`.";

    TA7003 "enumerator-or-macro-renamed": Break, Both, ByComparison;
    why "A number of a code, or a bit of flags, has another name. Either the name was changed, and programs \
         that spell the constant do not compile, or the number was given to something else, and every trace \
         that holds it is read wrongly. No catalog shows which, so both directions break until a person \
         states that it was renamed.";
    instead "Keep the name. If only the name changed, acknowledge it with a reason that begins with \
             `renamed`. If the meaning changed, retire the number and take another.";

    TA7004 "header-moved-or-removed": Break, Source,
        NotChecked("where a header is written is decided by the caller of `gen-headers`, not by the catalog");
    why "A program that includes a file by its old path does not compile.";
    instead "Leave a header at the old path that includes the new one.";

    TA7005 "include-guard-collision": Break, Source, ByConstruction("HDR-3");
    why "Two headers with one guard hide one another, and the program misses half of its types. The guard \
         holds the catalog's name and its fingerprint.";
    instead "Nothing.";

    TA7006 "keyword-collision": Break, Source, ByConstruction("HDR-5");
    why "A field whose name is a word of C, C++, Objective-C or Swift does not compile there. Such a name \
         gets one underscore more.";
    instead "Nothing.";

    TA7007 "system-macro-collision": Break, Source, ByConstruction("HDR-5");
    why "A field named as a macro of a system header is replaced by whatever the macro stands for. Such a \
         name gets one underscore more.";
    instead "Nothing.";

    TA7008 "unprefixed-global-name": Break, Source, ByConstruction("HDR-4");
    why "A C name without a prefix clashes sooner or later with somebody else's. Every name in a header \
         begins with the catalog's prefix.";
    instead "Nothing.";

    TA7009 "escape-rule-changed": Break, Source, ByProcess;
    why "If the generator escapes a word otherwise, the same catalog has other names in C. Generated headers \
         are committed, and `gen-headers --check` shows each line that differs.";
    instead "Leave the rule of HDR-5. More words may be added before a catalog uses them.";

    TA7010 "language-floor-raised": Break, Source, ByConstruction("HDR-1");
    why "A header that needs a newer C or C++ than before does not compile where it did. The oldest that a \
         header is for is fixed.";
    instead "Nothing.";

    TA7011 "not-standard-layout-or-trivially-copyable": Break, Source, ByConstruction("HDR-1");
    why "A struct with a base, a constructor or hidden parts may not be copied byte by byte, nor its offsets \
         taken. A header for C has none of these, and C++ gets the same structs.";
    instead "Nothing.";

    TA7012 "static-assert-removed-or-weakened": Break, Both, ByConstruction("HDR-2");
    why "A header without assertions compiles with any layout that the compiler likes. Every size and every \
         offset is asserted, and one number that is wrong stops the build.";
    instead "Nothing.";

    TA7013 "generator-output-changed-same-schema": Break, Source, ByProcess;
    why "A new generator may write other names or types for the same catalog. Generated headers are \
         committed, and `gen-headers --check` and the snapshots show each line that differs.";
    instead "Look at the difference as at any other, and say in the changelog what programs must do.";

    TA7014 "typedef-base-changed": Review, Nobody,
        NotChecked("what `uint64_t` is made of is decided by the target's compiler, not by the header");
    why "A 64-bit integer is `unsigned long` on one system and `unsigned long long` on another. Overloads \
         and format strings depend on it, and the bytes do not.";
    instead "Print with the macros of `inttypes.h`, and do not overload on it.";

    TA7015 "namespace-or-linkage-changed": Break, Source, ByProcess;
    why "A function that was C's and is C++'s has another symbol, and old objects do not link with it. \
         Headers hold types, constants and inline functions, and what becomes of them is shown by \
         `gen-headers --check` and by the snapshots.";
    instead "Leave generated names in the global namespace.";

    TA7016 "rust-path-or-visibility-changed": Break, Source,
        NotChecked("a catalog does not say in which module a struct is declared, nor who may see it");
    why "A program that imports a record by its path does not compile when the record moved or became \
         private.";
    instead "Export records again under their old path, and let a tool for Rust's own interfaces look.";

    TA7017 "doc-text-breaks-comment": Break, Source, ByConstruction("HDR-6");
    why "A text that ends its comment becomes code in everybody's build. Whatever could end, begin or \
         continue a comment is written in another way.";
    instead "Nothing.";

    TA7018 "case-insensitive-path-collision": Break, Source,
        NotChecked("paths of headers are chosen by the caller of `gen-headers`");
    why "Two files whose names differ only in their case are one file on some systems, and one of the \
         headers is lost.";
    instead "Choose names in lower case.";

    TA7019 "value-constant-type-or-suffix-changed": Review, Nobody, ByProcess;
    why "A constant with another suffix is of another type, and a comparison in the preprocessor can come \
         out otherwise. The suffix follows from the integer's width, and `gen-headers --check` shows a \
         change of it.";
    instead "Nothing.";
}
