//! The other ways that messages go: over a direct route, and between tasks of one host.

use anyhow::Result;
use secpvm::lab::Security;
use secpvm_core::suite::Suite;
use serde::Serialize;

use super::progress::Progress;
use super::throughput::{TABLE_SIZES, round_trips, roundtrip};
use super::turns::Series;
use super::{Effort, Labs};

/// What was measured, of stock PVM and with aes-256-gcm.
#[derive(Serialize)]
pub struct Routes {
    /// Tasks on two hosts that ask for a direct route.
    pub direct: Vec<Series>,
    /// Tasks on one host.
    pub same_host: Vec<Series>,
}

/// Round trips on both ways, by turns.
///
/// # Errors
/// A machine does not start, or the measuring program fails.
pub fn measure(labs: &Labs, effort: Effort, progress: &Progress) -> Result<Routes> {
    let plain = labs.pair(Security::Plain)?;
    let secured = labs.pair(Security::Secured(Suite::Aes256Gcm))?;
    let run = |what, option| {
        let meters = [&plain, &secured].map(|lab| roundtrip(lab, &[option]));
        let meters = meters.into_iter().collect::<Result<_>>()?;
        round_trips(
            &["plain", "secured"],
            meters,
            &TABLE_SIZES,
            effort,
            &|turn| {
                progress.tell(what, turn, effort.turns);
            },
        )
    };
    Ok(Routes {
        direct: run("direct routes", "-d")?,
        same_host: run("tasks of one host", "-s")?,
    })
}
