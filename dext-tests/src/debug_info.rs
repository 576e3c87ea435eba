//! Structs as the compiler describes them to a debugger: the DWARF of an object.

use std::borrow::Cow;

use gimli::{
    AttributeValue, DebuggingInformationEntry, EndianSlice, Reader, ReaderOffset, RelocateReader,
    RunTimeEndian,
};
use object::read::RelocationMap;
use object::{Object, ObjectSection};

use crate::layout::{Layout, Layouts, Member, MemberType};

/// A section's bytes, with what the linker would have filled in.
#[derive(Debug)]
struct Section<'o> {
    bytes: Cow<'o, [u8]>,
    relocations: RelocationMap,
}

impl gimli::Relocate for &Section<'_> {
    fn relocate_address(&self, offset: usize, value: u64) -> gimli::Result<u64> {
        Ok(self.relocations.relocate(offset.into_u64(), value))
    }

    fn relocate_offset(&self, offset: usize, value: usize) -> gimli::Result<usize> {
        usize::from_u64(self.relocations.relocate(offset.into_u64(), value.into_u64()))
    }
}

/// Returns every struct with a name and a size that an object's DWARF describes.
///
/// # Errors
///
/// The object holds no DWARF, or what it holds is not understood.
pub fn structs(bytes: &[u8]) -> Result<Layouts, String> {
    let file = object::File::parse(bytes).map_err(|error| format!("no object: {error}"))?;
    let load = |id: gimli::SectionId| -> Result<Section<'_>, String> {
        let Some(section) = file.section_by_name(id.name()) else {
            return Ok(Section { bytes: Cow::Borrowed(&[]), relocations: RelocationMap::default() });
        };
        let bytes = section.uncompressed_data().map_err(|error| format!("{}: {error}", id.name()))?;
        let relocations = RelocationMap::new(&file, &section);
        Ok(Section { bytes, relocations: relocations.map_err(|error| format!("{}: {error}", id.name()))? })
    };
    let sections = gimli::DwarfSections::load(load)?;
    let dwarf = sections.borrow(|section| {
        RelocateReader::new(EndianSlice::new(&section.bytes, RunTimeEndian::Little), section)
    });
    let structs = read(&dwarf).map_err(|error| format!("DWARF: {error}"))?;
    if structs.is_empty() {
        return Err("the object describes no struct: was it compiled with -g?".to_owned());
    }
    Ok(structs)
}

fn read<R: Reader<Offset = usize>>(dwarf: &gimli::Dwarf<R>) -> gimli::Result<Layouts> {
    let mut layouts = Layouts::new();
    let mut units = dwarf.units();
    while let Some(header) = units.next()? {
        let unit = Unit { dwarf, unit: dwarf.unit(header)? };
        let mut tree = unit.unit.entries_tree(None)?;
        unit.collect(tree.root()?, &mut layouts)?;
    }
    Ok(layouts)
}

struct Unit<'d, R: Reader> {
    dwarf: &'d gimli::Dwarf<R>,
    unit: gimli::Unit<R>,
}

impl<R: Reader<Offset = usize>> Unit<'_, R> {
    fn collect(
        &self,
        node: gimli::EntriesTreeNode<'_, '_, '_, R>,
        layouts: &mut Layouts,
    ) -> gimli::Result<()> {
        let entry = node.entry();
        if [gimli::DW_TAG_structure_type, gimli::DW_TAG_class_type].contains(&entry.tag())
            && let Some(name) = self.name(entry)?
            && let Some(size) = number(entry, gimli::DW_AT_byte_size)?
        {
            let members = self.members(entry)?;
            layouts.insert(name, Layout { size, members });
        }
        let mut children = node.children();
        while let Some(child) = children.next()? {
            self.collect(child, layouts)?;
        }
        Ok(())
    }

    fn name(&self, entry: &DebuggingInformationEntry<'_, '_, R>) -> gimli::Result<Option<String>> {
        let Some(value) = entry.attr_value(gimli::DW_AT_name)? else { return Ok(None) };
        let text = self.dwarf.attr_string(&self.unit, value)?;
        Ok(Some(text.to_string_lossy()?.into_owned()))
    }

    fn members(&self, entry: &DebuggingInformationEntry<'_, '_, R>) -> gimli::Result<Vec<Member>> {
        let mut members = Vec::new();
        let mut tree = self.unit.entries_tree(Some(entry.offset()))?;
        let mut children = tree.root()?.children();
        while let Some(child) = children.next()? {
            let child = child.entry();
            // A member without a place belongs to the class and not to its objects.
            let offset = number(child, gimli::DW_AT_data_member_location)?;
            if child.tag() == gimli::DW_TAG_member
                && let (Some(offset), Some(name)) = (offset, self.name(child)?)
            {
                members.push(Member { name, offset, ty: self.type_of(child)? });
            }
        }
        Ok(members)
    }

    /// Returns the type that an entry names, behind its other names.
    fn type_of(&self, entry: &DebuggingInformationEntry<'_, '_, R>) -> gimli::Result<MemberType> {
        let Some(AttributeValue::UnitRef(offset)) = entry.attr_value(gimli::DW_AT_type)? else {
            // `void`, behind a pointer alone.
            return Ok(MemberType::Pointer);
        };
        let ty = self.unit.entry(offset)?;
        let size = number(&ty, gimli::DW_AT_byte_size)?.unwrap_or(0);
        match ty.tag() {
            gimli::DW_TAG_base_type => {
                let encoding = match ty.attr_value(gimli::DW_AT_encoding)? {
                    Some(AttributeValue::Encoding(encoding)) => encoding,
                    _ => gimli::DW_ATE_address,
                };
                let is_plain_character = self.name(&ty)?.as_deref() == Some("char");
                Ok(match encoding {
                    _ if is_plain_character => MemberType::Character,
                    gimli::DW_ATE_signed | gimli::DW_ATE_signed_char => MemberType::Signed(size),
                    gimli::DW_ATE_float => MemberType::Float(size),
                    _ => MemberType::Unsigned(size),
                })
            }
            gimli::DW_TAG_structure_type | gimli::DW_TAG_class_type | gimli::DW_TAG_union_type => {
                Ok(MemberType::Struct(self.name(&ty)?.unwrap_or_default(), size))
            }
            gimli::DW_TAG_array_type => self.array(&ty),
            gimli::DW_TAG_pointer_type | gimli::DW_TAG_reference_type => Ok(MemberType::Pointer),
            gimli::DW_TAG_enumeration_type => Ok(MemberType::Unsigned(size)),
            _ => self.type_of(&ty),
        }
    }

    fn array(&self, ty: &DebuggingInformationEntry<'_, '_, R>) -> gimli::Result<MemberType> {
        let mut counts = Vec::new();
        let mut tree = self.unit.entries_tree(Some(ty.offset()))?;
        let mut children = tree.root()?.children();
        while let Some(child) = children.next()? {
            let child = child.entry();
            let count = match number(child, gimli::DW_AT_count)? {
                Some(count) => count,
                None => number(child, gimli::DW_AT_upper_bound)?.map_or(0, |last| last + 1),
            };
            counts.push(count);
        }
        // The outermost length comes first.
        let element = self.type_of(ty)?;
        Ok(counts
            .into_iter()
            .rev()
            .fold(element, |element, count| MemberType::Array(Box::new(element), count)))
    }
}

fn number<R: Reader>(
    entry: &DebuggingInformationEntry<'_, '_, R>,
    name: gimli::DwAt,
) -> gimli::Result<Option<u64>> {
    Ok(entry.attr_value(name)?.and_then(|value| value.udata_value()))
}
