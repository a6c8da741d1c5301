//! `cargo xtask sizes`: how large core is in a program for a Cortex-M4, the C library on this machine, and
//! what is installed, written to docs/sizes.md.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{read, root, run};
use crate::{build, install, tools};

const TARGET: &str = "thumbv7em-none-eabi";

/// Features of core/bare, and what they stand for.
const BUILDS: [(&str, &str); 3] = [
    (
        "classic",
        "the smallest: packets of classic-1997, 3DES, DES and keyed MD5",
    ),
    ("records", "records of every suite, and the join"),
    ("full", "every algorithm, format and protocol"),
];

/// Measure each build and write the page.
///
/// # Errors
/// A build fails, or its size can't be read.
pub fn write() -> Result<()> {
    tools::require(&tools::TEST)?;
    tools::require_rust(&[TARGET])?;
    let mut table = String::new();
    for (features, meaning) in BUILDS {
        let (code, constants) = measure(features)?;
        writeln!(table, "| {meaning} | `{features}` | {code} | {constants} |")?;
    }
    let tree = build::run_all()?;
    let (library, program, empty) = hosted(&tree)?;
    let installed = installed(&tree)?;
    let compiler = read(Command::new("rustc").arg("--version"))?;
    let page = format!(
        "# Sizes\n\n\
         Bytes in a program for `{TARGET}` that uses the features' every part, optimised for size\n\
         (`opt-level = \"s\"`, fat LTO, `panic = \"abort\"`), without operating system or allocator: `core/bare/`.\n\
         Made by `cargo xtask sizes` with {}.\n\n\
         | build | features of core/bare | code (.text) | constants (.rodata) |\n|---|---|---|---|\n{table}\n\
         On x86-64 Linux, stripped, with the wide back ends for every CPU: `libsecpvm_core.so` has {library} bytes; a\n\
         static program that uses one suite (`bindings-c/examples/udp_echo.c`) has {program}, of which {empty} are the C\n\
         library's: an empty program has as many.\n\n\
         What `cargo xtask install` puts there, without debugging information, has names of functions for traces. Of core,\n\
         the parts under PVM hold only what they call:\n\n\
         | installed | bytes |\n|---|---|\n{installed}",
        compiler.trim()
    );
    print!("{table}");
    fs::write(root().join("docs/sizes.md"), page).context("docs/sizes.md")
}

/// Bytes of the shared library, of a static program that uses one suite, and of one that is empty.
fn hosted(tree: &build::Tree) -> Result<(u64, u64, u64)> {
    let out = root().join("target/sizes");
    fs::create_dir_all(&out)?;
    let (library, program, empty) = (out.join("library"), out.join("program"), out.join("empty"));
    run(Command::new("strip")
        .arg("-o")
        .arg(&library)
        .arg(tree.path("lib/libsecpvm_core.so.0")))?;
    fs::write(out.join("empty.c"), "int main(void)\n{\n    return 0;\n}\n")?;
    for (source, to) in [
        (root().join("bindings-c/examples/udp_echo.c"), &program),
        (out.join("empty.c"), &empty),
    ] {
        run(Command::new("cc")
            .args(["-O2", "-static", "-s", "-Wl,--gc-sections"])
            .arg("-I")
            .arg(tree.path("include"))
            .args([&source, &tree.path("lib/libsecpvm_core.a")])
            .arg("-o")
            .arg(to))?;
    }
    let len = |file: &Path| fs::metadata(file).map(|file| file.len());
    Ok((len(&library)?, len(&program)?, len(&empty)?))
}

/// Rows: the programs and libraries as they are installed.
fn installed(tree: &build::Tree) -> Result<String> {
    let stripped = root().join("target/sizes/installed");
    let mut rows = String::new();
    for file in [
        "bin/secpvm",
        "lib/libsecpvm_core.so.0",
        "lib/libsecpvm_core.a",
        "lib/libsecpvm_pvm3.so.0",
        "lib/secpvm/secpvm-pvmd.so",
        "lib/secpvm/secpvm-join",
    ] {
        install::strip(&tree.path(file), &stripped)?;
        writeln!(rows, "| `{file}` | {} |", fs::metadata(&stripped)?.len())?;
    }
    Ok(rows)
}

/// Bytes of code and of constants.
fn measure(features: &str) -> Result<(u64, u64)> {
    run(Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--target", TARGET])
        .args(["--no-default-features", "--features", features])
        .args(["--manifest-path", "core/bare/Cargo.toml"])
        .args(["--target-dir", "target/bare"]))?;
    let program = format!("target/bare/{TARGET}/release/secpvm-bare");
    let sections = read(Command::new("size").args(["--format=sysv", &program]))?;
    let section = |name: &str| {
        let mut rows = sections.lines().map(str::split_whitespace);
        rows.find_map(|mut row| (row.next() == Some(name)).then(|| row.next())?)
            .and_then(|size| size.parse().ok())
            .with_context(|| format!("{program} has no {name}"))
    };
    Ok((section(".text")?, section(".rodata")?))
}
