//! How many instructions does a call take? Run under valgrind's callgrind, which collects while the
//! function `counted` runs: see xtask/src/counts.rs.
//!
//!     secpvm-core-counts          the names of all calls, one a line
//!     secpvm-core-counts NAME     that call, once to warm up and once to be counted

mod calls;

use std::process::ExitCode;

fn main() -> ExitCode {
    let calls = calls::all();
    let Some(name) = std::env::args().nth(1) else {
        for (name, _) in calls {
            println!("{name}");
        }
        return ExitCode::SUCCESS;
    };
    let Some((_, make)) = calls.into_iter().find(|(known, _)| *known == name) else {
        eprintln!("secpvm-core-counts: no call '{name}'");
        return ExitCode::FAILURE;
    };
    let mut call = make();
    // What is found out once, such as what the CPU can do, is no part of a call.
    call();
    counted(&mut *call);
    ExitCode::SUCCESS
}

#[inline(never)]
fn counted(call: &mut dyn FnMut()) {
    call();
}
