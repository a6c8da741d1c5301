//! Whole lives of groups, drawn at random.

use proptest::prelude::*;
use secpvm_core::group::RekeyPolicy;
use secpvm_core::packet::Epoch;
use secpvm_core::suite::Suite;

use crate::life::{
    Event, assert_agreement, assert_one_message_a_header, assert_removed_are_deaf, happen,
};
use crate::world::{Network, World};

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (1u64..300).prop_map(|ms| Event::Wait { ms }),
        1 => (300u64..15_000).prop_map(|ms| Event::Wait { ms }),
        6 => any::<(usize, usize)>().prop_map(|(from, to)| Event::Send { from, to }),
        1 => Just(Event::Rekey),
        1 => any::<usize>().prop_map(|node| Event::Request { node }),
        1 => Just(Event::Admit),
        1 => any::<usize>().prop_map(|node| Event::Remove { node }),
        3 => any::<usize>().prop_map(|datagram| Event::Replay { datagram }),
    ]
}

fn any_suite() -> impl Strategy<Value = Suite> {
    prop::sample::select(&Suite::ALL)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// On the worst of networks: the world itself asserts that nothing is accepted twice, forged,
    /// or too late.
    #[test]
    fn a_group_survives_a_hostile_network(
        seed: u64,
        suite in any_suite(),
        members in 0usize..6,
        loss in 0u64..35,
        delay_max_ms in 1u64..400,
        events in prop::collection::vec(event(), 0..60),
    ) {
        let network = Network {
            loss,
            duplication: 20,
            tampering: 20,
            delay_min_ms: 1,
            delay_max_ms,
        };
        let mut world = World::new(seed, suite, members, network);
        for event in &events {
            happen(&mut world, event);
        }
        world.run(120_000);
        assert_agreement(&world);
        assert_one_message_a_header(&world);
        assert_removed_are_deaf(&mut world);
    }

    /// On an honest network, which may still reorder and repeat, everything arrives, and nobody is
    /// ever reported. Removals wait until the last change is complete; see the module's
    /// documentation for the case where they do not.
    #[test]
    fn on_an_honest_network_everything_arrives(
        seed: u64,
        suite in any_suite(),
        members in 0usize..6,
        delay_max_ms in 1u64..90,
        events in prop::collection::vec(event(), 0..60),
    ) {
        let network = Network { duplication: 10, delay_max_ms, ..Network::STEADY };
        let mut world = World::new(seed, suite, members, network);
        for event in &events {
            if matches!(event, Event::Remove { .. }) {
                world.run(30_000);
            }
            happen(&mut world, event);
            if matches!(event, Event::Remove { .. }) {
                world.run(30_000);
            }
        }
        world.run(30_000);
        prop_assert_eq!(world.missing(), Vec::<u64>::new());
        prop_assert_eq!(&world.unresponsive, &[]);
        assert_agreement(&world);
        assert_one_message_a_header(&world);
        assert_removed_are_deaf(&mut world);
    }
}

/// A busy group changes its keys by itself: by packets, by bytes, and by the clock.
#[test]
fn limits_bring_the_next_epoch() {
    for (packets_max, bytes_max, by) in [(10, u64::MAX, "packets"), (u64::MAX, 80, "bytes")] {
        for (from, to) in [(1, 0), (0, 1)] {
            let suite = Suite::Aes256Gcm;
            let policy = RekeyPolicy {
                packets_max,
                bytes_max,
                ..RekeyPolicy::for_suite(suite)
            };
            let mut world = World::with_policy(7, suite, 3, Network::STEADY, policy);
            for _ in 0..9 {
                world.send(from, to);
            }
            world.run(100);
            assert_eq!(world.endpoint(0).epoch(), Epoch(0), "{by} of node {from}");
            world.send(from, to);
            world.run(100);
            assert_eq!(world.endpoint(0).epoch(), Epoch(1), "{by} of node {from}");
            assert_agreement(&world);
            assert!(world.missing().is_empty());
        }
    }
}

#[test]
fn an_epoch_lasts_an_hour() {
    let mut world = World::new(7, Suite::Aes256Gcm, 3, Network::STEADY);
    world.run(3_599_999);
    assert_eq!(world.endpoint(0).epoch(), Epoch(0));
    world.run(100);
    assert_eq!(world.endpoint(0).epoch(), Epoch(1));
    world.run(10 * 3_600_000);
    assert_eq!(world.endpoint(0).epoch(), Epoch(11));
    assert_agreement(&world);
}
