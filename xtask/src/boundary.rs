//! The boundary's table for the driver, in C, and for people, in `spec/attach.md`.
//!
//! Numbers come from [`dext_bindings::boundary`], names and documentation from its catalog.

use std::fmt::Write as _;

use abi_codegen::model::{Composite, Named, Type};
use abi_codegen::{Catalog, ModelError, c_constant_name};
use dext_bindings::boundary::{
    Access, BOUNDARY, MEMORIES, METHODS, Method, OPEN_MAGIC, OPEN_TYPE, Refusal, ReturnCode,
};

/// Between these lines of the page stands what is generated.
const BEGIN: &str = "<!-- generated: the boundary's table -->\n";
const END: &str = "<!-- end of what is generated -->\n";

/// The catalog, for the names of what the table has numbers for.
pub(crate) struct Table(Catalog);

impl Table {
    pub(crate) fn read() -> Result<Self, ModelError> {
        Catalog::from_schema(&BOUNDARY).map(Self)
    }

    /// Returns the named values of a code that some struct of the catalog holds.
    fn values(&self, name: &str) -> &[Named] {
        let fields = self.0.structs.iter().flat_map(|composite| &composite.fields);
        let found = fields.into_iter().find_map(|field| match &field.ty {
            Type::Code { code, values, .. } if code == name => Some(&**values),
            _ => None,
        });
        found.unwrap_or_default()
    }

    fn named(&self, code: &str, value: u32) -> &Named {
        let mut values = self.values(code).iter();
        values.find(|named| named.value.0 == i128::from(value)).expect("the table is of the catalog's codes")
    }

    fn composite(&self, name: &str) -> Option<&Composite> {
        self.0.structs.iter().find(|composite| composite.name == name)
    }

    /// Returns `include/testimony/boundary.h`.
    pub(crate) fn header(&self) -> String {
        let mut lines = vec![HEAD.to_owned()];
        let mut line = |text: String| lines.push(text);
        line(
            "/* The type that a connection is opened with: `TS`, and the major number of the region ABI. */"
                .into(),
        );
        line(format!("#define TSM_OPEN_MAGIC UINT32_C({OPEN_MAGIC:#06x})"));
        line(format!("#define TSM_OPEN_TYPE UINT32_C({OPEN_TYPE:#010x})"));
        for method in METHODS {
            let named = self.named("Selector", method.selector.raw());
            let upper = c_constant_name(&named.name);
            line(format!("\n/* {} */", named.doc.trim()));
            for (what, count) in shape(method) {
                line(format!("#define TSM_SELECTOR_{upper}_{what} UINT32_C({count})"));
            }
        }
        line(format!(
            "\n/* How many selectors there are. */\n#define TSM_SELECTORS UINT32_C({})",
            METHODS.len()
        ));
        line("\n/* What a driver of ours returns beside IOKit's own codes. */".into());
        for named in self.values("Refusal") {
            let upper = c_constant_name(&named.name);
            line(format!("/* {} */", named.doc.trim()));
            if named.value.0 == i128::from(Refusal::AbiMajor as u32) {
                line(format!(
                    "#define TSM_CODE_{upper}(major) ((int)({:#010x}u | ((uint32_t)(major) & 0xfffu)))",
                    ReturnCode::of(Refusal::AbiMajor).0
                ));
            } else {
                let code = Self::code(named);
                line(format!("#define TSM_CODE_{upper} ((int){:#010x}u)", code.0));
            }
        }
        lines.join("\n") + "\n\n#endif\n"
    }

    fn code(named: &Named) -> ReturnCode {
        let base = ReturnCode::of(Refusal::AbiMajor).0 & !(Refusal::AbiMajor as u32);
        let number = u32::try_from(named.value.0).expect("a code of 32 bits");
        ReturnCode(base | number)
    }

    /// Returns `page` with the table put where it belongs; at its end, if the page has no place for it.
    pub(crate) fn page(&self, page: &str) -> String {
        let (before, rest) = page.split_once(BEGIN).unwrap_or((page, ""));
        let after = rest.split_once(END).map_or("", |(_, after)| after);
        format!("{before}{BEGIN}\n{}\n\n{END}{after}", self.section().trim_end())
    }

    fn section(&self) -> String {
        let mut out = String::from("| selector | | in | out | |\n|---|---|---|---|---|\n");
        for method in METHODS {
            let named = self.named("Selector", method.selector.raw());
            let extra = match (method.completion, method.structure_out) {
                (1, _) => "answers later, with reason and published".to_owned(),
                (_, 0) => String::new(),
                (_, bytes) => format!("a structure of at most {bytes} bytes"),
            };
            _ = writeln!(
                out,
                "| {} `{}` | {} | {} | {} | {extra} |",
                method.selector.raw(),
                c_constant_name(&named.name),
                named.doc.trim(),
                self.words(&format!("{}In", named.name)),
                self.words(&format!("{}Out", named.name)),
            );
        }
        out += "\n| memory type | | a reader may |\n|---|---|---|\n";
        for memory in MEMORIES {
            let named = self.named("MemoryType", memory.memory.raw());
            let access = match memory.access.known() {
                Ok(Access::ReadOnly) => "load",
                Ok(Access::ReadWrite) => "load and store",
                Err(_) => "",
            };
            _ = writeln!(
                out,
                "| {} `{}` | {} | {access} |",
                memory.memory.raw(),
                c_constant_name(&named.name),
                named.doc.trim()
            );
        }
        out += "\n| code | | |\n|---|---|---|\n";
        for named in self.values("Refusal") {
            let code = Self::code(named);
            _ = writeln!(out, "| `{code}` | `{}` | {} |", c_constant_name(&named.name), named.doc.trim());
        }
        out
    }

    /// Returns the names of a struct's words.
    fn words(&self, composite: &str) -> String {
        let fields = self.composite(composite).map_or(&[][..], |composite| &composite.fields);
        let names: Vec<String> = fields
            .iter()
            .map(|field| match field.size / 8 {
                1 => field.name.clone(),
                words => format!("{} ({words})", field.name),
            })
            .collect();
        names.join(", ")
    }
}

/// What a row of the dispatch table is made of.
fn shape(method: &Method) -> [(&'static str, u32); 4] {
    [
        ("COMPLETION", method.completion),
        ("INPUTS", method.inputs),
        ("OUTPUTS", method.outputs),
        ("STRUCTURE_OUT", method.structure_out),
    ]
}

const HEAD: &str = "\
/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Generated by `gen-headers` from dext-bindings/src/boundary: do not edit. */

/* What a reader asks of a DriverKit extension, and what it answers. Spec: spec/attach.md, \"DriverKit\".
 *
 * Selectors, memory types, refusals and the structs that go over the boundary are in boundary_abi.h.
 */

#ifndef TESTIMONY_BOUNDARY_H
#define TESTIMONY_BOUNDARY_H

#include \"boundary_abi.h\"
";
