//! IIG runs on a Mac alone: what it would be told and what the dext is compiled with here say the same.
//!
//! `dext-bindings/dext/*.iig` against `dext-bindings/shim/iig/`, and `dext-bindings/shim/include/DriverKit/`
//! against the declarations of DriverKit that `src/iig/driverkit.iig` holds with their sources. Every kind of
//! drift is planted, in files of known content and in ours, and must be found.

use std::fs;
use std::path::{Path, PathBuf};

use dext_tests::iig::{
    Difference, Interface, Library, compare, compare_glue, compare_with_driverkit, driverkit, parse,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").to_path_buf()
}

/// Files of a folder with this ending, by path from the root and text.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut found: Vec<(String, String)> = entries
        .map(|entry| entry.expect("the folder can be read").file_name().into_string().expect("ASCII names"))
        .filter(|name| name.ends_with(ending))
        .map(|name| format!("{folder}/{name}"))
        .map(|path| (path.clone(), fs::read_to_string(root().join(&path)).expect("a text")))
        .collect();
    found.sort();
    found
}

fn parsed(files: Vec<(String, String)>) -> Vec<Interface> {
    let parse =
        |(path, text): (String, String)| parse(&path, &text).unwrap_or_else(|error| panic!("{error}"));
    files.into_iter().map(parse).collect()
}

fn interfaces() -> Vec<Interface> {
    parsed(files("dext-bindings/dext", ".iig"))
}

fn shim() -> Vec<Interface> {
    parsed(files("dext-bindings/shim/include/DriverKit", ".h"))
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

/// A header's own parameter lists, and those of the shim's headers, which it includes.
fn with_shim(header: &Interface) -> Library {
    Library { interfaces: [vec![header.clone()], shim()].concat() }
}

fn text_of(differences: &[Difference]) -> String {
    differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn assert_none(differences: &[Difference]) {
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), text_of(differences));
}

/// Each of our interfaces with the header that stands for it.
fn pairs() -> Vec<(Interface, Interface)> {
    let mut headers = parsed(files("dext-bindings/shim/iig", ".h"));
    let mut pairs = Vec::new();
    for interface in interfaces() {
        let at = headers.iter().position(|header| stem(&header.path) == stem(&interface.path));
        let Some(at) = at else {
            panic!("{}: no header in dext-bindings/shim/iig: write what IIG makes of it", interface.path);
        };
        pairs.push((interface, headers.remove(at)));
    }
    let left: Vec<&str> = headers.iter().map(|header| header.path.as_str()).collect();
    assert!(left.is_empty(), "{left:?}: no .iig file in dext-bindings/dext: IIG would make no such header");
    assert!(!pairs.is_empty(), "dext-bindings/dext holds .iig files");
    pairs
}

#[test]
fn our_interfaces_are_our_headers() {
    let driverkit = driverkit();
    for (interface, header) in pairs() {
        assert_none(&compare(&interface, &header, &with_shim(&header), &driverkit));
    }
}

#[test]
fn the_glue_reaches_every_method() {
    let driverkit = driverkit();
    let glue = files("dext-bindings/shim/iig", ".iig.cpp");
    for (interface, _) in pairs() {
        let own = glue.iter().find(|(path, _)| stem(path) == stem(&interface.path));
        let (path, text) =
            own.unwrap_or_else(|| panic!("{}: no glue in dext-bindings/shim/iig", interface.path));
        assert_none(&compare_glue(&interface, path, text, &driverkit));
    }
}

#[test]
fn the_shim_declares_what_driverkit_declares() {
    let driverkit = driverkit();
    let found: Vec<Difference> =
        shim().iter().flat_map(|header| compare_with_driverkit(header, &driverkit)).collect();
    assert_none(&found);
}

/// What our classes override is declared in the shim: else the same call would mean something else here.
#[test]
fn the_shim_declares_what_we_override() {
    let (shim, driverkit) = (Library { interfaces: shim() }, driverkit());
    let mut overridden = 0;
    for class in interfaces().iter().flat_map(|interface| &interface.classes) {
        let base = class.base.as_deref().unwrap_or_default();
        for method in class.methods.iter().filter(|method| method.is_override) {
            let declared = driverkit.declarations(base, &method.name);
            assert!(!declared.is_empty(), "{}: DriverKit declares no `{}`", method.place, method.name);
            let here = shim.declarations(base, &method.name);
            assert!(
                !here.is_empty(),
                "{}: `{base}` declares no `{}` in dext-bindings/shim/include/DriverKit\n  help: declare `{}` there",
                method.place,
                method.name,
                declared[0].1
            );
            overridden += 1;
        }
    }
    assert!(
        overridden >= 8,
        "two classes with init, free, Start and Stop; {overridden} overrides were found"
    );
}

const GAUGE: [&str; 3] =
    [include_str!("iig/Gauge.iig"), include_str!("iig/Gauge.h"), include_str!("iig/Gauge.iig.cpp")];

/// Compares the three files of the known interface.
fn gauge(interface: &str, header: &str, glue: &str) -> Vec<Difference> {
    let driverkit = driverkit();
    let interface = parse("Gauge.iig", interface).unwrap_or_else(|error| panic!("{error}"));
    let header = parse("Gauge.h", header).unwrap_or_else(|error| panic!("{error}"));
    let mut found = compare(&interface, &header, &with_shim(&header), &driverkit);
    found.extend(compare_glue(&interface, "Gauge.iig.cpp", glue, &driverkit));
    found
}

#[test]
fn the_known_interface_is_clean() {
    let [interface, header, glue] = GAUGE;
    assert_none(&gauge(interface, header, glue));
}

/// In which of the three files, what, by what, and what is said of it.
const DRIFTS: &[(usize, &str, &str, &str)] = &[
    // A type changed, on either side.
    (0, "Level(uint32_t lane", "Level(uint64_t lane", "Gauge.iig:23: `kern_return_t Level(uint64_t lane"),
    (1, "Level(uint32_t lane", "Level(int32_t lane", "`kern_return_t Level(int32_t lane"),
    (1, "kern_return_t Level(", "bool Level(", "`bool Level("),
    (0, "IOMemoryDescriptor **memory) override", "IOMemoryDescriptor *memory) override", "does not override"),
    // A parameter added, dropped, or in another place.
    (0, "OSData **result);", "OSData **result, uint32_t flags);", "uint32_t flags"),
    (
        0,
        "uint64_t offset, uint64_t length, OSData",
        "uint64_t length, uint64_t offset, OSData",
        "uint64_t offset",
    ),
    (1, "uint32_t lane, uint64_t *level", "uint64_t *level", "in the header"),
    (1, "OSDispatchMethod supermethod = NULL", "void *context = NULL", "OSDispatchMethod supermethod"),
    // The kind of dispatch.
    (0, " LOCALONLY;", ";", "neither virtual nor LOCALONLY"),
    (
        0,
        "virtual kern_return_t Measure(",
        "kern_return_t Measure(",
        "`Measure` is neither virtual nor LOCALONLY",
    ),
    (0, "OSData **result);", "OSData **result) LOCALONLY;", "IIG makes no `Measure_Impl`"),
    (
        0,
        "Start(IOService *provider) override",
        "Start(IOService *provider) override LOCALONLY",
        "nobody would call",
    ),
    (0, "void free() override", "void free()", "`free` is a method of `IOUserClient` too"),
    (0, "void Ticked(", "void Ticked_Now(", "the header declares no `kern_return_t CreateActionTicked_Now("),
    (0, "TYPE(IOTimerDispatchSource::TimerOccurred)", "", "`void Ticked("),
    (
        0,
        "TYPE(IOTimerDispatchSource::TimerOccurred)",
        "TYPE(IOUserClient::AsyncCompletion)",
        "does not answer",
    ),
    (
        0,
        "TYPE(IOTimerDispatchSource::TimerOccurred)",
        "TYPE(IOTimerDispatchSource::Rang)",
        "DriverKit declares no",
    ),
    // A method missing, on either side, or spelled otherwise.
    (0, "virtual kern_return_t Start(IOService *provider) override;", "", "IIG makes no `Start_Impl`"),
    (
        1,
        "kern_return_t Start_Impl(Gauge_Start_Args);",
        "",
        "the header declares no `kern_return_t Start_Impl(",
    ),
    (
        1,
        "    kern_return_t CreateActionTicked(size_t referenceSize, OSAction **action);",
        "",
        "CreateActionTicked",
    ),
    (1, "bool init() override;", "", "the header declares no `bool init()`"),
    (1, "void free() override", "void free()", "an override on one side alone"),
    (0, "CopyClientMemoryForType(", "CopyClientMemoryforType(", "overrides nothing that DriverKit declares"),
    (1, "#define Gauge_Ticked_Args OSAction *action, uint64_t time", "", "defines no `Gauge_Ticked_Args`"),
    (
        1,
        "#define Gauge_Start_Args IOService *provider",
        "#define Gauge_Start_Args IOService *p",
        "`Gauge_Start_Args` is",
    ),
    // The class.
    (
        0,
        "class Gauge : public IOUserClient",
        "class Gauge : public IOService",
        "in the header from `IOUserClient`",
    ),
    (0, "class Gauge :", "class Gauges :", "the header declares no class `Gauges`"),
    (1, "using super = IOUserClient", "using super = IOService", "`super` of `Gauge`"),
    (1, "static kern_return_t _Dispatch", "kern_return_t _Dispatch", "has no static `_Dispatch`"),
    // The glue.
    (2, "case Gauge_Measure_ID:", "case 7:", "the glue has no case for `Measure`"),
    (2, "case IOService_Start_ID:", "case Gauge_Start_ID:", "the glue has no case for `Start`"),
    (2, "self->Ticked_Impl(rpc);", "", "never calls `Ticked_Impl`"),
    (2, "\"Ticks\"", "\"Default\"", "never names the queue `Ticks`"),
    (2, "return IOUserClient::_Dispatch", "return IOService::_Dispatch", "does not go on to `IOUserClient`"),
    (2, "OSDefineMetaClass(Gauge, IOUserClient)", "OSDefineMetaClass(Gauge, IOService)", "is not registered"),
];

#[test]
fn every_planted_drift_is_found() {
    for &(file, from, to, said) in DRIFTS {
        let mut texts = GAUGE.map(str::to_owned);
        assert_eq!(texts[file].matches(from).count(), 1, "{from} stands once in file {file}");
        texts[file] = texts[file].replacen(from, to, 1);
        let found = text_of(&gauge(&texts[0], &texts[1], &texts[2]));
        assert!(found.contains(said), "{from} -> {to}: nobody says `{said}`, but:\n{found}");
        assert!(
            found.contains("Gauge.iig:") && found.contains("help: "),
            "both places and what to do:\n{found}"
        );
    }
}

/// The same with our own files: whichever method or parameter is changed, it is found.
#[test]
fn a_drift_of_any_of_our_methods_is_found() {
    let driverkit = driverkit();
    let mut planted = 0;
    for (interface, header) in pairs() {
        let library = with_shim(&header);
        let mut plant = |what: String, change: &dyn Fn(&mut Interface)| {
            let mut drifted = interface.clone();
            change(&mut drifted);
            let found = compare(&drifted, &header, &library, &driverkit);
            assert!(!found.is_empty(), "{}: {what}, and nobody notices", interface.path);
            planted += 1;
        };
        for (class, own) in interface.classes.iter().enumerate() {
            for (at, method) in own.methods.iter().enumerate() {
                let name = &method.name;
                plant(format!("no `{name}`"), &|drifted| {
                    drifted.classes[class].methods.remove(at);
                });
                plant(format!("another result of `{name}`"), &|drifted| {
                    drifted.classes[class].methods[at].result.push_str(" *");
                });
                plant(format!("a parameter more of `{name}`"), &|drifted| {
                    let parameters = &mut drifted.classes[class].methods[at].parameters;
                    parameters.extend(
                        parse("p", "class C { void F(uint64_t more); };")
                            .expect("it is understood")
                            .classes
                            .remove(0)
                            .methods
                            .remove(0)
                            .parameters,
                    );
                });
                if !method.is_override {
                    plant(format!("LOCALONLY of `{name}`"), &|drifted| {
                        let method = &mut drifted.classes[class].methods[at];
                        method.is_local_only = !method.is_local_only && method.answers.take().is_none();
                        method.answers = None;
                    });
                }
                for parameter in 0..method.parameters.len() {
                    plant(format!("another type of parameter {parameter} of `{name}`"), &|drifted| {
                        drifted.classes[class].methods[at].parameters[parameter].ty.push_str(" *");
                    });
                }
            }
        }
    }
    assert!(planted > 20, "{planted} drifts were planted");
}

/// A header that says of DriverKit what is not so.
#[test]
fn a_wrong_declaration_of_driverkit_is_found() {
    let driverkit = driverkit();
    for (text, said) in [
        ("class IOService : public OSObject { kern_return_t Start(IOService *provider); };", "supermethod"),
        (
            "class IOService : public OSObject { kern_return_t Start(OSObject *provider, OSDispatchMethod s = NULL); };",
            "IOService * provider",
        ),
        ("class IOService : public IOMemoryMap { };", "derive it from `OSObject`"),
        ("class IOService : public OSObject { bool Ready(); };", "DriverKit declares no `IOService::Ready`"),
        ("class IOQueue : public OSObject { };", "DriverKit declares no class `IOQueue`"),
        (
            "class IODispatchQueue : public OSObject { void DispatchSync_f(void *c, IODispatchFunction f, OSDispatchMethod s = NULL); };",
            "called directly",
        ),
        ("class IOMemoryMap : public OSObject { uint64_t GetLength() const; };", "GetLength"),
        (
            "class IOBufferMemoryDescriptor : public IOMemoryDescriptor { static kern_return_t Create(uint64_t capacity, uint64_t options, uint64_t alignment, IOBufferMemoryDescriptor **memory); };",
            "as DriverKit does",
        ),
        ("#define IOService_NewUserClient_Args uint64_t type, IOUserClient **userClient", "uint32_t type"),
    ] {
        let header = parse("Wrong.h", text).unwrap_or_else(|error| panic!("{error}"));
        let found = text_of(&compare_with_driverkit(&header, &driverkit));
        assert!(found.contains(said) && found.contains("Wrong.h:1"), "{text}:\n{found}");
    }
}
