//! The other ways that messages go: over a direct route, and between tasks of one host.

use std::process::Command;

use anyhow::Result;
use secpvm::lab::{Lab, Security};
use secpvm_core::suite::Suite;
use serde::Serialize;

use super::progress::Progress;
use super::throughput::{TABLE_SIZES, round_trips};
use super::turns::Series;
use super::{Effort, Labs};
use crate::meter::Meter;

/// What was measured: of stock PVM, of secured daemons, and of programs on those whose messages are
/// sealed from task to task (`secpvm run`).
#[derive(Serialize)]
pub struct Routes {
    /// Tasks on two hosts that ask for a direct route.
    pub direct: Vec<Series>,
    /// Tasks on one host.
    pub same_host: Vec<Series>,
}

/// What is compared.
pub const NAMES: [&str; 3] = ["plain", "secured", "sealed from task to task"];

/// How to start `program` on host `name` in each of the [`NAMES`]' ways, on a plain and a secured
/// machine.
pub fn commands(labs: [&Lab; 2], name: &str, program: &str) -> [Command; 3] {
    let [plain, secured] = labs.map(|lab| lab.host(name));
    let mut sealed = secured.command("secpvm");
    sealed.args(["run", program]);
    [plain.command(program), secured.command(program), sealed]
}

/// Round trips on both ways, by turns.
///
/// # Errors
/// A machine does not start, or the measuring program fails.
pub fn measure(labs: &Labs, effort: Effort, progress: &Progress) -> Result<Routes> {
    let plain = labs.pair(Security::Plain)?;
    let secured = labs.pair(Security::Secured(Suite::Aes256Gcm))?;
    let run = |what, option| {
        let commands = commands([&plain, &secured], "host1", "roundtrip");
        let meters = commands
            .into_iter()
            .map(|mut command| Meter::start(command.args(["-i", option])));
        let meters = meters.collect::<Result<_>>()?;
        let told = |turn| progress.tell(what, turn, effort.turns);
        round_trips(&NAMES, meters, &TABLE_SIZES, effort, &told)
    };
    Ok(Routes {
        direct: run("direct routes", "-d")?,
        same_host: run("tasks of one host", "-s")?,
    })
}
