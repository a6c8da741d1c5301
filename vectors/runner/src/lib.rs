//! Known answers (`vectors/README.md` has their schema), and who is held against them: secpvm's
//! core, or any program that speaks a line protocol.
//!
//! ```
//! let mut passed = 0;
//! for (path, text) in secpvm_vectors::embedded() {
//!     let file = secpvm_vectors::File::parse(path, text)?;
//!     for case in file.cases() {
//!         assert_eq!(secpvm_vectors::core::check(&case), Ok(()));
//!         passed += 1;
//!     }
//! }
//! assert!(passed > 3000);
//! # Ok::<(), secpvm_vectors::NotVectors>(())
//! ```

pub mod core;
mod file;
pub mod program;

pub use file::{Case, File, NotVectors};

/// Why a case failed, in one line.
pub type Failure = String;

/// Every file of this project, with its path in the repository.
pub fn embedded() -> impl Iterator<Item = (&'static str, &'static str)> {
    include!(concat!(env!("OUT_DIR"), "/files.rs")).into_iter()
}
