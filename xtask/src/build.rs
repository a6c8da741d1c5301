//! `cargo xtask build`: everything that a user installs, laid out under target/secpvm as it is
//! under a prefix.
//!
//! ```text
//! bin/secpvm
//! include/secpvm_core.h, include/secpvm_core{,_types,_groups}.hpp
//! include/secpvm_pvm3.h, include/secpvm_fpvm3.h
//! lib/libsecpvm_core.so.0, lib/libsecpvm_core.so, lib/libsecpvm_core.a
//! lib/libsecpvm_pvm3.so.0, lib/libsecpvm_pvm3.so
//! lib/pkgconfig/secpvm_core.pc, lib/pkgconfig/secpvm_pvm3.pc
//! lib/cmake/secpvm_core/secpvm_core-config.cmake, secpvm_core-config-version.cmake
//! share/man/man1/secpvm.1, ..., man3/secpvm_core.3; completions for bash, zsh and fish
//! lib/secpvm/secpvm-pvmd.so     the patch
//! lib/secpvm/secpvm-join        the start-up channel
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{root, run};

/// Warnings are errors in C, as in Rust.
pub const C_FLAGS: [&str; 8] = [
    "-std=c11",
    "-D_GNU_SOURCE",
    "-O2",
    // Valgrind 3.19 cannot read all of DWARF 5.
    "-gdwarf-4",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-pedantic",
];

/// The installed tree.
pub struct Tree {
    root: PathBuf,
}

impl Tree {
    /// The tree under target/, built or not.
    pub fn here() -> Self {
        Self {
            root: root().join("target/secpvm"),
        }
    }

    /// A path within the tree.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }
}

/// Build the tree.
///
/// # Errors
/// If a compiler is missing or fails.
pub fn run_all() -> Result<Tree> {
    let tree = Tree::here();
    for folder in ["bin", "include", "lib/secpvm"] {
        fs::create_dir_all(tree.path(folder))?;
    }
    run(Command::new(env!("CARGO")).args([
        "build",
        "--release",
        "--locked",
        "--package",
        "secpvm-c",
        "--package",
        "secpvm",
    ]))?;
    let built = root().join("target/release");
    place(&built.join("secpvm"), &tree.path("bin/secpvm"))?;
    place(
        &built.join("libsecpvm_c.so"),
        &tree.path("lib/libsecpvm_core.so.0"),
    )?;
    place(
        &built.join("libsecpvm_c.a"),
        &tree.path("lib/libsecpvm_core.a"),
    )?;
    link("libsecpvm_core.so.0", &tree.path("lib/libsecpvm_core.so"))?;
    package(&tree)?;
    run(Command::new(tree.path("bin/secpvm"))
        .arg("pages")
        .arg(tree.path("")))?;
    pvm(&tree)?;
    Ok(tree)
}

/// What the compiler, its helpers and a reader need of the library. All paths in it are relative: the
/// tree may stand anywhere.
fn package(tree: &Tree) -> Result<()> {
    const CMAKE: &str = "lib/cmake/secpvm_core";
    for (from, to) in [
        ("bindings-c/include/secpvm_core.h", "include"),
        ("bindings-c/include/secpvm_core.hpp", "include"),
        ("bindings-c/include/secpvm_core_types.hpp", "include"),
        ("bindings-c/include/secpvm_core_groups.hpp", "include"),
        ("bindings-c/package/secpvm_core.pc.in", "lib/pkgconfig"),
        ("bindings-c/package/secpvm_core-config.cmake", CMAKE),
        (
            "bindings-c/package/secpvm_core-config-version.cmake.in",
            CMAKE,
        ),
        ("bindings-c/package/secpvm_core.3", "share/man/man3"),
        ("pvm/task/secpvm_pvm3.h", "include"),
        ("pvm/task/secpvm_fpvm3.h", "include"),
        ("pvm/task/secpvm_pvm3.pc.in", "lib/pkgconfig"),
        ("pvm/task/secpvm_pvm3.3", "share/man/man3"),
    ] {
        let from = root().join(from);
        let text = fs::read_to_string(&from).with_context(|| from.display().to_string())?;
        fs::create_dir_all(tree.path(to))?;
        let name = from.file_name().context("a file has a name")?;
        let name = name.to_string_lossy().replace(".in", "");
        // The workspace has one version.
        let text = text.replace("@VERSION@", env!("CARGO_PKG_VERSION"));
        fs::write(tree.path(to).join(name), text)?;
    }
    Ok(())
}

/// The C parts under the stock PVM.
fn pvm(tree: &Tree) -> Result<()> {
    let patch = tree.path("lib/secpvm/secpvm-pvmd.so");
    run(cc()
        .args(["-shared", "-fPIC", "-fvisibility=hidden", "-o"])
        .arg(patch)
        .args(c_files("pvm/common")?)
        .args(c_files("pvm/patch")?)
        .args(link_flags(tree)))?;
    task(tree)?;
    // Two of it are started for each new host, and loading libraries takes longer than all else it does.
    let join = tree.path("lib/secpvm/secpvm-join");
    run(cc()
        .args(["-fPIE", "-static-pie", "-o"])
        .arg(join)
        .args(c_files("pvm/common")?)
        .args(c_files("pvm/join")?)
        .args(link_flags(tree)))
}

/// The library in the tasks.
fn task(tree: &Tree) -> Result<()> {
    let library = tree.path("lib/libsecpvm_pvm3.so.0");
    run(cc()
        .args(["-shared", "-fPIC", "-fvisibility=hidden"])
        .args([
            "-Wl,-soname,libsecpvm_pvm3.so.0",
            "-Wl,-rpath,$ORIGIN",
            "-o",
        ])
        .arg(library)
        .args(c_files("pvm/common")?)
        .args(c_files("pvm/task")?)
        .args(link_flags(tree)))?;
    link("libsecpvm_pvm3.so.0", &tree.path("lib/libsecpvm_pvm3.so"))
}

/// The C compiler, `cc` unless CC says otherwise, with the project's flags and header paths.
pub fn cc() -> Command {
    let mut command = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
    command
        .args(C_FLAGS)
        .args(["-Ibindings-c/include", "-Ipvm/common"]);
    command
}

/// Link with the part of libsecpvm_core that is called, and show nothing of it to others: a library
/// less is to be loaded whenever a daemon starts, and no symbol stands in the way of the program's.
pub fn link_flags(tree: &Tree) -> Vec<std::ffi::OsString> {
    vec![
        "-Wl,-z,now".into(),
        "-Wl,-z,defs".into(),
        "-Wl,--gc-sections".into(),
        "-Wl,--exclude-libs,ALL".into(),
        tree.path("lib/libsecpvm_core.a").into(),
        "-static-libgcc".into(),
        "-ldl".into(),
    ]
}

/// The C files of a folder, sorted.
///
/// # Errors
/// If the folder cannot be read.
pub fn c_files(folder: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(root().join(folder)).with_context(|| folder.to_string())?;
    let mut files = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "c"));
    files.sort();
    Ok(files)
}

/// Copy by way of a rename, so that a running process keeps the file that it has mapped.
fn place(from: &Path, to: &Path) -> Result<()> {
    let beside = to.with_extension("new");
    fs::copy(from, &beside).with_context(|| from.display().to_string())?;
    fs::rename(&beside, to).with_context(|| to.display().to_string())
}

fn link(target: &str, at: &Path) -> Result<()> {
    match fs::remove_file(at) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    std::os::unix::fs::symlink(target, at).with_context(|| at.display().to_string())
}
