//! `cargo xtask demo --attacks`: the known attacks on the packets of 1997, made on real daemons of
//! that profile and of `current`. They are tests (`pvm/secpvm/tests/secured/attacks.rs`), which say what
//! each attack did.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::shell::read;

/// In front of what a test says of an attack.
const MARK: &str = "attack: ";

/// Make them, one after the other. What each did, a line.
///
/// # Errors
/// One did not end as it should.
pub fn attack_all() -> Result<Vec<String>> {
    let said = read(Command::new(env!("CARGO")).args([
        "test",
        "--locked",
        "--package",
        "secpvm",
        "--test",
        "secured",
        "attacks::",
        "--",
        "--nocapture",
        "--test-threads=1",
    ]))?;
    let lines = said.lines().filter_map(|line| line.split_once(MARK));
    let lines: Vec<String> = lines.map(|(_, line)| line.to_owned()).collect();
    ensure!(!lines.is_empty(), "no attack was made");
    Ok(lines)
}
