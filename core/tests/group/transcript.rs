//! Changes of epoch, to read.

use secpvm_core::suite::Suite;

use crate::world::{Network, World};

/// The second datagram, an offer, is lost. Records go on, before, across and after the change, and
/// all arrive: the one of 202 ms, sealed in epoch 0, at a member that seals in epoch 1 by then.
#[test]
fn a_rekey() {
    let mut world = World::new(1, Suite::Aes256Gcm, 2, Network::STEADY);
    world.lose.insert(1);
    world.rekey().unwrap();
    world.run(10);
    world.send(1, 2);
    world.run(192);
    world.send(1, 2);
    world.run(1);
    world.send(1, 2);
    world.run(20_000);
    assert_eq!(
        world.log,
        "     0 ms  leader -> 1  offer 1
     0 ms  leader -> 2  offer 1  (lost)
     1 ms  1 -> leader  confirm 1
    10 ms  1 -> 2  record of epoch 0
   200 ms  leader -> 2  offer 1
   201 ms  2 -> leader  confirm 1
   202 ms  leader seals in epoch 1
   202 ms  leader -> 1  activate 1
   202 ms  leader -> 2  activate 1
   202 ms  1 -> 2  record of epoch 0
   203 ms  1 seals in epoch 1
   203 ms  1 -> leader  activated 1
   203 ms  2 seals in epoch 1
   203 ms  2 -> leader  activated 1
   203 ms  1 -> 2  record of epoch 1
"
    );
    assert_eq!(world.missing(), []);
}

/// A removed member goes on sending. Until the epoch that it knows is retired it is heard; to it
/// nothing more is said that it could open.
#[test]
fn a_removal() {
    let mut world = World::new(1, Suite::Aes256Gcm, 2, Network::STEADY);
    world.remove(2);
    world.run(20);
    let (unread, heard) = (world.send(1, 2), world.send(2, 1));
    world.run(11_982);
    let late = world.send(2, 1);
    world.run(10);
    assert_eq!(
        world.log,
        "     0 ms  leader removes 2
     0 ms  leader -> 1  offer 1
     1 ms  1 -> leader  confirm 1
     2 ms  leader seals in epoch 1
     2 ms  leader -> 1  activate 1
     3 ms  1 seals in epoch 1
     3 ms  1 -> leader  activated 1
    20 ms  1 -> 2  record of epoch 1
    20 ms  2 -> 1  record of epoch 0
 12002 ms  2 -> 1  record of epoch 0
"
    );
    assert!(!world.has_received(2, unread));
    assert!(world.has_received(1, heard));
    assert!(!world.has_received(1, late), "12 s after 3 ms");
}
