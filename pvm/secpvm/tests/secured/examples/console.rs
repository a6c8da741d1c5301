//! PVM's console, as somebody uses it who waits for what it says: `spawn` with the tasks' output.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use secpvm::lab::Lab;

use super::Column;
use crate::machine::text;

/// How long nothing may be heard, of a program that needs a second at most.
const PATIENCE: Duration = Duration::from_secs(60);
/// When the console is reminded.
const NUDGE: Duration = Duration::from_millis(200);

/// What is done to run a program. `-other` in an argument is the other host, if there is one.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Give the console this `spawn`, and wait until all its tasks have ended.
    Run(&'static str),
    /// Give the console this `spawn`, and go on as soon as its tasks run.
    Start(&'static str),
    /// Give the console this `spawn` again and again, until its output has the text. It is not
    /// part of the result.
    Until(&'static str, &'static str),
    /// Run this by a shell on `host1`.
    Shell(&'static str),
}

impl Step {
    /// As it is typed.
    pub fn command(&self) -> String {
        match self {
            Self::Run(spawn) => format!("pvm> spawn {spawn}"),
            Self::Start(spawn) => format!("pvm> spawn {spawn}    (and goes on)"),
            Self::Until(spawn, text) => format!("pvm> spawn {spawn}    (until it says \"{text}\")"),
            Self::Shell(script) => format!("$ {script}"),
        }
    }
}

/// A console on `host1`.
pub struct Console<'a> {
    lab: &'a Lab,
    column: &'a Column,
    child: Child,
    /// Until it is dropped.
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    /// The number of the last `spawn`.
    last: u32,
    /// Those whose tasks have not all ended.
    running: BTreeSet<u32>,
}

impl<'a> Console<'a> {
    /// A console of the machine that runs there.
    pub fn start(lab: &'a Lab, column: &'a Column) -> Self {
        // PVM's console writes what tasks print into a buffer, unless told to write lines.
        let mut command = command(lab, column, &["stdbuf", "-oL", "pvm"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            for line in stdout.split(b'\n') {
                if sender.send(text(&line.unwrap())).is_err() {
                    break;
                }
            }
        });
        Self {
            lab,
            column,
            stdin: child.stdin.take(),
            child,
            lines,
            last: 0,
            running: BTreeSet::new(),
        }
    }

    /// Take all the steps; returns what the tasks and shells have printed. A line of a task starts
    /// with `[number:task] `, one of a shell with nothing.
    ///
    /// # Errors
    /// A program is not started, or nothing is heard for a minute.
    pub fn take(&mut self, steps: &[Step]) -> Result<Vec<String>> {
        let mut output = Vec::new();
        for step in steps {
            match step {
                Step::Run(spawn) => self.run(spawn, &mut output)?,
                Step::Start(spawn) => self.spawn(spawn, &mut output)?,
                Step::Until(spawn, wanted) => self.until(spawn, wanted, &mut output)?,
                Step::Shell(script) => {
                    let shell = command(self.lab, self.column, &["sh", "-c", script]).output()?;
                    output.extend(text(&shell.stdout).lines().map(str::to_owned));
                }
            }
        }
        while !self.running.is_empty() {
            self.hear(&mut output)?;
        }
        Ok(output)
    }

    fn run(&mut self, spawn: &str, output: &mut Vec<String>) -> Result<()> {
        self.spawn(spawn, output)?;
        while self.running.contains(&self.last) {
            self.hear(output)?;
        }
        Ok(())
    }

    fn until(&mut self, spawn: &str, wanted: &str, output: &mut Vec<String>) -> Result<()> {
        loop {
            let from = output.len();
            self.run(spawn, output)?;
            // Other tasks may have said something meanwhile.
            let task = format!("[{}:", self.last);
            let answer: Vec<String> = output
                .extract_if(from.., |line| line.starts_with(&task))
                .collect();
            if answer.iter().any(|line| line.contains(wanted)) {
                return Ok(());
            }
        }
    }

    fn spawn(&mut self, spawn: &str, output: &mut Vec<String>) -> Result<()> {
        let spawn = spawn.replace("-other", &format!("-{}", self.column.other()));
        let stdin = self.stdin.as_mut().context("the console has ended")?;
        // In one piece: PVM's console may overlook the rest of a line that comes in two.
        stdin.write_all(format!("spawn {spawn}\n").as_bytes())?;
        self.last += 1;
        self.running.insert(self.last);
        loop {
            let said = self.hear(output)?;
            if let Some((count, "successful")) = said.split_once(' ') {
                ensure!(count != "0", "spawn {spawn}: {said}");
                return Ok(());
            }
        }
    }

    /// Hear a line, and return it; if it is one of a task, it is put into `output` as well.
    fn hear(&mut self, output: &mut Vec<String>) -> Result<String> {
        let line = self.line();
        let line = line.with_context(|| {
            format!("spawn {:?} goes on; it has said {output:#?}", self.running)
        })?;
        let line = line.trim_start_matches("pvm> ").to_owned();
        if let Some((number, after)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        {
            if after == " finished" {
                self.running.remove(&number.parse()?);
            } else if number.contains(':') && after != " EOF" {
                output.push(line.clone());
            }
        }
        Ok(line)
    }

    /// The next line. What the console has received while it looked for something else, it keeps
    /// until it is given something: an empty line will do.
    fn line(&mut self) -> Result<String> {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(NUDGE) {
                Err(RecvTimeoutError::Timeout) if Instant::now() < end => {
                    let stdin = self.stdin.as_mut().context("the console has ended")?;
                    stdin.write_all(b"\n")?;
                }
                line => return Ok(line?),
            }
        }
    }
}

impl Drop for Console<'_> {
    fn drop(&mut self) {
        // It ends with its input.
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

/// A command on `host1`, in the way in which the column's tasks are run.
fn command(lab: &Lab, column: &Column, words: &[&str]) -> Command {
    let prefix = column.prefix();
    let mut command = lab.host("host1").command(&prefix[0]);
    command.args(&prefix[1..]).args(words);
    command
}
