//! Layout of records.

rules! {
    TA1:

    TA1001 "field-offset-changed": Break, Both, ByComparison;
    why "A reader takes a field from the byte at which its own catalog places it. When the field has moved, \
         the reader gets whatever lies there now, and no error tells it so. Old readers misread new records, \
         and new readers misread old ones. Neither a size that stayed the same nor a new version mends that.";
    instead "Leave every released field at its byte. Append with `since`, or claim reserved bytes with \
             `since` and `claims`.";

    TA1002 "field-size-changed": Break, Both, ByComparison;
    why "A reader takes as many bytes as its own catalog says. If the field became wider, an old reader sees \
         a part of the value; if it became narrower, the reader takes in bytes of a neighbour. Fields behind \
         it usually move as well.";
    instead "Keep the field as it is and append one of the other width with `since`; mark the old one \
             `deprecated` and go on writing it.";

    TA1003 "field-removed": Break, OldReader, ByComparison;
    why "An old reader still takes the field from the bytes where it was. It finds zeros, or another field, \
         and shows them as the value. A program that was never told cannot know that there is nothing to \
         read.";
    instead "Keep the bytes and mark the field `deprecated`. To be rid of it, retire the record's id and \
             make a new record.";

    TA1004 "field-inserted-not-at-end": Break, Both, ByComparison;
    why "A field that is put in before others pushes all of them. A new version number does not help, \
         because a reader of an older version reads the older prefix without asking what changed in it. This \
         is the most common way in which kernels have broken their trace readers.";
    instead "Put the field at the end with `since`, or into reserved bytes with `since` and `claims`.";

    TA1005 "field-appended": Break, Both, ByComparison unless [SizeOnWire];
    why "A field at the end leaves every older field where it was. Readers must only know where the record \
         ends: the old one steps over bytes it has no name for, and the new one sees that an old record is \
         too short for the field. Where records state their size this is how a record grows. Where they do \
         not, the reader loses its place in the stream.";
    instead "Nothing, in a lane: each record's header states its size. Elsewhere, state the size with each \
             record before anything is appended.";

    TA1006 "fields-swapped": Break, Both, ByComparison;
    why "Two fields of one size have taken each other's bytes. Every offset and every size is one that \
         existed before, so no comparison of sizes sees it. Readers on the other side of the change take \
         each for the other.";
    instead "Put them back. The order of declaration is the order of the bytes.";

    TA1007 "record-shrunk": Break, Both,
        NotChecked("what causes it is told instead: TA1003 where a field is gone, TA1012 where reserved \
                    bytes are");
    why "A released version has the size it was released with, and readers hold each payload against it. If \
         the new catalog gives it fewer bytes, an old reader refuses new records as too short. A new reader \
         passes over the tail of old records, and what was written there is lost without a word.";
    instead "Keep the bytes: mark fields `deprecated`. A smaller record is a new record with an id of its \
             own.";

    TA1008 "record-grown-without-size-negotiation": Break, Both, ByComparison;
    why "A released version has the size it was released with, and readers hold each payload against it. If \
         the new catalog gives the same version more bytes, a new reader refuses old records as too short. \
         An old reader passes over what was added, for by its version there is nothing.";
    instead "Give what was added a new version: `since` the next one.";

    TA1009 "record-alignment-changed": Break, Both, ByComparison unless [StartsAtEight];
    why "A record is aligned to its widest number. When that changes, the same bytes may be put at other \
         addresses: inside another struct, in an array, or in a stream that packs records closely. Where \
         every record starts at a multiple of 8 no start moves, and it is only worth knowing.";
    instead "Nothing, in a lane: records start at multiples of 8. Elsewhere, make the new field of narrower \
             numbers.";

    TA1010 "record-exceeds-slot-or-bound": Break, Both, ByConstruction("REC-2");
    why "A record larger than the place made for it would be written over its neighbour, or could never be \
         written at all. A payload has a largest size, which the derive and the check of every document hold \
         it to. A lane with smaller blocks refuses the attempt and counts it (REG-18).";
    instead "Split the observation into several records, or shorten its arrays.";

    TA1011 "reserved-consumed": Break, Both, ByComparison unless [ReservedZero, VersionOnWire];
    why "A field that takes reserved bytes gives a meaning to what old writers left there. That is sound \
         only if they left zeros, and if the record says which version wrote it: then zero can be told from \
         absent. In a lane both hold. A claim must also have a new version, say since when the bytes were \
         reserved, and stay within them.";
    instead "Declare the field with `since` and `claims`, inside the bytes that were reserved, and declare \
             the rest of them reserved as before.";

    TA1012 "reserved-moved-or-shrunk-silently": Break, Both, ByComparison;
    why "Reserved bytes are the room in which a record can grow and what holds other fields in their places. \
         When they vanish without a claim, the fields behind them move, or a later version believes in room \
         that is not there. If they are said to be younger than they are, sizes of old versions change.";
    instead "Keep reserved bytes where they are. To use them, claim them with a field.";

    TA1013 "padding-consumed": Break, Both, ByConstruction("REC-4");
    why "Padding that a compiler put in was written by nobody, so it holds whatever memory held before. A \
         field that is placed there later reads that as a value. No record has padding: bytes that mean \
         nothing belong to a reserved field and are zero.";
    instead "Declare a reserved field, and claim it when it is needed.";

    TA1014 "embedded-tail-padding-consumed": Break, Both, ByConstruction("REC-4");
    why "C++ may put a member into the unused tail of a base, C may not, so one declaration becomes two \
         layouts. A composite has no tail padding: its fields fill it to the last byte.";
    instead "Declare a reserved field at the composite's end.";

    TA1015 "nested-type-change-propagates": Break, Both, ByComparison;
    why "A composite lies in every record that holds it, so one change of it breaks all of them. It has no \
         versions of its own: it was frozen whole at its first release. The change is told once, where it \
         is, and this finding lists the records that it reaches.";
    instead "Leave the composite as it was released. Make a new composite, and append a field of that type \
             with `since`.";

    TA1016 "restructured-same-absolute-bytes": Note, Nobody, ByComparison;
    why "A field went into a composite, or came out of one, and lies at the same byte with the same type. \
         Readers look at bytes and not at declarations, so nothing changes for them. It is told because a \
         comparison of declarations would have shown a field that is gone and another that is new.";
    instead "Nothing. Programs that spell the path of the field have to follow.";

    TA1017 "array-length-changed": Break, Both, ByComparison;
    why "An array of another length takes other bytes, and what lies behind it moves. If it stands last, an \
         old reader sees fewer elements than were written, or a new one expects more than old records have. \
         No version tells how many elements a field has.";
    instead "Keep the array and append a second one for the further elements with `since`, or make a new \
             record.";

    TA1018 "array-stride-changed": Break, Both, ByComparison;
    why "Elements of another size lie at other distances. A reader that looks for the third one lands in the \
         middle of another, and only the first is where it was. That holds even where the whole array takes \
         as many bytes as before.";
    instead "Leave the element as it was released. Append an array of the new element with `since`.";

    TA1019 "variable-tail-start-moved": Break, Both, ByConstruction("REC-7");
    why "Where data of variable length stands behind fixed fields, its start moves with each new field. No \
         wire type is of variable length, so no record has such a tail.";
    instead "Use an array or a name of a fixed number of bytes.";

    TA1020 "tail-kind-changed": Break, Source, ByConstruction("REC-7");
    why "In C, an array at the end may be written with a length, with one, with zero or with none. The bytes \
         may agree while `sizeof` differs, and programs that allocate by it break. An array on the wire has \
         a length, and it is at least 1.";
    instead "Use an array of a fixed length.";

    TA1021 "packing-attribute-changed": Break, Both, ByConstruction("REC-5");
    why "An attribute that packs or aligns a struct changes where its fields lie without a change in any of \
         them. Records are laid out in one way only, and both attributes are refused.";
    instead "Order the fields so that each lies at a multiple of its width, with reserved fields in between.";

    TA1022 "union-arm-added-or-grown": Break, Both, ByConstruction("REC-11");
    why "Which arm of a union was written is known only by a word beside it, and an arm that is new or \
         larger is bytes that an old reader takes for another. Unions are refused.";
    instead "Make a record for each case, or give each case a field of its own with a value that means \
             absent.";

    TA1023 "layout-became-target-dependent": Break, Both, ByConstruction("REC-3");
    why "Where a number is aligned differently by two targets, or has another width, one declaration has two \
         layouts, and a trace says nothing outside the machine that wrote it. Every field lies where all \
         targets would put it, and types whose width depends on the target are refused (REC-11).";
    instead "Use integers of a stated width, ordered by it.";

    TA1024 "byte-order-changed-or-forked": Break, Both, ByConstruction("REC-1");
    why "A number read in the other byte order is another number. There is one order, little-endian, and a \
         target of the other does not compile.";
    instead "Nothing: convert at the edge if a source delivers the other order.";

    TA1025 "bit-position-changed": Break, Both, ByComparison;
    why "A flag of several bits lies at other bits of its word. Readers mask and shift by what they were \
         compiled with, and take a part of another flag for this one. The word itself is as large as before.";
    instead "Leave the mask as it was. Name new bits under a new name, and retire the old name.";

    TA1026 "bit-width-changed": Break, Both, ByComparison;
    why "A flag has more bits than it had, or fewer. A reader with the old mask cuts the number off, or \
         takes in bits that belong to somebody else. The word itself is as large as before.";
    instead "Leave the mask as it was. Name a wider run of free bits under a new name, and retire the old \
             one.";

    TA1027 "retired-bytes-reused": Break, Both, ByComparison;
    why "A new field lies where another one was. Traces that were recorded before still hold the old meaning \
         there, and so do writers that were not rebuilt. A new reader shows the one as the other, and an old \
         reader does the reverse.";
    instead "Leave the old field in its bytes, marked `deprecated`, and append the new one with `since`.";

    TA1028 "common-header-changed": Break, Both, ByProcess;
    why "Every record begins with the same header. When it changes, every record of every catalog is misread \
         at once, which has broken tools that had nothing to do with the change. The header is a struct of \
         the region's own catalog and is frozen in that catalog's lock, where a change shows as that of any \
         composite.";
    instead "Leave the header. What a record has to say further belongs into its payload.";

    TA1029 "field-split-or-merged": Break, Both, ByComparison;
    why "One field became several in the same bytes, or several became one. All sizes agree, and readers on \
         the other side of the change take parts for the whole or the whole for a part. It can look harmless \
         while the numbers are small.";
    instead "Keep the field and append the new ones with `since`.";

    TA1030 "field-moved-into-other-record": Break, OldReader, ByComparison;
    why "A field is gone from one record and stands in another. Old readers look for it where it was and \
         find something else. Who joins records must also learn that the value now comes at another moment.";
    instead "Append it to the other record, and keep it here too, marked `deprecated`.";

    TA1031 "field-deprecated": Note, Nobody, ByComparison;
    why "A field is said to be one that nobody should use any more, or that is taken back. Its bytes stay \
         and writers go on filling them, so no reader breaks. It is told so that readers can plan.";
    instead "Nothing. Go on writing the field; say in its documentation what to read instead.";
}
