//! The C interface as a text, bindings-c/abi.txt, which is committed: functions with their types,
//! structures with their layout, enumerators and constants, as the C compiler sees the header. Whoever
//! changes it sees it in the difference; a library of the same soname only ever adds lines.
//!
//! From the same functions comes bindings-c/src/signatures.rs: there the Rust compiler holds each of
//! them against the function that is exported.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::build::Tree;
use crate::shell::{read, root, run};

/// Compare the header with bindings-c/abi.txt.
///
/// # Errors
/// If they differ: the message says how to write the file anew.
pub fn check(tree: &Tree) -> Result<usize> {
    let found = describe(tree)?;
    let committed = fs::read_to_string(path()).unwrap_or_default();
    let lost: Vec<&str> = committed
        .lines()
        .filter(|line| !found.lines().any(|other| other == *line))
        .collect();
    ensure!(
        found == committed,
        "bindings-c/abi.txt is not the header's; lost or changed: {lost:#?}\n\
         If that is meant: cargo xtask abi"
    );
    ensure!(
        fs::read_to_string(signatures_path())? == signatures(&found)?,
        "bindings-c/src/signatures.rs is not the header's: cargo xtask abi"
    );
    Ok(2)
}

/// Write bindings-c/abi.txt and bindings-c/src/signatures.rs.
///
/// # Errors
/// If the header does not compile.
pub fn write(tree: &Tree) -> Result<()> {
    let found = describe(tree)?;
    fs::write(signatures_path(), signatures(&found)?)?;
    Ok(fs::write(path(), found)?)
}

fn signatures_path() -> PathBuf {
    root().join("bindings-c/src/signatures.rs")
}

/// The functions of the header in Rust, each held against the one that is exported.
fn signatures(described: &str) -> Result<String> {
    let mut text = String::from(
        "//! Made from the header by `cargo xtask abi`: what it declares is what is exported.\n\n\
         use core::ffi::{c_char, c_int, c_void};\n\n\
         use crate::{\n    \
         aead::*, agreement::*, algorithm::*, batch::*, cipher::*, classic::*, digest::*,\n    \
         exchange::*, group::*, join::*, kdf::*, mac::*, noise::*, padding::*, record::*, session::*, status::*,\n    \
         suite::*, *,\n\
         };\n\n",
    );
    for line in described.lines() {
        let Some(function) = line.strip_prefix("function ") else {
            continue;
        };
        let (name, kind) = function.split_once(": ").context("no type")?;
        let (result, parameters) = kind.split_once('(').context("no function")?;
        let parameters = parameters.trim_end_matches(')');
        let parameters: Vec<String> = match parameters {
            "void" => Vec::new(),
            _ => parameters.split(", ").map(in_rust).collect(),
        };
        let result = match result.trim() {
            "void" => String::new(),
            result => format!(" -> {}", in_rust(result)),
        };
        writeln!(
            text,
            "const _: unsafe extern \"C\" fn({}){result} = {name};",
            parameters.join(", ")
        )?;
    }
    Ok(text)
}

/// A type of C in Rust.
fn in_rust(kind: &str) -> String {
    let kind = kind.trim();
    if let Some(pointed) = kind.strip_suffix('*') {
        let pointed = pointed.trim();
        return match pointed.strip_prefix("const ") {
            Some(pointed) => format!("*const {}", in_rust(pointed)),
            None => format!("*mut {}", in_rust(pointed)),
        };
    }
    match kind {
        "void" => "c_void",
        "char" => "c_char",
        "int" => "c_int",
        "size_t" => "usize",
        "uint8_t" => "u8",
        "uint16_t" => "u16",
        "uint32_t" => "u32",
        "uint64_t" => "u64",
        own => own,
    }
    .to_string()
}

fn path() -> PathBuf {
    root().join("bindings-c/abi.txt")
}

fn describe(tree: &Tree) -> Result<String> {
    let header = tree.path("include/secpvm_core.h");
    let tree_of_syntax = read(
        Command::new("clang")
            .args(["-std=c11", "-fsyntax-only", "-Xclang", "-ast-dump=json"])
            .arg(&header),
    )?;
    let tree_of_syntax: Value = serde_json::from_str(&tree_of_syntax)?;
    let declared = tree_of_syntax["inner"].as_array().context("no header")?;
    let mut functions = Vec::new();
    let mut prints = Vec::new();
    for item in declared {
        let name = item["name"].as_str().unwrap_or_default();
        match item["kind"].as_str() {
            Some("FunctionDecl") if name.starts_with("secpvm_") => {
                let kind = item["type"]["qualType"].as_str().context("no type")?;
                functions.push(format!("function {name}: {kind}"));
            }
            Some("RecordDecl") if item["completeDefinition"] == true => {
                if let Some(print) = print_of_struct(name, item) {
                    prints.push(print);
                }
            }
            Some("EnumDecl") => {
                for constant in item["inner"].as_array().into_iter().flatten() {
                    let name = constant["name"].as_str().unwrap_or_default();
                    prints.push(print_of_number("enumerator", name));
                }
            }
            _ => {}
        }
    }
    let macros = read(Command::new("clang").args(["-dM", "-E"]).arg(&header))?;
    let mut macros: Vec<&str> = macros
        .lines()
        .filter_map(|line| line.strip_prefix("#define ")?.split(' ').next())
        .filter(|name| name.starts_with("SECPVM_") && *name != "SECPVM_CORE_H")
        .collect();
    macros.sort_unstable();
    for name in macros {
        prints.push(match name.split_once('(') {
            None => print_of_number("constant", name),
            Some(("SECPVM_MEMORY", _)) => continue,
            Some((function, arguments)) => {
                let ones = vec!["1"; arguments.split(',').count()].join(", ");
                print_of_number("constant", &format!("{function}({ones})"))
            }
        });
    }
    functions.sort_unstable();
    Ok(format!(
        "{}\n{}",
        functions.join("\n"),
        printed(&prints, tree)?
    ))
}

/// A statement that prints a structure's layout; none if it is not ours.
fn print_of_struct(name: &str, item: &Value) -> Option<String> {
    let fields: Vec<&str> = item["inner"]
        .as_array()?
        .iter()
        .filter(|field| field["kind"] == "FieldDecl")
        .filter_map(|field| field["name"].as_str())
        .collect();
    name.starts_with("secpvm_").then(|| {
        let formats = fields.iter().map(|field| format!(" {field} %zu"));
        let offsets = fields
            .iter()
            .map(|field| format!(", offsetof({name}, {field})"));
        format!(
            "printf(\"struct {name}: size %zu align %zu{}\\n\", sizeof({name}), _Alignof({name}){});",
            formats.collect::<String>(),
            offsets.collect::<String>()
        )
    })
}

fn print_of_number(kind: &str, expression: &str) -> String {
    format!("printf(\"{kind} {expression} = %llu\\n\", (unsigned long long)({expression}));")
}

/// What a program with these statements prints.
fn printed(statements: &[String], tree: &Tree) -> Result<String> {
    let source = root().join("target/abi.c");
    let program = root().join("target/abi");
    let body = statements.join("\n");
    fs::write(
        &source,
        format!(
            "#include <stddef.h>\n#include <stdio.h>\n#include \"secpvm_core.h\"\n\
             int main(void) {{\n{body}\nreturn 0;\n}}\n"
        ),
    )?;
    run(Command::new("clang")
        .args(["-std=c11", "-I"])
        .arg(tree.path("include"))
        .arg(&source)
        .arg("-o")
        .arg(&program))?;
    read(&mut Command::new(&program))
}
