//! A program in C that fills every struct, and the bytes that it must then show.

use std::fmt::Write as _;

use crate::layout::{Layouts, MemberType};

/// Returns a program that shows, a line for each struct, its name, its size, and its bytes after a different
/// number has been stored to each of its members; and what it must show.
#[must_use]
pub fn program(headers: &[&str], layouts: &Layouts) -> (String, String) {
    let (mut text, mut expected) = (String::new(), String::new());
    for header in headers {
        say(&mut text, &format!("#include \"{header}\""));
    }
    text.push_str(SHOW);
    for name in layouts.keys() {
        let mut image = Image { layouts, number: 0, bytes: Vec::new(), stores: String::new() };
        image.fill(name, "own", 0);
        say(
            &mut text,
            &format!("    {{\n        {name} own;\n        zero(&own, sizeof own);\n{}", image.stores),
        );
        say(&mut text, &format!("        show(\"{name}\", &own, sizeof own);\n    }}"));
        let bytes: Vec<String> = image.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        say(&mut expected, &format!("{name} {} {}", image.bytes.len(), bytes.concat()));
    }
    text.push_str("    return 0;\n}\n");
    (text, expected)
}

const SHOW: &str = "#include <stdio.h>

static void zero(void *to, size_t size)
{
    for (size_t at = 0; at < size; ++at) {
        ((unsigned char *)to)[at] = 0;
    }
}

static void show(const char *name, const void *from, size_t size)
{
    printf(\"%s %lu \", name, (unsigned long)size);
    for (size_t at = 0; at < size; ++at) {
        printf(\"%02x\", ((const unsigned char *)from)[at]);
    }
    printf(\"\\n\");
}

int main(void)
{
";

fn say(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes everything");
}

/// What the stores so far have made of a struct's bytes.
struct Image<'l> {
    layouts: &'l Layouts,
    number: u64,
    bytes: Vec<u8>,
    stores: String,
}

impl Image<'_> {
    /// Fills the struct `name`, which is called `place` in C and begins at `base`.
    fn fill(&mut self, name: &str, place: &str, base: u64) {
        let layouts = self.layouts;
        let layout = &layouts[name];
        let end = position(base + layout.size);
        self.bytes.resize(self.bytes.len().max(end), 0);
        for member in &layout.members {
            self.store(&member.ty, &format!("{place}.{}", member.name), base + member.offset);
        }
    }

    fn store(&mut self, ty: &MemberType, place: &str, at: u64) {
        match ty {
            MemberType::Array(element, count) => {
                for index in 0..*count {
                    self.store(element, &format!("{place}[{index}]"), at + index * element.size());
                }
            }
            MemberType::Struct(name, _) => self.fill(name, place, at),
            MemberType::Pointer => unreachable!("no struct of ours holds a pointer (REC-7)"),
            MemberType::Unsigned(_)
            | MemberType::Signed(_)
            | MemberType::Character
            | MemberType::Float(_) => {
                self.store_number(ty, place, at);
            }
        }
    }

    fn store_number(&mut self, ty: &MemberType, place: &str, at: u64) {
        self.number += 1;
        // Every byte differs from its neighbours', and no two members hold the same.
        let pattern = self.number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let (size, at) = (position(ty.size()), position(at));
        let value = pattern & (u64::MAX >> (64 - 8 * size));
        let (text, bytes) = match ty {
            // Small enough for both sizes of number.
            MemberType::Float(4) => {
                (format!("{}.0f", value % 1000), as_f32(value % 1000).to_le_bytes().to_vec())
            }
            MemberType::Float(_) => {
                (format!("{}.0", value % 1000), f64::from(as_f32(value % 1000)).to_le_bytes().to_vec())
            }
            MemberType::Character => (format!("(char){}", value & 0x7f), vec![value.to_le_bytes()[0] & 0x7f]),
            MemberType::Signed(_) => {
                (format!("(int{}_t)UINT64_C({value:#x})", 8 * size), value.to_le_bytes()[..size].to_vec())
            }
            _ => (format!("UINT64_C({value:#x})"), value.to_le_bytes()[..size].to_vec()),
        };
        say(&mut self.stores, &format!("        {place} = {text};"));
        self.bytes[at..at + size].copy_from_slice(&bytes);
    }
}

fn position(bytes: u64) -> usize {
    usize::try_from(bytes).expect("a struct fits into memory")
}

fn as_f32(value: u64) -> f32 {
    f32::from(u16::try_from(value).expect("it is small"))
}
