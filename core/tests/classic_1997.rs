//! The `classic-1997` packets from the outside: known answers, what is refused, and, one by one, the
//! weaknesses that its documentation lists.

#![cfg(all(feature = "classic", feature = "idea", feature = "rc4"))]

use std::fmt::Write as _;

use proptest::prelude::*;
use secpvm_core::error::{Error, Rejected};
use secpvm_core::packet::classic::{
    CLASSIC_HEADER_LEN, Cipher1997, ClassicHeader, ClassicOpener, ClassicSealer, DATA_LEN_MAX,
    DIGEST_LEN, Encryption, Flags, Level, Payload, Protection, PvmHeader, SessionKey,
};
use serde_json::Value;

const PROTECTIONS: [Protection; 6] = [
    Protection::Plain,
    Protection::Authenticated,
    Protection::Encrypted(Cipher1997::Idea),
    Protection::Encrypted(Cipher1997::Des),
    Protection::Encrypted(Cipher1997::Tdes),
    Protection::Encrypted(Cipher1997::Rc4),
];

const EXAMPLE: PvmHeader = PvmHeader {
    dst: 0x0008_0001,
    src: 0x0004_0002,
    seq: 7,
    ack: 0,
    flags: Flags::from_bits(6).unwrap(),
};

fn key() -> SessionKey {
    SessionKey::new(std::array::from_fn(|at| u8::try_from(at).unwrap()).into()).unwrap()
}

fn seal(protection: Protection, pvm: &PvmHeader, data: &[u8]) -> Vec<u8> {
    seal_with(&key(), protection, pvm, data)
}

fn seal_with(key: &SessionKey, protection: Protection, pvm: &PvmHeader, data: &[u8]) -> Vec<u8> {
    let sealer = ClassicSealer::new(key, protection);
    // What lies behind the data is not zero: the padding has to be written.
    let mut packet = vec![0xee; sealer.packet_len(data.len())];
    packet[CLASSIC_HEADER_LEN..][..data.len()].copy_from_slice(data);
    let len = sealer.seal_in_place(pvm, &mut packet, data.len()).unwrap();
    assert_eq!(len, packet.len());
    packet
}

/// What the report's daemon makes of a packet, which takes any level of protection.
fn open(packet: &[u8]) -> Result<(ClassicHeader, Vec<u8>), Rejected> {
    open_with(&key(), Level::Plain, packet)
}

fn open_with(
    key: &SessionKey,
    least: Level,
    packet: &[u8],
) -> Result<(ClassicHeader, Vec<u8>), Rejected> {
    let mut copy = packet.to_vec();
    let opened = ClassicOpener::new(key, least)
        .open_in_place(&mut copy)
        .map(|opened| (opened.header, opened.data.to_vec()));
    if opened.is_err() {
        assert_eq!(copy, packet, "a refused packet is left as it was");
    }
    opened
}

/// The packet with other bytes at these places.
fn altered(packet: &[u8], bytes: &[(usize, u8)]) -> Vec<u8> {
    let mut packet = packet.to_vec();
    for &(at, byte) in bytes {
        packet[at] = byte;
    }
    packet
}

// ---- Known answers ---------------------------------------------------------------------------

fn field(test: &Value, name: &str) -> Vec<u8> {
    let text = test[name].as_str().unwrap();
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
        .collect()
}

fn number<T: TryFrom<u64, Error: std::fmt::Debug>>(test: &Value, name: &str) -> T {
    test[name].as_u64().unwrap().try_into().unwrap()
}

fn protection(name: &str) -> Protection {
    match name {
        "plain" => Protection::Plain,
        "md5" => Protection::Authenticated,
        cipher => Protection::Encrypted(Cipher1997::from_name(cipher).unwrap()),
    }
}

fn known_answer(group: &Value, test: &Value) {
    let key: [u8; 32] = field(test, "key").try_into().unwrap();
    let (key, packet) = (SessionKey::new(key.into()).unwrap(), field(test, "packet"));
    let opened = open_with(&key, Level::Plain, &packet);
    if test["result"] == "invalid" {
        let verdict = match test["flags"][0].as_str().unwrap() {
            "Malformed" => Rejected::Malformed,
            "Forged" => Rejected::Forged,
            flag => panic!("{flag}"),
        };
        assert_eq!(opened, Err(verdict), "{test}");
        return;
    }
    assert_eq!(test["result"], "valid");
    let pvm = PvmHeader {
        dst: number(test, "dst"),
        src: number(test, "src"),
        seq: number(test, "seq"),
        ack: number(test, "ack"),
        flags: Flags::from_bits(number(test, "packetFlags")).unwrap(),
    };
    let (header, data) = opened.unwrap_or_else(|verdict| panic!("{verdict}: {test}"));
    assert_eq!((header.pvm, &data), (pvm, &field(test, "data")), "{test}");
    if let Some(name) = group["protection"].as_str() {
        assert_eq!(
            seal_with(&key, protection(name), &pvm, &data),
            packet,
            "{test}"
        );
    }
}

#[test]
fn known_answers() {
    let file = include_str!("../../vectors/classic_1997/packet.json");
    let file: Value = serde_json::from_str(file).unwrap();
    assert_eq!(file["schema"], "classic_packet_v1");
    let mut count = 0;
    for group in file["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            known_answer(group, test);
            count += 1;
        }
    }
    assert_eq!(file["numberOfTests"], count);
}

// ---- What is legal and what is not -----------------------------------------------------------

/// Plain and authenticated packets, 8 lengths of padding for each of three block ciphers, and RC4:
/// of all values of the header's three bytes, with a digest.
#[test]
fn legal_combinations_are_these_and_no_others() {
    let mut legal = Vec::new();
    let mut packet = seal(Protection::Authenticated, &EXAMPLE, &[0; 8]);
    for cipher in 0..=255 {
        for padding in 0..=255 {
            for auth in 0..=255 {
                packet[13..16].copy_from_slice(&[cipher, padding, auth]);
                if let Ok(header) = ClassicHeader::parse(&packet) {
                    assert_eq!(header.emit(), packet[..CLASSIC_HEADER_LEN]);
                    legal.push((cipher, padding, auth));
                }
            }
        }
    }
    let mut expected = vec![(0, 0, 1)];
    for cipher in [1, 2, 3] {
        expected.extend((0..8).map(|padding| (cipher, padding, 1)));
    }
    expected.push((5, 0, 1));
    assert_eq!(legal, expected);

    packet[16..32].fill(0);
    packet[13..16].fill(0);
    let plain = ClassicHeader::parse(&packet).unwrap();
    assert_eq!(plain.payload, Payload::Plain);
}

#[test]
fn encryption_has_less_padding_than_it_has_block() {
    for &cipher in Cipher1997::ALL {
        for padding_len in 0..=255 {
            let encryption = Encryption::new(cipher, padding_len);
            let legal = usize::from(padding_len) < cipher.block_len();
            assert_eq!(encryption.is_some(), legal, "{cipher:?} {padding_len}");
        }
    }
}

#[test]
fn names_and_numbers_are_those_of_the_report_and_of_ssh() {
    let table = Cipher1997::ALL.iter().map(|cipher| {
        assert_eq!(Cipher1997::from_name(cipher.name()), Ok(*cipher));
        let spec = cipher.spec().algorithm();
        assert!(spec.key_len.contains(cipher.key_len()));
        (cipher.number(), cipher.name(), spec.name, cipher.key_len())
    });
    let expected = [
        (1, "idea", "idea-cbc", 16),
        (2, "des", "des-cbc", 8),
        (3, "3des", "3des-cbc", 24),
        (5, "rc4", "rc4", 16),
    ];
    assert!(table.eq(expected));
    for name in ["", "DES", "md5", "blowfish"] {
        assert_eq!(Cipher1997::from_name(name), Err(Error::UnknownAlgorithm));
    }
}

/// The verdict on a packet with one bit flipped, by the byte it is in.
fn expected(protection: Protection, at: usize, bit: u8, forged: &[u8]) -> Result<(), Rejected> {
    let plain = protection == Protection::Plain;
    match at {
        10..12 => Ok(()),
        12 if bit < 5 => Ok(()),
        // Another cipher, or another length of padding, if that makes a legal header.
        13 | 14 => ClassicHeader::parse(forged).map(|_| ()),
        // Plain data that claim to be authenticated have no digest.
        15 if plain && bit == 0 => Err(Rejected::Forged),
        12 | 15 => Err(Rejected::Malformed),
        16..32 if plain => Err(Rejected::Malformed),
        _ if plain => Ok(()),
        _ => Err(Rejected::Forged),
    }
}

#[test]
fn every_flipped_bit_is_caught_where_the_digest_covers_it_and_nowhere_else() {
    for protection in PROTECTIONS {
        for data in [&b""[..], b"x", b"sixteen bytes...", b"a packet's data"] {
            let packet = seal(protection, &EXAMPLE, data);
            for at in 0..packet.len() {
                for bit in 0..8 {
                    let forged = altered(&packet, &[(at, packet[at] ^ 1 << bit)]);
                    let opened = open(&forged).map(|(header, _)| {
                        assert_eq!(header.emit(), forged[..CLASSIC_HEADER_LEN]);
                    });
                    let expected = expected(protection, at, bit, &forged);
                    assert_eq!(opened, expected, "{protection:?} byte {at} bit {bit}");
                }
            }
        }
    }
}

#[test]
fn truncated_and_lengthened_packets_are_refused_unless_plain() {
    for protection in PROTECTIONS {
        let packet = seal(protection, &EXAMPLE, b"twenty bytes of data");
        for len in 0..packet.len() {
            let opened = open(&packet[..len]);
            if protection == Protection::Plain && len >= CLASSIC_HEADER_LEN {
                assert_eq!(opened.unwrap().1, packet[CLASSIC_HEADER_LEN..len]);
            } else {
                assert!(opened.is_err(), "{protection:?} {len}");
            }
        }
        for more in 1..=16 {
            let mut longer = packet.clone();
            longer.resize(packet.len() + more, 0);
            let plain = protection == Protection::Plain;
            assert_eq!(open(&longer).is_ok(), plain, "{protection:?} {more}");
        }
    }
}

#[test]
fn the_longest_packet_is_a_udp_payload() {
    for protection in PROTECTIONS {
        let data = vec![0x5a; DATA_LEN_MAX];
        let packet = seal(protection, &EXAMPLE, &data);
        assert_eq!(open(&packet).unwrap().1, data);
    }
    let mut packet = seal(Protection::Plain, &EXAMPLE, b"");
    packet.resize(65_507, 0);
    assert!(open(&packet).is_ok());
    packet.resize(65_508, 0);
    assert_eq!(open(&packet), Err(Rejected::Malformed));
}

#[test]
fn misuse_is_named_and_changes_nothing() {
    let sealer = ClassicSealer::new(&key(), Protection::Encrypted(Cipher1997::Des));
    let mut buf = [7; 100];
    let too_small = Error::BufferTooSmall {
        needed: 104,
        actual: 100,
    };
    assert_eq!(sealer.seal_in_place(&EXAMPLE, &mut buf, 65), Err(too_small));
    for actual in [DATA_LEN_MAX + 1, usize::MAX] {
        let too_long = Error::TooLong {
            max: DATA_LEN_MAX,
            actual,
        };
        assert_eq!(
            sealer.seal_in_place(&EXAMPLE, &mut buf, actual),
            Err(too_long)
        );
    }
    assert_eq!(buf, [7; 100]);
    assert_eq!(sealer.packet_len(usize::MAX), usize::MAX);
}

#[test]
fn weak_session_keys_are_refused() {
    let good: [u8; 32] = *key().expose();
    let weak = [0xfe, 0x01, 0xfe, 0x01, 0xfe, 0x01, 0xfe, 0x01];
    for part in 0..3 {
        let mut bytes = good;
        bytes[part * 8..][..8].copy_from_slice(&weak);
        let refused = SessionKey::new(bytes.into()).err();
        assert_eq!(refused, Some(Error::WeakKey));
        for other in (0..3).filter(|&other| other != part) {
            let mut bytes = good;
            bytes.copy_within(part * 8..part * 8 + 8, other * 8);
            bytes[other * 8] ^= 1; // parity
            let refused = SessionKey::new(bytes.into()).err();
            assert_eq!(refused, Some(Error::WeakKey));
        }
    }
    let mut bytes = good;
    bytes[24..].copy_from_slice(&weak);
    assert!(
        SessionKey::new(bytes.into()).is_ok(),
        "no cipher takes these"
    );
}

#[test]
fn another_session_key_opens_nothing() {
    for byte in 0..32 {
        let mut bytes = *key().expose();
        bytes[byte] ^= 0x40;
        let other = SessionKey::new(bytes.into()).unwrap();
        for protection in &PROTECTIONS[1..] {
            let packet = seal(*protection, &EXAMPLE, b"data");
            let opened = open_with(&other, Level::Plain, &packet);
            assert_eq!(opened, Err(Rejected::Forged));
        }
    }
}

#[test]
fn an_opener_takes_its_level_and_above() {
    for protection in PROTECTIONS {
        let packet = seal(protection, &EXAMPLE, b"data");
        let level = open(&packet).unwrap().0.payload.level();
        for least in [Level::Plain, Level::Authenticated, Level::Encrypted] {
            let opened = open_with(&key(), least, &packet);
            assert_eq!(opened.is_ok(), level >= least, "{protection:?} {least:?}");
            assert!(opened.is_ok() || opened == Err(Rejected::Forged));
        }
    }
}

// ---- The weaknesses --------------------------------------------------------------------------

#[test]
fn weakness_any_authentic_packet_can_be_turned_into_a_fin() {
    for protection in &PROTECTIONS[1..] {
        let packet = seal(*protection, &EXAMPLE, b"data");
        let fin = Flags::FIN | Flags::ACK;
        let (header, _) = open(&altered(&packet, &[(12, fin.bits())])).unwrap();
        assert_eq!(header.pvm.flags, fin);
        assert!(header.pvm.flags.contains(Flags::FIN));
    }
}

#[test]
fn weakness_acknowledgements_can_be_forged() {
    let pvm = PvmHeader {
        flags: Flags::ACK,
        ack: 3,
        ..EXAMPLE
    };
    for protection in &PROTECTIONS[1..] {
        let packet = seal(*protection, &pvm, b"");
        let (header, _) = open(&altered(&packet, &[(10, 0x12), (11, 0x34)])).unwrap();
        assert_eq!(header.pvm.ack, 0x1234);
    }
}

#[test]
fn weakness_the_padding_field_cuts_and_lengthens_data() {
    let packet = seal(
        Protection::Encrypted(Cipher1997::Des),
        &EXAMPLE,
        b"pay 1000",
    );
    for padding in 0..8 {
        let (_, data) = open(&altered(&packet, &[(14, padding)])).unwrap();
        assert_eq!(data, b"pay 1000"[..8 - usize::from(padding)]);
    }
    let packet = seal(Protection::Encrypted(Cipher1997::Des), &EXAMPLE, b"pay 10");
    let (_, data) = open(&altered(&packet, &[(14, 0)])).unwrap();
    assert_eq!(data, b"pay 10\0\0");
}

#[test]
fn weakness_the_cipher_field_chooses_how_data_are_read() {
    let data = b"sixteen bytes...";
    let packet = seal(Protection::Encrypted(Cipher1997::Tdes), &EXAMPLE, data);
    for (cipher, level) in [
        (0, Level::Authenticated),
        (1, Level::Encrypted),
        (2, Level::Encrypted),
        (5, Level::Encrypted),
    ] {
        let (header, garbage) = open(&altered(&packet, &[(13, cipher)])).unwrap();
        assert_eq!(header.payload.level(), level);
        assert_ne!(garbage, data);
        if cipher == 0 {
            assert_eq!(garbage, packet[CLASSIC_HEADER_LEN..]);
        }
    }
}

#[test]
fn weakness_a_packet_says_itself_that_it_is_not_protected() {
    let packet = seal(Protection::Authenticated, &EXAMPLE, b"pay 10 to Alice");
    let mut forged = packet.clone();
    forged[15..CLASSIC_HEADER_LEN].fill(0);
    forged[CLASSIC_HEADER_LEN..].copy_from_slice(b"pay 99 to Carol");
    assert_eq!(open(&forged).unwrap().1, b"pay 99 to Carol");
    // What helps, and what the report's daemon did not have:
    let refused = open_with(&key(), Level::Authenticated, &forged);
    assert_eq!(refused, Err(Rejected::Forged));
}

#[test]
fn weakness_equal_beginnings_are_equal_on_the_wire() {
    for cipher in [Cipher1997::Idea, Cipher1997::Des, Cipher1997::Tdes] {
        let [first, second] =
            [(7, b"attack at dawn, 6:00"), (8, b"attack at dawn, 7:00")].map(|(seq, data)| {
                seal(
                    Protection::Encrypted(cipher),
                    &PvmHeader { seq, ..EXAMPLE },
                    data,
                )
            });
        let (equal, different) = (CLASSIC_HEADER_LEN..48, 48..56);
        assert_eq!(first[equal.clone()], second[equal]);
        assert_ne!(first[different.clone()], second[different]);
    }
}

#[test]
fn weakness_two_packets_of_rc4_give_the_difference_of_their_plaintexts() {
    let (known, unknown) = (b"known to the eavesdropper", b"known to nobody but us two");
    let [first, second] = [(7, &known[..]), (8, &unknown[..])].map(|(seq, data)| {
        let protection = Protection::Encrypted(Cipher1997::Rc4);
        seal(protection, &PvmHeader { seq, ..EXAMPLE }, data)
    });
    let pairs = first.iter().zip(&second).skip(CLASSIC_HEADER_LEN);
    let recovered: Vec<u8> = pairs.zip(known).map(|((a, b), k)| a ^ b ^ k).collect();
    assert_eq!(recovered, unknown[..known.len()]);
}

/// PVM's own rule for a sequence number that it has had, `SEQLESSTHAN` of its pvmproto.h: such a
/// packet is dropped, any other waits in a queue for its turn.
fn is_behind(seq: u16, next: u16) -> bool {
    (seq < next && next - seq < 0x8000) || (seq > next && seq - next >= 0x8000)
}

#[test]
fn weakness_an_old_packet_is_new_again_when_the_sequence_numbers_wrap() {
    let recorded = seal(Protection::Encrypted(Cipher1997::Tdes), &EXAMPLE, b"again");
    let dropped = |later: u32| {
        let (header, _) = open(&recorded).expect("authentic, whenever it comes");
        let next = (u32::from(header.pvm.seq) + later) % 0x1_0000;
        is_behind(header.pvm.seq, next.try_into().unwrap())
    };
    assert!((1..0x8000).all(dropped));
    assert!((0x8000..=0x1_0000).all(|later| !dropped(later)));
}

#[test]
fn weakness_each_member_can_speak_for_any_other() {
    // Host 3 has the session key, as all have, and writes in the name of host 1.
    let host_3 = SessionKey::new((*key().expose()).into()).unwrap();
    let forged = seal_with(&host_3, Protection::Authenticated, &EXAMPLE, b"from host 1");
    let (header, data) = open(&forged).unwrap();
    assert_eq!(
        (header.pvm.src, &data[..]),
        (EXAMPLE.src, &b"from host 1"[..])
    );
}

#[test]
fn weakness_the_header_stands_in_clear() {
    let packet = seal(Protection::Encrypted(Cipher1997::Tdes), &EXAMPLE, b"data");
    let observed = ClassicHeader::parse(&packet).unwrap();
    assert_eq!(observed.pvm, EXAMPLE);
    let Payload::Encrypted { encryption, .. } = observed.payload else {
        panic!("{observed:?}");
    };
    let data_len = packet.len() - CLASSIC_HEADER_LEN - usize::from(encryption.padding_len());
    assert_eq!(data_len, b"data".len());
}

// ---- Properties ------------------------------------------------------------------------------

fn any_pvm_header() -> impl Strategy<Value = PvmHeader> {
    let fields = any::<(u32, u32, u16, u16)>();
    (fields, 0u8..32).prop_map(|((dst, src, seq, ack), flags)| PvmHeader {
        dst,
        src,
        seq,
        ack,
        flags: Flags::from_bits(flags).unwrap(),
    })
}

proptest! {
    #[test]
    fn what_was_sealed_is_opened(
        protection in prop::sample::select(&PROTECTIONS[..]),
        pvm in any_pvm_header(),
        data in prop::collection::vec(any::<u8>(), 0..4200),
    ) {
        let packet = seal(protection, &pvm, &data);
        let (header, opened) = open(&packet).unwrap();
        prop_assert_eq!(header.pvm, pvm);
        prop_assert_eq!(&opened, &data);
        prop_assert_eq!(seal(protection, &pvm, &opened), packet);
    }

    /// No bytes make the parser or the opener panic, no digest is guessed, and a header that is
    /// legal has one encoding.
    #[test]
    fn any_bytes_are_plain_or_refused(
        mut bytes in prop::collection::vec(any::<u8>(), 0..300),
        dressed in any::<bool>(),
        combination in prop::sample::select(&[[0, 0, 0], [0, 0, 1], [2, 5, 1], [3, 0, 1], [5, 0, 1]][..]),
    ) {
        if dressed && bytes.len() >= CLASSIC_HEADER_LEN {
            bytes[12] &= 31;
            bytes[13..16].copy_from_slice(&combination);
        }
        if let Ok(header) = ClassicHeader::parse(&bytes) {
            prop_assert_eq!(&header.emit()[..], &bytes[..CLASSIC_HEADER_LEN]);
        }
        if let Ok((header, _)) = open(&bytes) {
            prop_assert_eq!(header.payload, Payload::Plain);
        }
    }
}

#[test]
fn every_length_of_data_comes_through() {
    let data: Vec<u8> = (0..=255).cycle().take(600).collect();
    for protection in PROTECTIONS {
        for len in 0..data.len() {
            let packet = seal(protection, &EXAMPLE, &data[..len]);
            assert_eq!(
                open(&packet).unwrap().1,
                data[..len],
                "{protection:?} {len}"
            );
        }
    }
}

// ---- The documentation -----------------------------------------------------------------------

/// Bytes `at..at + len` of a packet, in lines of 16, the first with a remark.
fn dump(out: &mut String, packet: &[u8], at: usize, len: usize, remark: &str) {
    for (line, bytes) in packet[at..at + len].chunks(16).enumerate() {
        let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let remark = if line == 0 { remark } else { "" };
        let row = format!("{:04x}  {:<49} {remark}", at + line * 16, hex.join(" "));
        writeln!(out, "{}", row.trim_end()).unwrap();
    }
}

fn annotated(packet: &[u8]) -> String {
    let header = ClassicHeader::parse(packet).unwrap();
    let (pvm, data_len) = (header.pvm, packet.len() - CLASSIC_HEADER_LEN);
    let task = |tid: u32| format!("task {} of host {}", tid & 0x3_ffff, tid >> 18);
    let names = ["SOM", "EOM", "DAT", "FIN", "ACK"];
    let set = (0..5).filter(|bit| pvm.flags.bits() & 1 << bit != 0);
    let flags: Vec<&str> = set.map(|bit| names[bit]).collect();
    let (cipher, padding, data) = match header.payload {
        Payload::Encrypted { encryption, .. } => (
            encryption.cipher().name(),
            encryption.padding_len(),
            "data and padding, encrypted",
        ),
        Payload::Plain | Payload::Authenticated { .. } => ("none", 0, "data"),
    };
    let (auth, digest) = match header.payload.digest() {
        Some(_) => ("keyed MD5", "digest"),
        None => ("none", "no digest"),
    };
    let mut out = String::new();
    dump(
        &mut out,
        packet,
        0,
        4,
        &format!("destination: {}", task(pvm.dst)),
    );
    dump(
        &mut out,
        packet,
        4,
        4,
        &format!("source: {}", task(pvm.src)),
    );
    dump(&mut out, packet, 8, 2, &format!("sequence: {}", pvm.seq));
    dump(
        &mut out,
        packet,
        10,
        2,
        &format!("acknowledgement: {}", pvm.ack),
    );
    dump(
        &mut out,
        packet,
        12,
        1,
        &format!("flags: {}", flags.join(" ")),
    );
    dump(&mut out, packet, 13, 1, &format!("cipher: {cipher}"));
    dump(&mut out, packet, 14, 1, &format!("padding: {padding}"));
    dump(&mut out, packet, 15, 1, &format!("auth: {auth}"));
    dump(&mut out, packet, 16, DIGEST_LEN, digest);
    dump(&mut out, packet, CLASSIC_HEADER_LEN, data_len, data);
    out
}

#[test]
fn the_hexdumps_in_the_documentation_are_these() {
    let document = include_str!("../../docs/classic-1997.md");
    for protection in [Protection::Plain, Protection::Encrypted(Cipher1997::Tdes)] {
        let packet = seal(protection, &EXAMPLE, b"secret message");
        let expected = format!("```text\n{}```\n", annotated(&packet));
        assert!(
            document.contains(&expected),
            "docs/classic-1997.md should have:\n{expected}"
        );
    }
}
