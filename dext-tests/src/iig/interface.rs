//! Classes and their methods, as an `.iig` file or a header declares them.

use std::collections::BTreeMap;
use std::fmt;

/// What one file declares.
#[derive(Clone, Debug, Default)]
pub struct Interface {
    /// The file, as a person would open it.
    pub path: String,
    /// Its classes.
    pub classes: Vec<Class>,
    /// Types that stand for another one: arrays, which are passed as pointers, and pointers.
    pub types: BTreeMap<String, String>,
    /// Parameter lists that are macros, `<Class>_<Method>_Args`.
    pub arguments: BTreeMap<String, Arguments>,
}

/// A parameter list that is a macro.
#[derive(Clone, Debug)]
pub struct Arguments {
    /// Where.
    pub place: Place,
    /// What it stands for.
    pub parameters: Vec<Parameter>,
}

/// A class.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// The class that it is derived from.
    pub base: Option<String>,
    /// What it calls `super`, if it says so.
    pub calls_super: Option<String>,
    /// Where.
    pub place: Place,
    /// Its methods, in the order of the file. Constructors and operators are none.
    pub methods: Vec<Method>,
}

/// A method.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a word that stands there or not")]
pub struct Method {
    /// Its name.
    pub name: String,
    /// Where.
    pub place: Place,
    /// What it returns.
    pub result: String,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// `virtual`.
    pub is_virtual: bool,
    /// `static`.
    pub is_static: bool,
    /// `override`.
    pub is_override: bool,
    /// `const`.
    pub is_const: bool,
    /// `LOCALONLY`: a method of C++ and nothing more.
    pub is_local_only: bool,
    /// `TYPE(Class::Method)`: what calls it, by way of an action.
    pub answers: Option<String>,
    /// `QUEUENAME(name)`.
    pub queue: Option<String>,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its type, one blank between two words.
    pub ty: String,
    /// Its name; empty if it has none.
    pub name: String,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: String,
    /// The line, counted from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path, self.line)
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.ty, self.name)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters: Vec<String> = self.parameters.iter().map(ToString::to_string).collect();
        let (kind, end) =
            (if self.is_static { "static " } else { "" }, if self.is_const { " const" } else { "" });
        write!(f, "{kind}{} {}({}){end}", self.result, self.name, parameters.join(", "))
    }
}

impl Class {
    /// Returns the method of this name; the first, if there are several.
    #[must_use]
    pub fn method(&self, name: &str) -> Option<&Method> {
        self.methods.iter().find(|method| method.name == name)
    }
}

/// Files that belong together: what one of them names, another may declare.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// The files.
    pub interfaces: Vec<Interface>,
}

impl Library {
    /// Returns every class.
    pub fn classes(&self) -> impl Iterator<Item = &Class> {
        self.interfaces.iter().flat_map(|interface| &interface.classes)
    }

    /// Returns the class of this name.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<&Class> {
        self.classes().find(|class| class.name == name)
    }

    /// Returns the parameter list that a macro stands for.
    #[must_use]
    pub fn arguments(&self, name: &str) -> Option<&Arguments> {
        self.interfaces.iter().find_map(|interface| interface.arguments.get(name))
    }

    /// Returns the class and everything that it is derived from, nearest first.
    #[must_use]
    pub fn line_of(&self, name: &str) -> Vec<&Class> {
        let mut line = Vec::new();
        let mut next = self.class(name);
        while let Some(class) = next {
            line.push(class);
            next = class.base.as_deref().and_then(|base| self.class(base));
        }
        line
    }

    /// Returns the declarations of `method` in `class` and in what it is derived from, nearest first.
    #[must_use]
    pub fn declarations(&self, class: &str, method: &str) -> Vec<(&Class, &Method)> {
        let line = self.line_of(class);
        let of_class = |class| Class::methods_named(class, method).map(move |method| (class, method));
        line.into_iter().flat_map(of_class).collect()
    }

    /// Returns a type as it is passed: an array as a pointer, a name of another type as that type.
    #[must_use]
    pub fn passed(&self, ty: &str) -> String {
        let words: Vec<String> = ty.split(' ').map(|word| self.stands_for(word).to_owned()).collect();
        words.join(" ")
    }

    fn stands_for<'t>(&'t self, word: &'t str) -> &'t str {
        let own = self.interfaces.iter().find_map(|interface| interface.types.get(word));
        own.map_or(word, String::as_str)
    }
}

impl Class {
    fn methods_named<'c>(class: &'c Class, name: &str) -> impl Iterator<Item = &'c Method> + use<'c> {
        let name = name.to_owned();
        class.methods.iter().filter(move |method| method.name == name)
    }
}
