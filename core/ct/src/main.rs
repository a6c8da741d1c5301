//! Is core's time independent of secrets? Run under valgrind's memcheck, which is told that keys
//! and plaintexts are undefined, and then reports every branch and every address that depends on
//! them (the method is Langley's ctgrind, 2010).
//!
//!     secpvm-core-ct            every path; each must be what docs/side-channels.md says of it
//!     secpvm-core-ct planted    a comparison that stops at the first difference: must be reported
//!
//! A verdict, the one bit that says whether something was authentic, is in the answer and may be
//! branched on: `verdicts.supp` names the places.

mod cases;
mod memcheck;
mod protocols;

use std::collections::BTreeMap;
use std::process::ExitCode;

const TABLE: &str = include_str!("../../../docs/side-channels.md");

fn main() -> ExitCode {
    if !memcheck::is_running() {
        eprintln!("secpvm-core-ct: run me under valgrind, by `cargo xtask test`");
        return ExitCode::FAILURE;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let wrong = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => all(),
        ["planted"] => usize::from(errors_of(cases::planted_leak) > 0),
        _ => {
            eprintln!("usage: secpvm-core-ct [planted]");
            1
        }
    };
    if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Run every case, and return how many rows of the table are not as documented.
fn all() -> usize {
    let mut rows = BTreeMap::new();
    for case in cases::all() {
        let errors = errors_of(case.run);
        println!("{:<28} {errors:>5} errors", case.name);
        let row = rows.entry(case.row).or_insert((0, 0));
        row.0 += 1;
        row.1 += usize::from(errors > 0);
    }
    let mut wrong = 0;
    println!();
    for (row, (cases, leaky)) in &rows {
        let finding = if *leaky > 0 { "**leaks**" } else { "clean" };
        let documented = TABLE
            .lines()
            .any(|line| line.starts_with(&format!("| {row} | {finding} |")));
        println!("{row}: {finding} ({leaky} of {cases} cases leak)");
        if !documented {
            println!("  but docs/side-channels.md does not say so");
            wrong += 1;
        }
    }
    let documented = TABLE
        .lines()
        .filter(|line| line.contains(" | clean | ") || line.contains(" | **leaks** | "));
    let documented = documented.count();
    println!("{} rows of {documented}, {wrong} wrong", rows.len());
    wrong + documented.abs_diff(rows.len())
}

fn errors_of(run: impl FnOnce()) -> u64 {
    let before = memcheck::errors();
    run();
    memcheck::errors() - before
}
