//! A leader and its members over a network in virtual time. Everything is a function of the seed:
//! a failing case is run again exactly as it was.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use secpvm_core::error::{Error, ReceiveError};
use secpvm_core::group::{
    Endpoint, GROUP_MESSAGE_LEN_MAX, Leader, Member, MemberKey, MemberSlot, MessageHeader,
    RekeyPolicy,
};
use secpvm_core::packet::{
    Epoch, MemberId, Opened, Opener, PeerSlot, RECORD_HEADER_LEN, RecordHeader, Sealer,
};
use secpvm_core::secret::Secret;
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

const SEATS: usize = 16;
const PEERS: usize = 32;

pub type Table = Box<[PeerSlot]>;

/// How the network treats a datagram. Chances are in percent.
#[derive(Clone, Debug)]
pub struct Network {
    pub loss: u64,
    pub duplication: u64,
    /// A copy with one bit flipped arrives beside the true one.
    pub tampering: u64,
    pub delay_min_ms: u64,
    pub delay_max_ms: u64,
}

impl Network {
    /// Every datagram arrives, once, after one millisecond.
    pub const STEADY: Self = Self {
        loss: 0,
        duplication: 0,
        tampering: 0,
        delay_min_ms: 1,
        delay_max_ms: 1,
    };
}

#[derive(Clone)]
pub struct Datagram {
    pub from: usize,
    pub to: usize,
    pub bytes: Vec<u8>,
    pub tampered: bool,
}

#[allow(clippy::large_enum_variant, reason = "there are few")]
enum Role {
    Leader(Leader<Box<[MemberSlot]>, Table>),
    Member(Member<Table>),
}

/// One process. Its index is its member id; the leader's is 0.
struct Node {
    role: Role,
    joined_in: Epoch,
    epoch: Epoch,
    epoch_since_ms: u64,
    /// Once removed: the newest epoch that it may know.
    removed_after: Option<Epoch>,
    received: HashSet<u64>,
}

/// A message of the program, under way or arrived.
#[derive(Clone, Copy)]
pub struct Sent {
    pub from: usize,
    pub to: usize,
    pub epoch: Epoch,
}

pub struct World {
    pub now_ms: u64,
    pub network: Network,
    pub policy: RekeyPolicy,
    /// Datagrams that the network loses whatever its chances, by their number.
    pub lose: HashSet<u64>,
    /// A node that is cut off: it sends, and hears nothing.
    pub lose_all_to: Option<usize>,
    pub log: String,
    /// Everything that was ever on the wire.
    pub past: Vec<Datagram>,
    pub unresponsive: Vec<usize>,
    pub sent: HashMap<u64, Sent>,
    nodes: Vec<Node>,
    in_flight: BTreeMap<(u64, u64), Datagram>,
    serial: u64,
    random: u64,
}

impl World {
    pub fn new(seed: u64, suite: Suite, members: usize, network: Network) -> Self {
        Self::with_policy(seed, suite, members, network, RekeyPolicy::for_suite(suite))
    }

    pub fn with_policy(
        seed: u64,
        suite: Suite,
        members: usize,
        network: Network,
        policy: RekeyPolicy,
    ) -> Self {
        let mut world = Self {
            now_ms: 0,
            network,
            policy,
            lose: HashSet::new(),
            lose_all_to: None,
            log: String::new(),
            past: Vec::new(),
            unresponsive: Vec::new(),
            sent: HashMap::new(),
            nodes: Vec::new(),
            in_flight: BTreeMap::new(),
            serial: 0,
            random: seed,
        };
        let session = Session::generate(suite, world.entropy());
        let endpoint = endpoint(session, 0, policy, 0);
        let seats = (0..SEATS).map(|_| MemberSlot::EMPTY).collect();
        let leader = Leader::new(world.entropy(), seats, endpoint);
        world.add(Role::Leader(leader));
        for _ in 0..members {
            world.admit();
        }
        world
    }

    pub fn leader(&mut self) -> &mut Leader<Box<[MemberSlot]>, Table> {
        match &mut self.nodes[0].role {
            Role::Leader(leader) => leader,
            Role::Member(_) => unreachable!("node 0 leads"),
        }
    }

    pub fn member(&mut self, node: usize) -> &mut Member<Table> {
        match &mut self.nodes[node].role {
            Role::Member(member) => member,
            Role::Leader(_) => panic!("node {node} leads"),
        }
    }

    pub fn endpoint(&self, node: usize) -> &Endpoint<Table> {
        match &self.nodes[node].role {
            Role::Leader(leader) => leader.endpoint(),
            Role::Member(member) => member.endpoint(),
        }
    }

    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_present(&self, node: usize) -> bool {
        self.nodes[node].removed_after.is_none()
    }

    pub fn has_received(&self, node: usize, id: u64) -> bool {
        self.nodes[node].received.contains(&id)
    }

    /// The newest epoch that a removed node may know.
    pub fn removed_after(&self, node: usize) -> Option<Epoch> {
        self.nodes[node].removed_after
    }

    /// What has not arrived though it was to: sent between nodes that are still there, in an
    /// epoch that the receiver ever had.
    pub fn missing(&self) -> Vec<u64> {
        let mut missing: Vec<u64> = self
            .sent
            .iter()
            .filter(|(_, sent)| self.is_present(sent.from) && self.is_present(sent.to))
            .filter(|(_, sent)| sent.epoch >= self.nodes[sent.to].joined_in)
            .filter(|(id, sent)| !self.nodes[sent.to].received.contains(id))
            .map(|(id, _)| *id)
            .collect();
        missing.sort_unstable();
        missing
    }

    pub fn admit(&mut self) -> Option<usize> {
        let node = self.nodes.len();
        let key = match self.leader().admit(MemberId(node as u64)) {
            Ok(key) => key,
            Err(Error::TooManyMembers { max: SEATS }) => return None,
            Err(error) => panic!("{error}"),
        };
        // Both travel to the newcomer as bytes.
        let key = MemberKey::decode(key.encode().expose());
        let session = self.endpoint(0).session().encode();
        let session = Session::decode(session.expose()).unwrap();
        let endpoint = endpoint(session, node, self.policy, self.now_ms);
        self.add(Role::Member(Member::new(key, endpoint)));
        self.flush();
        Some(node)
    }

    pub fn remove(&mut self, node: usize) {
        let leader = self.endpoint(0);
        let newest = leader.next_epoch().unwrap_or(leader.epoch());
        let (entropy, now_ms) = (self.entropy(), self.now_ms);
        let member = MemberId(node as u64);
        self.leader().remove(member, entropy, now_ms).unwrap();
        self.nodes[node].removed_after = Some(newest);
        self.note(&format!("leader removes {node}"));
        self.flush();
    }

    pub fn rekey(&mut self) -> Result<(), Error> {
        let (entropy, now_ms) = (self.entropy(), self.now_ms);
        self.leader().rekey(entropy, now_ms)?;
        self.flush();
        Ok(())
    }

    pub fn request(&mut self, node: usize) {
        self.member(node).request_epoch();
        self.flush();
    }

    /// Seal a message of the program and put it on the wire.
    pub fn send(&mut self, from: usize, to: usize) -> u64 {
        let id = self.sent.len() as u64;
        let mut record = vec![0; Sealer::record_len(8)];
        record[RECORD_HEADER_LEN..][..8].copy_from_slice(&id.to_be_bytes());
        match &mut self.nodes[from].role {
            Role::Leader(leader) => leader.seal_in_place(&name(to), &mut record, 8),
            Role::Member(member) => member.seal_in_place(&name(to), &mut record, 8),
        }
        .unwrap();
        let epoch = RecordHeader::parse(&record).unwrap().epoch;
        self.sent.insert(id, Sent { from, to, epoch });
        self.transmit(from, to, record);
        self.flush();
        id
    }

    /// Put a datagram of the past on the wire once more.
    pub fn replay(&mut self, datagram: usize) {
        let datagram = self.past[datagram].clone();
        self.schedule(datagram);
    }

    /// Let `ms` milliseconds pass.
    pub fn run(&mut self, ms: u64) {
        let end_ms = self.now_ms + ms;
        while let Some(at_ms) = self.next_event_ms().filter(|at_ms| *at_ms <= end_ms) {
            self.now_ms = at_ms.max(self.now_ms);
            for node in 0..self.nodes.len() {
                self.handle_timeout(node);
            }
            self.flush();
            while let Some(first) = self.in_flight.first_entry() {
                if first.key().0 > self.now_ms {
                    break;
                }
                let datagram = first.remove();
                self.deliver(&datagram);
                self.flush();
            }
        }
        self.now_ms = end_ms;
    }

    pub fn random(&mut self, below: u64) -> u64 {
        // SplitMix64 (Steele, Lea and Flood, 2014).
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % below
    }

    /// Open a record as `node` does, or would for `receiver` if it were that one.
    pub fn open(
        &mut self,
        node: usize,
        receiver: usize,
        record: &[u8],
    ) -> Result<(RecordHeader, u64), ReceiveError> {
        let (mut record, now_ms) = (record.to_vec(), self.now_ms);
        let Opened { header, plaintext } = match &mut self.nodes[node].role {
            Role::Leader(leader) => leader.open_in_place(&name(receiver), &mut record, now_ms),
            Role::Member(member) => member.open_in_place(&name(receiver), &mut record, now_ms),
        }?;
        let id = u64::from_be_bytes((*plaintext).try_into().unwrap());
        Ok((header, id))
    }

    /// Handle a message as `node` does.
    pub fn handle(&mut self, node: usize, message: &[u8]) -> Result<(), ReceiveError> {
        let now_ms = self.now_ms;
        match &mut self.nodes[node].role {
            Role::Leader(leader) => Ok(leader.handle_message(message, now_ms)?),
            Role::Member(member) => member.handle_message(message, now_ms),
        }
    }

    fn add(&mut self, role: Role) {
        let epoch = match &role {
            Role::Leader(leader) => leader.endpoint().epoch(),
            Role::Member(member) => member.endpoint().epoch(),
        };
        self.nodes.push(Node {
            role,
            joined_in: epoch,
            epoch,
            epoch_since_ms: self.now_ms,
            removed_after: None,
            received: HashSet::new(),
        });
    }

    fn entropy(&mut self) -> Secret<32> {
        let mut bytes = [0; 32];
        for word in bytes.chunks_mut(8) {
            word.copy_from_slice(&self.random(u64::MAX).to_be_bytes());
        }
        Secret::from(bytes)
    }

    fn next_event_ms(&self) -> Option<u64> {
        let timeouts = self.nodes.iter().filter_map(|node| match &node.role {
            Role::Leader(leader) => leader.poll_timeout(),
            Role::Member(member) => member.poll_timeout(),
        });
        let arrival = self.in_flight.keys().map(|key| key.0);
        timeouts.chain(arrival.take(1)).min()
    }

    fn handle_timeout(&mut self, node: usize) {
        let now_ms = self.now_ms;
        match &mut self.nodes[node].role {
            Role::Leader(leader) => leader.handle_timeout(now_ms),
            Role::Member(member) => member.handle_timeout(now_ms),
        }
        self.watch(node);
    }

    /// What a caller does after each call: send what is due, and act on what the leader reports.
    fn flush(&mut self) {
        while let Some(member) = self.leader().poll_unresponsive() {
            let node = usize::try_from(member.0).unwrap();
            self.note(&format!("leader gets no answer from {node}"));
            self.unresponsive.push(node);
            self.leader().offer_again(member).unwrap();
        }
        if self.leader().rekey_is_due() {
            self.note("leader: a limit is reached");
            let (entropy, now_ms) = (self.entropy(), self.now_ms);
            self.leader().rekey(entropy, now_ms).unwrap();
        }
        for node in 0..self.nodes.len() {
            self.watch(node);
            while let Some((to, message)) = self.poll_transmit(node) {
                self.transmit(node, to, message);
            }
        }
    }

    fn poll_transmit(&mut self, node: usize) -> Option<(usize, Vec<u8>)> {
        let (mut out, now_ms) = ([0; GROUP_MESSAGE_LEN_MAX], self.now_ms);
        let (to, len) = match &mut self.nodes[node].role {
            Role::Leader(leader) => {
                let (member, len) = leader.poll_transmit(now_ms, &mut out)?;
                (usize::try_from(member.0).unwrap(), len)
            }
            Role::Member(member) => (0, member.poll_transmit(now_ms, &mut out)?),
        };
        Some((to, out[..len].to_vec()))
    }

    fn transmit(&mut self, from: usize, to: usize, bytes: Vec<u8>) {
        let datagram = Datagram {
            from,
            to,
            bytes,
            tampered: false,
        };
        self.past.push(datagram.clone());
        if self.chance(self.network.tampering) {
            let mut tampered = datagram.clone();
            let bit = usize::try_from(self.random(tampered.bytes.len() as u64 * 8)).unwrap();
            tampered.bytes[bit / 8] ^= 1 << (bit % 8);
            tampered.tampered = true;
            self.schedule(tampered);
        }
        if self.chance(self.network.duplication) {
            self.schedule(datagram.clone());
        }
        let number = self.past.len() as u64 - 1;
        let is_lost = self.lose.contains(&number)
            || self.lose_all_to == Some(to)
            || self.chance(self.network.loss);
        self.note(&format!(
            "{} -> {}  {}{}",
            title(from),
            title(to),
            describe(&datagram.bytes),
            if is_lost { "  (lost)" } else { "" }
        ));
        if !is_lost {
            self.schedule(datagram);
        }
    }

    fn schedule(&mut self, datagram: Datagram) {
        let spread_ms = self.network.delay_max_ms - self.network.delay_min_ms + 1;
        let delay_ms = self.network.delay_min_ms + self.random(spread_ms);
        self.serial += 1;
        let key = (self.now_ms + delay_ms, self.serial);
        self.in_flight.insert(key, datagram);
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.random(100) < percent
    }

    fn deliver(&mut self, datagram: &Datagram) {
        let Datagram { to, bytes, .. } = datagram;
        if bytes[0] == 0x72 {
            let verdict = self.handle(*to, bytes);
            assert!(
                !datagram.tampered || verdict.is_err(),
                "a forged message was accepted"
            );
        } else {
            match self.open(*to, *to, bytes) {
                Ok((header, id)) => self.accept(datagram, header, id),
                Err(ReceiveError::Rejected(_)) => {}
                Err(ReceiveError::Misuse(error)) => panic!("{error}"),
            }
        }
        self.watch(*to);
    }

    /// Judge a record that was accepted.
    fn accept(&mut self, datagram: &Datagram, header: RecordHeader, id: u64) {
        assert!(!datagram.tampered, "a forged record was accepted");
        let sent = self.sent[&id];
        assert_eq!(
            (sent.from, sent.to, sent.epoch),
            (datagram.from, datagram.to, header.epoch)
        );
        assert_eq!(header.sender, MemberId(sent.from as u64));
        let now_ms = self.now_ms;
        let node = &mut self.nodes[datagram.to];
        assert!(node.received.insert(id), "a record was accepted twice");
        assert!(
            header.epoch >= node.epoch
                || now_ms < node.epoch_since_ms + self.policy.previous_epoch_ms,
            "a record of the previous epoch was accepted too late"
        );
    }

    /// Keep an eye on the epochs of a node.
    fn watch(&mut self, node: usize) {
        let (epoch, now_ms) = (self.endpoint(node).epoch(), self.now_ms);
        let known = &mut self.nodes[node];
        if known.epoch != epoch {
            assert!(epoch > known.epoch, "an epoch never comes back");
            known.epoch = epoch;
            known.epoch_since_ms = now_ms;
            self.note(&format!("{} seals in epoch {}", title(node), epoch.0));
        }
    }

    fn note(&mut self, what: &str) {
        writeln!(self.log, "{:>6} ms  {what}", self.now_ms).unwrap();
    }
}

/// What a removed node makes of everything that was ever on the wire, whomever it was for: the
/// newest epoch of which it can open anything.
pub fn eavesdrop(world: &mut World, node: usize) -> Option<Epoch> {
    let past = world.past.clone();
    let mut newest = guess_later_sessions(world, node, &past);
    // Twice, so that what the first round taught it helps in the second.
    for datagram in past.iter().chain(&past) {
        if datagram.bytes[0] == 0x72 {
            let _ = world.handle(node, &datagram.bytes);
        } else if let Ok((header, _)) = world.open(node, datagram.to, &datagram.bytes) {
            newest = newest.max(Some(header.epoch));
        }
    }
    newest
}

/// The same with its own secret, passed off as that of every later epoch.
fn guess_later_sessions(world: &World, node: usize, past: &[Datagram]) -> Option<Epoch> {
    let mut session = *world.endpoint(node).session().encode().expose();
    let later = world.endpoint(node).epoch().0 + 1..=world.endpoint(0).epoch().0;
    later.rev().map(Epoch).find(|epoch| {
        session[32..36].copy_from_slice(&epoch.0.to_be_bytes());
        let table: Table = (0..PEERS).map(|_| PeerSlot::EMPTY).collect();
        let mut opener = Opener::new(&Session::decode(&session).unwrap(), table);
        past.iter().any(|datagram| {
            let mut record = datagram.bytes.clone();
            opener
                .open_in_place(&name(datagram.to), &mut record)
                .is_ok()
        })
    })
}

fn endpoint(session: Session, node: usize, policy: RekeyPolicy, now_ms: u64) -> Endpoint<Table> {
    let table = || (0..PEERS).map(|_| PeerSlot::EMPTY).collect();
    let sender = MemberId(node as u64);
    Endpoint::new(session, sender, [table(), table()], policy, now_ms).unwrap()
}

/// The associated data that names a receiver.
fn name(node: usize) -> [u8; 8] {
    (node as u64).to_be_bytes()
}

fn title(node: usize) -> String {
    match node {
        0 => "leader".into(),
        _ => format!("{node}"),
    }
}

fn describe(bytes: &[u8]) -> String {
    if let Ok(header) = MessageHeader::parse(bytes) {
        return format!("{:?} {}", header.kind, header.epoch.0).to_lowercase();
    }
    let header = RecordHeader::parse(bytes).unwrap();
    format!("record of epoch {}", header.epoch.0)
}
