#!/usr/bin/env python3
"""Puts the cases of ../tests/cases to other tools, each in the tool's own language, and writes ../PEERS.md.

usage: run.py [--check]

A case is stated as C (a struct for a record, enums for codes and for ids), as a FlatBuffers schema (a table for
a record, a struct for a composite), and as Rust (public repr(C) structs and enums). A tool that is missing has
the column NOT CHECKED, and the page is not written.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
CASES = HERE.parent / "tests" / "cases"
PAGE = HERE.parent / "PEERS.md"
OURS = HERE / "testimony.json"

CTYPE = {"u8": "uint8_t", "u16": "uint16_t", "u32": "uint32_t", "u64": "uint64_t", "i8": "int8_t",
         "i16": "int16_t", "i32": "int32_t", "i64": "int64_t", "f32": "float", "f64": "double"}
FTYPE = {"u8": "ubyte", "u16": "ushort", "u32": "uint", "u64": "ulong", "i8": "byte", "i16": "short",
         "i32": "int", "i64": "long", "f32": "float", "f64": "double"}


def read_case(path):
    """Returns a case's title, its lines and its sections, each as what a release in a lock states."""
    title, lines, sections = "", {}, []
    for line in path.read_text().splitlines():
        if line.startswith("#"):
            title = title or line[1:].strip()
        elif line.startswith("-- "):
            sections.append((line[3:], []))
        elif sections:
            sections[-1][1].append(line)
        elif " " in line:
            word, value = line.split(" ", 1)
            lines.setdefault(word, value)
    return title, lines, [(name, parse(text)) for name, text in sections]


def parse(text):
    """Reads the entries of a section."""
    entries = {"code": {}, "flags": {}, "struct": {}, "record": {}}
    fields = None
    for line in text:
        words = line.split()
        if not words:
            continue
        if line.startswith("  "):
            fields.append(words)
        elif words[0] in ("code", "flags"):
            fields = []
            entries[words[0]][words[1]] = (words[2], fields)
        elif words[0] == "struct":
            fields = []
            entries["struct"][words[1]] = fields
        elif words[0] == "record":
            fields = []
            entries["record"][words[2]] = (int(words[1], 16), fields)
    return entries


def live(values):
    return [(words[1], int(words[0], 0)) for words in values if words[-1] != "retired"]


def c_type(ty):
    """Returns a C type and what stands behind the member's name."""
    if ty in CTYPE:
        return CTYPE[ty], ""
    array = re.fullmatch(r"\[(.*);(\d+)\]", ty)
    if array:
        inner, behind = c_type(array[1])
        return inner, f"[{array[2]}]{behind}"
    form, inner = ty.rstrip(">").split("<")
    if form == "Name":
        return "char", f"[{inner}]"
    return (f"struct {inner}" if form == "Struct" else inner), ""


def c_struct(name, fields):
    text = f"struct {name} {{\n"
    for _, _, ty, member, *_ in fields:
        ctype, behind = c_type(ty)
        text += f"    {ctype} {member}{behind};\n"
    return text + "};\n"


def c_header(entries):
    text = "#include <stddef.h>\n#include <stdint.h>\n"
    for noun in ("code", "flags"):
        for name, (integer, values) in entries[noun].items():
            # The integer on the wire is a typedef, for an enum has no width; the names are an enum beside it.
            text += f"typedef {CTYPE[integer]} {name};\n"
            named = ", ".join(f"{name}_{value} = {number}" for value, number in live(values))
            text += f"enum {name}_names {{ {named} }};\n" if named else ""
    for name, fields in entries["struct"].items():
        text += c_struct(name, fields)
    for name, (_, fields) in entries["record"].items():
        text += c_struct(name, fields)
    ids = ", ".join(f"ID_{name} = {number:#x}" for name, (number, _) in entries["record"].items())
    return text + (f"enum ids {{ {ids} }};\n" if ids else "")


def c_source(entries):
    """Something that uses every type, so that the object describes it."""
    text = '#include "abi.h"\n'
    for at, name in enumerate([*entries["struct"], *entries["record"]]):
        text += f"void use_{at}(struct {name} *one);\nvoid use_{at}(struct {name} *one) {{ (void)one; }}\n"
    enums = [f"{name}_names" for noun in ("code", "flags") for name, (_, v) in entries[noun].items() if live(v)]
    for name in [*enums, *(["ids"] if entries["record"] else [])]:
        text += f"void use_{name}(enum {name} one);\nvoid use_{name}(enum {name} one) {{ (void)one; }}\n"
    return text


def asserts(entries, offsets):
    text = '#include "abi.h"\n'
    wholes = list(entries["struct"].items()) + [(n, f) for n, (_, f) in entries["record"].items()]
    for name, fields in wholes:
        size = max((int(f[0]) + int(f[1]) for f in fields), default=0)
        text += f'_Static_assert(sizeof(struct {name}) == {size}, "size of {name}");\n'
        for offset, size, _, member, *_ in fields if offsets else []:
            text += f'_Static_assert(offsetof(struct {name}, {member}) == {offset}, "{member}");\n'
            text += f'_Static_assert(sizeof(((struct {name} *)0)->{member}) == {size}, "{member}");\n'
    return text


def fbs_type(ty):
    if ty in FTYPE:
        return FTYPE[ty]
    array = re.fullmatch(r"\[(.*);(\d+)\]", ty)
    if array:
        return f"[{fbs_type(array[1])}]"
    form, inner = ty.rstrip(">").split("<")
    return "string" if form == "Name" else inner


def fbs(entries):
    text = ""
    for noun, mark in (("code", ""), ("flags", " (bit_flags)")):
        for name, (integer, values) in entries[noun].items():
            numbers = live(values)
            if noun == "flags":
                if any(number & (number - 1) for _, number in numbers):
                    return None
                numbers = [(value, number.bit_length() - 1) for value, number in numbers]
            numbers.sort(key=lambda pair: pair[1])
            named = ", ".join(f"{value} = {number}" for value, number in numbers)
            text += f"enum {name} : {FTYPE[integer]}{mark} {{ {named} }}\n"
    for name, fields in entries["struct"].items():
        # A struct there holds numbers and arrays of them, of fixed length.
        members = "".join(f"  m_{f[3]}: {fbs_type(f[2]) if '[' not in f[2] else f[2].replace(';', ':')};\n" for f in fields)
        members = re.sub(r"\[(\w+):(\d+)\]", lambda m: f"[{FTYPE.get(m[1], m[1])}:{m[2]}]", members)
        text += f"struct {name} {{\n{members}}}\n"
    for name, (_, fields) in entries["record"].items():
        members = "".join(
            f"  m_{f[3]}: {fbs_type(f[2])}{' = null' if fbs_type(f[2]) in entries['code'] else ''};\n"
            for f in fields if "reserved" not in f[4:])
        text += f"table {name} {{\n{members}}}\n"
    ids = sorted((number, name) for name, (number, _) in entries["record"].items())
    named = ", ".join(f"{name} = {number}" for number, name in ids)
    return text + (f"enum RecordIds : ushort {{ {named} }}\n" if ids else "")


def rust_type(ty):
    if ty in CTYPE:
        return ty
    array = re.fullmatch(r"\[(.*);(\d+)\]", ty)
    if array:
        return f"[{rust_type(array[1])}; {array[2]}]"
    form, inner = ty.rstrip(">").split("<")
    return f"[u8; {inner}]" if form == "Name" else inner


def rust(entries):
    text = "#![allow(non_snake_case)]\n"
    for name, (integer, values) in entries["code"].items():
        named = ", ".join(f"{value} = {number}" for value, number in live(values))
        text += f"#[repr({integer})]\npub enum {name} {{ {named} }}\n"
    for name, (integer, values) in entries["flags"].items():
        text += f"#[repr(transparent)]\npub struct {name}(pub {integer});\nimpl {name} {{\n"
        text += "".join(f"    pub const {v.upper()}: {integer} = {n};\n" for v, n in live(values)) + "}\n"
    wholes = list(entries["struct"].items()) + [(n, f) for n, (_, f) in entries["record"].items()]
    for name, fields in wholes:
        members = "".join(f"    pub r#{f[3]}: {rust_type(f[2])},\n" for f in fields)
        text += f"#[repr(C)]\npub struct {name} {{\n{members}}}\n"
    ids = ", ".join(f"{name} = {number}" for name, (number, _) in entries["record"].items())
    return text + (f"#[repr(u16)]\npub enum RecordIds {{ {ids} }}\n" if ids else "")


def run(*command, cwd=None):
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def abidiff(folder, old, new):
    objects = []
    for name, entries in (("old", old), ("new", new)):
        side = folder / name
        side.mkdir()
        (side / "abi.h").write_text(c_header(entries))
        (side / "abi.c").write_text(c_source(entries))
        code, said = run("gcc", "-g", "-shared", "-fPIC", "abi.c", "-o", "libabi.so", cwd=side)
        if code:
            return "cannot say" if name == "old" else f"error: {said[:60]}"
        objects.append(side / "libabi.so")
    code, _ = run("abidiff", *objects)
    if code & 3:
        return "error"
    return "caught" if code & 12 else "missed"


def assertions(folder, old, new, offsets):
    (folder / "abi.h").write_text(c_header(old))
    (folder / "check.c").write_text(asserts(old, offsets))
    if run("gcc", "-std=c11", "-fsyntax-only", "check.c", cwd=folder)[0]:
        return "cannot say"
    (folder / "abi.h").write_text(c_header(new))
    return "caught" if run("gcc", "-std=c11", "-fsyntax-only", "check.c", cwd=folder)[0] else "missed"


def conform(folder, old, new):
    texts = (fbs(old), fbs(new))
    if None in texts:
        return "cannot say"
    for name, text in zip(("old.fbs", "new.fbs"), texts):
        (folder / name).write_text(text)
        if run("flatc", "--binary", "--schema", "-o", folder / "out", name, cwd=folder)[0]:
            return "cannot say"
    return "caught" if run("flatc", "--conform", "old.fbs", "new.fbs", cwd=folder)[0] else "missed"


def semver(folder, old, new):
    for name, entries in (("old", old), ("new", new)):
        side = folder / name / "src"
        side.mkdir(parents=True)
        (side / "lib.rs").write_text(rust(entries))
        (side.parent / "Cargo.toml").write_text(
            '[package]\nname = "abi"\nversion = "1.0.0"\nedition = "2021"\n[workspace]\n')
    manifest = folder / "new" / "Cargo.toml"
    code, said = run("cargo", "semver-checks", "--manifest-path", manifest, "--baseline-root", folder / "old",
                     "--release-type", "minor")
    if "error: failed to" in said or "could not compile" in said or "error: running" in said:
        return "cannot say"
    return "caught" if code else "missed"


PEERS = {
    "abidiff": (abidiff, ["abidiff", "--version"], "abidiff", "apt-get install abigail-tools"),
    "flatc": (conform, ["flatc", "--version"], "flatc", "apt-get install flatbuffers-compiler"),
    "semver-checks": (semver, ["cargo", "semver-checks", "--version"], "cargo-semver-checks",
                      "cargo install --locked cargo-semver-checks"),
    "sizeof": (lambda f, o, n: assertions(f, o, n, False), ["gcc", "-dumpversion"], "gcc", "apt-get install gcc"),
    "sizeof+offsetof": (lambda f, o, n: assertions(f, o, n, True), ["gcc", "-dumpversion"], "gcc",
                        "apt-get install gcc"),
}


def judge(path):
    """Returns a row: what each peer says of the first section against the last."""
    title, lines, sections = read_case(path)
    row = {"id": path.stem, "title": title, "verdict": lines.get("verdict", ""), "peers": {}}
    two = len(sections) > 1 and "refused" not in lines and "ui" not in lines
    for name, (check, *_) in PEERS.items():
        if not two:
            row["peers"][name] = "one shape"
            continue
        with tempfile.TemporaryDirectory() as folder:
            row["peers"][name] = check(Path(folder), sections[0][1], sections[-1][1])
    return row


def fair(verdict, said):
    """Returns what an answer is worth: a break that was found, one that was not, or a false alarm."""
    if said in ("one shape", "cannot say") or said.startswith("error"):
        return said
    if verdict in ("OK", "COND"):
        return "no alarm" if said == "missed" else "ALARM"
    return said


def page(rows, versions, ours):
    text = "# Peers\n\n<!-- Generated by compat-tests/peers/run.py: do not edit. -->\n\n"
    text += ("The cases of `tests/cases/`, put to other tools in their own languages by `peers/run.py`: C structs\n"
             "with debug information for abidiff, tables for `flatc --conform`, public `repr(C)` types for\n"
             "cargo-semver-checks as a minor release, and the assertions that a careful team writes by hand for the\n"
             "layout before and compiles against the one after. The first shape of a case is compared with its last.\n\n"
             "*caught* and *missed* are about breaks. Where nothing breaks (OK), or nothing as long as something is\n"
             "declared that none of them can be told (COND), a finding is an ALARM: for a tool that judges sources or\n"
             "whole ABIs this may be its purpose, and it is noise to who asks whether records can still be read. *one\n"
             "shape*: the case needs no second one, for the first is enough to refuse it; none of the tools looks at\n"
             "one. FlatBuffers lays nothing out in place, so a move of bytes that keeps the order of fields is none\n"
             "there. abidiff is judged by bits 4 and 8 of its exit status, the others by theirs.\n\n")
    text += "Tools: " + ", ".join(f"{name} {version}" for name, version in versions.items()) + ".\n\n"
    names = list(PEERS)
    text += "| case | verdict | " + " | ".join(names) + " | testimony | what happened |\n"
    text += "|---|---|" + "---|" * (len(names) + 2) + "\n"
    counts = {name: {} for name in [*names, "testimony"]}
    for row in rows:
        own = ours.get(row["id"], "—")
        cells = [fair(row["verdict"], row["peers"][name]) for name in names]
        for name, cell in zip([*names, "testimony"], [*cells, own]):
            counts[name][cell] = counts[name].get(cell, 0) + 1
        text += f"| {row['id']} | {row['verdict']} | " + " | ".join(cells) + f" | {own} | {row['title']} |\n"
    text += "\n| | " + " | ".join(counts) + " |\n|---|" + "---|" * len(counts) + "\n"
    kinds = ["caught", "missed", "no alarm", "ALARM", "one shape", "cannot say"]
    for kind in kinds:
        text += f"| {kind} | " + " | ".join(str(counts[name].get(kind, 0)) for name in counts) + " |\n"
    return text


def main():
    check = sys.argv[1:] == ["--check"]
    versions = {}
    for name, (_, probe, program, install) in PEERS.items():
        missing = shutil.which(probe[0]) is None
        code, said = (1, "") if missing else run(*probe)
        if code:
            print(f"NOT CHECKED: {name}: {program} is missing: {install}", file=sys.stderr)
            return 2
        number = re.search(r"\d+(\.\d+)+|\d+", said)
        versions[program] = number[0] if number else "?"
    paths = sorted(path for path in CASES.glob("*.case") if not path.stem[3:])
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(judge, paths))
    ours = json.loads(OURS.read_text()) if OURS.exists() else {}
    text = page(rows, versions, ours)
    if check:
        stale = not PAGE.exists() or PAGE.read_text() != text
        print("PEERS.md is stale: run compat-tests/peers/run.py" if stale else "PEERS.md is up to date")
        return int(stale)
    PAGE.write_text(text)
    print(f"wrote PEERS.md, {len(rows)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
