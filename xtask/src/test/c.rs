//! The C tests: each program is built with every compiler and run under valgrind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::known_answers;
use crate::build::{C_FLAGS, Tree, c_files};
use crate::shell::{root, run};

const COMPILERS: [&str; 2] = ["gcc", "clang"];

/// Build and run every C test; returns how many runs passed.
///
/// # Errors
/// If one does not compile, fails, or valgrind finds fault with it.
pub fn test(tree: &Tree) -> Result<usize> {
    let answers = known_answers::write()?;
    let mut passed = 0;
    for compiler in COMPILERS {
        let out = root().join("target/c-tests").join(compiler);
        fs::create_dir_all(&out)?;
        let parts = parts(compiler, &out)?;
        for test in [c_files("bindings-c/tests")?, c_files("pvm/tests")?].concat() {
            let program = out.join(test.strip_prefix(root())?.with_extension(""));
            link(compiler, &test, &parts, &program, tree)?;
            valgrind(&program, tree, &answers)?;
            passed += 1;
        }
    }
    header_is_cpp()?;
    Ok(passed)
}

/// All C of the PVM layer as an archive: a test links what it calls, and so neither the patch's
/// constructor and hooks nor the join's main, which would act on the test itself.
fn parts(compiler: &str, out: &Path) -> Result<PathBuf> {
    let mut objects = Vec::new();
    for folder in ["pvm/common", "pvm/patch", "pvm/join"] {
        for file in c_files(folder)? {
            let object = out.join(file.strip_prefix(root())?.with_extension("o"));
            fs::create_dir_all(object.parent().context("an object has a folder")?)?;
            run(with_flags(compiler)
                .arg("-c")
                .arg(file)
                .arg("-o")
                .arg(&object))?;
            objects.push(object);
        }
    }
    let archive = out.join("parts.a");
    run(Command::new("ar").arg("rcs").arg(&archive).args(objects))?;
    Ok(archive)
}

fn with_flags(compiler: &str) -> Command {
    let mut command = Command::new(compiler);
    command
        .args(C_FLAGS)
        .args(["-Ibindings-c/include", "-Ipvm/common"]);
    command
}

fn link(compiler: &str, test: &Path, parts: &Path, program: &Path, tree: &Tree) -> Result<()> {
    fs::create_dir_all(program.parent().context("a program has a folder")?)?;
    run(with_flags(compiler)
        .args([test, parts])
        .arg("-o")
        .arg(program)
        .arg("-L")
        .arg(tree.path("lib"))
        .arg(format!("-Wl,-rpath,{}", tree.path("lib").display()))
        .args(["-lsecpvm_core", "-ldl"]))
}

/// Under valgrind. The test of the join wants to know where that is, the test of the vectors where
/// they are; the others look at no argument.
fn valgrind(program: &Path, tree: &Tree, answers: &Path) -> Result<()> {
    run(Command::new("valgrind")
        .args(["--quiet", "--error-exitcode=99", "--leak-check=full"])
        .arg(program)
        .arg(tree.path("lib/secpvm/secpvm-join"))
        .arg(answers))
}

/// The header compiles as C++ too.
fn header_is_cpp() -> Result<()> {
    let probe = root().join("target/c-tests/header.cpp");
    fs::write(&probe, "#include \"secpvm_core.h\"\n")?;
    run(Command::new("g++")
        .args(["-std=c++17", "-Wall", "-Wextra", "-Werror", "-pedantic"])
        .args(["-Ibindings-c/include", "-fsyntax-only"])
        .arg(probe))
}
