//! The programs: how each is run, and what may differ between two of its runs. A row is a test.

use super::check;
use super::console::Step::{self, Run, Shell, Start, Until};
use super::normal::Rule::{self, AnyOrder, Drop, Measured, Rounded};

/// A program, or a few that belong together.
pub struct Row {
    /// Of the row and of its test.
    pub name: &'static str,
    /// Those of the package that it runs, or that they start.
    pub programs: &'static [&'static str],
    pub shows: &'static str,
    pub steps: &'static [Step],
    pub rules: &'static [Rule],
}

macro_rules! rows {
    ($($name:ident: $programs:expr, $shows:expr, $steps:expr, $rules:expr;)*) => {
        pub const ROWS: &[Row] = &[$(Row {
            name: stringify!($name),
            programs: &$programs,
            shows: $shows,
            steps: &$steps,
            rules: &$rules,
        }),*];

        $(#[test]
        fn $name() {
            check(stringify!($name));
        })*
    };
}

// Each daemon deals out the tasks that it is asked for in turn. So of two runs that host2 is asked for,
// one has its second task on host1.
rows! {
    hello: ["hello.pvm", "hello_other"],
        "a task starts another, which sends it a string",
        [Run("-other -> hello.pvm"), Run("-other -> hello.pvm")],
        [];
    master1: ["master1", "slave1"],
        "a multicast to three tasks a host, which pass sums around and answer",
        [Run("-host1 -> master1")],
        [AnyOrder];
    fmaster1: ["fmaster1", "fslave1"],
        "the same in Fortran",
        [Run("-host1 -> fmaster1")],
        [AnyOrder];
    spmd: ["spmd"],
        "a token through a ring of four tasks",
        [Run("-4 -> spmd")],
        [];
    fspmd: ["fspmd"],
        "the same in Fortran",
        [Run("-4 -> fspmd")],
        [];
    gexample: ["gexample"],
        "groups, a multicast, reductions with functions of PVM's and the user's; from the console and from a shell, with input",
        [Run("-4 -> gexample"), Shell("printf '100\\n8\\n' | gexample")],
        [];
    fgexample: ["fgexample"],
        "the same with a broadcast, in Fortran",
        [Run("-host1 -> fgexample")],
        [Rounded];
    dbwtest: ["dbwtest"],
        "800,000 bytes there and back, checked, and times for 0 to 800,000 bytes; packed as `PvmDataDefault`",
        [Run("-2 -> dbwtest")],
        [Measured];
    ibwtest: ["ibwtest"],
        "the same, packed as `PvmDataInPlace`",
        [Run("-2 -> ibwtest")],
        [Measured];
    rbwtest: ["rbwtest"],
        "the same, packed as `PvmDataRaw`",
        [Run("-2 -> rbwtest")],
        [Measured];
    pbwtest: ["pbwtest"],
        "the same with `pvm_psend` and `pvm_precv`",
        [Run("-2 -> pbwtest")],
        [Measured];
    timing: ["timing", "timing_slave"],
        "the report's own measurement: 100 to 1,000,000 bytes; asks for a direct route",
        [Run("-other -> timing"), Run("-other -> timing")],
        [Measured];
    hitc: ["hitc", "hitc_slave"],
        "a pool of tasks that invert matrices, in Fortran",
        [Run("-host1 -> hitc")],
        [AnyOrder];
    inherit: ["inherita", "inherit1", "inherit2", "inherit3"],
        "contexts that children inherit, and children with contexts of their own",
        [Run("-other -> inherita inherit1"), Run("-other -> inherita inherit1"), Run("-other -> inherita inherit3")],
        [];
    inheritb: ["inheritb", "inherit2"],
        "messages told apart by their contexts alone",
        [Run("-other -> inheritb"), Run("-other -> inheritb")],
        [];
    mailbox: ["task0", "task1", "task_end"],
        "a service that is found by its mailbox, on another host",
        [
            Start("-host1 -> task0 service"),
            Until("-> gmbi service", "1 mbox entries"),
            Run("-other -> task1 service"),
            Run("-other -> task1 service"),
            Run("-other -> task_end service 0"),
        ],
        [];
    lmbi: ["lmbi", "gmbi", "rme", "mbox"],
        "entries that outlive their task, listed and removed by others",
        [
            Run("-host1 -> lmbi 2 po e"),
            Run("-host1 -> mbox pers owrit name=parting"),
            Run("-other -> gmbi *lmbi*"),
            Run("-other -> rme parting 0"),
            Run("-host1 -> gmbi parting"),
        ],
        [];
    mbox: ["mbox"],
        "the test of mailboxes: entries kept, overwritten, refused, found from the other host",
        [
            Run("-host1 -> mbox pers owrit"),
            Run("-other -> mbox query 0"),
            Run("-other -> mbox delete 0"),
            Run("-host1 -> mbox query"),
            Run("-host1 -> mbox default owrit"),
            Run("-other -> mbox delete"),
            Run("-host1 -> mbox default33"),
            Run("-other -> mbox direct"),
        ],
        [];
    mhf: ["mhf_server", "mhf_tickle"],
        "functions that handle messages of a source, tag and context; the menu of `mhf_tickle` on its input",
        [
            Start("-other -> mhf_server"),
            Until("-> gmbi mhf_server", "1 mbox entries"),
            Shell("printf '%s\\n' 0 1 7 11 1 4 7 11 1 'tickle me' 0 2 1 0 9 | mhf_tickle"),
        ],
        [];
    gexamp: ["gexamp"],
        "a group of four: barrier, broadcast, and who is who",
        [Run("-host1 -> gexamp 4")],
        [];
    ge: ["ge"],
        "the same by a multicast; from a shell",
        [Shell("ge 4 2>&1")],
        [Drop("doesn't match up")];
    gs: ["gs.pvm"],
        "the size of a group, asked for until it is four",
        [Run("-host1 -> gs.pvm 4")],
        [Drop("waiting on kids to join")];
    joinleave: ["joinleave"],
        "300 times into a group and out of it",
        [Run("-host1 -> joinleave 300")],
        [];
    thb: ["thb", "tnb"],
        "32 groups, a barrier and a broadcast",
        [Run("-host1 -> thb 4")],
        [];
    tjl: ["tjl"],
        "32 groups joined and left",
        [Run("-host1 -> tjl")],
        [];
    tjf: ["tjf"],
        "one group more than that",
        [Run("-host1 -> tjf")],
        [];
    tst: ["tst"],
        "two groups",
        [Run("-host1 -> tst")],
        [];
    trsg: ["trsg"],
        "reduce, scatter, gather",
        [Run("-host1 -> trsg")],
        [];
    frsg: ["frsg"],
        "the same in Fortran",
        [Run("-host1 -> frsg")],
        [];
    ptest: ["ptest"],
        "10,000 numbers from each of three tasks to the fourth, every one checked",
        [Run("-4 -> ptest 4 0 8")],
        [];
    starter: ["starter", "hello_other"],
        "the output of tasks, caught by the task that started them",
        [Run("-host1 -> starter -n 4 hello_other")],
        [AnyOrder];
}

/// Programs of the package that are not run, and why.
pub const NOT_RUN: &[(&str, &str)] = &[
    (
        "xep, mtile",
        "a picture that is computed by tasks: needs an X11 display, and somebody who clicks",
    ),
    (
        "srm.pvm",
        "a resource manager, which never ends and prints nothing; not an example but a part of PVM",
    ),
];
