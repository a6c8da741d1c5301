//! PVM's own example programs, unchanged, on a plain and on a secured machine: the same output.
//!
//! Each row of [`programs::ROWS`] is a test of its name. All programs are run once in each column:
//! a laboratory whose console runs one after the other. `docs/examples.md` is made from the rows.

mod console;
mod normal;
mod programs;
mod sources;

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::thread;

use secpvm::lab::pcap::Frame;
use secpvm::lab::{Lab, Security};

use crate::machine::{GCM, captured, quiet, tree};
use crate::wire::{protocols, readable};
use console::Console;
use normal::normal;
use programs::{NOT_RUN, ROWS};

/// The number of its protocol in an IPv4 header.
const TCP: u8 = 6;

/// Where and how the programs run.
pub struct Column {
    title: &'static str,
    security: Security,
    hosts: u8,
    /// Tasks seal what they send each other, and take nothing else.
    sealed: bool,
    /// Tasks ask for direct routes, whatever their programs say.
    direct: bool,
    /// The column that must say the same.
    reference: usize,
}

const COLUMNS: [Column; 5] = [
    Column {
        title: "plain",
        security: Security::Plain,
        hosts: 2,
        sealed: false,
        direct: false,
        reference: 0,
    },
    Column {
        title: "plain, on one host",
        security: Security::Plain,
        hosts: 1,
        sealed: false,
        direct: false,
        reference: 1,
    },
    Column {
        title: "through the daemons",
        security: GCM,
        hosts: 2,
        sealed: false,
        direct: false,
        reference: 0,
    },
    Column {
        title: "direct routes",
        security: GCM,
        hosts: 2,
        sealed: true,
        direct: true,
        reference: 0,
    },
    Column {
        title: "on one host",
        security: GCM,
        hosts: 1,
        sealed: true,
        direct: false,
        reference: 1,
    },
];

/// What came of a column.
struct Results {
    /// What the programs have printed, by the names of their rows, in comparable form.
    said: BTreeMap<&'static str, String>,
    /// Why there is no more of it.
    failure: Option<anyhow::Error>,
    /// How many datagrams the daemons have dropped.
    dropped: u64,
    /// What passed between the hosts while the first row ran.
    frames: Vec<Frame>,
}

impl Column {
    fn other(&self) -> &'static str {
        if self.hosts == 1 { "host1" } else { "host2" }
    }

    /// What comes before a command whose tasks are run in this way: `env` and, maybe, `secpvm run`.
    fn prefix(&self) -> Vec<String> {
        let mut prefix = vec!["env".to_owned()];
        if self.direct {
            let route = folder().join("route.so");
            prefix.push(format!("LD_PRELOAD={}", route.display()));
        }
        if self.sealed {
            prefix.extend([tree("bin/secpvm").display().to_string(), "run".into()]);
        }
        prefix
    }

    fn run(&self) -> Results {
        let lab = Lab::builder(tree("bin/secpvm")).hosts(self.hosts);
        let lab = lab.programs(folder()).start().unwrap();
        lab.start_machine(self.security).unwrap();
        let mut console = Console::start(&lab, self);
        let mut results = Results {
            said: BTreeMap::new(),
            failure: None,
            dropped: 0,
            frames: Vec::new(),
        };
        for (number, row) in ROWS.iter().enumerate() {
            let mut taken = Ok(Vec::new());
            let mut take = || taken = console.take(row.steps);
            if number == 0 {
                results.frames = captured(&lab, take);
            } else {
                take();
            }
            match taken {
                Ok(lines) => results.said.insert(row.name, normal(&lines, row.rules)),
                Err(error) => {
                    results.failure = Some(error.context(row.name));
                    break;
                }
            };
        }
        let dropped = ["host1", "host2"].map(|host| lab.host(host).dropped().total);
        results.dropped = dropped.iter().sum();
        results
    }
}

/// Run everything in every column, once.
fn results() -> &'static [Results] {
    static RESULTS: OnceLock<Vec<Results>> = OnceLock::new();
    RESULTS.get_or_init(|| {
        let _quiet = quiet();
        folder();
        thread::scope(|scope| {
            let columns = COLUMNS
                .each_ref()
                .map(|column| scope.spawn(|| column.run()));
            columns.map(|column| column.join().unwrap()).into()
        })
    })
}

/// The row's programs say the same in every column.
fn check(name: &str) {
    let said = |column: usize| {
        let Results { said, failure, .. } = &results()[column];
        said.get(name)
            .unwrap_or_else(|| panic!("{}: not run: {failure:?}", COLUMNS[column].title))
    };
    for (number, column) in COLUMNS.iter().enumerate() {
        assert!(!said(number).is_empty(), "{}: nothing", column.title);
        assert_eq!(said(number), said(column.reference), "{}", column.title);
    }
}

/// The folder of the examples that are built here, and of `route.so`.
fn folder() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples");
        fs::create_dir_all(&folder).unwrap();
        sources::build(&folder);
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/secured/examples/route.c");
        let status = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .arg(folder.join("route.so"))
            .arg(source)
            .status();
        assert!(status.unwrap().success());
        folder
    })
}

/// `hello` has been listened to: a direct route is a TCP connection, and nothing can be read in it.
#[test]
fn direct_routes_are_direct_and_sealed() {
    for (column, results) in COLUMNS.iter().zip(results()) {
        let is_plain = column.security == Security::Plain && column.hosts > 1;
        assert_eq!(
            readable(&results.frames, &["hello, world"]) > 0,
            is_plain,
            "{}",
            column.title
        );
        assert_eq!(
            protocols(&results.frames).contains(&TCP),
            column.direct,
            "{}",
            column.title
        );
    }
}

#[test]
fn nothing_is_dropped() {
    assert!(results().iter().all(|column| column.dropped == 0));
}

/// `UPDATE_DOCS=1 cargo test -p secpvm --test secured examples::the_page` writes the page.
#[test]
fn the_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples.md");
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, page()).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        page(),
        "run: UPDATE_DOCS=1 cargo test -p secpvm --test secured examples::the_page"
    );
}

/// Every program of Debian's package is in the table, or in the list of those that are not run.
#[test]
fn no_program_is_forgotten() {
    let listed = Command::new("dpkg").args(["-L", "pvm-examples"]).output();
    let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
    let told: Vec<&str> = ROWS
        .iter()
        .flat_map(|row| row.programs.iter().copied())
        .chain(NOT_RUN.iter().flat_map(|(names, _)| names.split(", ")))
        .collect();
    let mut count = 0;
    for program in listed
        .lines()
        .filter_map(|line| line.strip_prefix("/usr/bin/"))
    {
        assert!(told.contains(&program), "{program}");
        count += 1;
    }
    assert!(count > 40, "pvm-examples is not installed");
}

fn page() -> String {
    let mut page = String::from(
        "# PVM's own example programs\n\n\
         Generated from the tests, `pvm/secpvm/tests/secured/examples/`; do not edit.\n\n\
         Every program of Debian's `pvm-examples`, unchanged, on a plain and on a secured machine (aes-256-gcm). `=`: the\n\
         same output as on a plain machine of as many hosts. A row is a test of its name:\n\
         `cargo test -p secpvm --test secured examples::`.\n\n\
         - *daemons*: two hosts; the daemons seal what they send each other.\n\
         - *direct*: two hosts; under `secpvm run`, so that messages are sealed from task to task; and all tasks ask for\n  \
         direct routes, also where the program does not. Between the hosts those are TCP connections, and sealed.\n\
         - *one host*: all tasks on one, under `secpvm run`.\n\n\
         Compared is what all the tasks print, as PVM's console shows it (`spawn ->`). Task ids and contexts, which PVM deals\n\
         out, count as alike, and so do the names of the hosts; of several tasks each one's lines are compared, in any order\n\
         of the tasks. What else may differ between two runs of a program, the last column says.\n\n\
         | test | programs | what it shows | daemons | direct | one host | may differ |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for row in ROWS {
        let rules: Vec<String> = row.rules.iter().map(|rule| rule.meaning()).collect();
        writeln!(
            page,
            "| {} | {} | {} | = | = | = | {} |",
            row.name,
            row.programs.join(", "),
            row.shows,
            rules.join(", ")
        )
        .unwrap();
    }
    page += "\n## How they are run\n\n```text\n";
    for row in ROWS {
        for (number, step) in row.steps.iter().enumerate() {
            let name = if number == 0 { row.name } else { "" };
            writeln!(page, "{name:10} {}", step.command()).unwrap();
        }
    }
    page += "```\n\n`-other`: on the other host.\n\n## Not run\n\n";
    for (programs, reason) in NOT_RUN {
        writeln!(page, "- {programs}: {reason}.").unwrap();
    }
    page
}
