//! A million forged datagrams of all kinds to the slave, and a tenth as many to the master, while a
//! program runs: its results are right, the logs stay small, the daemons' memory stays what it was, and
//! the counters add up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use secpvm::lab::Lab;
use secpvm::lab::packet::Datagram;

use crate::machine::{self, GCM, captured, halt, run, shell};
use crate::status;
use crate::wire::{between, datagrams};

const COUNT: usize = 1_100_000;
/// One in eleven goes to the master, a million to the slave.
const MASTERS_SHARE: usize = 11;
/// After so many there is a pause, in which the daemons get to empty their sockets.
const BATCH: usize = 300;
const PAUSE: Duration = Duration::from_millis(2);
/// The largest UDP payload over IPv4.
const LEN_MAX: usize = 65_507;
const RECORD_HEADER_LEN: usize = 24;
/// What a daemon's log may grow by.
const LOG_GROWTH_MAX: usize = 100_000;
/// What a daemon's memory may grow by, in kB: room for senders that are members is taken as they come.
const MEMORY_GROWTH_MAX: u64 = 2048;
/// A message of the key exchange between daemons begins so, and a record with the byte behind it.
const MAGIC_GROUP: u8 = 0x72;

#[test]
fn a_machine_survives_a_flood_and_its_log_stays_small() {
    let lab = machine::machine(2, GCM);
    let captured = datagrams(&captured(&lab, || {
        run(&lab, "workload", &["-n", "50"]);
    }));
    let [master, slave] = ["host1", "host2"].map(|name| lab.host(name));
    let to_slave = between(&captured, master.address(), slave.address());
    let to_master = between(&captured, slave.address(), master.address());
    let before = [master.log().len(), slave.log().len()];
    let memory = ["host1", "host2"].map(|host| memory_of(&lab, host));

    let _flood = machine::flood();
    let start = Instant::now();
    let ended = AtomicBool::new(false);
    let runs = thread::scope(|scope| {
        let flood = scope.spawn(|| {
            send_forged(&lab, &to_slave, &to_master);
            ended.store(true, Ordering::Relaxed);
        });
        let mut runs = 0;
        while !ended.load(Ordering::Relaxed) {
            run(&lab, "workload", &["-n", "50"]);
            runs += 1;
        }
        flood.join().unwrap();
        runs
    });
    let took = start.elapsed();
    run(&lab, "workload", &["-n", "50"]);
    assert!(slave.has_pvmd().unwrap() && master.has_pvmd().unwrap());
    let grown: Vec<u64> = ["host1", "host2"]
        .iter()
        .zip(memory)
        .map(|(host, before)| memory_of(&lab, host).saturating_sub(before))
        .collect();
    assert!(
        grown.iter().all(|&kilobytes| kilobytes < MEMORY_GROWTH_MAX),
        "{grown:?}"
    );
    let counted = ["host1", "host2"].map(|host| status::rejected(&status::json(&lab, host)).1);
    halt(&lab, &["host1", "host2"]);

    let growth = [
        master.log().len() - before[0],
        slave.log().len() - before[1],
    ];
    let dropped = [master.dropped(), slave.dropped()];
    println!(
        "{COUNT} forged datagrams in {took:.1?}, during {runs} runs of a program; \
         the logs grew by {growth:?} bytes, the daemons by {grown:?} kB; master and slave dropped {dropped:#?}"
    );
    assert!(runs > 0);
    assert!(growth.iter().all(|&bytes| bytes < LOG_GROWTH_MAX));
    assert_eq!(
        counted,
        [dropped[0].total, dropped[1].total],
        "status and log agree"
    );
    // The kernel drops what finds the socket full, before anyone can count it.
    for (dropped, sent) in dropped
        .iter()
        .zip([COUNT / MASTERS_SHARE, COUNT - COUNT / MASTERS_SHARE])
    {
        let sent = u64::try_from(sent).unwrap();
        assert!(dropped.total > sent / 4 && dropped.total <= sent);
        assert!(dropped.forged > 0 && dropped.malformed > 0 && dropped.foreign == 0);
    }
}

/// The memory of a host's daemon, in kB.
fn memory_of(lab: &Lab, host: &str) -> u64 {
    let process = &status::json(lab, host)["process"];
    let script = format!("sed -n 's/VmRSS:[^0-9]*\\([0-9]*\\) kB/\\1/p' /proc/{process}/status");
    shell(lab, host, &script).trim().parse().unwrap()
}

fn send_forged(lab: &Lab, to_slave: &[Datagram], to_master: &[Datagram]) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut injector = lab.injector().unwrap();
    for number in 0..COUNT {
        let models = if number % MASTERS_SHARE == 0 {
            to_master
        } else {
            to_slave
        };
        let model = &models[random.below(models.len())];
        let payload = forged(&mut random, number, model);
        injector.send(&Datagram { payload, ..*model }).unwrap();
        if number % BATCH == 0 {
            thread::sleep(PAUSE);
        }
    }
    injector.finish().unwrap();
}

/// Something that no daemon has sent, from the address of one.
fn forged(random: &mut Random, number: usize, model: &Datagram) -> Vec<u8> {
    let mut bytes = match number % 7 {
        // Anything, of any length: the more bits it has, the rarer, for long ones cost most.
        0 => {
            let bits = random.below(17).min(random.below(17));
            let len = 1 + random.below(1 << bits).min(LEN_MAX - 1);
            random.bytes(len)
        }
        // A plain datagram, as a stock daemon would take it.
        1 => {
            let mut plain = 0x8008_0000_8004_0000_u64.to_be_bytes().to_vec();
            plain.extend([0, random.byte(), 0, random.byte(), random.byte(), 0, 0, 0]);
            plain
        }
        // A record by its header.
        2 => {
            let len = random.below(4096);
            [&model.payload[..RECORD_HEADER_LEN], &random.bytes(len)].concat()
        }
        // The end of a record is missing.
        3 => {
            let record = &model.payload;
            record[..random.below(record.len())].to_vec()
        }
        // A record with something behind it.
        4 => {
            let len = 1 + random.below(4096);
            [&model.payload[..], &random.bytes(len)].concat()
        }
        // Something that says it is of the key exchange.
        5 => {
            let len = random.below(200);
            [&[MAGIC_GROUP][..], &random.bytes(len)].concat()
        }
        // A record with one bit changed.
        _ => {
            let mut record = model.payload.clone();
            let at = random.below(record.len());
            record[at] ^= 1 << random.below(8);
            record
        }
    };
    if number == 0 {
        bytes.resize(LEN_MAX, 0);
    }
    bytes
}

/// xorshift64 (Marsaglia, 2003): the same flood in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..len.div_ceil(8))
            .flat_map(|_| self.next().to_le_bytes())
            .collect();
        bytes.truncate(len);
        bytes
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 16).unwrap() % bound
    }
}
