//! The packet inspector: one page, target/wasm/inspector.html, on top of the npm package.

use std::process::Command;

use anyhow::Result;

use crate::shell::run;
use crate::{tools, wasm};

/// Where its sources are.
pub const FOLDER: &str = "bindings-wasm/inspector";

/// Build the page. The package must have been built.
///
/// # Errors
/// If a tool is missing or fails, or the page's types do not fit.
pub fn build() -> Result<()> {
    // Its lock file leads to the package, so npm wants that to be there.
    wasm::npm_ci(FOLDER)?;
    run(&mut script("build"))
}

/// Build package and page, and photograph every view for docs/inspector.md.
///
/// # Errors
/// If a tool is missing or fails, or the page is not as the photographer expects it.
pub fn figures() -> Result<()> {
    tools::require(&[tools::BROWSER, tools::FIGURES].concat())?;
    wasm::build()?;
    build()?;
    run(&mut script("figures"))
}

/// A script of its package.json.
pub fn script(name: &str) -> Command {
    let mut command = Command::new("npm");
    command.args(["run", "--silent", "--prefix", FOLDER, name]);
    command
}
