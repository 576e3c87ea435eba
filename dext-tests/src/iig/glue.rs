//! The glue that IIG would generate: from the number of a message to the method.

use super::compare::{Difference, Dispatch, dispatch};
use super::interface::{Interface, Library, Place};
use super::token::{Token, words};

/// Compares the dispatch in `text`, the file at `path`, with what `interface` declares: a method that is
/// missing there would run the base's behaviour and say nothing.
#[must_use]
pub fn compare_glue(interface: &Interface, path: &str, text: &str, driverkit: &Library) -> Vec<Difference> {
    let tokens = words(text).tokens;
    let top = Place { path: path.to_owned(), line: 1 };
    let mut found = Vec::new();
    let mut add = |here: &Place, what: String, fix: String| {
        found.push(Difference { here: here.clone(), there: top.clone(), what, fix });
    };
    for class in &interface.classes {
        let base = class.base.as_deref().unwrap_or_default();
        for method in &class.methods {
            let declared = driverkit.declarations(base, &method.name);
            // The number belongs to the class that declared the method first.
            let owner = declared.last().map_or(class, |(owner, _)| owner);
            if dispatch(driverkit, class, method) == Dispatch::Local {
                continue;
            }
            let number = format!("{}_{}_ID", owner.name, method.name);
            if !holds(&tokens, &["case", &number, ":"]) {
                let what = format!("the glue has no case for `{}`", method.name);
                add(&method.place, what, format!("add `case {number}:`"));
            }
            if !holds(&tokens, &["self", "-", ">", &format!("{}_Impl", method.name), "("]) {
                let what = format!("the glue never calls `{}_Impl`", method.name);
                add(&method.place, what, "call it in its case".to_owned());
            }
            if let Some(queue) = &method.queue
                && !tokens.iter().any(|token| token.text == format!("\"{queue}\""))
            {
                let what = format!("the glue never names the queue `{queue}` of `{}`", method.name);
                add(&method.place, what, "take the message to the queue of that name".to_owned());
            }
        }
        if !holds(&tokens, &["return", base, "::", "_Dispatch", "("]) {
            let what = format!("what `{}` does not know does not go on to `{base}`", class.name);
            add(&class.place, what, format!("end with `return {base}::_Dispatch(self, rpc);`"));
        }
        if !holds(&tokens, &["OSDefineMetaClass", "(", &class.name, ",", base, ")"]) {
            let what = format!("`{}` is not registered as derived from `{base}`", class.name);
            add(&class.place, what, format!("write `OSDefineMetaClass({}, {base});`", class.name));
        }
    }
    found
}

fn holds(tokens: &[Token], texts: &[&str]) -> bool {
    tokens
        .windows(texts.len())
        .any(|window| window.iter().zip(texts).all(|(token, text)| token.text == *text))
}
