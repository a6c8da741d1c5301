//! The C tests: each program is built with every compiler and run under valgrind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::build::{C_FLAGS, Tree, c_files};
use crate::shell::{root, run};

const COMPILERS: [&str; 2] = ["gcc", "clang"];

/// Build and run every C test; returns how many runs passed.
///
/// # Errors
/// If one does not compile, fails, or valgrind finds fault with it.
pub fn test(tree: &Tree) -> Result<usize> {
    let out = root().join("target/c-tests");
    fs::create_dir_all(&out)?;
    header_is_cpp(&out)?;
    let patch = patch_parts()?;
    let mut passed = 0;
    for compiler in COMPILERS {
        for test in c_files("bindings-c/tests")? {
            valgrind(&compile(compiler, &[test], &out, tree)?)?;
            passed += 1;
        }
        for test in c_files("pvm/tests")? {
            let mut files = vec![test];
            files.extend(patch.clone());
            valgrind(&compile(compiler, &files, &out, tree)?)?;
            passed += 1;
        }
    }
    Ok(passed)
}

/// What the tests of the patch link: all of it but the constructor and the hooks, which would
/// act on the test program itself.
fn patch_parts() -> Result<Vec<PathBuf>> {
    let mut files = c_files("pvm/common")?;
    files.extend(c_files("pvm/patch")?);
    Ok(files)
}

fn compile(compiler: &str, files: &[PathBuf], out: &Path, tree: &Tree) -> Result<PathBuf> {
    let name = files
        .first()
        .and_then(|file| file.file_stem())
        .context("a test has a name")?;
    let program = out.join(format!("{}-{compiler}", name.to_string_lossy()));
    run(Command::new(compiler)
        .args(C_FLAGS)
        .args(["-Ibindings-c/include", "-Ipvm/common", "-Ipvm/patch"])
        .args(files)
        .arg("-o")
        .arg(&program)
        .arg("-L")
        .arg(tree.path("lib"))
        .arg(format!("-Wl,-rpath,{}", tree.path("lib").display()))
        .args(["-lsecpvm_core", "-ldl"]))?;
    Ok(program)
}

fn valgrind(program: &Path) -> Result<()> {
    run(Command::new("valgrind")
        .args(["--quiet", "--error-exitcode=99", "--leak-check=full"])
        .arg(program))
}

/// The header compiles as C++ too.
fn header_is_cpp(out: &Path) -> Result<()> {
    let probe = out.join("header.cpp");
    fs::write(&probe, "#include \"secpvm_core.h\"\n")?;
    run(Command::new("g++")
        .args(["-std=c++17", "-Wall", "-Wextra", "-Werror", "-pedantic"])
        .args(["-Ibindings-c/include", "-fsyntax-only"])
        .arg(probe))
}
