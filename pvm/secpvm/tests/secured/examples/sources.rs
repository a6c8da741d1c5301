//! The examples that Debian ships as sources only, built as they are.

use std::path::Path;
use std::process::Command;

const ARCHIVE: &str = "/usr/share/doc/pvm-examples/examples.tar.gz";
const PROGRAMS: [&str; 3] = ["mbox", "ptest", "starter"];

/// Build them into `folder`.
pub fn build(folder: &Path) {
    let succeeds = |command: &mut Command| {
        let status = command.status().unwrap();
        assert!(status.success(), "{command:?}: {status}");
    };
    let sources = tempfile::tempdir().unwrap();
    succeeds(
        Command::new("tar")
            .args(["-xzf", ARCHIVE, "-C"])
            .arg(sources.path()),
    );
    for program in PROGRAMS {
        let source = sources.path().join("examples").join(program);
        succeeds(
            Command::new("cc")
                // C of 1993: functions are not declared, and exit() has no argument.
                .args(["-std=gnu89", "-fno-builtin", "-w", "-o"])
                .arg(folder.join(program))
                .arg(source.with_extension("c"))
                .args(["-lgpvm3", "-lpvm3"]),
        );
    }
}
