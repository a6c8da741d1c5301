//! The packet inspector, in Debian's Chromium.

use anyhow::Result;

use super::wasm::node_tests;
use crate::shell::run;
use crate::{inspector, tools};

/// Build the page and run its tests; returns how many passed. The package must have been built.
///
/// # Errors
/// If one fails, or is left out.
pub fn test() -> Result<usize> {
    tools::require(&tools::BROWSER)?;
    inspector::build()?;
    run(&mut inspector::script("compile-tests"))?;
    node_tests(&format!("{}/build/tests/tests/", inspector::FOLDER))
}
