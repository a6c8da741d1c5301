//! The C tests: each program is built with every compiler and run under valgrind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result};

use super::known_answers;
use crate::build::{C_FLAGS, Tree, c_files};
use crate::shell::{root, run};

const COMPILERS: [&str; 2] = ["gcc", "clang"];
/// Tests that run a part of the tree, or read a file beside it, and want its path as their argument.
const SUBJECTS: [(&str, &str); 4] = [
    ("bindings-c/tests/vectors.c", "../known-answers.txt"),
    ("pvm/tests/join.c", "lib/secpvm/secpvm-join"),
    ("pvm/tests/classic.c", "lib/secpvm/secpvm-pvmd.so"),
    ("pvm/tests/hooks.c", "lib/secpvm/secpvm-pvmd.so"),
];

/// Build and run every C test; returns how many runs passed.
///
/// # Errors
/// If one does not compile, fails, or valgrind finds fault with it.
pub fn test(tree: &Tree) -> Result<usize> {
    known_answers::write("known-answers.txt", &[])?;
    // Side by side: some of the tests wait.
    let passed = thread::scope(|scope| {
        let runs = COMPILERS.map(|compiler| scope.spawn(move || test_with(compiler, tree)));
        runs.map(|run| run.join().expect("its failures are results"))
            .into_iter()
            .sum::<Result<usize>>()
    })?;
    header_is_cpp()?;
    Ok(passed)
}

fn test_with(compiler: &str, tree: &Tree) -> Result<usize> {
    let out = root().join("target/c-tests").join(compiler);
    fs::create_dir_all(&out)?;
    // What a test of the tasks' library calls is looked for there first: both have a `next_read`.
    let archives = [task(compiler, &out)?, parts(compiler, &out)?];
    let tests = [c_files("bindings-c/tests")?, c_files("pvm/tests")?].concat();
    for test in &tests {
        let name = test.strip_prefix(root())?;
        let program = out.join(name.with_extension(""));
        link(compiler, test, &archives, &program, tree)?;
        let subject = SUBJECTS.iter().find(|(test, _)| name == Path::new(test));
        valgrind(&program, subject.map(|(_, path)| tree.path(path)))?;
    }
    Ok(tests.len())
}

/// The C of the daemons' side as an archive: a test links what it calls, and so neither the patch's
/// constructor and hooks nor the join's main, which would act on the test itself.
fn parts(compiler: &str, out: &Path) -> Result<PathBuf> {
    let mut objects = Vec::new();
    for folder in ["pvm/common", "pvm/patch", "pvm/join"] {
        objects.extend(compile(compiler, folder, out)?);
    }
    archive(&out.join("parts.a"), &objects)
}

/// The library in the tasks, but for what stands in front of libpvm and its sockets: its `read` would be
/// linked by every test that reads.
fn task(compiler: &str, out: &Path) -> Result<PathBuf> {
    let mut objects = compile(compiler, "pvm/task", out)?;
    objects.retain(|object| !object.ends_with("hooks.o") && !object.ends_with("sockets.o"));
    archive(&out.join("task.a"), &objects)
}

fn compile(compiler: &str, folder: &str, out: &Path) -> Result<Vec<PathBuf>> {
    let mut objects = Vec::new();
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
    Ok(objects)
}

/// Made anew: `ar` would keep what has left the tree.
fn archive(path: &Path, objects: &[PathBuf]) -> Result<PathBuf> {
    if path.exists() {
        fs::remove_file(path)?;
    }
    run(Command::new("ar").arg("rcs").arg(path).args(objects))?;
    Ok(path.to_path_buf())
}

fn with_flags(compiler: &str) -> Command {
    let mut command = Command::new(compiler);
    command
        .args(C_FLAGS)
        .args(["-Ibindings-c/include", "-Ipvm/common"]);
    command
}

fn link(
    compiler: &str,
    test: &Path,
    archives: &[PathBuf],
    program: &Path,
    tree: &Tree,
) -> Result<()> {
    fs::create_dir_all(program.parent().context("a program has a folder")?)?;
    run(with_flags(compiler)
        .arg(test)
        .args(archives)
        // The patch looks for what it needs of pvmd in the program that it is loaded into.
        .arg("-rdynamic")
        .arg("-o")
        .arg(program)
        .arg("-L")
        .arg(tree.path("lib"))
        .arg(format!("-Wl,-rpath,{}", tree.path("lib").display()))
        .args(["-lsecpvm_core", "-ldl"]))
}

/// Under valgrind, and with it what the test starts, but for shells, and the ends of a join: those
/// have to answer in time.
fn valgrind(program: &Path, subject: Option<PathBuf>) -> Result<()> {
    run(Command::new("valgrind")
        .args(["--quiet", "--error-exitcode=99", "--leak-check=full"])
        .args([
            "--trace-children=yes",
            "--trace-children-skip=/bin/*,*/join,*/secpvm-join",
        ])
        .arg(program)
        .args(subject))
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
