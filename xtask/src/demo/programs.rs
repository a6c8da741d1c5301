//! The project's own PVM programs, built for the demo and the figures.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::build::cc;
use crate::shell::{root, run};

/// Those that the demo and the figures run; the tests build what else there is.
const PROGRAMS: [&str; 4] = ["addhosts", "roundtrip", "secret", "workload"];

/// Build them. Returns their directory.
///
/// # Errors
/// The compiler is missing or fails.
pub fn build() -> Result<PathBuf> {
    let directory = root().join("target/pvm-programs");
    fs::create_dir_all(&directory)?;
    for program in PROGRAMS {
        let source = format!("pvm/programs/{program}.c");
        run(cc()
            .arg("-o")
            .arg(directory.join(program))
            .args([&source, "-lpvm3"]))?;
    }
    Ok(directory)
}
