//! The examples of the manual page secpvm_pvm3(3) and of the guide are programs, and do what they say.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use secpvm::lab::{Lab, Security};

use crate::machine::{captured, run, text, tree};
use crate::wire::readable;

const SECRET: &str = "this is a secret message ";
const PLAIN: &str = "this is a plain message";

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../task")
        .join(name)
}

/// The folder of the examples, each built as it says itself.
fn examples() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("manual");
        fs::create_dir_all(&folder).unwrap();
        build("cc", &["-Wall", "-Werror"], "report.c", &[], &folder);
        build(
            "gfortran",
            &["-Wall", "-I/usr/include"],
            "freport.f",
            &["-lfpvm3"],
            &folder,
        );
        folder
    })
}

fn build(compiler: &str, flags: &[&str], example: &str, libraries: &[&str], folder: &Path) {
    let pkg_config = Command::new("pkg-config")
        .env("PKG_CONFIG_PATH", tree("lib/pkgconfig"))
        .args(["--cflags", "--libs", "secpvm_pvm3"])
        .output()
        .expect("pkg-config is needed: apt-get install pkg-config");
    let source = source("examples").join(example);
    let status = Command::new(compiler)
        .args(flags)
        .arg("-o")
        .arg(folder.join(source.file_stem().unwrap()))
        .arg(&source)
        .args(libraries)
        .args(text(&pkg_config.stdout).split_whitespace())
        // Not installed where the linker looks by itself.
        .arg(format!("-Wl,-rpath,{}", tree("lib").display()))
        .status()
        .unwrap_or_else(|_| panic!("{compiler} is needed: apt-get install gcc gfortran"));
    assert!(status.success(), "{example}");
}

/// A machine whose daemons seal nothing: what is hidden there, the tasks have hidden.
fn unsealed() -> Lab {
    let lab = Lab::builder(tree("bin/secpvm")).programs(examples());
    let lab = lab.start().unwrap();
    lab.start_machine(Security::Unsealed).unwrap();
    lab
}

#[test]
fn the_reports_example_hides_its_message_and_no_other() {
    let lab = unsealed();
    let frames = captured(&lab, || {
        assert_eq!(run(&lab, "report", &[]), format!("{SECRET}\n{PLAIN}\n"));
    });
    assert_eq!(readable(&frames, &[SECRET]), 0);
    assert!(readable(&frames, &[PLAIN]) > 0);
}

#[test]
fn so_it_does_in_fortran() {
    let lab = unsealed();
    let frames = captured(&lab, || {
        assert_eq!(run(&lab, "freport", &[]), format!("{SECRET}\n"));
    });
    assert_eq!(readable(&frames, &[SECRET]), 0);
}

/// Every line of code in the manual page stands in one of the programs, or in a header.
#[test]
fn the_manual_shows_what_is_compiled() {
    let page = fs::read_to_string(source("secpvm_pvm3.3")).unwrap();
    let code = ["examples/report.c", "examples/freport.f", "secpvm_fpvm3.h"]
        .map(|name| fs::read_to_string(source(name)).unwrap())
        .concat();
    let mut count = 0;
    for block in page.split(".Bd -literal").skip(1) {
        let (block, _) = block.split_once("\n.Ed").unwrap();
        for line in block.lines().skip(1).filter(|line| !line.is_empty()) {
            assert!(code.contains(line), "{line}");
            count += 1;
        }
    }
    assert!(count > 10);
}

/// Every encoding of the headers is in the manual page, by its ending.
#[test]
fn the_manual_has_every_encoding() {
    let page = fs::read_to_string(source("secpvm_pvm3.3")).unwrap();
    let header = fs::read_to_string(source("secpvm_pvm3.h")).unwrap();
    let endings: Vec<&str> = header
        .lines()
        .filter_map(|line| line.strip_prefix("#define PvmDataDefault"))
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(endings.len() >= 8);
    for ending in endings {
        assert!(page.contains(&format!(".It {ending} Ta ")), "{ending}");
    }
}

/// Every command of the guide is one.
#[test]
fn the_guide_has_no_command_that_there_is_not() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide-pvm.md");
    let guide = fs::read_to_string(guide).unwrap();
    let commands: BTreeSet<&str> = ["$ secpvm ", "`secpvm "]
        .iter()
        .flat_map(|before| guide.split(before).skip(1))
        .filter_map(|after| after.split([' ', '\n', '`']).next())
        .filter(|word| !word.starts_with('-'))
        .collect();
    assert!(commands.len() > 5, "{commands:?}");
    for command in commands {
        let help = Command::new(tree("bin/secpvm"))
            .args([command, "--help"])
            .output()
            .unwrap();
        assert!(
            text(&help.stdout).contains(&format!("Usage: secpvm {command}")),
            "{command}"
        );
    }
}
