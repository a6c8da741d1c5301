//! The npm package: as small as promised, the same each time it is built, its types, and its tests
//! in Node and in Chromium.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::shell::{read, root, run};
use crate::wasm::compiler::Rust;
use crate::{tools, wasm};

/// How large each module may be, gzipped, in bytes.
const BUDGETS: [(&str, usize); 2] = [("full", 150_000), ("packet", 60_000)];

/// Build it and run all; returns how many tests passed.
///
/// # Errors
/// At the first one that fails.
pub fn test() -> Result<usize> {
    tools::require(&tools::BROWSER)?;
    wasm::build()?;
    for (folder, budget) in BUDGETS {
        within_budget(folder, budget)?;
    }
    reproducible()?;
    Rust::find("wasm-lint")?.lint()?;
    run(wasm::node_tool("tsc").args(["--project", "bindings-wasm/tests"]))?;
    Ok(BUDGETS.len() + 3 + node_tests("bindings-wasm/tests/")?)
}

fn within_budget(folder: &str, budget: usize) -> Result<()> {
    let module = fs::read(wasm::package().join(folder).join("raw_bg.wasm"))?;
    let mut gzip = Command::new("gzip")
        .args(["-9", "--no-name", "--stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("gzip")?;
    let mut input = gzip.stdin.take().context("gzip has no input")?;
    let writer = std::thread::spawn(move || input.write_all(&module));
    let len = gzip.wait_with_output()?.stdout.len();
    let written = writer.join();
    ensure!(
        written.is_ok_and(|written| written.is_ok()),
        "gzip ended early"
    );
    println!("the module {folder}, gzipped: {len} bytes of {budget}");
    ensure!(
        len > 0 && len <= budget,
        "the module {folder} is too large: {len} bytes gzipped, at most {budget}"
    );
    Ok(())
}

/// The packet decoder once more, in another folder, is byte for byte the same; and no module names
/// a folder of this machine.
fn reproducible() -> Result<()> {
    let out = root().join("target/wasm/again");
    fs::create_dir_all(&out)?;
    let [_, (folder, features)] = wasm::MODULES;
    let module = Rust::find("wasm-again")?.compile(features)?;
    wasm::finish(&module, &out)?;
    for file in ["raw_bg.wasm", "raw.js", "raw.d.ts"] {
        let built = fs::read(wasm::package().join(folder).join(file))?;
        ensure!(built == fs::read(out.join(file))?, "{file}: another one");
    }
    for (folder, _) in wasm::MODULES {
        let module = fs::read(wasm::package().join(folder).join("raw_bg.wasm"))?;
        names_no_folder(&module, &root())?;
    }
    Ok(())
}

fn names_no_folder(module: &[u8], folder: &Path) -> Result<()> {
    let name = folder.as_os_str().as_encoded_bytes();
    let named = module.windows(name.len()).any(|window| window == name);
    ensure!(!named, "a module names {}", folder.display());
    Ok(())
}

/// `node --test` on the tests in a folder; returns how many passed.
///
/// # Errors
/// If one fails or is left out.
pub fn node_tests(folder: &str) -> Result<usize> {
    // For people on standard error, for us on standard output.
    let report = read(
        Command::new("node")
            .args(["--test", "--test-reporter=spec"])
            .args(["--test-reporter-destination=stderr", "--test-reporter=tap"])
            .args(["--test-reporter-destination=stdout", folder]),
    )
    .context(folder.to_owned())?;
    let count = |what: &str| -> Result<usize> {
        let prefix = format!("# {what} ");
        let line = report.lines().find_map(|line| line.strip_prefix(&prefix));
        line.and_then(|count| count.parse().ok())
            .with_context(|| format!("node --test does not say how many {what}"))
    };
    let (pass, fail) = (count("pass")?, count("fail")?);
    let left_out = count("skipped")? + count("todo")? + count("cancelled")?;
    ensure!(fail + left_out == 0, "{fail} failed, {left_out} left out");
    println!("{folder}: {pass} tests passed in Node and Chromium");
    Ok(pass)
}
