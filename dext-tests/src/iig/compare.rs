//! An `.iig` file against the header that stands for what IIG makes of it.

use std::fmt;

use super::interface::{Class, Interface, Library, Method, Parameter, Place};

/// A place where two files do not say the same.
#[derive(Clone, Debug)]
pub struct Difference {
    /// What says one thing.
    pub here: Place,
    /// What says another thing, or should say it and does not.
    pub there: Place,
    /// In what they differ.
    pub what: String,
    /// What to change.
    pub fix: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n  {}\n  help: {}", self.here, self.what, self.there, self.fix)
    }
}

/// How a call reaches a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dispatch {
    /// As a method of C++.
    Local,
    /// As a message to the object's queue: an invoker sends it, `<Method>_Impl` gets it.
    Remote,
    /// As a message that an action sends: there is no invoker.
    Answer,
}

/// Compares what `interface` declares with what `header` does.
///
/// `driverkit` is what the classes of DriverKit declare; `headers` are all headers, which hold the parameter
/// lists that are macros.
#[must_use]
pub fn compare(
    interface: &Interface,
    header: &Interface,
    headers: &Library,
    driverkit: &Library,
) -> Vec<Difference> {
    let mut comparison = Comparison { headers, driverkit, found: Vec::new() };
    for class in &interface.classes {
        match header.classes.iter().find(|other| other.name == class.name) {
            Some(other) => comparison.class(class, other),
            None => comparison.found.push(Difference {
                here: class.place.clone(),
                there: Place { path: header.path.clone(), line: 1 },
                what: format!("the header declares no class `{}`", class.name),
                fix: "declare it there, as IIG would".to_owned(),
            }),
        }
    }
    for class in &header.classes {
        if !interface.classes.iter().any(|other| other.name == class.name) {
            comparison.found.push(Difference {
                here: class.place.clone(),
                there: Place { path: interface.path.clone(), line: 1 },
                what: format!("IIG is told of no class `{}`", class.name),
                fix: "declare it in the .iig file, or delete it here".to_owned(),
            });
        }
    }
    comparison.found
}

struct Comparison<'l> {
    headers: &'l Library,
    driverkit: &'l Library,
    found: Vec<Difference>,
}

impl Comparison<'_> {
    fn class(&mut self, class: &Class, header: &Class) {
        let base = class.base.as_deref().unwrap_or_default();
        let header_base = header.base.as_deref().unwrap_or_default();
        if base != header_base {
            let what =
                format!("`{}` is derived from `{base}`, in the header from `{header_base}`", class.name);
            self.add(&class.place, &header.place, what, "derive both from the same class");
        }
        if header.calls_super.as_deref() != Some(base) {
            let what = format!("`super` of `{}` is not its base `{base}`", class.name);
            self.add(&header.place, &class.place, what, &format!("write `using super = {base};`"));
        }
        let mut expected = vec!["sGetMetaClass".to_owned(), "_Dispatch".to_owned(), "Dispatch".to_owned()];
        for method in &class.methods {
            self.declaration(class, method);
            self.shape(class, method, header, &mut expected);
        }
        for runtime in ["sGetMetaClass", "_Dispatch"] {
            if header.method(runtime).is_none_or(|method| !method.is_static) {
                let what = format!("`{}` has no static `{runtime}`, which IIG gives every class", class.name);
                self.add(&header.place, &class.place, what, "declare it");
            }
        }
        for method in header.methods.iter().filter(|method| !expected.contains(&method.name)) {
            let what = format!("IIG makes no `{}` from `{}`", method.name, class.name);
            let fix = "declare the method in the .iig file as it is meant, or delete it here";
            self.add(&method.place, &class.place, what, fix);
        }
    }

    /// What IIG or the compiler of the SDK would refuse, or silently take for something else.
    fn declaration(&mut self, class: &Class, method: &Method) {
        let base = class.base.as_deref().unwrap_or_default();
        let declared = self.driverkit.declarations(base, &method.name);
        let Some((owner, first)) = declared.first().copied() else {
            if method.is_override {
                let what = format!("`{}` overrides nothing that DriverKit declares", method.name);
                self.add(&method.place, &class.place, what, "spell it as DriverKit does, or drop `override`");
            }
            if !(method.is_virtual || method.is_static || method.is_local_only) {
                let what = format!("`{}` is neither virtual nor LOCALONLY", method.name);
                self.add(&method.place, &class.place, what, "say which of both it is");
            }
            return self.answered(method);
        };
        if !method.is_override {
            let what = format!("`{}` is a method of `{}` too, and not an override", method.name, owner.name);
            self.add(&method.place, &first.place, what, "write `override`, or take another name");
        }
        if method.is_local_only && self.dispatch(owner, first) != Dispatch::Local {
            let what = format!("`{}` is LOCALONLY here and dispatched in `{}`", method.name, owner.name);
            self.add(&method.place, &first.place, what, "drop LOCALONLY: nobody would call this method");
        }
        if !declared.iter().any(|(_, other)| self.same(method, other)) {
            let what = format!("`{method}` does not override `{first}`");
            self.add(&method.place, &first.place, what, "take over the declaration of DriverKit");
        }
    }

    /// An answer has the parameters of what it answers.
    fn answered(&mut self, method: &Method) {
        let Some(answered) = &method.answers else { return };
        let place = &method.place;
        let Some((class, name)) = answered.split_once("::") else {
            let what = format!("TYPE({answered}) names no class and method");
            return self.add(place, place, what, "write TYPE(Class::Method)");
        };
        let Some((_, other)) = self.driverkit.declarations(class, name).first().copied() else {
            let what = format!("DriverKit declares no `{answered}` that `{}` could answer", method.name);
            return self.add(place, place, what, "name a method that takes an OSAction TARGET");
        };
        if method.result != other.result || !self.same_types(&method.parameters, &other.parameters) {
            let what = format!("`{method}` does not answer `{other}`");
            self.add(place, &other.place, what, "take over the result and the types of the parameters");
        }
    }

    /// The header's methods that come from this one.
    fn shape(&mut self, class: &Class, method: &Method, header: &Class, expected: &mut Vec<String>) {
        let base = class.base.as_deref().unwrap_or_default();
        let overridden = self.driverkit.declarations(base, &method.name).first().copied();
        let dispatch = match overridden {
            Some((owner, first)) => self.dispatch(owner, first),
            None => self.dispatch(class, method),
        };
        let implementation =
            Method { name: format!("{}_Impl", method.name), is_override: false, ..method.clone() };
        match dispatch {
            Dispatch::Local => {
                self.expect(method, header, &[]);
                expected.push(method.name.clone());
                return;
            }
            Dispatch::Remote if overridden.is_none() => {
                let supermethod =
                    Parameter { ty: "OSDispatchMethod".to_owned(), name: "supermethod".to_owned() };
                let invoker = Method { is_virtual: false, ..method.clone() };
                self.expect(
                    &invoker,
                    header,
                    if method.is_static { &[] } else { std::slice::from_ref(&supermethod) },
                );
                expected.push(method.name.clone());
            }
            Dispatch::Remote => {}
            Dispatch::Answer => {
                let create = create_action(method);
                self.expect(&create, header, &[]);
                expected.push(create.name);
            }
        }
        self.expect(&implementation, header, &[]);
        expected.push(implementation.name);
        self.arguments(class, method, header);
    }

    /// `<Class>_<Method>_Args`, which a definition by `IMPL` is written with.
    fn arguments(&mut self, class: &Class, method: &Method, header: &Class) {
        let name = format!("{}_{}_Args", class.name, method.name);
        match self.headers.arguments(&name) {
            None => {
                let what = format!("the header defines no `{name}`");
                self.add(&method.place, &header.place, what, "define it as the list of the parameters");
            }
            Some(arguments) if !self.same_parameters(&method.parameters, &arguments.parameters) => {
                let what = format!("`{name}` is `{}`", listed(&arguments.parameters));
                let fix = format!("define it as `{}`", listed(&method.parameters));
                self.add(&method.place, &arguments.place, what, &fix);
            }
            Some(_) => {}
        }
    }

    /// The header declares `expected`, with `behind` as last parameters.
    fn expect(&mut self, expected: &Method, header: &Class, behind: &[Parameter]) {
        let mut expected = expected.clone();
        expected.parameters.extend_from_slice(behind);
        let Some(found) = header.method(&expected.name) else {
            let what = format!("the header declares no `{expected}`");
            return self.add(&expected.place, &header.place, what, "declare it, as IIG would");
        };
        let mut found = found.clone();
        self.expand(&mut found);
        let same = found.result == expected.result
            && found.is_static == expected.is_static
            && found.is_const == expected.is_const
            && self.same_parameters(&found.parameters, &expected.parameters);
        if !same {
            let what = format!("`{expected}` is `{found}` in the header");
            self.add(&expected.place, &found.place, what, "change the one that is wrong");
        } else if expected.is_override != found.is_override {
            let what = format!("`{}` is an override on one side alone", expected.name);
            self.add(&expected.place, &found.place, what, "write `override` on both sides, or on none");
        }
    }

    /// Puts the parameters where their macro stands.
    fn expand(&self, method: &mut Method) {
        if let [only] = &method.parameters[..]
            && only.name.is_empty()
            && let Some(arguments) = self.headers.arguments(&only.ty)
        {
            method.parameters.clone_from(&arguments.parameters);
        }
    }

    pub(super) fn dispatch(&self, class: &Class, method: &Method) -> Dispatch {
        dispatch(self.driverkit, class, method)
    }

    fn same(&self, one: &Method, other: &Method) -> bool {
        one.result == other.result
            && one.is_static == other.is_static
            && one.is_const == other.is_const
            && self.same_parameters(&one.parameters, &other.parameters)
    }

    fn same_types(&self, one: &[Parameter], other: &[Parameter]) -> bool {
        same_types(self.driverkit, one, other)
    }

    fn same_parameters(&self, one: &[Parameter], other: &[Parameter]) -> bool {
        let names = |parameters: &[Parameter]| -> Vec<String> {
            parameters.iter().map(|parameter| parameter.name.clone()).collect()
        };
        self.same_types(one, other) && names(one) == names(other)
    }

    fn add(&mut self, here: &Place, there: &Place, what: String, fix: &str) {
        self.found.push(Difference { here: here.clone(), there: there.clone(), what, fix: fix.to_owned() });
    }
}

/// Returns how `method` of `class` is reached: an override is reached as what it overrides.
pub(super) fn dispatch(driverkit: &Library, class: &Class, method: &Method) -> Dispatch {
    if method.answers.is_some() {
        return Dispatch::Answer;
    }
    let declared = class.base.as_deref().map(|base| driverkit.declarations(base, &method.name));
    let first = declared.into_iter().flatten().last();
    let is_local = first.map_or(method.is_local_only, |(_, first)| first.is_local_only);
    if is_local { Dispatch::Local } else { Dispatch::Remote }
}

/// Returns whether the types are the same, one by one, as they are passed.
pub(super) fn same_types(library: &Library, one: &[Parameter], other: &[Parameter]) -> bool {
    let types = |parameters: &[Parameter]| -> Vec<String> {
        parameters.iter().map(|parameter| library.passed(&parameter.ty)).collect()
    };
    types(one) == types(other)
}

/// What IIG gives a class for each method with TYPE.
fn create_action(method: &Method) -> Method {
    let parameter = |ty: &str, name: &str| Parameter { ty: ty.to_owned(), name: name.to_owned() };
    Method {
        name: format!("CreateAction{}", method.name),
        result: "kern_return_t".to_owned(),
        parameters: vec![parameter("size_t", "referenceSize"), parameter("OSAction * *", "action")],
        is_override: false,
        ..method.clone()
    }
}

pub(super) fn listed(parameters: &[Parameter]) -> String {
    parameters.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
