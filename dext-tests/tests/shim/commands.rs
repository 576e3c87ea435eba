//! What a test orders: kills, restarts, counts.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use dext_tests::host::Host;
use dext_tests::program::{Dext, Flavour, dext_host};
use dext_tests::raw::{ASYNC, CALL, Client, OPEN, Request};

use crate::modes::{call, open};
use crate::{host, in_every_flavour, settings};

in_every_flavour!(
    an_allocation_after_the_start_is_late,
    what_logs_is_counted_by_its_queue,
    a_leak_is_an_error_at_the_end,
    a_supervised_driver_comes_back,
    a_driver_is_killed_at_the_work_that_was_said,
    an_unknown_command_names_the_known_ones,
    a_restarted_host_takes_the_place_of_the_old_one,
    a_host_removes_no_file_that_is_not_a_socket,
    a_client_is_terminated_on_command,
    who_does_not_read_loses_completions_and_then_its_connection,
);

fn an_allocation_after_the_start_is_late(flavour: Flavour) {
    let mut host = host(flavour);
    let mut client = host.open(open::PLAIN);
    client.call(call::ECHO, &[1, 2], 2).expect("a reply");
    let census = host.command("census");
    assert!(census.ends_with("late=0"), "opening is life cycle: {census}");
    client.call(call::ALLOCATE, &[], 0).expect("a reply");
    let request = Request { a: call::STRUCTURE_OUT, scalars: vec![8], c: 8, ..Request::new(CALL) };
    assert_eq!(client.ask(request).code, 0);
    let census = host.command("census");
    let late = "late=2 IOMalloc@ShimClient::ExternalMethod:13=1 OSData@ShimClient::ExternalMethod:2=1";
    assert!(census.ends_with(late), "{census}");
    drop(client);
    host.stop();
}

fn what_logs_is_counted_by_its_queue(flavour: Flavour) {
    let mut host = host(flavour);
    let mut client = host.open(open::PLAIN);
    assert_eq!(host.command("log"), "total=1 ShimDriver.Default=1");
    client.call(call::LOG, &[], 0).expect("a reply");
    assert_eq!(host.command("log"), "total=2 ShimClient.Default=1 ShimDriver.Default=1");
    assert!(host.words().contains("dext-host: log: logged of 3\n"), "{}", host.words());
    drop(client);
    host.stop();
}

fn a_leak_is_an_error_at_the_end(flavour: Flavour) {
    let mut host = host(flavour);
    drop(host.open(open::LEAKS));
    host.wait_until("clients", str::is_empty);
    host.command("stop");
    let ended = host.ended();
    assert_eq!(ended.status.code(), Some(3), "{}", ended.words);
    assert!(ended.words.contains("alive after the stop: OSData=1 late=0\n"), "{}", ended.words);
}

fn a_supervised_driver_comes_back(flavour: Flavour) {
    let mut settings = settings(flavour);
    settings.supervised = true;
    let mut host = Host::start(settings);
    let mut client = host.open(open::PLAIN);
    let first = client.call(call::REGISTRY_ID, &[], 1).expect("an id");
    host.kill();
    assert!(client.is_closed());
    let second = host.open(open::PLAIN).call(call::REGISTRY_ID, &[], 1).expect("an id");
    assert!(first < second);
    assert!(host.words().contains("the driver died: generation 2 starts"));
    host.stop();
}

fn a_driver_is_killed_at_the_work_that_was_said(flavour: Flavour) {
    let mut settings = settings(flavour);
    settings.supervised = true;
    let mut host = Host::start(settings);
    let mut client = host.open(open::PLAIN);
    host.command("kill-at 3");
    assert!(client.call(call::ECHO, &[1, 2], 2).is_ok());
    assert!(client.call(call::ECHO, &[1, 2], 2).is_ok());
    client.send(Request { a: call::ECHO, scalars: vec![1, 2], b: 2, ..Request::new(CALL) });
    assert!(client.is_closed());
    host.command("clients");
    host.stop();
}

fn an_unknown_command_names_the_known_ones(flavour: Flavour) {
    let mut host = host(flavour);
    let refusal = host.try_command("fly").expect_err("no such command");
    assert!(refusal.starts_with("error no such command; there are census clients "), "{refusal}");
    for wrong in ["kill-at", "delay-map x", "entitle", "terminate-client 9"] {
        assert!(host.try_command(wrong).is_err(), "{wrong}");
    }
    host.stop();
}

fn a_restarted_host_takes_the_place_of_the_old_one(flavour: Flavour) {
    let host = host(flavour);
    let mut old = host.open(open::PLAIN);
    let host = host.restart();
    assert!(old.is_closed());
    assert!(host.open(open::PLAIN).call(call::ECHO, &[1, 2], 2).is_ok());
    let service = host.service();
    host.stop();
    assert!(!service.exists(), "withdrawn");
}

fn a_client_is_terminated_on_command(flavour: Flavour) {
    let mut host = host(flavour);
    let (one, two) = (host.open(open::PLAIN), host.open(open::PLAIN));
    host.command("terminate-client 1");
    assert_eq!(host.command("clients"), "1:terminated 2:active");
    drop((one, two));
    host.stop();
}

/// A port that is full loses a completion; a client that lets its replies pile up is closed.
fn who_does_not_read_loses_completions_and_then_its_connection(flavour: Flavour) {
    let mut host = host(flavour);
    let mut client = host.open(open::PLAIN);
    client.send(Request { a: call::COMPLETE, scalars: vec![10_000], ..Request::new(ASYNC) });
    host.wait_until("clients", str::is_empty);
    let words = host.words();
    assert!(words.contains("client 1 does not read: a completion is lost"), "{words}");
    assert!(words.contains("client 1 does not read its replies: it is closed"), "{words}");
    host.stop();
}

/// What stands outside of the model: how the program is called.
#[test]
fn misuse_is_told_from_failure() {
    let program = dext_host(Dext::Shim, Flavour::Plain);
    let wrong: [&[&str]; 6] = [
        &[],
        &["--name", "ShimDriver", "--registry"],
        &["--fly"],
        &["--name", "ShimDriver", "--registry", "/nowhere", "--timebase", "125/0"],
        &["--name", "ShimDriver", "--registry", "/nowhere", "--seed", "x"],
        &["--name", "ShimDriver", "--registry", "/nowhere", "--control", "/nowhere/at/all"],
    ];
    for words in wrong {
        let output = Command::new(&program)
            .args(words)
            .env_remove("TESTIMONY_REGISTRY")
            .env_remove("XDG_RUNTIME_DIR")
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{words:?}: {output:?}");
    }
    let mut unknown = settings(Flavour::Plain);
    unknown.name = "NoSuchDriver".into();
    let ended = Host::start_and_end(unknown);
    assert_eq!(ended.status.code(), Some(4));
    assert!(ended.words.contains("NoSuchDriver is no service that is linked in"), "{}", ended.words);
}

/// `--control PATH`: the same commands over a socket.
#[test]
fn commands_come_over_a_socket_too() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let control = folder.path().join("control");
    let mut host = Command::new(dext_host(Dext::Shim, Flavour::Plain))
        .args(["--name", "ShimDriver", "--registry"])
        .arg(folder.path())
        .arg("--control")
        .arg(&control)
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let mut socket = loop {
        match UnixStream::connect(&control) {
            Ok(socket) => break socket,
            Err(_) => assert_eq!(host.try_wait().expect("a child"), None),
        }
    };
    let mut answers = BufReader::new(socket.try_clone().expect("a socket")).lines();
    socket.write_all(b"clients\nstop\n").expect("it listens");
    assert_eq!(answers.next().expect("an answer").expect("a line"), "ok");
    assert_eq!(answers.next().expect("an answer").expect("a line"), "ok");
    assert_eq!(host.wait().expect("a child").code(), Some(0));
}

/// The keys of `Create` are those of the personality.
#[test]
fn a_property_list_says_what_create_makes() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let with_list = |class: &str, client: &str| {
        let list = folder.path().join(format!("{class}-{client}.plist"));
        std::fs::write(&list, property_list(class, client)).expect("a list");
        let mut settings = settings(Flavour::Plain);
        settings.plist = Some(list);
        settings
    };
    let host = Host::start(with_list("ShimDriver", "ShimClient"));
    assert!(host.open(open::PLAIN).call(call::ECHO, &[1, 2], 2).is_ok());
    host.stop();

    let host = Host::start(with_list("ShimDriver", "Other"));
    Client::connect(&host.service()).send(Request::new(OPEN));
    let words = "the personality names a class Other, which is not linked in";
    assert_eq!(host.ended().violation(), words);

    let ended = Host::start_and_end(with_list("OtherDriver", "ShimClient"));
    assert!(ended.violation().ends_with(" has no personality with the IOUserClass ShimDriver"));
    let mut absent = settings(Flavour::Plain);
    absent.plist = Some("/nowhere.plist".into());
    let words = "cannot read /nowhere.plist: No such file or directory";
    assert_eq!(Host::start_and_end(absent).violation(), words);
}

fn property_list(class: &str, client: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict>
        <!-- <key>IOKitPersonalities</key><dict></dict> -->
        <key>CFBundleName</key><string>shim</string>
        <key>IOKitPersonalities</key><dict>
            <key>First</key><dict>
                <key>IOUserClass</key><string>Another</string>
            </dict>
            <key>Second</key><dict>
                <key>IOUserClass</key><string>{class}</string>
                <key>IOResourceMatch</key><array><string>IOKit</string></array>
                <key>UserClientProperties</key><dict>
                    <key>IOClass</key><string>IOUserUserClient</string>
                    <key>IOUserClass</key><string>{client}</string>
                </dict>
                <key>Empty</key><dict/>
            </dict>
        </dict></dict></plist>"
    )
}

fn a_host_removes_no_file_that_is_not_a_socket(flavour: Flavour) {
    let folder = tempfile::tempdir().expect("a folder");
    let name = settings(flavour).name;
    // The file has the name of the service.
    let precious = folder.path().join(&name);
    std::fs::write(&precious, "data").expect("a file");
    let program = dext_host(Dext::Shim, flavour);
    let host = |control: &std::path::Path| {
        let mut command = Command::new(&program);
        command.args(["--name", &name, "--registry"]).arg(folder.path()).arg("--control").arg(control);
        command.stdin(Stdio::null()).stdout(Stdio::null()).output().expect("dext-host runs")
    };
    let refused = host(&precious);
    assert!(!refused.status.success());
    let words = String::from_utf8_lossy(&refused.stderr);
    assert!(words.contains("cannot take commands from"), "{words}");
    let refused = host(std::path::Path::new("0"));
    assert!(!refused.status.success());
    let words = String::from_utf8_lossy(&refused.stderr);
    assert!(words.contains("is not a socket, and is left alone"), "{words}");
    assert_eq!(std::fs::read_to_string(&precious).expect("it is there"), "data");
}
