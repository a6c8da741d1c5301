//! What happens in the life of a group, and what holds at its end whatever happened.

use std::collections::HashMap;

use crate::world::{World, eavesdrop};

/// What happens to a group. Numbers pick a node or a datagram, modulo how many there are.
#[derive(Clone, Debug)]
pub enum Event {
    Wait { ms: u64 },
    Send { from: usize, to: usize },
    Rekey,
    Request { node: usize },
    Admit,
    Remove { node: usize },
    Replay { datagram: usize },
}

/// Let it happen. A removed node still sends, and the past comes back.
pub fn happen(world: &mut World, event: &Event) {
    let nodes = world.nodes();
    match *event {
        Event::Wait { ms } => world.run(ms),
        Event::Send { from, to } => {
            if from % nodes != to % nodes {
                world.send(from % nodes, to % nodes);
            }
        }
        // Refused while another change is under way: as good as any other time.
        Event::Rekey => drop(world.rekey()),
        Event::Request { node } => {
            if node % nodes != 0 {
                world.request(node % nodes);
            }
        }
        Event::Admit => drop(world.admit()),
        Event::Remove { node } => {
            let node = node % nodes;
            if node != 0 && world.is_present(node) {
                world.remove(node);
            }
        }
        Event::Replay { datagram } => {
            if !world.past.is_empty() {
                world.replay(datagram % world.past.len());
            }
        }
    }
}

/// In the end all that are present seal in the leader's epoch, and hold no other.
pub fn assert_agreement(world: &World) {
    let epoch = world.endpoint(0).epoch();
    for node in (0..world.nodes()).filter(|node| world.is_present(*node)) {
        assert_eq!(world.endpoint(node).epoch(), epoch, "node {node}");
        assert_eq!(world.endpoint(node).next_epoch(), None, "node {node}");
    }
}

/// Whatever a removed node kept, and whatever it hears, it opens nothing of a later epoch.
pub fn assert_removed_are_deaf(world: &mut World) {
    for node in 0..world.nodes() {
        if let Some(last) = world.removed_after(node) {
            let newest = eavesdrop(world, node);
            assert!(newest <= Some(last), "node {node} opened {newest:?}");
            assert!(world.endpoint(node).next_epoch() <= Some(last));
            assert!(world.endpoint(node).epoch() <= last);
        }
    }
}

/// The argument on nonces, put to the test: a header stands for one message, ever. (No node of the
/// simulation comes back under its old id, so a header also stands for one key.)
pub fn assert_one_message_a_header(world: &World) {
    let mut messages = HashMap::new();
    for datagram in world.past.iter().filter(|past| past.bytes[0] == 0x72) {
        let known = messages.entry(&datagram.bytes[..16]);
        assert_eq!(*known.or_insert(&datagram.bytes), &datagram.bytes);
    }
}
