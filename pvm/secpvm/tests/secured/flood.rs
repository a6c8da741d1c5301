//! 100,000 forged datagrams to the slave, and a tenth as many to the master, while a program runs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use secpvm::lab::Lab;
use secpvm::lab::packet::Datagram;

use crate::machine::{self, GCM, captured, halt, run};
use crate::wire::{between, datagrams};

const COUNT: usize = 110_000;
/// One in eleven goes to the master, 100,000 to the slave.
const MASTERS_SHARE: usize = 11;
/// After so many there is a pause, in which the daemons get to empty their sockets.
const BATCH: usize = 100;
const PAUSE: Duration = Duration::from_millis(2);
/// The largest UDP payload over IPv4.
const LEN_MAX: usize = 65_507;
const RECORD_HEADER_LEN: usize = 24;
/// What a daemon's log may grow by.
const LOG_GROWTH_MAX: usize = 100_000;

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
    halt(&lab, &["host1", "host2"]);

    let growth = [
        master.log().len() - before[0],
        slave.log().len() - before[1],
    ];
    let dropped = [master.dropped(), slave.dropped()];
    println!(
        "{COUNT} forged datagrams in {took:.1?}, during {runs} runs of a program; \
         the logs grew by {growth:?} bytes; master and slave dropped {dropped:#?}"
    );
    assert!(runs > 0);
    assert!(growth.iter().all(|&bytes| bytes < LOG_GROWTH_MAX));
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
    let mut bytes = match number % 4 {
        // Anything, of any length: each number of bits is as likely.
        0 => {
            let bits = random.below(17);
            let len = 1 + random.below(1 << bits).min(LEN_MAX - 1);
            (0..len).map(|_| random.byte()).collect()
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
            let header = model.payload[..RECORD_HEADER_LEN].iter().copied();
            header.chain((0..len).map(|_| random.byte())).collect()
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

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 16).unwrap() % bound
    }
}
