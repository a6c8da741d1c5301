//! The commands that keep static keys.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn secpvm(home: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_secpvm"));
    command.env_remove("XDG_CONFIG_HOME").env("HOME", home);
    command.args(arguments).output().unwrap()
}

fn done(home: &Path, arguments: &[&str]) -> String {
    let output = secpvm(home, arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// One line, and nothing on standard output.
fn refused(home: &Path, arguments: &[&str]) -> String {
    let output = secpvm(home, arguments);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}

#[test]
fn a_key_is_made_once_and_for_its_owner_alone() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    assert!(refused(home, &["keygen", "--show"]).contains("make one, secpvm keygen"));
    let public = done(home, &["keygen"]);
    assert_eq!(public.trim_end().len(), 64, "{public}");
    let file = home.join(".config/secpvm/key");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("secpvm-private-key ") && !text.contains(public.trim_end()));

    assert!(refused(home, &["keygen"]).contains("is there already"));
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    assert_eq!(done(home, &["keygen", "--show"]), public);
    let json: Value = serde_json::from_str(&done(home, &["keygen", "--show", "--json"])).unwrap();
    assert_eq!(json["public_key"], public.trim_end());
    assert_eq!(json["fingerprint"].as_str().unwrap().len(), 39);

    fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
    assert!(refused(home, &["keygen", "--show"]).contains("not yours alone (mode 0640)"));
}

#[test]
fn lists_are_kept_line_by_line() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let key = done(home, &["keygen"]);
    let other = "1".repeat(64);
    for list in ["known-hosts", "known-masters"] {
        assert_eq!(done(home, &[list, "list", "--json"]).trim(), "[]");
        done(home, &[list, "add", "host2", key.trim_end()]);
        let changed = refused(home, &[list, "add", "host2", &other]);
        assert!(changed.contains("--replace"), "{changed}");
        done(home, &[list, "add", "host3", &other]);
        let json: Value = serde_json::from_str(&done(home, &[list, "list", "--json"])).unwrap();
        assert_eq!(json[0]["name"], "host2");
        assert_eq!(json[1]["public_key"], other);
        assert_eq!(done(home, &[list, "list"]).lines().count(), 2);
        done(home, &[list, "remove", "host2"]);
        assert!(refused(home, &[list, "remove", "host2"]).contains("is not in"));
        let file = home.join(".config/secpvm").join(list);
        assert_eq!(
            fs::read_to_string(&file).unwrap(),
            format!("host3 {other}\n")
        );
        fs::write(&file, "# a comment\nhost3\n").unwrap();
        let bad = refused(home, &[list, "list"]);
        assert!(
            bad.contains(&format!("{list}:2: not a name and a key")),
            "{bad}"
        );
        fs::write(&file, "").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o666)).unwrap();
        assert!(refused(home, &[list, "list"]).contains("not yours alone"));
    }
}

#[test]
fn what_is_no_key_is_a_mistake_on_the_command_line() {
    let home = tempfile::tempdir().unwrap();
    let output = secpvm(home.path(), &["known-hosts", "add", "host2", "secret"]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("64 digits"), "{error}");
}

#[test]
fn lists_that_are_changed_at_once_have_every_change() {
    let home = tempfile::tempdir().unwrap();
    let names: Vec<String> = (2..20).map(|number| format!("host{number}")).collect();
    std::thread::scope(|scope| {
        for name in &names {
            let (home, key) = (home.path(), "1".repeat(64));
            scope.spawn(move || done(home, &["known-hosts", "add", name, &key]));
        }
    });
    let list = done(home.path(), &["known-hosts", "list"]);
    for name in &names {
        let of_name = |line: &str| line.split(' ').next() == Some(name);
        assert!(list.lines().any(of_name), "{name}: {list}");
    }
}

#[test]
fn what_is_no_place_for_keys_is_refused_and_stays_as_it_was() {
    let home = tempfile::tempdir().unwrap();
    let key = "1".repeat(64);
    for (place, reason) in [
        ("", "HOME is no absolute path"),
        ("here", "HOME is no absolute path"),
        ("/dev/null", "no directory"),
        ("none", "no directory"),
    ] {
        let place = match place {
            "none" => home.path().join(place),
            place => place.into(),
        };
        for arguments in [&["keygen"][..], &["known-hosts", "add", "host2", &key]] {
            let refusal = refused(&place, arguments);
            assert!(refusal.contains(reason), "{refusal}");
        }
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    fs::create_dir_all(home.path().join(".config/secpvm/key")).unwrap();
    for file in ["keygen --show", "keygen"] {
        let arguments: Vec<&str> = file.split(' ').collect();
        let refusal = refused(home.path(), &arguments);
        assert!(refusal.contains("secpvm/key is "), "{refusal}");
    }
}
