//! The C interface as a text, bindings-c/abi.txt, which is committed: functions with their types,
//! structures with their layout, enumerators and constants, as the C compiler sees the header. Whoever
//! changes it sees it in the difference; a library of the same soname only ever adds lines.

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
    Ok(1)
}

/// Write bindings-c/abi.txt.
///
/// # Errors
/// If the header does not compile.
pub fn write(tree: &Tree) -> Result<()> {
    Ok(fs::write(path(), describe(tree)?)?)
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
