//! The packet inspector, in Debian's Chromium.

use anyhow::{Context, Result};

use super::wasm::passed_in;
use crate::shell::read;
use crate::{inspector, tools};

/// Build the page and run its tests; returns how many passed. The package must have been built.
///
/// # Errors
/// If one fails, or is not run.
pub fn test() -> Result<usize> {
    tools::require(&tools::BROWSER)?;
    inspector::build()?;
    let report = read(&mut inspector::script("test")).context("the tests of the inspector")?;
    let pass = passed_in(&report)?;
    println!("bindings-wasm/inspector: {pass} tests passed in Chromium");
    Ok(pass)
}
