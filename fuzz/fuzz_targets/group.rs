//! Lives of groups in virtual time: join, leave, rekey, send, lose, repeat, reorder, forge. The
//! simulation is that of core's own tests; here the fuzzer writes the history.

#![no_main]
// What only the other tests of the simulation use.
#![allow(dead_code)]

#[path = "../../core/tests/group/life.rs"]
mod life;
#[path = "../../core/tests/group/world.rs"]
mod world;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use secpvm_core::suite::Suite;

use life::Event;
use world::{Network, World};

#[derive(Arbitrary, Debug)]
struct Input {
    seed: u64,
    suite: u8,
    members: u8,
    honest: bool,
    loss: u8,
    delay_max_ms: u16,
    steps: Vec<Step>,
}

#[derive(Arbitrary, Debug)]
enum Step {
    Wait { ms: u16 },
    Send { from: u8, to: u8 },
    Rekey,
    Request { node: u8 },
    Admit,
    Remove { node: u8 },
    Replay { datagram: u16 },
}

impl Step {
    fn event(&self) -> Event {
        match *self {
            Self::Wait { ms } => Event::Wait {
                ms: u64::from(ms % 15_000) + 1,
            },
            Self::Send { from, to } => Event::Send {
                from: from.into(),
                to: to.into(),
            },
            Self::Rekey => Event::Rekey,
            Self::Request { node } => Event::Request { node: node.into() },
            Self::Admit => Event::Admit,
            Self::Remove { node } => Event::Remove { node: node.into() },
            Self::Replay { datagram } => Event::Replay {
                datagram: datagram.into(),
            },
        }
    }
}

fuzz_target!(|input: Input| {
    let suite = Suite::ALL[usize::from(input.suite) % Suite::ALL.len()];
    let members = usize::from(input.members) % 6;
    let network = if input.honest {
        let delay_max_ms = u64::from(input.delay_max_ms) % 89 + 1;
        Network {
            duplication: 10,
            delay_max_ms,
            ..Network::STEADY
        }
    } else {
        Network {
            loss: u64::from(input.loss) % 35,
            duplication: 20,
            tampering: 20,
            delay_min_ms: 1,
            delay_max_ms: u64::from(input.delay_max_ms) % 399 + 1,
        }
    };
    let mut world = World::new(input.seed, suite, members, network);
    // 24 steps add at most 24 nodes to 6: a table of senders has room for 32.
    for step in input.steps.iter().take(24) {
        let event = step.event();
        let settles = input.honest && matches!(event, Event::Remove { .. });
        world.run(if settles { 30_000 } else { 0 });
        life::happen(&mut world, &event);
        world.run(if settles { 30_000 } else { 0 });
    }
    world.run(120_000);
    if input.honest {
        assert_eq!(world.missing(), Vec::<u64>::new());
        assert!(world.unresponsive.is_empty());
    }
    life::assert_agreement(&world);
    life::assert_one_message_a_header(&world);
    life::assert_removed_are_deaf(&mut world);
});
