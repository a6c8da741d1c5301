//! Writes down which files of known answers there are, so that the runner carries all of them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()?;
    println!("cargo::rerun-if-changed={}", vectors.display());
    let mut files = Vec::new();
    for folder in fs::read_dir(&vectors)? {
        let folder = folder?.path();
        if folder.is_dir() {
            println!("cargo::rerun-if-changed={}", folder.display());
            files.extend(fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())));
        }
    }
    let mut files = files.into_iter().collect::<io::Result<Vec<PathBuf>>>()?;
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    files.sort();
    let mut list = String::from("[\n");
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let name = file.strip_prefix(&vectors).unwrap_or(&file).display();
        let (name, file) = (format!("vectors/{name}"), file.display().to_string());
        let _ = writeln!(list, "({name:?}, include_str!({file:?})),");
    }
    list.push(']');
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&out).join("files.rs"), list)
}
