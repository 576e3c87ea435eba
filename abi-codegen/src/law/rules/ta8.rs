//! The check itself.

rules! {
    TA8:

    TA8001 "baseline-edited": Break, Both, ByProcess;
    why "What was frozen is not what it was: a seal does not fit the text, or a fingerprint does not fit the \
         layouts. A comparison with an edited baseline says nothing about what is really out there. It can \
         show green for the very change that the edit was meant to hide.";
    instead "Restore the lock from your history. To change a catalog, change the code and freeze a release.";

    TA8002 "released-snapshot-missing": Break, Both, ByProcess;
    why "A release is known to have been made, and what it was is not there: its block, or its golden bytes. \
         What nobody can look up, nobody can hold to.";
    instead "Restore the files from your history.";

    TA8003 "three-oracle-disagreement": Break, Both, ByConstruction("REC-6");
    why "If the derive, rustc and the C compiler do not agree on where a field lies, one side writes what \
         the other does not read. Assertions in Rust and in C hold every size and offset, and a build in \
         which one of them differs fails.";
    instead "Nothing.";

    TA8004 "stale-or-forked-header": Break, Both, ByProcess;
    why "A header that was made from an earlier catalog, or edited by hand, describes records that nobody \
         writes. A driver in C that is built with it is wrong from its first record.";
    instead "Run `gen-headers`, and put `gen-headers --check` into your CI.";

    TA8005 "ack-expired-or-without-reason": Break, Both, ByProcess;
    why "An acknowledgement that holds for ever is a hole that everybody forgets. Each has a reason and a \
         last day. One that has expired, that names no rule, or that has no such day stops the check; it is \
         no verdict.";
    instead "Mend what it lets through, or look at it again and write another day.";

    TA8006 "class-not-checked": Review, Nobody, ByProcess;
    why "A check that leaves something out and says nothing is taken for one that looked. Everything that \
         could not be compared is listed with its reason, and under `--strict` the check is then not \
         complete.";
    instead "Make what is missing available, or leave it out of the list of catalogs.";

    TA8007 "tool-error-is-no-verdict": Break, Both, ByProcess;
    why "If a tool that could not read its input ends like one that found something, or nothing, scripts \
         take its failure for a verdict. A failure has an exit status of its own, 2.";
    instead "Let scripts tell 1 from 2.";

    TA8008 "baseline-not-found": Break, Both, ByProcess;
    why "Without anything to compare with, every catalog is compatible. A lock, a file or a revision that \
         was named and is not there ends the check with an error. A check that compared nothing ends with \
         status 3.";
    instead "Name a baseline that exists. The first release has none: freeze it.";

    TA8009 "ruleset-version-unpinned": Review, Nobody,
        NotChecked("the rules come with the tool, and which tool is used is pinned by the workspace that \
                    uses it");
    why "With newer rules, what passed yesterday may fail today without a change.";
    instead "Commit the lock file of your build.";

    TA8010 "non-adjacent-pair-incompatible": Break, Both, ByProcess;
    why "Each release may be compatible with its neighbours, and two further apart may not be: something was \
         retired in one step and used again in the next. Programs do not take every step. All pairs of \
         releases are compared.";
    instead "Look at what the two releases say of the same thing, and undo the later of the two changes.";

    TA8011 "snapshot-format-unknown": Break, Both, ByProcess;
    why "A lock of a newer form may say things that an older tool passes over. It refuses the whole rather \
         than judging by what it understands.";
    instead "Use a tool at least as new as the one that froze the lock.";

    TA8012 "merge-undid-fix": Break, Both, ByProcess;
    why "A merge can bring back a layout that was mended in between. It is compatible with the release \
         before the mending, and breaks the one after. The code is therefore compared with every release, \
         not only with the newest.";
    instead "Apply the mending again.";

    TA8013 "ack-matches-nothing": Review, Nobody, ByProcess;
    why "An acknowledgement lets something through that is not there. Either the break was mended, or the \
         line has a slip in it and does not let through what it was written for.";
    instead "Remove the line, or correct the rule and the subject in it.";
}
