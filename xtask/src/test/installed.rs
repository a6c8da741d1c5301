//! The library as its users meet it: installed, found by pkg-config and CMake, from C++, and without an
//! operating system.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::build::{Tree, c_files};
use crate::shell::{read, root, run};

/// All that the freestanding library may want from where it is linked.
const WANTED: [&str; 5] = ["bcmp", "memcpy", "memmove", "memset", "strlen"];

/// Run it all; returns how many programs passed.
///
/// # Errors
/// At the first one that does not build or fails.
pub fn test(tree: &Tree) -> Result<usize> {
    let out = root().join("target/installed-tests");
    fs::create_dir_all(&out)?;
    Ok(cpp(tree, &out)?
        + cpp_over_cxx(&out)?
        + examples(tree, &out)?
        + cmake(tree, &out)?
        + freestanding(tree, &out)?)
}

/// The C++ test, by both compilers, under valgrind.
fn cpp(tree: &Tree, out: &Path) -> Result<usize> {
    for compiler in ["g++", "clang++"] {
        let program = out.join(format!("cpp-{compiler}"));
        run(Command::new(compiler)
            .args(["-std=c++17", "-O2", "-gdwarf-4"])
            .args(["-Wall", "-Wextra", "-Werror", "-pedantic", "-I"])
            .arg(tree.path("include"))
            .arg("bindings-c/tests/cpp.cpp")
            .arg("-o")
            .arg(&program)
            .arg("-L")
            .arg(tree.path("lib"))
            .arg("-lsecpvm_core"))?;
        run(on_library(Command::new("valgrind"), tree)
            .args(["--quiet", "--error-exitcode=99", "--leak-check=full"])
            .arg(program))?;
    }
    Ok(2)
}

/// The C++ test over the `cxx` crate, with a static library that has that feature.
fn cpp_over_cxx(out: &Path) -> Result<usize> {
    run(Command::new(env!("CARGO"))
        .args(["rustc", "--package", "secpvm-c", "--lib", "--locked"])
        .args(["--features", "cxx", "--crate-type", "staticlib"])
        .args(["--target-dir", "target/cxx"]))?;
    let program = out.join("cpp-over-cxx");
    run(Command::new("g++")
        .args(["-std=c++17", "-O2", "-gdwarf-4", "-DSECPVM_OVER_CXX"])
        .args(["-Wall", "-Wextra", "-Werror", "-pedantic"])
        // What cxx generates is not held to our warnings.
        .args(["-Ibindings-c/include", "-isystem", "target/cxx/cxxbridge"])
        .arg("bindings-c/tests/cpp.cpp")
        .arg("target/cxx/debug/libsecpvm_c.a")
        .args(["-lpthread", "-ldl", "-lm", "-o"])
        .arg(&program))?;
    run(Command::new("valgrind")
        .args(["--quiet", "--error-exitcode=99", "--leak-check=full"])
        .arg(program))?;
    Ok(1)
}

/// The examples, with nothing but what pkg-config says.
fn examples(tree: &Tree, out: &Path) -> Result<usize> {
    let flags = read(
        Command::new("pkg-config")
            .env("PKG_CONFIG_PATH", tree.path("lib/pkgconfig"))
            .args(["--cflags", "--libs", "secpvm_core"]),
    )?;
    let examples = c_files("bindings-c/examples")?;
    for example in &examples {
        let name = example.file_stem().context("an example has a name")?;
        let program = out.join(name);
        run(Command::new("cc")
            .args(["-Wall", "-Wextra", "-Werror", "-pedantic"])
            .arg(example)
            .arg("-o")
            .arg(&program)
            .args(flags.split_whitespace()))?;
        if name == "encrypt_file" {
            encrypt_file(&program, tree, out)?;
        } else {
            run(&mut on_library(Command::new(&program), tree))?;
        }
    }
    Ok(examples.len())
}

/// A file comes back from encryption as it was, and not under another secret.
fn encrypt_file(program: &Path, tree: &Tree, out: &Path) -> Result<()> {
    let (plain, sealed) = (root().join("Cargo.lock"), out.join("sealed"));
    let (opened, wrong) = (out.join("opened"), out.join("wrong"));
    let call = |verb: &str, secret: &str, from: &Path, to: &Path| {
        let mut command = on_library(Command::new(program), tree);
        command.args([verb, secret]).args([from, to]);
        command
    };
    run(&mut call("encrypt", "secret", &plain, &sealed))?;
    run(&mut call("decrypt", "secret", &sealed, &opened))?;
    ensure!(fs::read(&plain)? == fs::read(&opened)?, "another file");
    ensure!(fs::read(&plain)? != fs::read(&sealed)?, "not encrypted");
    let refused = call("decrypt", "other", &sealed, &wrong).output()?;
    ensure!(
        !refused.status.success() && !wrong.exists(),
        "decrypted under another secret"
    );
    Ok(())
}

/// A CMake project that finds the library, shared and static.
fn cmake(tree: &Tree, out: &Path) -> Result<usize> {
    let folder = out.join("cmake");
    run(Command::new("cmake")
        .args(["-S", "bindings-c/tests/cmake", "-B"])
        .arg(&folder)
        .arg(format!(
            "-DCMAKE_PREFIX_PATH={}",
            tree.path("lib").parent().context("a tree")?.display()
        )))?;
    run(Command::new("cmake").arg("--build").arg(&folder))?;
    for program in ["consumer_core", "consumer_core_static"] {
        run(&mut Command::new(folder.join(program)))?;
    }
    Ok(2)
}

/// The freestanding library wants only what is named in `WANTED`, and works.
fn freestanding(tree: &Tree, out: &Path) -> Result<usize> {
    let archive = freestanding_archive()?;
    let whole = out.join("freestanding.so");
    let functions = read(
        Command::new("nm")
            .args(["--defined-only", "--format=just-symbols", "--quiet"])
            .arg(&archive),
    )?;
    let functions = functions
        .lines()
        .filter(|name| name.starts_with("secpvm_") && !name.contains('.'))
        .map(|name| format!("-Wl,-u,{name}"));
    run(Command::new("cc")
        .args(["-shared", "-nostdlib", "-Wl,--gc-sections"])
        .args(functions)
        .arg(&archive)
        .arg("-o")
        .arg(&whole))?;
    let wanted = read(
        Command::new("nm")
            .args(["--dynamic", "--undefined-only", "--format=just-symbols"])
            .arg(&whole),
    )?;
    let wanted: BTreeSet<&str> = wanted.lines().collect();
    let allowed = BTreeSet::from(WANTED);
    ensure!(
        wanted.is_subset(&allowed),
        "the freestanding library wants {:?}",
        wanted.difference(&allowed)
    );
    println!("the freestanding library wants {wanted:?} and nothing else");
    let one_suite = static_program(
        "bindings-c/tests/freestanding/one_suite.c",
        &[&archive],
        out,
    )?;
    run(&mut Command::new(&one_suite))?;
    let empty = out.join("empty.c");
    fs::write(&empty, "int main(void) { return 0; }\n")?;
    let empty = static_program(&empty.to_string_lossy(), &[], out)?;
    let library = stripped(&tree.path("lib/libsecpvm_core.so.0"), out)?;
    println!("libsecpvm_core.so.0, stripped: {library} bytes");
    println!("all of it, freestanding: {} bytes", stripped(&whole, out)?);
    println!(
        "a static program that seals and opens: {} bytes more than an empty one",
        fs::metadata(one_suite)?.len() - fs::metadata(empty)?.len()
    );
    Ok(2)
}

/// libsecpvm_core.a without an operating system.
///
/// # Errors
/// If it cannot be built.
fn freestanding_archive() -> Result<PathBuf> {
    run(Command::new(env!("CARGO"))
        .args(["rustc", "--package", "secpvm-c", "--lib", "--locked"])
        .args(["--no-default-features", "--profile", "freestanding"])
        .args(["--crate-type", "staticlib"]))?;
    Ok(root().join("target/freestanding/libsecpvm_c.a"))
}

fn static_program(source: &str, archives: &[&Path], out: &Path) -> Result<PathBuf> {
    let stem = Path::new(source).file_stem().context("a program")?;
    let program = out.join(stem);
    run(Command::new("cc")
        .args(["-O2", "-static", "-s", "-Wl,--gc-sections"])
        .arg("-Ibindings-c/include")
        .arg(source)
        .args(archives)
        .arg("-o")
        .arg(&program))?;
    Ok(program)
}

fn stripped(library: &Path, out: &Path) -> Result<u64> {
    let copy = out.join("stripped");
    run(Command::new("strip").arg("-o").arg(&copy).arg(library))?;
    Ok(fs::metadata(copy)?.len())
}

/// A program that finds the tree's library.
fn on_library(mut command: Command, tree: &Tree) -> Command {
    command.env("LD_LIBRARY_PATH", tree.path("lib"));
    command
}
