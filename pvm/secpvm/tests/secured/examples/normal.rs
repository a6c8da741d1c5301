//! What of a program's output is compared.
//!
//! Always: task ids and contexts, which PVM makes of a host and a counter, are `#`; hosts are
//! `host`; and what several tasks print is compared task by task, in any order of the tasks.

use std::collections::BTreeMap;

/// What else may differ between two runs of a program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// The lines of a task may come in any order: it prints what it receives.
    AnyOrder,
    /// Numbers are `#` in lines that tell times and rates: those with a unit, and those of numbers
    /// alone.
    Measured,
    /// Numbers are rounded to 12 digits: a product depends on the order of its factors.
    Rounded,
    /// Lines with this text may be there any number of times: they tell of a race.
    Drop(&'static str),
}

impl Rule {
    /// For the table.
    pub fn meaning(self) -> String {
        match self {
            Self::AnyOrder => "lines in any order".into(),
            Self::Measured => "times and rates".into(),
            Self::Rounded => "digits after the 12th".into(),
            Self::Drop(text) => format!("lines with \"{text}\""),
        }
    }
}

/// The comparable form of what the console has heard.
pub fn normal(lines: &[String], rules: &[Rule]) -> String {
    let mut tasks: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in lines {
        let (task, line) = line
            .strip_prefix('[')
            .and_then(|rest| rest.split_once("] "))
            .filter(|(task, _)| task.contains(":t"))
            .unwrap_or(("", line));
        let drops = |rule: &Rule| matches!(rule, Rule::Drop(text) if line.contains(text));
        if !rules.iter().any(drops) {
            let said = tasks.entry(task).or_default();
            said.push(normal_line(line, rules));
        }
    }
    let mut said: Vec<String> = tasks
        .into_values()
        .map(|mut lines| {
            if rules.contains(&Rule::AnyOrder) {
                lines.sort();
            }
            lines.join("\n")
        })
        .collect();
    said.sort();
    said.join("\n--\n")
}

fn normal_line(line: &str, rules: &[Rule]) -> String {
    let has = |wanted| rules.contains(&wanted);
    let measured = has(Rule::Measured)
        && (["uSec", "(us)"].iter().any(|unit| line.contains(unit))
            || !line.contains(char::is_alphabetic));
    let mut normal = String::new();
    for word in words(line) {
        let is_number = word.starts_with(|first: char| first.is_ascii_digit());
        if measured && is_number {
            normal.push('#');
        } else if is_number && has(Rule::Rounded) {
            normal += &rounded(word);
        } else if let Some(rest) = without_id(word) {
            normal.push('#');
            normal += rest;
        } else if ["host1", "host2"].contains(&word) {
            normal += "host";
        } else {
            normal += word;
        }
    }
    // Columns are as wide as their numbers.
    normal.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The line cut into words and what is between them. A number may have a point in it.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let inside = |one: char| one.is_alphanumeric() || one == '_';
        let len = if first.is_ascii_digit() {
            rest.find(|one: char| !inside(one) && one != '.')
        } else if inside(first) {
            rest.find(|one: char| !inside(one))
        } else {
            Some(first.len_utf8())
        };
        let (word, after) = rest.split_at(len.unwrap_or(rest.len()));
        words.push(word);
        rest = after;
    }
    words
}

/// The number, its digits from the 13th on cut off.
fn rounded(word: &str) -> String {
    let (digits, exponent) = word.split_at(word.find('E').unwrap_or(word.len()));
    // 12 digits and a point.
    format!("{}{exponent}", digits.get(..13).unwrap_or(digits))
}

/// What follows the task id or context that the word starts with: `t40002`, `0x40002`, `40002` or
/// `262146`. The host's number stands in the bits from 18 up, the counter below.
fn without_id(word: &str) -> Option<&str> {
    const HOST_SHIFT: u32 = 18;
    const COUNTS: u32 = 4096;
    let is_id = |id: u32| {
        let (host, count) = (id >> HOST_SHIFT, id % (1 << HOST_SHIFT));
        (1..=2).contains(&host) && (1..COUNTS).contains(&count)
    };
    let end = word.find('.').unwrap_or(word.len());
    if word[..end].parse().is_ok_and(is_id) {
        return Some(&word[end..]);
    }
    let hex = word.strip_prefix("0x").or_else(|| word.strip_prefix('t'));
    let (id, rest) = hex.unwrap_or(word).split_at_checked(5)?;
    u32::from_str_radix(id, 16).is_ok_and(is_id).then_some(rest)
}

#[test]
fn ids_hosts_and_times_are_alike() {
    let alike = |line: &str, rules: &[Rule]| normal_line(line, rules);
    assert_eq!(
        alike("from t80002: hello, world from host2", &[]),
        "from #: hello, world from host"
    );
    assert_eq!(
        alike("mbox started as tid=0x40003", &[]),
        "mbox started as tid=#"
    );
    assert_eq!(
        alike("262156 ->  524298 -> 800000", &[]),
        "# -> # -> 800000"
    );
    assert_eq!(alike("4001a myinst is 1 ", &[]), "# myinst is 1");
    assert_eq!(alike("<t40030lmbi0>", &[]), "<#lmbi0>");
    assert_eq!(alike("with context 524289.", &[]), "with context #.");
    assert_eq!(
        alike(
            "I got 100.000000 from 1; (expecting 300)",
            &[Rule::Measured]
        ),
        "I got 100.000000 from 1; (expecting 300)"
    );
    assert_eq!(
        alike("9.3326215443944175E+157", &[Rule::Rounded]),
        alike("9.3326215443944188E+157", &[Rule::Rounded])
    );
    assert_eq!(alike(" 1    17", &[Rule::Measured]), "# #");
    assert_eq!(
        alike("RTT Avg uSec 14", &[Rule::Measured]),
        "RTT Avg uSec #"
    );
}
