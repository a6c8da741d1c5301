//! Each message by itself, each verdict, each mistake of a caller.

use secpvm_core::error::{Error, ReceiveError, Rejected};
use secpvm_core::group::{
    Endpoint, GROUP_MESSAGE_LEN_MAX, Leader, Member, MemberSlot, MessageHeader, MessageKind,
    RETRY_SPAN_MS, RekeyPolicy,
};
use secpvm_core::packet::{Epoch, MemberId, PeerSlot, Sealer};
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

use crate::world::{Network, World};

fn world(members: usize) -> World {
    World::new(3, Suite::Aes256Gcm, members, Network::STEADY)
}

fn rejected(verdict: Rejected) -> Result<(), ReceiveError> {
    Err(ReceiveError::Rejected(verdict))
}

/// All that shows of a node's state.
fn state(world: &mut World, node: usize) -> (Epoch, Option<Epoch>, Option<u64>, bool) {
    let endpoint = world.endpoint(node);
    let (epoch, next) = (endpoint.epoch(), endpoint.next_epoch());
    if node == 0 {
        let leader = world.leader();
        (epoch, next, leader.poll_timeout(), leader.rekey_is_due())
    } else {
        (epoch, next, world.member(node).poll_timeout(), false)
    }
}

/// Every message of a rekey, while it is under way: none of its altered forms does anything, and
/// then it does what it is for.
#[test]
fn every_flipped_bit_and_every_truncation_is_rejected_and_changes_nothing() {
    let mut world = world(1);
    world.request(1);
    let mut kinds = Vec::new();
    let mut at = 0;
    while at < world.past.len() {
        let datagram = world.past[at].clone();
        let kind = MessageHeader::parse(&datagram.bytes).unwrap().kind;
        let (node, before) = (datagram.to, state(&mut world, datagram.to));
        for bit in 0..datagram.bytes.len() * 8 {
            let mut forged = datagram.bytes.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            let verdict = world.handle(node, &forged);
            assert!(
                matches!(
                    verdict,
                    Err(ReceiveError::Rejected(
                        Rejected::Forged | Rejected::Malformed
                    ))
                ),
                "{kind:?} bit {bit}: {verdict:?}"
            );
        }
        for len in 0..datagram.bytes.len() {
            let verdict = world.handle(node, &datagram.bytes[..len]);
            assert_eq!(verdict, rejected(Rejected::Malformed), "{kind:?} {len}");
        }
        let longer = [&datagram.bytes[..], &[0]].concat();
        assert_eq!(world.handle(node, &longer), rejected(Rejected::Malformed));
        assert_eq!(state(&mut world, node), before, "{kind:?}");
        assert_eq!(world.past.len(), at + 1, "{kind:?}");
        world.run(1);
        assert_ne!(state(&mut world, node), before, "{kind:?}");
        kinds.push(kind);
        at += 1;
    }
    assert_eq!(
        kinds,
        [
            MessageKind::Request,
            MessageKind::Offer,
            MessageKind::Confirm,
            MessageKind::Activate,
            MessageKind::Activated
        ]
    );
}

/// The same messages once more, any time later, in any order: no state moves.
#[test]
fn replays_change_nothing() {
    let mut world = world(2);
    for _ in 0..2 {
        world.request(1);
        world.run(RETRY_SPAN_MS * 2);
    }
    let before: Vec<_> = (0..3).map(|node| state(&mut world, node)).collect();
    for datagram in world.past.clone().iter().rev().chain(&world.past.clone()) {
        let header = MessageHeader::parse(&datagram.bytes).unwrap();
        let verdict = world.handle(datagram.to, &datagram.bytes);
        let is_old = header.epoch < Epoch(2);
        assert_eq!(verdict.is_err(), is_old, "{header:?}: {verdict:?}");
        assert!(
            !is_old || verdict == rejected(Rejected::Stale),
            "{header:?}"
        );
    }
    let after: Vec<_> = (0..3).map(|node| state(&mut world, node)).collect();
    assert_eq!(before, after);
    world.run(RETRY_SPAN_MS);
    assert_eq!(world.endpoint(0).epoch(), Epoch(2));
}

#[test]
fn a_message_is_for_one_node_and_one_direction() {
    let mut world = world(2);
    world.request(1);
    world.run(100);
    for datagram in world.past.clone() {
        for node in (0..3).filter(|node| *node != datagram.to) {
            let verdict = world.handle(node, &datagram.bytes);
            assert_eq!(verdict, rejected(Rejected::Forged), "at {node}");
        }
    }
}

/// The same group twice; in the second life member 1 gets no offer. An authentic activation of an
/// epoch that it does not know is stale.
#[test]
fn an_unknown_epoch_is_not_activated() {
    let mut first = world(1);
    first.rekey().unwrap();
    first.run(10);
    let activate = first
        .past
        .iter()
        .map(|datagram| &datagram.bytes)
        .find(|bytes| MessageHeader::parse(bytes).unwrap().kind == MessageKind::Activate)
        .unwrap();
    let mut second = world(1);
    assert_eq!(second.handle(1, activate), rejected(Rejected::Stale));
    assert_eq!(second.endpoint(1).epoch(), Epoch(0));
}

#[test]
fn headers_are_legal_or_malformed() {
    let mut world = world(1);
    world.rekey().unwrap();
    let offer = world.past[0].bytes.clone();
    assert_eq!(offer.len(), GROUP_MESSAGE_LEN_MAX);
    let header = MessageHeader {
        kind: MessageKind::Offer,
        epoch: Epoch(1),
        member: MemberId(1),
    };
    assert_eq!(MessageHeader::parse(&offer), Ok(header));
    assert_eq!(
        offer[..16],
        [0x72, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    );
    for (at, wrong) in [(0, 0x73), (1, 2), (2, 0), (2, 2), (2, 6), (3, 1)] {
        let mut message = offer.clone();
        message[at] = wrong;
        assert_eq!(MessageHeader::parse(&message), Err(Rejected::Malformed));
    }
}

#[test]
fn a_record_of_the_next_epoch_activates_it() {
    let mut world = world(2);
    world.rekey().unwrap();
    // Offers 0 and 1, confirmations 2 and 3, activations 4 and 5: the last is lost.
    world.lose.insert(5);
    world.run(10);
    assert_eq!(world.endpoint(2).epoch(), Epoch(0));
    world.send(1, 2);
    world.run(1);
    assert_eq!(world.endpoint(2).epoch(), Epoch(1));
    let answer = MessageHeader {
        kind: MessageKind::Activated,
        epoch: Epoch(1),
        member: MemberId(2),
    };
    let last = world.past.last().unwrap();
    assert_eq!(MessageHeader::parse(&last.bytes), Ok(answer), "unasked");
}

/// Two records of epoch 0 come late: one at the last moment, one just after.
#[test]
fn the_previous_epoch_is_opened_until_the_bound() {
    for node in [0, 1] {
        let mut world = world(2);
        world.lose.extend([0, 1]);
        world.send(2, node);
        world.send(2, node);
        world.rekey().unwrap();
        let mut activated_ms = 0;
        while world.endpoint(node).epoch() == Epoch(0) {
            world.run(1);
            activated_ms = world.now_ms;
        }
        let bound_ms = RekeyPolicy::for_suite(Suite::Aes256Gcm).previous_epoch_ms;
        let records = world.past.clone();
        world.run(activated_ms + bound_ms - 1 - world.now_ms);
        assert!(world.open(node, node, &records[0].bytes).is_ok());
        // No one calls handle_timeout: opening keeps the bound by itself.
        world.now_ms += 1;
        let verdict = world.open(node, node, &records[1].bytes).map(drop);
        assert_eq!(verdict, rejected(Rejected::Stale));
    }
}

/// A removal while an epoch is on offer: the offered one is dropped, since the removed member may
/// know it.
#[test]
fn a_removal_takes_the_place_of_a_rekey() {
    let mut world = world(3);
    world.rekey().unwrap();
    world.run(1);
    assert_eq!(world.endpoint(3).next_epoch(), Some(Epoch(1)));
    world.remove(3);
    world.run(20);
    for node in 0..3 {
        assert_eq!(world.endpoint(node).epoch(), Epoch(2));
    }
    assert_eq!(world.rekey(), Err(Error::OutOfOrder), "still changing");
    world.send(1, 2);
    world.run(1);
    assert_eq!(world.missing(), []);
    let last = crate::world::eavesdrop(&mut world, 3);
    assert_eq!(last, None);
}

/// A removal just after an activation, which one member did not get: the offer tells it which
/// epoch the others seal in, and it loses none of their records.
#[test]
fn an_offer_activates_its_base() {
    let mut world = world(3);
    world.rekey().unwrap();
    // Offers 0 to 2, confirmations 3 to 5, activations 6 to 8.
    world.lose.insert(7);
    world.run(3);
    assert_eq!(world.endpoint(1).epoch(), Epoch(1));
    assert_eq!(world.endpoint(2).epoch(), Epoch(0));
    world.lose_all_to = Some(0);
    world.remove(3);
    world.run(1);
    assert_eq!(world.endpoint(2).epoch(), Epoch(1));
    assert_eq!(world.endpoint(2).next_epoch(), Some(Epoch(2)));
    world.send(1, 2);
    world.run(1);
    assert_eq!(world.missing(), []);
}

/// One that hears nothing does not hold up the others, is reported, and can come back.
#[test]
fn a_silent_member_is_left_behind_and_reported() {
    for (removal, deadline_ms) in [(false, RETRY_SPAN_MS), (true, 1_000)] {
        let mut world = world(3);
        world.lose_all_to = Some(1);
        if removal {
            world.remove(3);
        } else {
            world.rekey().unwrap();
        }
        world.run(deadline_ms - 1);
        assert_eq!(world.endpoint(2).epoch(), Epoch(0));
        world.run(5);
        assert_eq!(world.endpoint(2).epoch(), Epoch(1));
        world.run(RETRY_SPAN_MS - 10);
        assert_eq!(world.endpoint(1).epoch(), Epoch(0));
        assert_eq!(world.unresponsive, [1]);
        world.lose_all_to = None;
        world.run(RETRY_SPAN_MS);
        assert_eq!(world.endpoint(1).epoch(), Epoch(1));
    }
}

type SmallLeader = Leader<[MemberSlot; 2], [PeerSlot; 2]>;

fn endpoint(session: Session, sender: u64) -> Endpoint<[PeerSlot; 2]> {
    let tables = [const { [const { PeerSlot::EMPTY }; 2] }; 2];
    let policy = RekeyPolicy::for_suite(session.suite());
    Endpoint::new(session, MemberId(sender), tables, policy, 0).unwrap()
}

fn small_leader(session: Session) -> SmallLeader {
    let seats = [const { MemberSlot::EMPTY }; 2];
    Leader::new([1; 32].into(), seats, endpoint(session, 0))
}

fn session() -> Session {
    Session::generate(Suite::Aes256Gcm, [2; 32].into())
}

/// Removed, and admitted again under its id: what is said to the new one means nothing to the old.
#[test]
fn a_member_that_comes_back_gets_another_key() {
    let mut leader = small_leader(session());
    let id = MemberId(9);
    let mut old = Member::new(leader.admit(id).unwrap(), endpoint(session(), 9));
    leader.remove(id, [3; 32].into(), 0).unwrap();
    assert_eq!(leader.endpoint().epoch(), Epoch(1), "nobody to wait for");
    let current = Session::decode(leader.endpoint().session().encode().expose()).unwrap();
    let mut new = Member::new(leader.admit(id).unwrap(), endpoint(current, 10));
    leader.handle_timeout(100_000);
    leader.rekey([4; 32].into(), 100_000).unwrap();
    let mut message = [0; GROUP_MESSAGE_LEN_MAX];
    let (to, len) = leader.poll_transmit(100_000, &mut message).unwrap();
    assert_eq!(to, id);
    let offer = &message[..len];
    assert_eq!(
        old.handle_message(offer, 100_000),
        rejected(Rejected::Forged)
    );
    assert_eq!(new.handle_message(offer, 100_000), Ok(()));
    assert_eq!(new.endpoint().next_epoch(), Some(Epoch(2)));
}

#[test]
fn misuse_is_named_and_changes_nothing() {
    let mut leader = small_leader(session());
    let (first, second, third) = (MemberId(1), MemberId(2), MemberId(3));
    leader.admit(first).unwrap();
    assert_eq!(leader.admit(first).err(), Some(Error::AlreadyMember));
    leader.admit(second).unwrap();
    let full = Error::TooManyMembers { max: 2 };
    assert_eq!(leader.admit(third).err(), Some(full));
    let unknown = leader.remove(third, [3; 32].into(), 0);
    assert_eq!(unknown, Err(Error::NoSuchMember));
    assert_eq!(leader.offer_again(third), Err(Error::NoSuchMember));
    assert_eq!(leader.endpoint().next_epoch(), None);
    leader.rekey([3; 32].into(), 0).unwrap();
    assert_eq!(
        leader.rekey([4; 32].into(), 0),
        Err(Error::OutOfOrder),
        "one change at a time"
    );
    assert_eq!(leader.endpoint().next_epoch(), Some(Epoch(1)));
}

/// The next epoch's secret is the entropy and nothing else.
#[test]
fn a_new_epoch_owes_nothing_to_the_old_one() {
    let next = session().next_epoch([7; 32].into()).unwrap();
    assert_eq!(next.encode().expose()[..32], [7; 32]);
}

/// A member that seals in the next epoch has its session: the leader does not stay behind.
#[test]
fn a_record_of_the_next_epoch_takes_the_leader_there() {
    let mut leader = small_leader(session());
    leader.admit(MemberId(1)).unwrap();
    leader.rekey([3; 32].into(), 0).unwrap();
    let next = session().next_epoch([3; 32].into()).unwrap();
    let mut sealer = Sealer::new(&next, MemberId(1)).unwrap();
    let mut record = vec![0; Sealer::record_len(0)];
    sealer.seal_in_place(b"", &mut record, 0).unwrap();
    record[20] ^= 1;
    assert!(leader.open_in_place(b"", &mut record, 0).is_err());
    assert_eq!(leader.endpoint().epoch(), Epoch(0));
    record[20] ^= 1;
    leader.open_in_place(b"", &mut record, 0).unwrap();
    assert_eq!(leader.endpoint().epoch(), Epoch(1));
    assert_eq!(leader.endpoint().next_epoch(), None);
}

#[test]
fn epochs_end_and_do_not_wrap() {
    let mut bytes = *session().encode().expose();
    bytes[32..36].copy_from_slice(&u32::MAX.to_be_bytes());
    let mut leader = small_leader(Session::decode(&bytes).unwrap());
    leader.admit(MemberId(1)).unwrap();
    assert_eq!(leader.rekey([3; 32].into(), 0), Err(Error::Exhausted));
    let refused = leader.remove(MemberId(1), [3; 32].into(), 0);
    assert_eq!(refused, Err(Error::Exhausted));
    assert_eq!(leader.admit(MemberId(1)).err(), Some(Error::AlreadyMember));
}
