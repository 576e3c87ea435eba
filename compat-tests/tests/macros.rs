//! Macros of system headers, as the compilers of this machine have them, against the names that fields get in C
//! (HDR-5).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use abi_codegen::{Catalog, c_header};

/// Headers that a driver may have included before a generated one. One that the machine lacks is passed over.
const HEADERS: &str = "aio.h alloca.h arpa/inet.h arpa/nameser.h arpa/telnet.h arpa/tftp.h assert.h byteswap.h complex.h
cpio.h ctype.h dirent.h dlfcn.h elf.h endian.h err.h errno.h fcntl.h fenv.h float.h fnmatch.h ftw.h getopt.h glob.h grp.h
iconv.h ifaddrs.h inttypes.h iso646.h langinfo.h libgen.h limits.h link.h linux/can.h linux/fs.h linux/if.h
linux/if_ether.h linux/if_link.h linux/if_packet.h linux/input.h linux/io_uring.h linux/ioctl.h linux/netlink.h
linux/perf_event.h linux/rtnetlink.h linux/types.h linux/uio.h linux/usb/ch9.h linux/videodev2.h locale.h malloc.h math.h
mntent.h monetary.h mqueue.h net/ethernet.h net/if.h net/if_arp.h net/ppp_defs.h net/route.h netdb.h netinet/icmp6.h
netinet/if_ether.h netinet/igmp.h netinet/in.h netinet/in_systm.h netinet/ip.h netinet/ip6.h netinet/ip_icmp.h
netinet/tcp.h netinet/udp.h nl_types.h obstack.h paths.h poll.h pthread.h pty.h pwd.h regex.h resolv.h rpc/netdb.h
sched.h scsi/sg.h search.h semaphore.h setjmp.h sgtty.h shadow.h signal.h spawn.h stdalign.h stdarg.h stdatomic.h
stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h strings.h sys/acct.h sys/auxv.h sys/epoll.h
sys/eventfd.h sys/fanotify.h sys/file.h sys/fsuid.h sys/inotify.h sys/ioctl.h sys/ipc.h sys/klog.h sys/mman.h sys/mount.h
sys/msg.h sys/mtio.h sys/param.h sys/personality.h sys/poll.h sys/prctl.h sys/procfs.h sys/ptrace.h sys/quota.h
sys/random.h sys/reboot.h sys/resource.h sys/select.h sys/sem.h sys/sendfile.h sys/shm.h sys/signalfd.h sys/socket.h
sys/soundcard.h sys/stat.h sys/statfs.h sys/statvfs.h sys/swap.h sys/syscall.h sys/sysinfo.h sys/sysmacros.h sys/syslog.h
sys/time.h sys/timeb.h sys/timerfd.h sys/times.h sys/timex.h sys/types.h sys/ucontext.h sys/uio.h sys/un.h sys/user.h
sys/utsname.h sys/vfs.h sys/wait.h sys/xattr.h syslog.h tar.h termio.h termios.h tgmath.h threads.h time.h ttyent.h
uchar.h ucontext.h unistd.h utime.h utmp.h utmpx.h values.h wait.h wchar.h wctype.h wordexp.h";

/// Headers without which this test would show little.
const NEEDED: &[&str] =
    &["signal.h", "sys/stat.h", "netinet/in.h", "net/if.h", "dirent.h", "time.h", "sys/types.h"];

/// Asks a compiler for every object-like macro after one header; `None` if it has no such header.
fn macros_of(compiler: &[&str], header: &str) -> Option<BTreeSet<String>> {
    let (program, flags) = compiler.split_first().expect("a compiler has a name");
    let mut child = Command::new(program)
        .args(flags)
        .args(["-D_GNU_SOURCE", "-dM", "-E", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("NOT CHECKED: {program}: {error}"));
    let mut stdin = child.stdin.take().expect("stdin is piped");
    writeln!(stdin, "#include <{header}>").expect("the compiler reads");
    drop(stdin);
    let output = child.wait_with_output().expect("the compiler ends");
    output.status.success().then_some(())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let names = text.lines().filter_map(|line| line.strip_prefix("#define ")?.split(' ').next());
    // A function-like macro needs a parenthesis behind its name, which no member has.
    Some(names.filter(|name| !name.contains('(')).map(str::to_owned).collect())
}

const COMPILERS: &[&[&str]] = &[
    &["gcc", "-std=gnu17", "-x", "c"],
    &["gcc", "-std=c11", "-x", "c"],
    &["g++", "-std=gnu++20", "-x", "c++"],
    &["clang-19", "-std=gnu17", "-x", "c"],
    &["clang++-19", "-std=gnu++20", "-x", "c++"],
    &["i686-linux-gnu-gcc", "-std=gnu17", "-x", "c"],
    &["aarch64-linux-gnu-gcc", "-std=gnu17", "-x", "c"],
];

fn macros() -> BTreeSet<String> {
    let headers: Vec<&str> = HEADERS.split_whitespace().collect();
    let mut all = BTreeSet::new();
    for compiler in COMPILERS {
        let found: BTreeMap<&str, BTreeSet<String>> =
            headers.iter().filter_map(|&header| Some((header, macros_of(compiler, header)?))).collect();
        let is_missing = |header: &&&str| !found.contains_key(**header);
        assert_eq!(NEEDED.iter().find(is_missing), None, "NOT CHECKED: {compiler:?} lacks the header");
        all.extend(found.into_values().flatten());
    }
    all
}

/// Returns what fields of these names are called in the header of a catalog that has them.
fn members(fields: &BTreeSet<String>) -> Vec<String> {
    let fields: Vec<&String> = fields.iter().collect();
    let mut members = Vec::new();
    for some in fields.chunks(4000) {
        let mut document = String::from(
            r#"{"testimony":1,"catalog":"m","prefix":"m","records":[{"name":"R","id":256,"version":1,"#,
        );
        write!(document, r#""size":{},"fields":["#, some.len() * 8).unwrap();
        for (at, name) in some.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(document, r#"{comma}{{"name":"{name}","type":"u64","offset":{},"size":8}}"#, at * 8)
                .unwrap();
        }
        document.push_str(r#"]}],"structs":[],"retired":[]}"#);
        let catalog = Catalog::from_document(document.as_bytes()).expect("any name can be a field's");
        let header = c_header(&catalog).expect("no two names clash");
        let lines = header.lines().filter_map(|line| line.strip_prefix("    uint64_t ")?.strip_suffix(';'));
        members.extend(lines.map(str::to_owned));
    }
    assert_eq!(members.len(), fields.len());
    members
}

/// Whatever a macro of a system is called, a field of that name compiles behind its header; and so does a field
/// whose name only becomes the macro's when it gets an underscore more.
#[test]
fn no_member_is_a_macro_of_a_system_header() {
    let macros = macros();
    assert!(macros.len() > 8000, "the compilers state their macros");
    for known in ["si_pid", "st_mtime", "s6_addr", "sa_handler", "linux", "errno", "NULL", "__linux__"] {
        assert!(macros.contains(known), "{known} is a macro");
    }
    let mut fields: BTreeSet<String> = macros.clone();
    fields.extend(macros.iter().map(|name| name.trim_end_matches('_').to_owned()));
    // What is no name of a field (REC-15), such as a macro of more than 64 bytes, is in no header.
    fields.retain(|name| abi_schema::is_name(name));
    let members = members(&fields);
    let taken: Vec<&String> = members.iter().filter(|member| macros.contains(*member)).collect();
    assert!(taken.is_empty(), "members that are macros (add them to abi-codegen/src/emit/macros): {taken:?}");
    let different: BTreeSet<&String> = members.iter().collect();
    assert_eq!(different.len(), members.len(), "no two fields become one member");
}

/// What macOS defines is not asked of a compiler here: the list in the tree is held to what its source is known
/// to define.
#[test]
fn macros_of_macos_are_escaped_too() {
    let names = [
        "st_birthtime",
        "sv_onstack",
        "ru_first",
        "p_starttime",
        "ifra_dstaddr",
        "msgh_kind",
        "__unused",
        "s_addr",
    ];
    let fields: BTreeSet<String> = names.map(str::to_owned).into();
    for (field, member) in fields.iter().zip(members(&fields)) {
        assert_eq!(member.trim_end_matches('_'), field, "only underscores are added");
        assert_ne!(&member, field);
    }
    let list = concat!(env!("CARGO_MANIFEST_DIR"), "/../abi-codegen/src/emit/macros/darwin.txt");
    let list = fs::read_to_string(list).expect("the list is in the tree");
    assert!(list.lines().filter(|line| !line.starts_with('#')).count() > 200);
    assert!(list.contains("xnu-"), "the list states its source");
}
