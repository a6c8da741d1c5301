//! A program on a terminal of its own, and somebody who types there.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use secpvm::lab::Lab;

use crate::machine::{text, wait_until};

/// A pseudo-terminal, by util-linux's script(1).
pub struct Terminal {
    child: Child,
    keyboard: Option<ChildStdin>,
    screen: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    /// Run the command line on `host`.
    pub fn new(lab: &Lab, host: &str, variables: &[String], command: &str) -> Self {
        let mut script = lab.host(host).command("env");
        script.args(variables);
        script.args(["script", "-qefc", command, "/dev/null"]);
        let script = script.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = script.spawn().unwrap();
        let screen = Arc::new(Mutex::new(Vec::new()));
        let (shown, mut output) = (Arc::clone(&screen), child.stdout.take().unwrap());
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(len @ 1..) = output.read(&mut bytes) {
                shown.lock().unwrap().extend(&bytes[..len]);
            }
        });
        Self {
            keyboard: child.stdin.take(),
            child,
            screen,
        }
    }

    /// All that has been on the screen.
    pub fn screen(&self) -> String {
        text(&self.screen.lock().unwrap())
    }

    /// Wait until something is on the screen.
    pub fn await_text(&self, wanted: &str) {
        wait_until(&format!("{wanted:?} is on the screen"), || {
            self.screen().contains(wanted)
        });
    }

    /// The whole line with that in it, once it is on the screen.
    pub fn line_with(&self, part: &str) -> String {
        let found = || -> Option<String> {
            let screen = self.screen();
            let mut whole = screen
                .split_inclusive('\n')
                .filter(|line| line.ends_with('\n'));
            let line = whole.find(|line| line.contains(part));
            line.map(|line| line.trim_end().to_owned())
        };
        wait_until(&format!("a line with {part:?} is on the screen"), || {
            found().is_some()
        });
        found().unwrap()
    }

    pub fn type_in(&mut self, text: &str) {
        let keyboard = self.keyboard.as_mut().unwrap();
        keyboard.write_all(text.as_bytes()).unwrap();
        keyboard.flush().unwrap();
    }

    /// The lines of a code, once all of it is on the screen.
    pub fn code(&self, letter: char) -> Vec<String> {
        let lines = || -> Vec<String> {
            let screen = self.screen();
            let of_code = |line: &&str| {
                let rest = line.strip_prefix(letter);
                rest.is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()))
            };
            let whole = screen
                .split_inclusive('\n')
                .filter(|line| line.ends_with('\n'));
            whole
                .map(str::trim_end)
                .filter(of_code)
                .map(str::to_owned)
                .collect()
        };
        wait_until(&format!("a code {letter} is on the screen"), || {
            let lines = lines();
            let count = lines.first().and_then(|line| line.split(['/', ' ']).nth(1));
            count == Some(&lines.len().to_string())
        });
        lines()
    }

    pub fn paste(&mut self, code: &[String]) {
        for line in code {
            self.type_in(&format!("{line}\n"));
        }
    }

    /// Wait for its end. Its exit status.
    pub fn end(mut self) -> Option<i32> {
        wait_until("the command ends", || {
            // Only to look: the status is taken below.
            let pid = nix::unistd::Pid::from_raw(self.child.id().cast_signed());
            let flags = nix::sys::wait::WaitPidFlag::WEXITED
                | nix::sys::wait::WaitPidFlag::WNOHANG
                | nix::sys::wait::WaitPidFlag::WNOWAIT;
            let status = nix::sys::wait::waitid(nix::sys::wait::Id::Pid(pid), flags);
            status != Ok(nix::sys::wait::WaitStatus::StillAlive)
        });
        drop(self.keyboard.take());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("---- a terminal:\n{}", self.screen());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
