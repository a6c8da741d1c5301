//! Known answers as text, for runners that read no JSON: each case of vectors/ as lines `field value`,
//! then an empty line. Fields of the file and of the group stand with each case.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::shell::root;

/// Write the text below target/, without the schemas that its reader has nothing to run with, and
/// return where it is.
///
/// # Errors
/// If a file cannot be read, or is not in the schema of vectors/README.md.
pub fn write(name: &str, without: &[&str]) -> Result<PathBuf> {
    let mut text = String::new();
    for folder in fs::read_dir(root().join("vectors"))? {
        let folder = folder?.path();
        if folder.is_dir() {
            for file in fs::read_dir(&folder)? {
                let file = file?.path();
                if file
                    .extension()
                    .is_some_and(|extension| extension == "json")
                {
                    append(&mut text, &file, without)
                        .with_context(|| file.display().to_string())?;
                }
            }
        }
    }
    let path = root().join("target").join(name);
    fs::write(&path, text)?;
    Ok(path)
}

fn append(text: &mut String, file: &Path, without: &[&str]) -> Result<()> {
    let content: Value = serde_json::from_slice(&fs::read(file)?)?;
    let schema = content["schema"].as_str().context("no schema")?;
    if without.contains(&schema) {
        return Ok(());
    }
    let mut cases = 0;
    for group in content["testGroups"].as_array().context("no testGroups")? {
        for test in group["tests"].as_array().context("no tests")? {
            writeln!(text, "schema {schema}")?;
            for (name, value) in group.as_object().context("no group")? {
                if name != "tests" {
                    flatten(text, name, value)?;
                }
            }
            for (name, value) in test.as_object().context("no test")? {
                flatten(text, name, value)?;
            }
            text.push('\n');
            cases += 1;
        }
    }
    ensure!(content["numberOfTests"] == cases, "numberOfTests is wrong");
    Ok(())
}

/// `name value`, a nested value under `name.key` or `name.index`.
fn flatten(text: &mut String, name: &str, value: &Value) -> Result<()> {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                flatten(text, &format!("{name}.{key}"), value)?;
            }
        }
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            writeln!(text, "{name} {}", items.join(","))?;
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                flatten(text, &format!("{name}.{index}"), value)?;
            }
        }
        Value::String(string) => writeln!(text, "{name} {string}")?,
        other => writeln!(text, "{name} {other}")?,
    }
    Ok(())
}
