//! `secpvm kat` as a user meets it.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::NamedTempFile;

/// A program for `--program`, in Python: message digests, and a mistake if it is told to make one.
const DIGESTS: &str = r#"
import hashlib, json, sys
for line in sys.stdin:
    request = json.loads(line)
    if request["operation"] != "digest":
        print('{"unsupported": true}', flush=True)
        continue
    digest = hashlib.new(request["algorithm"], bytes.fromhex(request["msg"])).hexdigest()
    print(json.dumps({"digest": digest.replace("0", MISTAKE)}), flush=True)
"#;

fn kat(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_secpvm"));
    command.arg("kat").args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn program(mistake: &str) -> (NamedTempFile, String) {
    let script = file(&format!("MISTAKE = '{mistake}'\n{DIGESTS}"));
    let command = format!("python3 {}", script.path().display());
    (script, command)
}

#[test]
fn all_known_answers_are_given() {
    let output = kat(&["--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert!(report["passed"].as_u64().unwrap() > 3_000, "{report}");
    assert_eq!(report["failed"], 0);
    assert_eq!(report["notCovered"], 0);
    assert!(report["algorithms"]["idea-cbc"]["passed"].as_u64().unwrap() > 0);
    let text = stdout(&kat(&[]));
    assert!(
        text.lines().last().unwrap().starts_with("secpvm "),
        "{text}"
    );
}

#[test]
fn a_reader_that_leaves_does_no_harm() {
    for arguments in [&["kat"][..], &["kat", "--json"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_secpvm"));
        command.args(arguments).stderr(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (output.status.code(), stderr(&output)),
            (Some(0), String::new())
        );
    }
}

#[test]
fn a_wrong_answer_is_told_and_fails() {
    let (_, text) = secpvm_vectors::embedded()
        .find(|(path, _)| path.ends_with("md5-rfc1321.json"))
        .unwrap();
    let wrong = file(&text.replace("d41d8cd9", "d41d8cd8"));
    let path = wrong.path().to_str().unwrap();
    let output = kat(&[path]);
    assert_eq!(output.status.code(), Some(1));
    let failure = format!("{path}: md5, test 1: digest is d41d8cd9");
    assert!(stdout(&output).starts_with(&failure), "{}", stdout(&output));
}

#[test]
fn what_holds_no_known_answers_is_refused_in_one_line() {
    let none = file("{}");
    let not_json = file("known answers");
    for path in [none.path(), not_json.path(), "/nonexistent.json".as_ref()] {
        let output = kat(&[path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(stdout(&output), "");
        let message = stderr(&output);
        assert!(
            message.starts_with("secpvm: ") && message.lines().count() == 1,
            "{message}"
        );
    }
}

#[test]
fn a_program_is_checked() {
    let (_script, right) = program("0");
    let output = kat(&["--json", "--program", &right]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert!(report["algorithms"]["sha256"]["passed"].as_u64().unwrap() > 50);
    assert_eq!(report["algorithms"]["aes-128-cbc"]["passed"], 0);

    let (_script, wrong) = program("1");
    let output = kat(&["--program", &wrong]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stdout(&output).contains("digest: {\"digest\":"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn a_program_that_does_not_answer_is_an_error() {
    for (program, reason) in [
        ("true", "the program has ended"),
        (
            "read request; echo hello",
            "the program's answer is no JSON",
        ),
        ("read request; echo []", "the program's answer is no object"),
        ("read request; echo {}", "the program's answer has no ct"),
    ] {
        let output = kat(&["--program", program]);
        assert_eq!(output.status.code(), Some(1), "{program}");
        assert!(
            stderr(&output).contains(reason),
            "{program}: {}",
            stderr(&output)
        );
        assert_eq!(stdout(&output), "");
    }
}
