//! The forms of a report: over what the law finds, and over what only a test would make.

#[path = "form/found.rs"]
mod found;
#[path = "form/made.rs"]
mod made;
#[path = "form/many.rs"]
mod many;
#[path = "form/parsed.rs"]
mod parsed;
#[path = "form/shown.rs"]
mod shown;
#[path = "form/terminal.rs"]
mod terminal;
