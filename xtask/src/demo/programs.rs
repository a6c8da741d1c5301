//! The project's own PVM programs, built for the demo and the tests.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::build::{c_files, cc};
use crate::shell::{root, run};

/// Build every program of pvm/programs, one from each C file. Returns their directory.
///
/// # Errors
/// The compiler is missing or fails.
pub fn build() -> Result<PathBuf> {
    let directory = root().join("target/pvm-programs");
    fs::create_dir_all(&directory)?;
    for source in c_files("pvm/programs")? {
        let program = directory.join(source.file_stem().unwrap_or_default());
        run(cc().arg("-o").arg(program).arg(source).arg("-lpvm3"))?;
    }
    Ok(directory)
}
