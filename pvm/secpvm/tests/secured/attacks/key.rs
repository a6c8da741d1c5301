//! One session key for all members and for the whole life of a machine, which comes to a slave in an
//! envelope that anybody can alter.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use secpvm::lab::Lab;
use secpvm::lab::packet::Datagram;
use secpvm_core::handshake::exchange_1997::{BODY_AT, MessageKind};
use secpvm_core::packet::classic::{
    CLASSIC_HEADER_LEN, Cipher1997, ClassicSealer, Flags, Protection, PvmHeader,
};
use secpvm_core::packet::{MemberId, RECORD_HEADER_LEN, Sealer};
use secpvm_core::suite::Suite;

use super::{Background, Target, classic, current, tell};
use crate::classic::{exchange_kind, logged_key};
use crate::machine::{captured, console, hosts, run, tree, wait_until};
use crate::refusals::{ALTER, with_shell};
use crate::rekey::{all_reach, logged, rekeyed, sessions};
use crate::replay;
use crate::status;
use crate::wire::{between, datagrams};

// ---- The envelope ------------------------------------------------------------------------------

/// Its last block is another on the way: the slave has a key whose digests are nobody else's, and the
/// master is told that all is well.
fn alter_the_envelope(target: Target) {
    let lab = hosts(2);
    let altered = Arc::new(AtomicBool::new(false));
    let done = altered.clone();
    let relay = lab.relay("host2", move |_, payload| {
        if exchange_kind(payload) == Some(MessageKind::Sesskey) {
            payload[BODY_AT + 31] ^= 1;
            done.store(true, Ordering::SeqCst);
        }
        true
    });
    let _relay = relay.unwrap();
    let secpvm = tree("bin/secpvm");
    let add = format!(
        "echo add host2 | {} {}",
        secpvm.display(),
        target.security.arguments().join(" ")
    );
    let _adding = Background::start(&lab, &["sh", "-c", &add]);
    wait_until("the key is acknowledged", || {
        lab.host("host1").log().contains("DM_SESSKEYACK received")
    });
    assert!(altered.load(Ordering::SeqCst));
    wait_until("the slave can't open what its master sends", || {
        lab.host("host2").dropped().forged > 0
    });
}

/// The third message of a join has it.
fn alter_the_join(target: Target) {
    let lab = hosts(2);
    let secpvm = tree("bin/secpvm");
    let command = [
        &[secpvm.to_str().unwrap()],
        &target.security.arguments()[..],
    ]
    .concat();
    let script = format!("sed -u '/^secpvm-join 1 3 /{ALTER}' | /dev/shm/rsh \"$@\"");
    with_shell(&script, |shell| {
        let added = console(&lab, "host1", shell, &command, "add host2\nquit\n");
        assert!(added.stdout.contains("0 successful"), "{added:?}");
        assert!(added.stderr.contains("the join failed"), "{added:?}");
    });
    wait_until("no daemon is left", || {
        !lab.host("host2").has_pvmd().unwrap()
    });
}

#[test]
fn an_altered_key_is_acknowledged_on_classic_machines_only() {
    let attack = "session key altered";
    let target = classic(Protection::Encrypted(Cipher1997::Tdes));
    alter_the_envelope(target);
    tell(
        attack,
        target,
        "acknowledged; the slave can't open what comes",
    );
    let target = current(Suite::Aes256Gcm);
    alter_the_join(target);
    tell(attack, target, "the join fails, and no daemon starts");
}

// ---- Members -----------------------------------------------------------------------------------

/// A machine whose third host has left, its key log, and a datagram from its master to its slave.
fn after_one_has_left(target: Target, keys: &Path) -> (Lab, Datagram) {
    let lab = hosts(3);
    logged(
        &lab,
        &target.security.arguments(),
        keys,
        &["host2", "host3"],
    );
    let heard = datagrams(&captured(&lab, || {
        run(&lab, "/usr/bin/joinleave", &["20"]);
    }));
    let left = console(&lab, "host1", &[], &["pvm"], "delete host3\nquit\n");
    assert!(left.stdout.contains("1 successful"), "{left:?}");
    let [master, slave] = ["host1", "host2"].map(|name| lab.host(name).address());
    let model = between(&heard, master, slave).pop().unwrap();
    (lab, model)
}

fn inject(lab: &Lab, payload: Vec<u8>, model: &Datagram) {
    let mut injector = lab.injector().unwrap();
    injector.send(&Datagram { payload, ..*model }).unwrap();
    injector.finish().unwrap();
}

/// What ends a slave, if it is from its master.
fn classic_fin(keys: &Path) -> Vec<u8> {
    let pvm = PvmHeader {
        dst: 0x8008_0000,
        src: 0x8004_0000,
        seq: 0,
        ack: 0,
        flags: Flags::FIN | Flags::ACK,
    };
    let mut packet = vec![0; CLASSIC_HEADER_LEN];
    ClassicSealer::new(&logged_key(keys), Protection::Authenticated)
        .seal_in_place(&pvm, &mut packet, 0)
        .unwrap();
    packet
}

/// The same, by the keys of the first epoch.
fn current_fin(keys: &Path) -> Vec<u8> {
    let known = &sessions(keys)[0];
    let fin = replay::FIN_ACK;
    let mut record = vec![0; Sealer::record_len(fin.len())];
    record[RECORD_HEADER_LEN..][..fin.len()].copy_from_slice(&fin);
    Sealer::new(known, MemberId((1 << 48) | 0x4d))
        .unwrap()
        .seal_in_place(&0x8008_0000_u32.to_be_bytes(), &mut record, fin.len())
        .unwrap();
    record
}

/// As long as they are members each can speak for any other, on both: they share the session.
#[test]
fn a_host_that_has_left_speaks_for_the_master_on_classic_machines_only() {
    let attack = "key of a host that left";
    let dir = tempfile::tempdir().unwrap();
    let [old, new] = ["classic", "current"].map(|name| dir.path().join(name));

    let target = classic(Protection::Authenticated);
    let (lab, model) = after_one_has_left(target, &old);
    inject(&lab, classic_fin(&old), &model);
    wait_until("its pvmd has ended", || {
        !lab.host("host2").has_pvmd().unwrap()
    });
    tell(
        attack,
        target,
        "it speaks for the master: the slave's daemon ends",
    );

    let target = current(Suite::Aes256Gcm);
    let (lab, model) = after_one_has_left(target, &new);
    all_reach(&lab, &["host1", "host2"], 1);
    // The next change begins when nobody opens the first epoch any more.
    assert_eq!(rekeyed(&lab, "host2"), (1, 2));
    let stale = || status::json(&lab, "host2")["rejected"]["stale"].as_u64();
    let before = stale().unwrap();
    inject(&lab, current_fin(&new), &model);
    wait_until("it is dropped", || stale() == Some(before + 1));
    run(&lab, "secret", &[]);
    tell(
        attack,
        target,
        "dropped: stale; the keys changed when it left",
    );
}
