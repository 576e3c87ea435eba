//! Every ordering names the function that holds its partner, and that function holds it.
//!
//! In Rust the two are one pair of `abi-runtime/src/order.rs`: `NAME` orders what a thread stores, `SEE_NAME`
//! what another one loads. In C and C++ they are a release and an acquire.

use super::{File, Finding};

const TAG: &str = concat!("PAIRS", " WITH:");
/// The file that gives every ordering of the runtime its name.
const ORDERS: &str = "abi-runtime/src/order.rs";
/// Lines between a comment that names a partner and the ordering that it belongs to.
const REACH: usize = 10;
/// Where orderings are: of these files each one is checked.
const PLACES: &[&str] =
    &["abi-runtime/src/", "dext-bindings/src/", "dext-bindings/include/testimony/", "dext-bindings/dext/"];
/// Files of those places that define orderings, or test what they are for.
const ASIDE: &[&str] = &[ORDERS, "abi-runtime/src/model/", "dext-bindings/include/testimony/word.h"];

/// What orders something in C.
const C_ORDERS: &[&str] = &[
    "tsm_store_release(",
    "tsm_fence_release(",
    "__ATOMIC_ACQUIRE",
    "__ATOMIC_RELEASE",
    "__ATOMIC_ACQ_REL",
    "__ATOMIC_SEQ_CST",
];
/// What orders something in Rust without a name.
const RAW_ORDERS: &[&str] =
    &["Ordering::Acquire", "Ordering::Release", "Ordering::AcqRel", "Ordering::SeqCst"];

/// Something that orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order<'a> {
    /// A constant of `order.rs`.
    Named(&'a str),
    /// An ordering of Rust without a name.
    Raw,
    /// One of C or C++.
    C,
}

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let is_source = |file: &&File| {
        let is_in = |places: &[&str]| places.iter().any(|place| file.path.starts_with(place));
        file.has_extension(&["rs", "h", "c", "cpp"]) && is_in(PLACES) && !is_in(ASIDE)
    };
    let sources: Vec<&File> = files.iter().filter(is_source).collect();
    let mut findings = Vec::new();
    for file in &sources {
        check_file(file, &sources, &mut findings);
    }
    let orders = files.iter().find(|file| file.path == ORDERS).map_or("", |file| &*file.text);
    findings.extend(check_table(orders, &sources));
    findings
}

/// Checks each ordering of a file, and that each comment belongs to one.
fn check_file(file: &File, sources: &[&File], findings: &mut Vec<Finding>) {
    let mut tag: Option<(usize, &str)> = None;
    for (at, line) in file.text.lines().enumerate() {
        if let Some((_, partner)) = line.split_once(TAG) {
            findings.extend(tag.map(|(at, _)| no_order(file, at)));
            let name = partner.trim().split([' ', ',', '(', ';', '*']).next().unwrap_or_default();
            tag = Some((at, name.trim_end_matches(['.', ':'])));
        }
        let Some(order) = order_in(line, file) else { continue };
        match tag.take() {
            Some((tagged, name)) if at - tagged <= REACH => {
                findings.extend(check_pair(file, at, order, name, sources));
            }
            _ => findings.push(Finding::new(
                format!("{}:{}", file.path, at + 1),
                "an ordering names no partner",
                format!("write above it `{TAG}` and the function that holds the other half"),
            )),
        }
    }
    findings.extend(tag.map(|(at, _)| no_order(file, at)));
}

fn no_order(file: &File, at: usize) -> Finding {
    Finding::new(
        format!("{}:{}", file.path, at + 1),
        "names a partner, and no ordering follows",
        "write the comment directly above the ordering that it belongs to",
    )
}

/// Checks that the function `name` holds the partner of `order`.
fn check_pair(file: &File, at: usize, order: Order<'_>, name: &str, sources: &[&File]) -> Option<Finding> {
    let place = format!("{}:{}", file.path, at + 1);
    if order == Order::Raw {
        return Some(Finding::new(
            place,
            "an ordering without a name",
            format!("give it a name in {ORDERS}: a model then shows what it is for"),
        ));
    }
    let bodies: Vec<(&File, String)> = sources
        .iter()
        .flat_map(|source| bodies(&source.text, name).into_iter().map(move |body| (*source, body)))
        .collect();
    if bodies.is_empty() {
        return Some(Finding::new(
            place,
            format!("pairs with `{name}`, which does not exist"),
            "name the function on the other side that makes the ordering meaningful",
        ));
    }
    let is_partner = |source: &File, body: &str| {
        body.lines().filter_map(|line| order_in(line, source)).any(|other| are_partners(order, other))
    };
    let holds = bodies.iter().any(|(source, body)| is_partner(source, body));
    (!holds).then(|| {
        let other = match order {
            Order::Named(order) => format!("order::{}", partner_of(order)),
            Order::Raw | Order::C => "the other half".to_owned(),
        };
        Finding::new(
            place,
            format!("pairs with `{name}`, which does not hold {other}"),
            "name the function that does, and not one that calls it",
        )
    })
}

/// Returns the name of the other half of a pair of `order.rs`.
fn partner_of(name: &str) -> String {
    name.strip_prefix("SEE_").map_or_else(|| format!("SEE_{name}"), str::to_owned)
}

/// Returns whether two orderings make a pair. What C stores is loaded by a reader in Rust, or by C.
fn are_partners(one: Order<'_>, other: Order<'_>) -> bool {
    match (one, other) {
        (Order::Named(one), Order::Named(other)) => partner_of(one) == other,
        (Order::C, Order::Named(other)) => other.starts_with("SEE_"),
        (Order::C, Order::C) => true,
        _ => false,
    }
}

/// Returns what a line orders.
fn order_in<'a>(line: &'a str, file: &File) -> Option<Order<'a>> {
    let code = line.trim_start();
    if code.starts_with("//") || code.starts_with('*') || code.starts_with("/*") {
        return None;
    }
    if !file.has_extension(&["rs"]) {
        let is_signal = code.contains("__atomic_signal_fence");
        return (!is_signal && C_ORDERS.iter().any(|order| code.contains(order))).then_some(Order::C);
    }
    if let Some((_, rest)) = code.split_once("order::") {
        let name = rest.split(|letter: char| !letter.is_ascii_uppercase() && letter != '_').next();
        return name.filter(|name| !name.is_empty()).map(Order::Named);
    }
    let is_compiler = code.contains("compiler_fence");
    (!is_compiler && RAW_ORDERS.iter().any(|order| code.contains(order))).then_some(Order::Raw)
}

/// Returns the bodies of the functions that `name`, with its type or without, may mean in a source.
fn bodies(text: &str, name: &str) -> Vec<String> {
    let (ty, function) = name.rsplit_once("::").map_or((None, name), |(ty, function)| (Some(ty), function));
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut owner = "";
    for (at, line) in lines.iter().enumerate() {
        if line.starts_with("impl") {
            owner = line;
        }
        let is_rust = line.contains(&format!("fn {function}("));
        let indent = &line[..line.len() - line.trim_start().len()];
        let call = format!("{function}(");
        let is_c = !is_rust
            && !line.trim_end().ends_with(';')
            && line.split_once(&call).is_some_and(|(before, _)| before.ends_with([' ', ':', '*']))
            && (indent.is_empty() || line.contains('{'))
            && !line.contains("fn ");
        if function.is_empty() || !is_rust && !is_c || is_rust && ty.is_some_and(|ty| !owner.contains(ty)) {
            continue;
        }
        let end = format!("{indent}}}");
        let rest = lines.get(at..).unwrap_or_default();
        let len = if line.ends_with('}') { 1 } else { rest.iter().take_while(|line| **line != end).count() };
        found.push(rest.get(..len).unwrap_or_default().join("\n"));
    }
    found
}

/// Checks that each ordering of `order.rs` has its other half there, and is used.
fn check_table(orders: &str, sources: &[&File]) -> Vec<Finding> {
    let names: Vec<&str> = orders
        .lines()
        .filter_map(|line| {
            line.strip_prefix("pub(crate) const ")?.split_once(": Order").map(|(name, _)| name)
        })
        .collect();
    let mut findings = Vec::new();
    if names.is_empty() {
        findings.push(Finding::new(ORDERS, "names no ordering", "name each ordering of the protocol there"));
    }
    for name in &names {
        if !names.contains(&&*partner_of(name)) {
            let rule = format!("{name} has no other half {}", partner_of(name));
            findings.push(Finding::new(ORDERS, rule, "an ordering that pairs with nothing orders nothing"));
        }
        let is_used =
            |file: &&File| file.text.lines().any(|line| order_in(line, file) == Some(Order::Named(name)));
        if !sources.iter().any(is_used) {
            findings.push(Finding::new(ORDERS, format!("{name} is not used"), "remove it"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::File;

    const ORDERS: &str = "pub(crate) const A: Order = x;\npub(crate) const SEE_A: Order = x;\n";

    fn findings(store: &str, load: &str) -> Vec<String> {
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
        let store = format!("impl One {{\n    fn put(&self) {{\n{store}\n    }}\n}}\n");
        let load = format!(
            "impl Two {{\n    fn get(&self) {{\n{load}\n    }}\n    fn calls(&self) {{\n        get();\n    }}\n}}\n"
        );
        let files = [
            file("abi-runtime/src/order.rs", ORDERS),
            file("abi-runtime/src/one.rs", &store),
            file("abi-runtime/src/two.rs", &load),
        ];
        check(&files).iter().map(ToString::to_string).collect()
    }

    fn tagged(partner: &str, order: &str) -> String {
        format!("        // {} {partner} (other half).\n        {order}", super::TAG)
    }

    #[test]
    fn an_ordering_names_the_function_that_holds_its_partner() {
        let (store, load) =
            (tagged("Two::get", "order::A.fence();"), tagged("One::put", "order::SEE_A.fence();"));
        assert_eq!(findings(&store, &load), [""; 0]);
        let first = |store: &str, load: &str| findings(store, load).first().cloned().unwrap_or_default();
        // A caller, another type, no such function.
        assert!(
            first(&tagged("Two::calls", "order::A.fence();"), &load).contains("does not hold order::SEE_A")
        );
        assert!(first(&tagged("One::get", "order::A.fence();"), &load).contains("does not exist"));
        assert!(first(&tagged("Two::gone", "order::A.fence();"), &load).contains("does not exist"));
        // No comment; a comment without an ordering; an ordering without a name.
        assert!(first("        order::A.fence();", &load).contains("names no partner"));
        let unused = tagged("Two::get", "let nothing = 0;\n        order::A.fence();")
            .replace("// P", "// PAIRS WITH: Two::get.\n        // P");
        assert!(first(&unused, &load).contains("no ordering follows"));
        let raw = tagged("Two::get", "fence(Ordering::Release);");
        assert!(findings(&raw, &load).iter().any(|finding| finding.contains("without a name")));
    }
}
