//! House rules that a machine can check.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::build::Tree;
use crate::shell::{read, root};

/// Who may depend on whom, among our own crates. Everything else is an error.
const ARROWS: [(&str, &[&str]); 9] = [
    ("secpvm-core", &[]),
    ("secpvm-core-counts", &["secpvm-core"]),
    ("secpvm-core-ct", &["secpvm-core"]),
    ("secpvm-vectors", &["secpvm-core"]),
    ("secpvm-c", &["secpvm-core"]),
    ("secpvm-wasm", &["secpvm-core"]),
    ("secpvm-python", &["secpvm-core"]),
    ("secpvm", &["secpvm-core", "secpvm-vectors"]),
    ("xtask", &["secpvm", "secpvm-core", "secpvm-vectors"]),
];

/// Check every rule; returns how many there are.
///
/// # Errors
/// At the first rule that is broken.
pub fn check(tree: &Tree) -> Result<usize> {
    dependencies_point_one_way()?;
    core_needs_neither_std_nor_alloc()?;
    core_has_no_unsafe_code()?;
    the_library_exports_what_the_header_declares(tree)?;
    Ok(4)
}

fn dependencies_point_one_way() -> Result<()> {
    let metadata = read(Command::new(env!("CARGO")).args([
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--locked",
    ]))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let name = |package: &Value| package["name"].as_str().unwrap_or_default().to_string();
    let ours: BTreeSet<String> = packages.iter().map(name).collect();
    for package in packages {
        let from = name(package);
        let allowed = ARROWS
            .iter()
            .find_map(|(name, to)| (*name == from).then_some(*to))
            .with_context(|| format!("{from} is in no picture: see ARCHITECTURE.md"))?;
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let to = name(dependency);
            ensure!(
                !ours.contains(&to) || allowed.contains(&to.as_str()),
                "{from} must not depend on {to}: see ARCHITECTURE.md"
            );
        }
    }
    Ok(())
}

/// No crate that core is built with has its feature `std` or `alloc` on. (core/bare proves the same
/// by linking; this names the culprit.)
fn core_needs_neither_std_nor_alloc() -> Result<()> {
    let tree = read(Command::new(env!("CARGO")).args([
        "tree",
        "--locked",
        "--package",
        "secpvm-core",
        "--edges",
        "normal,features",
        "--prefix",
        "none",
    ]))?;
    let hosted: BTreeSet<&str> = tree
        .lines()
        .filter(|line| line.contains("feature \"std\"") || line.contains("feature \"alloc\""))
        .collect();
    ensure!(hosted.is_empty(), "core is built with {hosted:?}");
    Ok(())
}

/// Where core may have unsafe code: what the wide back ends are made with. They are tables of
/// instructions themselves, and only allow it.
const UNSAFE_FILES: [&str; 8] = [
    "wide/bmi.rs",
    "wide/des/mod.rs",
    "wide/gcm/block.rs",
    "wide/gcm/mod.rs",
    "wide/lanes.rs",
    "wide/register.rs",
    "wide/registers.rs",
    "wide/x25519/mod.rs",
];
const UNSAFE_ALLOWED: [&str; 3] = ["wide/avx2.rs", "wide/avx512.rs", "wide/neon.rs"];

/// Elsewhere the only line that may hold the word is the lint that denies it; and each use comes
/// right after a comment that says why it is sound.
fn core_has_no_unsafe_code() -> Result<()> {
    let (folder, mut found) = (root().join("core/src"), Vec::new());
    each_file(&folder, &mut |path, text| {
        let file = path.strip_prefix(&folder).unwrap_or(path).to_string_lossy();
        let (mut explained, mut comment) = (false, false);
        for line in text.lines().map(str::trim) {
            if line.starts_with("//") {
                explained = line.starts_with("// SAFETY: ") || (comment && explained);
                comment = true;
                continue;
            }
            comment = false;
            let allowed = match line {
                "#![deny(unsafe_code)]" => file == "lib.rs",
                _ if line.starts_with("#![allow(unsafe_code, reason = ") => {
                    UNSAFE_ALLOWED.contains(&&*file) || UNSAFE_FILES.contains(&&*file)
                }
                _ => UNSAFE_FILES.contains(&&*file) && std::mem::take(&mut explained),
            };
            if line.contains("unsafe") && !allowed {
                found.push(format!("{file}: {line}"));
            }
        }
    })?;
    ensure!(found.is_empty(), "unsafe in core: {found:#?}");
    Ok(())
}

fn the_library_exports_what_the_header_declares(tree: &Tree) -> Result<()> {
    let header = fs::read_to_string(tree.path("include/secpvm_core.h"))?;
    let declared: BTreeSet<&str> = header
        .lines()
        .filter(|line| !line.starts_with([' ', '/', '#']) && line.contains('('))
        .filter_map(|line| {
            line.split(['(', ' ', '*'])
                .find(|word| word.starts_with("secpvm_") && line.contains(&format!("{word}(")))
        })
        .collect();
    let symbols = read(
        Command::new("nm")
            .args(["--dynamic", "--defined-only", "--format=just-symbols"])
            .arg(tree.path("lib/libsecpvm_core.so.0")),
    )?;
    let exported: BTreeSet<&str> = symbols.lines().collect();
    ensure!(
        declared == exported,
        "declared but not exported: {:?}; exported but not declared: {:?}",
        declared.difference(&exported),
        exported.difference(&declared)
    );
    Ok(())
}

fn each_file(folder: &Path, visit: &mut impl FnMut(&Path, &str)) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            each_file(&path, visit)?;
        } else {
            visit(&path, &fs::read_to_string(&path)?);
        }
    }
    Ok(())
}
