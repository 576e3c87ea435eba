//! The shim's headers against what DriverKit declares.

use super::compare::{Difference, Dispatch, dispatch, listed, same_types};
use super::interface::{Class, Interface, Library, Method, Place};
use super::parse::parse;

/// Where the facts stand.
const PATH: &str = "dext-tests/src/iig/driverkit.iig";

/// What every class has that stands in no `.iig` file.
const RUNTIME: &[&str] = &["sGetMetaClass", "_Dispatch", "Dispatch"];

/// Classes that the runtime is made of: IIG has no part in them.
const NO_INTERFACE: &[&str] = &["OSMetaClass"];

/// Returns what DriverKit declares of the classes that we use.
///
/// # Panics
///
/// The file of facts is not in the language that it should be in.
#[must_use]
pub fn driverkit() -> Library {
    let interface = parse(PATH, include_str!("driverkit.iig")).unwrap_or_else(|error| panic!("{error}"));
    Library { interfaces: vec![interface] }
}

/// Compares what a header of the shim declares with what DriverKit does.
#[must_use]
pub fn compare_with_driverkit(header: &Interface, driverkit: &Library) -> Vec<Difference> {
    let mut found = Vec::new();
    for class in header.classes.iter().filter(|class| !NO_INTERFACE.contains(&class.name.as_str())) {
        let Some(declared) = driverkit.class(&class.name) else {
            let there = Place { path: PATH.to_owned(), line: 1 };
            let what = format!("DriverKit declares no class `{}` that is known here", class.name);
            let fix = "add it to the facts, with its source, or delete it";
            found.push(difference(&class.place, &there, what, fix));
            continue;
        };
        compare_class(class, declared, driverkit, &mut found);
    }
    for (name, arguments) in &header.arguments {
        let words = name.trim_end_matches("_Args");
        let Some((class, method)) = words.split_once('_') else { continue };
        let Some((_, method)) = driverkit.declarations(class, method).first().copied() else { continue };
        if !same_types(driverkit, &arguments.parameters, &method.parameters) {
            let what = format!("`{name}` is `{}`", listed(&arguments.parameters));
            let fix = format!("define it as `{}`", listed(&method.parameters));
            found.push(difference(&arguments.place, &method.place, what, &fix));
        }
    }
    found
}

fn compare_class(class: &Class, declared: &Class, driverkit: &Library, found: &mut Vec<Difference>) {
    let line = driverkit.line_of(&class.name);
    let base = class.base.as_deref();
    // A class in between may be left out: nobody sees it.
    if base.is_some_and(|base| !line.iter().skip(1).any(|ancestor| ancestor.name == base)) {
        let what = format!("`{}` is derived from `{}`", class.name, base.unwrap_or_default());
        let fix = format!("derive it from `{}`", declared.base.as_deref().unwrap_or_default());
        found.push(difference(&class.place, &declared.place, what, &fix));
    }
    let is_own =
        |method: &&Method| !RUNTIME.contains(&method.name.as_str()) && !method.name.ends_with("_Impl");
    for method in class.methods.iter().filter(is_own) {
        let candidates = driverkit.declarations(&class.name, &method.name);
        let Some((owner, first)) = candidates.first().copied() else {
            let what = format!("DriverKit declares no `{}::{}`", class.name, method.name);
            let fix = "delete it: a dext that calls it runs here alone; or add the fact with its source";
            found.push(difference(&method.place, &declared.place, what, fix));
            continue;
        };
        if !candidates.iter().any(|(owner, other)| is_same(method, owner, other, driverkit)) {
            let what = format!("`{method}` is `{first}` in DriverKit, {}", reached(owner, first, driverkit));
            found.push(difference(&method.place, &first.place, what, "declare it as DriverKit does"));
        }
    }
}

fn reached(owner: &Class, method: &Method, driverkit: &Library) -> &'static str {
    match dispatch(driverkit, owner, method) {
        Dispatch::Local => "and called directly",
        Dispatch::Remote if method.is_static => "and static",
        Dispatch::Remote | Dispatch::Answer => "with `OSDispatchMethod supermethod = NULL` as last parameter",
    }
}

fn is_same(method: &Method, owner: &Class, declared: &Method, driverkit: &Library) -> bool {
    let mut own = method.clone();
    let has_super = own.parameters.pop_if(|last| last.ty == "OSDispatchMethod").is_some();
    let needs_super = !declared.is_static && dispatch(driverkit, owner, declared) != Dispatch::Local;
    let mut names: Vec<&str> = own.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let mut others: Vec<&str> = declared.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let in_order = names == others;
    names.sort_unstable();
    others.sort_unstable();
    has_super == needs_super
        && driverkit.passed(&own.result) == driverkit.passed(&declared.result)
        && own.is_static == declared.is_static
        && own.is_const == declared.is_const
        && same_types(driverkit, &own.parameters, &declared.parameters)
        // The same names in another order: two of one type have changed places.
        && (in_order || names != others)
}

fn difference(here: &Place, there: &Place, what: String, fix: &str) -> Difference {
    Difference { here: here.clone(), there: there.clone(), what, fix: fix.to_owned() }
}
