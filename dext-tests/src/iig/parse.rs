//! From words to classes: `.iig`, and headers in the shape that IIG gives them.
//!
//! It reads what we write and no more. What it does not understand it refuses, with the place.

use super::interface::{Arguments, Class, Interface, Method, Parameter, Place};
use super::token::{Token, words};

/// Words of IIG that stand behind a parameter or a method and say nothing that a caller sees.
const MARKS: &[&str] = &["LOCAL", "REPLY", "TARGET", "KERNEL", "INVOKEREPLY"];

/// Reads a file's text.
///
/// # Errors
///
/// The place, and what stands there that this does not understand.
pub fn parse(path: &str, text: &str) -> Result<Interface, String> {
    let words = words(text);
    let mut interface = Interface { path: path.to_owned(), ..Interface::default() };
    for define in words.defines.iter().filter(|define| define.name.ends_with("_Args")) {
        let parameters = parameters(path, &define.tokens)?;
        let place = Place { path: path.to_owned(), line: define.line };
        interface.arguments.insert(define.name.clone(), Arguments { place, parameters });
    }
    let mut rest = words.tokens.as_slice();
    while let Some(first) = rest.first() {
        let (statement, behind) = split_statement(path, rest)?;
        match first.text.as_str() {
            "typedef" => interface.types.extend(other_name(statement)),
            "class" if statement.iter().any(|token| token.text == "{") => {
                interface.classes.push(class(path, statement)?);
            }
            _ => {}
        }
        rest = behind;
    }
    Ok(interface)
}

/// Splits off everything up to the `;` or `}` that ends what `tokens` begin with.
fn split_statement<'t>(path: &str, tokens: &'t [Token]) -> Result<(&'t [Token], &'t [Token]), String> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "(" | "{" | "[" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.checked_sub(1).ok_or_else(|| {
                    format!("{path}:{}: `{}` closes what was not opened", token.line, token.text)
                })?;
                let next = tokens.get(at + 1).map(|token| token.text.as_str());
                // A body ends its statement; the `;` behind a class or a list belongs to it.
                if depth == 0 && token.text == "}" && next != Some(";") && next != Some("=") {
                    return Ok(tokens.split_at(at + 1));
                }
            }
            ";" if depth == 0 => return Ok(tokens.split_at(at + 1)),
            _ => {}
        }
    }
    let line = tokens.first().map_or(0, |token| token.line);
    Err(format!("{path}:{line}: the file ends before what begins here"))
}

/// `typedef char Name[8]` is passed as `char *`; `typedef Other *Name` is `Other *`.
fn other_name(statement: &[Token]) -> Option<(String, String)> {
    let inner = &statement[1..statement.len() - 1];
    let is_array = inner.iter().position(|token| token.text == "[");
    let named = &inner[..is_array.unwrap_or(inner.len())];
    let (name, ty) = named.split_last()?;
    let is_plain = ty.iter().all(|token| token.is_word() || token.text == "*") && name.is_word();
    let is_other = is_array.is_some() || ty.last().is_some_and(|last| last.text == "*");
    let pointer = if is_array.is_some() { " *" } else { "" };
    (is_plain && is_other).then(|| (name.text.clone(), format!("{}{pointer}", joined(ty))))
}

fn joined(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// `class Name : public Base { ... };`
fn class(path: &str, statement: &[Token]) -> Result<Class, String> {
    let open = position(statement, "{").expect("the caller has seen it");
    let (head, body) = (&statement[1..open], &statement[open + 1..]);
    let end = body.iter().rposition(|token| token.text == "}").expect("the statement is balanced");
    let place = Place { path: path.to_owned(), line: statement[0].line };
    let (own, bases) = head.split_at(position(head, ":").unwrap_or(head.len()));
    let is_name = |token: &&Token| token.is_word() && token.text != "final" && !is_mark(&token.text);
    let name = own.iter().rfind(is_name).ok_or_else(|| format!("{place}: the class has no name"))?;
    let first_base = bases.iter().skip(1).find(|token| token.is_word() && token.text != "public");
    let mut class = Class {
        name: name.text.clone(),
        base: first_base.map(|base| base.text.clone()),
        calls_super: None,
        place,
        methods: Vec::new(),
    };
    members(path, &body[..end], &mut class)?;
    Ok(class)
}

fn is_mark(word: &str) -> bool {
    MARKS.contains(&word) || word == "NATIVE"
}

fn position(tokens: &[Token], text: &str) -> Option<usize> {
    tokens.iter().position(|token| token.text == text)
}

fn members(path: &str, mut rest: &[Token], class: &mut Class) -> Result<(), String> {
    while let [first, behind_first @ ..] = rest {
        if ["public", "protected", "private"].contains(&first.text.as_str()) {
            rest = behind_first.strip_prefix_of(":").unwrap_or(behind_first);
            continue;
        }
        let (statement, behind) = split_statement(path, rest)?;
        rest = behind;
        let is_call = position(statement, "(").is_some();
        match first.text.as_str() {
            ";" | "friend" | "typedef" | "union" | "struct" | "enum" => {}
            "using" if statement.get(1).is_some_and(|token| token.text == "super") => {
                class.calls_super = statement.get(3).map(|token| token.text.clone());
            }
            _ if is_call && !is_constructor(statement, &class.name) => {
                class.methods.push(method(path, statement)?);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Constructors, destructors and operators: no methods that anybody dispatches.
fn is_constructor(statement: &[Token], class: &str) -> bool {
    let open = position(statement, "(").expect("the caller has seen it");
    let before = &statement[..open];
    let is_named_so = before.last().is_some_and(|name| name.text == class) && before.len() == 1;
    is_named_so || before.iter().any(|token| token.text == "~" || token.text == "operator")
}

trait Behind<'t> {
    /// Returns what stands behind `text`, if that comes first.
    fn strip_prefix_of(self, text: &str) -> Option<&'t [Token]>;
}

impl<'t> Behind<'t> for &'t [Token] {
    fn strip_prefix_of(self, text: &str) -> Option<&'t [Token]> {
        self.split_first().filter(|(first, _)| first.text == text).map(|(_, rest)| rest)
    }
}

fn method(path: &str, statement: &[Token]) -> Result<Method, String> {
    let line = statement[0].line;
    let odd = |what: &str| format!("{path}:{line}: {what}: `{}`", joined(statement));
    let open = position(statement, "(").expect("the caller has seen it");
    let close = closing(statement, open).ok_or_else(|| odd("a parameter list without an end"))?;
    let (name, before) = statement[..open].split_last().ok_or_else(|| odd("a method without a name"))?;
    // What stands in a body or behind `= 0` does not matter.
    let behind = &statement[close + 1..];
    let end = behind.iter().position(|token| ["{", "=", ";"].contains(&token.text.as_str()));
    let trailer = &behind[..end.unwrap_or(behind.len())];
    let says = |word: &str| before.iter().chain(trailer).any(|token| token.text == word);
    let result: Vec<Token> = before
        .iter()
        .filter(|token| !["virtual", "static", "inline", "extern"].contains(&token.text.as_str()))
        .cloned()
        .collect();
    if result.is_empty() || !name.is_word() {
        return Err(odd("neither a method nor a field"));
    }
    let known = ["override", "APPLE_KEXT_OVERRIDE", "const", "final", "LOCALONLY", "TYPE", "QUEUENAME"];
    let mut depth = 0;
    for token in trailer {
        match token.text.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            word if depth == 0 && !known.contains(&word) && !is_mark(word) => {
                return Err(odd(&format!("`{word}` is not understood behind a method")));
            }
            _ => {}
        }
    }
    Ok(Method {
        name: name.text.clone(),
        place: Place { path: path.to_owned(), line: name.line },
        result: joined(&result),
        parameters: parameters(path, &statement[open + 1..close])?,
        is_virtual: says("virtual"),
        is_static: says("static"),
        is_override: says("override") || says("APPLE_KEXT_OVERRIDE"),
        is_const: trailer.iter().any(|token| token.text == "const"),
        is_local_only: says("LOCALONLY"),
        answers: argument_of(trailer, "TYPE"),
        queue: argument_of(trailer, "QUEUENAME"),
    })
}

/// Returns the place of the parenthesis that closes the one at `open`.
fn closing(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" => depth += 1,
            ")" if depth == 1 => return Some(at),
            ")" => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `MARK(what, it, says)` without blanks.
fn argument_of(tokens: &[Token], mark: &str) -> Option<String> {
    let at = position(tokens, mark)?;
    let close = closing(tokens, at + 1)?;
    Some(tokens[at + 2..close].iter().map(|token| token.text.as_str()).collect())
}

fn parameters(path: &str, tokens: &[Token]) -> Result<Vec<Parameter>, String> {
    let mut found = Vec::new();
    let (mut depth, mut begin) = (0_usize, 0);
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            "," if depth == 0 => {
                found.push(parameter(path, &tokens[begin..at])?);
                begin = at + 1;
            }
            _ => {}
        }
    }
    let last = &tokens[begin..];
    let is_void = matches!(last, [only] if only.text == "void");
    let is_nothing = last.is_empty() && found.is_empty();
    if !is_void && !is_nothing {
        found.push(parameter(path, last)?);
    }
    Ok(found)
}

/// `const Type *name = default`, with the marks of IIG behind it.
fn parameter(path: &str, tokens: &[Token]) -> Result<Parameter, String> {
    let default = position(tokens, "=").unwrap_or(tokens.len());
    let typed = position(&tokens[..default], "TYPE").unwrap_or(default);
    let kept: Vec<Token> = tokens[..typed].iter().filter(|token| !is_mark(&token.text)).cloned().collect();
    let line = tokens.first().map_or(0, |token| token.line);
    let odd = |what: &str| format!("{path}:{line}: {what}: `{}`", joined(tokens));
    let array = position(&kept, "[");
    let own = &kept[..array.unwrap_or(kept.len())];
    if own.iter().any(|token| !token.is_word() && !["*", "&"].contains(&token.text.as_str())) {
        return Err(odd("a parameter whose type is not a name or a pointer"));
    }
    let pointer = if array.is_some() { " *" } else { "" };
    match own {
        [] => Err(odd("an empty parameter")),
        [only] => Ok(Parameter { ty: only.text.clone(), name: String::new() }),
        [ty @ .., last] if last.is_word() => {
            Ok(Parameter { ty: format!("{}{pointer}", joined(ty)), name: last.text.clone() })
        }
        unnamed => Ok(Parameter { ty: joined(unnamed), name: String::new() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only_method(text: &str) -> Method {
        let text = format!("class C : public B {{ public: {text} }};");
        parse("t", &text).expect("it is understood").classes.remove(0).methods.remove(0)
    }

    #[test]
    fn a_method_is_taken_apart() {
        let method = only_method(
            "virtual void Rang(OSAction *action TARGET, const uint64_t data[4]) TYPE(A::B) QUEUENAME(q);",
        );
        assert_eq!(method.to_string(), "void Rang(OSAction * action, const uint64_t * data)");
        assert_eq!(method.answers.as_deref(), Some("A::B"));
        assert_eq!(method.queue.as_deref(), Some("q"));
        assert!(method.is_virtual && !method.is_local_only && !method.is_override);
    }

    #[test]
    fn what_is_no_method_is_left_out() {
        let text = "class D; struct E { int f(); };
            class C final : public B { friend class D; public: using super = B; C() = default; ~C();
            void *operator new(size_t size, C *at); C_IVars *ivars; static int Get() { return 1; } };";
        let interface = parse("t", text).expect("it is understood");
        let [class] = &interface.classes[..] else { panic!("one class") };
        assert_eq!((class.name.as_str(), class.base.as_deref()), ("C", Some("B")));
        assert_eq!(class.calls_super.as_deref(), Some("B"));
        assert_eq!(class.methods.len(), 1);
        assert!(class.methods[0].is_static);
    }

    #[test]
    fn macros_and_types_are_kept() {
        let text =
            "typedef char Name[8];\ntypedef Other *OtherPtr;\n#define C_M_Args const char *name, int n\n";
        let interface = parse("t", text).expect("it is understood");
        assert_eq!(interface.types["Name"], "char *");
        assert_eq!(interface.types["OtherPtr"], "Other *");
        assert_eq!(interface.arguments["C_M_Args"].parameters[0].to_string(), "const char * name");
        assert_eq!(interface.arguments["C_M_Args"].place.line, 3);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (text, expected) in [
            ("virtual void F() SYNCHRONOUS;", "t:1: `SYNCHRONOUS` is not understood behind a method"),
            ("void F(int (^block)(void));", "t:1: a parameter whose type is not a name or a pointer"),
            ("void F(int a,);", "t:0: an empty parameter"),
            ("void F(", "t:1: the file ends"),
        ] {
            let text = format!("class C {{ {text} }};");
            let error = parse("t", &text).expect_err("it is refused");
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
