//! Catalogs: ids, names and versions of records.

rules! {
    TA4:

    TA4001 "record-id-reused": Break, Both, ByComparison;
    why "An id that belonged to one record belongs to another now. Old traces are decoded by the new \
         record's fields, and old readers decode the new record by the old one's. Every field is wrong, and \
         few of them look it.";
    instead "Take an id that was never given out. The old one stays with its record or under `retired`.";

    TA4002 "record-id-changed": Break, Both, ByComparison;
    why "A record has another id than it was released with. Old readers do not know the new id, and the new \
         catalog does not know the old one, so each side passes over what the other wrote. Filters and \
         indexes by id find nothing.";
    instead "Give the record its released id again.";

    TA4003 "record-removed-without-tombstone": Break, NewReader, ByComparison;
    why "A record is gone from the catalog, and nothing says that its id was ever given out. New readers \
         show old records of it as unknown. The next who needs an id may take this one, and then TA4001 is \
         too late.";
    instead "List the record's name and id under `retired`. The entry stays for good, and so does a \
             composite that the catalog lists itself.";

    TA4004 "record-renamed-same-id": Review, Nobody,
        NotChecked("a record's new name is told as TA7001 instead, which is graver");
    why "A record has another name; its id and its fields are what they were. Either it was renamed, or its \
         id was given to another record. No catalog shows which, so it is told once, as the break that one \
         of the two is.";
    instead "Keep the name. If the meaning changed, retire the id and make a new record.";

    TA4005 "duplicate-id-or-name": Break, Both, ByProcess;
    why "Two records of one id cannot be told apart in a trace, and two of one name not in a program. A \
         catalog with such a pair is refused before it is compared with anything (REC-14, REC-15). So are \
         two catalogs of one name in one check.";
    instead "Give one of the two another id or another name.";

    TA4006 "id-outside-owner-range": Break, Both,
        NotChecked("no range of ids is declared for anybody; one catalog has one list, and its ids are \
                    unique (REC-14)");
    why "Where several teams add records to one space of ids, two of them may take the same one on the same \
         day. A catalog has one list and one file, and a merge shows the clash.";
    instead "Give each team a catalog of its own.";

    TA4007 "id-derived-from-order": Break, Both, ByConstruction("REC-14");
    why "An id that follows from the order of declaration, or of names, changes when somebody adds a record \
         in front. Each id is a number that a person wrote down.";
    instead "Nothing.";

    TA4008 "record-added": Note, Nobody, ByComparison;
    why "A new record with an id that was never given out. Old readers deliver it raw and say that they do \
         not know it, and go on behind it, for its size is in its header. That is how catalogs grow.";
    instead "Nothing.";

    TA4009 "layout-changed-record-version-not-bumped": Break, Both, ByComparison;
    why "Something says that it belongs to a version which was released without it. The acting version is \
         how a reader tells absent from zero, so it now takes bytes that old writers left zero for a value. \
         Two layouts go by one number.";
    instead "Give what is new the next version: `since` or `deprecated` one more than the newest released.";

    TA4010 "version-decreased-or-skipped": Break, Both, ByComparison;
    why "A record's newest version is lower than one that was released. Readers of the higher one hold new \
         records for old and show fields as absent that are there. The next version would also be given out \
         twice.";
    instead "Keep everything that introduced the released versions. Versions only grow.";

    TA4011 "version-bumped-without-change": Review, Nobody, ByConstruction("VER-1");
    why "A version in which nothing changed makes every reader ask what did. Each version is introduced by a \
         field or by a deprecation, or the catalog is refused.";
    instead "Nothing.";

    TA4012 "catalog-vs-header-vs-code-mismatch": Break, Both, ByProcess;
    why "When the header that a driver was built with is not made from the catalog that its readers have, \
         both are sound and the trace is not. Headers are made from the code and carry its fingerprint, and \
         `gen-headers --check` shows every one that is stale.";
    instead "Run `gen-headers`, and commit what it writes together with the change.";

    TA4013 "span-pairing-or-kind-changed": Break, Both,
        NotChecked("the model does not say which records begin and end something together");
    why "A reader that joins two records to a span relies on which belongs to which, and on the field that \
         joins them. No byte of either shows it.";
    instead "Write down what pairs in the records' documentation, and make new records when it changes.";

    TA4014 "criticality-changed": Break, OldReader, ByConstruction("REG-39");
    why "Where some records may be passed over and others may not, a change of that stops old readers or \
         lets them go on wrongly. Here no record must be understood: an unknown one is delivered raw, and \
         said to be unknown.";
    instead "Nothing.";

    TA4015 "digest-collision-or-algorithm-changed": Break, Both, ByProcess;
    why "A fingerprint tells catalogs apart. If it is computed otherwise, the same catalog seems to be \
         another, and no side trusts the other. Every release in a lock carries its own, and each is \
         computed again whenever the lock is read.";
    instead "Leave the algorithm of DOC-4.";

    TA4016 "reader-range-narrowed-without-major": Break, NewReader, ByConstruction("VER-2");
    why "A reader that gives up old versions makes old traces unreadable. Versions are prefixes of one \
         layout, so whoever reads the newest reads all before it.";
    instead "Nothing.";

    TA4017 "oldest-compatible-raised": Break, OldReader, ByConstruction("VER-6");
    why "Some formats state the oldest reader that may still read, and raising it locks readers out. No such \
         number exists: a reader takes what both sides know, and says what it does not know.";
    instead "Nothing.";

    TA4018 "private-id-range-promoted": Break, Both,
        NotChecked("no range of ids is set aside for private use");
    why "When a range that people used privately is given out, their records and the new ones clash. All ids \
         from 0x0100 on belong to the catalog alone.";
    instead "Put private records into a catalog of their own.";

    TA4019 "interned-string-id-reassigned": Break, Both,
        NotChecked("the model has no table of strings; a number that stands for one is an integer to it");
    why "Where records carry numbers for strings, a number that is given to another string renames old \
         observations. Only the driver knows its table.";
    instead "Write the name itself, or name each number in a code.";

    TA4020 "record-moved-between-streams-or-priority": Review, Nobody, ByComparison;
    why "A record's class states how soon it is refused under pressure. When the class changes, a full lane \
         lacks other records than before. No byte changes its meaning, and each reader still learns what is \
         missing and how many, so nobody breaks. A person should know which programs relied on this record \
         being among the last to go.";
    instead "Keep the class unless the change is meant.";

    TA4021 "unreleased-exemption-expired": Break, Both,
        NotChecked("there are no exemptions: what no release has frozen is free to change, and freezing ends \
                    that");
    why "A shape that was declared unstable for a while tends to have users by the time it is changed. \
         Nothing is unstable here but what is in no lock yet.";
    instead "Freeze before anybody else is given the catalog.";
}
