//! PVM numbers its packets in 16 bits. What was recorded is behind, and dropped, for 32,767 packets; from
//! then on it is ahead, is kept, and is delivered when its number comes round, in the place of the
//! packet that has the number then.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Stdio};

use secpvm::lab::Lab;
use secpvm::lab::packet::Datagram;
use secpvm::log::Dropped;
use secpvm_core::packet::classic::Protection;
use secpvm_core::suite::Suite;

use super::{DAT, EOM, SOM, Target, classic, current, is_of_tasks, tell};
use crate::machine::{captured, machine, wait_until};
use crate::wire::{between, datagrams};

/// Messages of one packet each: some to record, 2^15 and more until they are new again, and with
/// these the 2^16 and more until their numbers come round.
const RECORDED: u32 = 10;
const UNTIL_NEW: u32 = 40_000;
const UNTIL_ROUND: u32 = 27_000;

/// The tag of the program's messages, and where PVM's message header has it.
const REQUEST: [u8; 4] = [0, 0, 0, 1];
const TAG_AT: usize = 4;

/// The program `numbers`, which says when a message comes that is not the next one.
struct Numbers {
    process: Child,
    said: BufReader<ChildStdout>,
}

impl Numbers {
    fn start(lab: &Lab) -> Self {
        let mut command = lab.host("host1").command("numbers");
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stdout.take().unwrap());
        Self { process, said }
    }

    /// Send so many more; what it says of them.
    fn send(&mut self, count: u32) -> String {
        let input = self.process.stdin.as_mut().unwrap();
        writeln!(input, "{count}").unwrap();
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Numbers {
    fn drop(&mut self) {
        // At the end of its input it ends; waiting fails only if it has.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn in_their_turn(count: u32) -> String {
    format!("numbers: {count} in their turn")
}

/// Is this a message of the program? What starts it may pass meanwhile.
fn is_message(payload: &[u8], target: Target) -> bool {
    let header_len = if target.header_at == 0 { 32 } else { 16 };
    let tag = payload.get(target.header_at + header_len + TAG_AT..);
    is_of_tasks(&payload[target.header_at..], SOM | EOM | DAT)
        && tag.is_some_and(|tag| tag.starts_with(&REQUEST))
}

/// The first message of a program that sends `RECORDED` of them.
fn record(lab: &Lab, numbers: &mut Numbers, target: Target) -> Datagram {
    let heard = datagrams(&captured(lab, || {
        assert_eq!(numbers.send(RECORDED), in_their_turn(RECORDED));
    }));
    let [master, slave] = ["host1", "host2"].map(|name| lab.host(name).address());
    let mut to_slave = between(&heard, master, slave).into_iter();
    let message = to_slave.find(|datagram| is_message(&datagram.payload, target));
    message.unwrap()
}

/// Record a message, and send it again when the numbers have gone half round. What the program says
/// when they have come round, and what the slave's daemon has dropped.
fn replay_after_half_a_round(target: Target) -> (String, Dropped) {
    let lab = machine(2, target.security);
    let mut numbers = Numbers::start(&lab);
    let recorded = record(&lab, &mut numbers, target);
    assert_eq!(numbers.send(UNTIL_NEW), in_their_turn(RECORDED + UNTIL_NEW));
    let mut injector = lab.injector().unwrap();
    injector.send(&recorded).unwrap();
    injector.finish().unwrap();
    if target.header_at != 0 {
        wait_until("it is logged", || lab.host("host2").dropped().total > 0);
    }
    let said = numbers.send(UNTIL_ROUND);
    (said, lab.host("host2").dropped())
}

#[test]
fn a_message_comes_twice_when_the_numbers_wrap_on_classic_machines_only() {
    let attack = "replay after the wrap";
    let target = classic(Protection::Authenticated);
    let (said, dropped) = replay_after_half_a_round(target);
    assert!(
        said.starts_with("numbers: 0 came in the place of 65"),
        "{said}"
    );
    assert_eq!(dropped, Dropped::default());
    tell(attack, target, &format!("the program says: {said}"));

    let target = current(Suite::KeyedMd5);
    let (said, dropped) = replay_after_half_a_round(target);
    assert_eq!(said, in_their_turn(RECORDED + UNTIL_NEW + UNTIL_ROUND));
    let expected = Dropped {
        total: 1,
        stale: 1,
        ..Dropped::default()
    };
    assert_eq!(dropped, expected);
    tell(attack, target, "dropped: stale; each message comes once");
}
