//! The known attacks on classic-1997, on real daemons: there they work, on `current` they don't.
//!
//! Where an attack is about the header, both machines authenticate by keyed MD5 alone, so that it can
//! be read in both, and only what the digest covers differs.

use std::process::{Child, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use secpvm::lab::packet::Datagram;
use secpvm::lab::relay::Way;
use secpvm::lab::{Lab, Security};
use secpvm_core::handshake::exchange_1997::{BODY_AT, BODY_LEN_MAX, Exchange, MessageKind};
use secpvm_core::packet::classic::{
    Cipher1997, ClassicHeader, ClassicOpener, Level, Protection, SessionKey,
};
use secpvm_core::suite::Suite;

use crate::classic::exchange_kind;
use crate::machine::{captured, hosts, machine, output, run, text, wait_until};
use crate::wire::{between, datagrams};

mod key;
mod wrap;

const MESSAGE: &str = "the eagle lands at midnight";
/// Flags of PVM's header.
const SOM: u8 = 1;
const EOM: u8 = 2;
const DAT: u8 = 4;
const ACK: u8 = 16;
const FIN_ACK: u8 = 8 | ACK;
/// Where PVM's header has its flags, its number, and what it acknowledges.
const FLAGS_AT: usize = 12;
const SEQUENCE_AT: usize = 8;
const ACKNOWLEDGED_AT: usize = 10;
/// Where a classic header says how its data are protected.
const CIPHER_AT: usize = 13;
const PADDING_AT: usize = 14;
/// The length of both headers in front of a message's data: the packet's 32, the message's 32, and
/// the length of a string, 4.
const STRING_AT: usize = 32 + 32 + 4;

/// A machine to attack, and where in its datagrams PVM's header begins.
#[derive(Clone, Copy)]
struct Target {
    security: Security,
    header_at: usize,
}

const fn classic(protection: Protection) -> Target {
    Target {
        security: Security::Classic(protection),
        header_at: 0,
    }
}

/// A record's own header is in front.
const fn current(suite: Suite) -> Target {
    Target {
        security: Security::Secured(suite),
        header_at: 24,
    }
}

/// What the attack did: a line that `cargo xtask demo --attacks` shows.
fn tell(attack: &str, target: Target, what: &str) {
    println!("attack: {attack:<24} {:<22} {what}", target.security.name());
}

// ---- The man in the middle ---------------------------------------------------------------------

/// To the master he is a slave, to the slave a master.
struct Middle {
    as_slave: Exchange,
    slaves_value: Vec<u8>,
    /// What he has put in the place of each message, for those that come again.
    written: Vec<(MessageKind, Vec<u8>)>,
    stolen: Option<[u8; 32]>,
}

impl Middle {
    fn new() -> Self {
        Self {
            as_slave: Exchange::slave(&[4; 32]).unwrap(),
            slaves_value: Vec::new(),
            written: Vec::new(),
            stolen: None,
        }
    }

    /// Put his own in the place of a message of the exchange.
    fn replace(&mut self, kind: MessageKind, body: &mut [u8]) {
        let before = self
            .written
            .iter()
            .position(|(written, _)| *written == kind);
        let at = before.unwrap_or_else(|| {
            let own = self.answer(kind, body);
            self.written.push((kind, own));
            self.written.len() - 1
        });
        body.copy_from_slice(&self.written[at].1);
    }

    fn answer(&mut self, kind: MessageKind, body: &[u8]) -> Vec<u8> {
        match kind {
            MessageKind::MasterPubkey => {
                self.as_slave.read_message(kind, body).unwrap();
                // Of any key: it says nothing of it.
                write(&mut Self::as_master(std::array::from_fn(|at| {
                    u8::try_from(at).unwrap()
                })))
            }
            MessageKind::SlavePubkey => {
                self.slaves_value = body.to_vec();
                write(&mut self.as_slave)
            }
            MessageKind::Sesskey => {
                self.as_slave.read_message(kind, body).unwrap();
                write(&mut self.as_slave);
                let stolen = *self.as_slave.session_key().unwrap().expose();
                self.stolen = Some(stolen);
                let mut as_master = Self::as_master(stolen);
                write(&mut as_master);
                as_master
                    .read_message(MessageKind::SlavePubkey, &self.slaves_value)
                    .unwrap();
                write(&mut as_master)
            }
            MessageKind::SesskeyAck => Vec::new(),
        }
    }

    /// Always with the same exponent.
    fn as_master(key: [u8; 32]) -> Exchange {
        Exchange::master(SessionKey::new(key.into()).unwrap(), &[5; 32]).unwrap()
    }
}

fn write(side: &mut Exchange) -> Vec<u8> {
    let mut body = [0; BODY_LEN_MAX];
    let (_, len) = side.write_message(&mut body).unwrap();
    body[..len].to_vec()
}

/// The session key that a man in the middle of the start-up has, and whether he can read.
fn stand_between(target: Target) -> (bool, bool) {
    let lab = hosts(2);
    let middle = Arc::new(Mutex::new(Middle::new()));
    let his = middle.clone();
    let _relay = lab
        .relay("host2", move |_, payload| {
            if let Some(kind) = exchange_kind(payload) {
                his.lock().unwrap().replace(kind, &mut payload[BODY_AT..]);
            }
            true
        })
        .unwrap();
    lab.start_machine(target.security).unwrap();
    let heard = datagrams(&captured(&lab, || {
        run(&lab, "secret", &[]);
    }));
    let Some(stolen) = middle.lock().unwrap().stolen else {
        return (false, false);
    };
    let opener = ClassicOpener::new(&SessionKey::new(stolen.into()).unwrap(), Level::Encrypted);
    let read = heard.into_iter().any(|mut datagram| {
        let opened = opener.open_in_place(&mut datagram.payload).unwrap();
        contains(opened.data, MESSAGE)
    });
    (true, read)
}

#[test]
fn a_man_in_the_middle_has_the_session_key_of_classic_machines_only() {
    let attack = "man in the middle";
    let target = classic(Protection::Encrypted(Cipher1997::Tdes));
    assert_eq!(stand_between(target), (true, true));
    tell(
        attack,
        target,
        "he has the session key, and reads the message",
    );
    let target = current(Suite::Aes256Gcm);
    assert_eq!(stand_between(target), (false, false));
    tell(attack, target, "no key passes the network");
}

// ---- Altered headers ---------------------------------------------------------------------------

/// A machine, and a datagram from its master to its slave.
fn with_a_datagram(target: Target) -> (Lab, Datagram) {
    let lab = machine(2, target.security);
    let heard = datagrams(&captured(&lab, || {
        run(&lab, "secret", &[]);
    }));
    let [master, slave] = ["host1", "host2"].map(|name| lab.host(name).address());
    let one = between(&heard, master, slave).pop().unwrap();
    (lab, one)
}

#[test]
fn flags_altered_to_fin_and_ack_end_a_classic_slave_only() {
    for target in [classic(Protection::Authenticated), current(Suite::KeyedMd5)] {
        let (lab, mut fin) = with_a_datagram(target);
        fin.payload[target.header_at + FLAGS_AT] = FIN_ACK;
        let mut injector = lab.injector().unwrap();
        injector.send(&fin).unwrap();
        injector.finish().unwrap();
        let slave = lab.host("host2");
        if target.header_at == 0 {
            wait_until("its pvmd has ended", || !slave.has_pvmd().unwrap());
            assert!(
                slave.log().contains("FIN|ACK from master"),
                "{}",
                slave.log()
            );
            tell(
                "flags altered to FIN|ACK",
                target,
                "the slave's daemon ends",
            );
        } else {
            wait_until("it is logged", || slave.dropped().forged == 1);
            run(&lab, "secret", &[]);
            tell("flags altered to FIN|ACK", target, "dropped: forged");
        }
    }
}

/// A data packet to the slave is dropped, and its acknowledgement forged: has the master forgotten
/// it, and gone on to the next one?
fn forge_acknowledgement(target: Target) -> bool {
    let (lab, model) = with_a_datagram(target);
    let at = target.header_at;
    let hold = Arc::new(AtomicBool::new(false));
    let acknowledgement = Arc::new(Mutex::new(Vec::new()));
    let (held, first_held) = mpsc::channel();
    let (is_holding, last_heard) = (hold.clone(), acknowledgement.clone());
    let relay = lab.relay("host2", move |way, payload| {
        let flags = payload[at + FLAGS_AT];
        if way == Way::Out && flags & ACK != 0 {
            *last_heard.lock().unwrap() = payload.to_vec();
        }
        let holds = way == Way::In && flags & DAT != 0 && is_holding.load(Ordering::SeqCst);
        if holds {
            // Nobody listens any more when the test is over.
            let _ = held.send(payload[at + SEQUENCE_AT..][..2].to_vec());
        }
        !holds
    });
    let _relay = relay.unwrap();
    run(&lab, "secret", &[]);

    hold.store(true, Ordering::SeqCst);
    let mut attacked = Background::start(&lab, &["secret"]);
    let lost = first_held.recv().unwrap();
    let mut payload = acknowledgement.lock().unwrap().clone();
    payload[at + ACKNOWLEDGED_AT..][..2].copy_from_slice(&lost);
    let mut injector = lab.injector().unwrap();
    let forged = Datagram {
        source: model.destination,
        destination: model.source,
        payload,
    };
    injector.send(&forged).unwrap();
    injector.finish().unwrap();
    if at == 0 {
        // Something else to send to that host.
        let _other = Background::start(&lab, &["sh", "-c", "echo ps -a | pvm"]);
        return first_held.iter().any(|next| next != lost);
    }
    wait_until("it is logged", || lab.host("host1").dropped().forged == 1);
    hold.store(false, Ordering::SeqCst);
    assert!(
        attacked.0.wait().unwrap().success(),
        "sent again, and right"
    );
    first_held.try_iter().any(|next| next != lost)
}

/// A command on `host1` that is ended with its test.
struct Background(Child);

impl Background {
    fn start(lab: &Lab, command: &[&str]) -> Self {
        let mut process = lab.host("host1").command(command[0]);
        process.args(&command[1..]);
        process.stdin(Stdio::null()).stdout(Stdio::null());
        Self(process.spawn().unwrap())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Either fails only if it has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_forged_acknowledgement_makes_a_classic_master_only_forget_a_packet() {
    let target = classic(Protection::Authenticated);
    assert!(forge_acknowledgement(target));
    tell(
        "forged acknowledgement",
        target,
        "the master forgets a packet that never arrived",
    );
    let target = current(Suite::KeyedMd5);
    assert!(!forge_acknowledgement(target));
    tell(
        "forged acknowledgement",
        target,
        "dropped: forged; the packet is sent again",
    );
}

/// Run a program while somebody alters the first datagram that `is_wanted`. How it ended, and what
/// both daemons have dropped as forged.
fn alter_one(
    target: Target,
    program: &[&str],
    is_wanted: impl Fn(Way, &[u8]) -> bool + Send + 'static,
    alter: impl Fn(&mut [u8]) + Send + 'static,
) -> (Output, u64) {
    let lab = machine(2, target.security);
    let altered = Arc::new(AtomicBool::new(false));
    let done = altered.clone();
    let relay = lab.relay("host2", move |way, payload| {
        if is_wanted(way, payload) && !done.swap(true, Ordering::SeqCst) {
            alter(payload);
        }
        true
    });
    let _relay = relay.unwrap();
    let output = output(&lab, program[0], &program[1..]);
    assert!(altered.load(Ordering::SeqCst), "there was none to alter");
    let forged = ["host1", "host2"].map(|host| lab.host(host).dropped().forged);
    (output, forged.iter().sum())
}

/// Is this a data packet of classic-1997 from a task to a task, with these flags?
fn is_of_tasks(payload: &[u8], flags: u8) -> bool {
    let is_task = |at: usize| payload[at] & 0x80 == 0;
    is_task(0) && is_task(4) && payload[FLAGS_AT] == flags
}

#[test]
fn the_padding_field_cuts_a_message_on_classic_machines_only() {
    let attack = "padding altered";
    let target = classic(Protection::Encrypted(Cipher1997::Des));
    let (output, forged) = alter_one(
        target,
        &["secret"],
        |way, payload| way == Way::Out && is_of_tasks(payload, SOM | EOM | DAT),
        |payload| payload[PADDING_AT] = 7,
    );
    assert!(!output.status.success(), "{output:?}");
    assert_eq!(forged, 0);
    tell(
        attack,
        target,
        &format!("the program says: {}", last_line(&output.stderr)),
    );

    // Headers can't be read: the answer is told by its length.
    let target = current(Suite::DesCtrKeyedMd5);
    let (output, forged) = alter_one(
        target,
        &["secret"],
        |way, payload| way == Way::Out && payload.len() == 24 + 16 + 64 + 16,
        move |payload| payload[target.header_at + PADDING_AT] ^= 7,
    );
    assert!(output.status.success(), "{output:?}");
    assert_eq!(forged, 1);
    tell(
        attack,
        target,
        "dropped: forged; the message is sent again, and right",
    );
}

#[test]
fn the_cipher_field_makes_garbage_of_data_on_classic_machines_only() {
    const DES: u8 = 2;
    let attack = "cipher altered";
    let workload = ["workload", "-n", "50"];
    let target = classic(Protection::Encrypted(Cipher1997::Tdes));
    let (output, forged) = alter_one(
        target,
        &workload,
        |way, payload| way == Way::In && is_of_tasks(payload, EOM | DAT),
        |payload| payload[CIPHER_AT] = DES,
    );
    assert!(!output.status.success(), "{output:?}");
    assert_eq!(forged, 0);
    tell(
        attack,
        target,
        &format!("the program says: {}", last_line(&output.stderr)),
    );

    let target = current(Suite::TdesCtrKeyedMd5);
    let (output, forged) = alter_one(
        target,
        &workload,
        |way, payload| way == Way::In && payload.len() > 500,
        move |payload| payload[target.header_at + CIPHER_AT] ^= 1,
    );
    assert!(output.status.success(), "{output:?}");
    assert_eq!(forged, 1);
    tell(
        attack,
        target,
        "dropped: forged; the data are sent again, and right",
    );
}

/// A machine whose user wants no protection takes what says that it has none. Ours refuse less
/// than their user wants; the report's believed it.
#[test]
fn plain_packets_are_taken_only_where_none_are_wanted_otherwise() {
    for (protection, ends) in [
        (Protection::Plain, true),
        (Protection::Authenticated, false),
        (Protection::Encrypted(Cipher1997::Tdes), false),
    ] {
        let target = classic(protection);
        let (lab, mut fin) = with_a_datagram(target);
        fin.payload.truncate(32);
        fin.payload[FLAGS_AT..].fill(0);
        fin.payload[FLAGS_AT] = FIN_ACK;
        let mut injector = lab.injector().unwrap();
        injector.send(&fin).unwrap();
        injector.finish().unwrap();
        let slave = lab.host("host2");
        if ends {
            wait_until("its pvmd has ended", || !slave.has_pvmd().unwrap());
            tell("plain packet", target, "the slave's daemon ends");
        } else {
            wait_until("it is logged", || slave.dropped().forged == 1);
            tell("plain packet", target, "dropped: forged");
        }
    }
}

// ---- What can be heard -------------------------------------------------------------------------

/// What the master's daemon sends the slave's while `secret` runs with `argument`.
fn heard_of_secret(lab: &Lab, argument: &str) -> Vec<Vec<u8>> {
    let heard = datagrams(&captured(lab, || {
        run(lab, "secret", &[argument]);
    }));
    let to_slave = between(
        &heard,
        lab.host("host1").address(),
        lab.host("host2").address(),
    );
    to_slave
        .into_iter()
        .map(|datagram| datagram.payload)
        .collect()
}

/// With a message of his own an eavesdropper uncovers the key stream, and with that another's.
fn reuse_key_stream(target: Target) -> bool {
    let lab = machine(2, target.security);
    let known = "A".repeat(900);
    // A record has PVM's header of 16 bytes encrypted, behind its own of 24.
    let at = if target.header_at == 0 {
        STRING_AT
    } else {
        24 + 16 + 32 + 4
    };
    let own = heard_of_secret(&lab, &known);
    let others = heard_of_secret(&lab, MESSAGE);
    own.iter()
        .filter(|own| own.len() > at + known.len())
        .any(|own| {
            let key_stream: Vec<u8> = own[at..].iter().map(|byte| byte ^ b'A').collect();
            others.iter().filter(|other| other.len() > at).any(|other| {
                let pairs = other[at..].iter().zip(&key_stream);
                let uncovered: Vec<u8> = pairs.map(|(byte, key)| byte ^ key).collect();
                contains(&uncovered, MESSAGE)
            })
        })
}

#[test]
fn rc4_gives_the_same_key_stream_twice_on_classic_machines_only() {
    let attack = "RC4's key stream, twice";
    let target = classic(Protection::Encrypted(Cipher1997::Rc4));
    assert!(reuse_key_stream(target));
    tell(attack, target, "one known message uncovers another");
    let target = current(Suite::Rc4KeyedMd5);
    assert!(!reuse_key_stream(target));
    tell(attack, target, "another key stream for each packet");
}

/// Two messages that begin alike: are there two datagrams whose ciphertext does?
fn show_equal_beginnings(target: Target) -> bool {
    let lab = machine(2, target.security);
    let at = target.header_at + 32;
    let [one, other] = ["a", "b"].map(|argument| heard_of_secret(&lab, argument));
    one.iter().any(|one| {
        let begins = one.get(at..at + 8);
        begins.is_some() && other.iter().any(|other| other.get(at..at + 8) == begins)
    })
}

#[test]
fn equal_beginnings_and_the_header_are_seen_on_classic_machines_only() {
    let attack = "equal beginnings";
    let target = classic(Protection::Encrypted(Cipher1997::Tdes));
    assert!(show_equal_beginnings(target));
    let (_lab, heard) = with_a_datagram(target);
    let header = ClassicHeader::parse(&heard.payload).unwrap();
    assert_eq!(
        (header.pvm.src >> 18 & 0xfff, header.pvm.dst >> 18 & 0xfff),
        (1, 2)
    );
    tell(attack, target, "seen, and who talks to whom");
    let target = current(Suite::TdesCtrKeyedMd5);
    assert!(!show_equal_beginnings(target));
    tell(attack, target, "not seen");
}

fn last_line(said: &[u8]) -> String {
    text(said).lines().last().unwrap_or_default().to_owned()
}

fn contains(bytes: &[u8], wanted: &str) -> bool {
    bytes
        .windows(wanted.len())
        .any(|window| window == wanted.as_bytes())
}
