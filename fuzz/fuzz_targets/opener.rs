//! Openers of both profiles, on any bytes and on true packets that were altered: only what was
//! sealed is opened, and what is refused spoils nothing for what comes after.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use secpvm_core::digest::Md5;
use secpvm_core::mac::{Keyed, Mac};
use secpvm_core::packet::classic::{
    CLASSIC_HEADER_LEN, Cipher1997, ClassicOpener, ClassicSealer, Flags, Level, Protection,
    PvmHeader, SessionKey,
};
use secpvm_core::packet::{
    MemberId, Opener, PeerSlot, RECORD_HEADER_LEN, RECORD_OVERHEAD, RecordHeader, RollingOpener,
    Sealer,
};
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    suite: u8,
    cipher: u8,
    plaintext: &'a [u8],
    sealed_for: &'a [u8],
    opened_for: &'a [u8],
    /// Exclusive-ored into the packet, which is cut or lengthened to `len`.
    difference: &'a [u8],
    len: u16,
    raw: &'a [u8],
}

fuzz_target!(|input: Input| {
    records(&input);
    classic(&input);
});

fn records(input: &Input) {
    let suite = Suite::ALL[usize::from(input.suite) % Suite::ALL.len()];
    let session = Session::generate(suite, [7; 32].into());
    let mut opener = Opener::new(&session, [const { PeerSlot::EMPTY }; 2]);
    let mut rolling = RollingOpener::new(&session, [const { [const { PeerSlot::EMPTY }; 2] }; 2]);
    let mut open = |bytes: &[u8]| {
        let mut record = bytes.to_vec();
        let opened = opener.open_in_place(input.opened_for, &mut record);
        let opened = opened.map(|opened| (opened.header, opened.plaintext.to_vec()));
        let mut record = bytes.to_vec();
        let rolled = rolling.open_in_place(input.opened_for, &mut record);
        assert_eq!(opened.is_ok(), rolled.is_ok());
        opened.ok()
    };
    if let Some((header, plaintext)) = open(input.raw) {
        // The fuzzer watches comparisons, of tags too, and has made true records so.
        assert_is_what_is_sealed(&session, header, &plaintext, input);
        return;
    }

    let mut sealer = Sealer::new(&session, MemberId(9)).unwrap();
    let mut sealed = vec![0; input.plaintext.len() + RECORD_OVERHEAD];
    sealed[RECORD_HEADER_LEN..][..input.plaintext.len()].copy_from_slice(input.plaintext);
    let plaintext_len = input.plaintext.len();
    let Ok(len) = sealer.seal_in_place(input.sealed_for, &mut sealed, plaintext_len) else {
        return;
    };
    assert_eq!(len, sealed.len());
    let altered = alter(&sealed, input);
    let is_true = altered == sealed && input.sealed_for == input.opened_for;
    if !is_true {
        assert!(open(&altered).is_none());
    }
    let mut record = sealed.clone();
    let opened = opener.open_in_place(input.sealed_for, &mut record).unwrap();
    assert_eq!(opened.plaintext, input.plaintext);
    assert!(opener.open_in_place(input.sealed_for, &mut sealed).is_err());
}

/// Packet numbers out of reach are let pass.
fn assert_is_what_is_sealed(
    session: &Session,
    header: RecordHeader,
    plaintext: &[u8],
    input: &Input,
) {
    let mut sealer = Sealer::new(session, header.sender).unwrap();
    let mut sealed = vec![0; input.raw.len()];
    for _ in 0..header.packet_number.min(1_000) {
        sealer
            .seal_in_place(input.opened_for, &mut sealed, 0)
            .unwrap();
    }
    sealed[RECORD_HEADER_LEN..][..plaintext.len()].copy_from_slice(plaintext);
    sealer
        .seal_in_place(input.opened_for, &mut sealed, plaintext.len())
        .unwrap();
    assert!(header.packet_number > 1_000 || sealed == input.raw);
}

fn classic(input: &Input) {
    let key = SessionKey::new(core::array::from_fn(|at| at as u8).into()).unwrap();
    let opener = ClassicOpener::new(&key, Level::Encrypted);
    let mut raw = input.raw.to_vec();
    if opener.open_in_place(&mut raw).is_ok() {
        assert!(has_true_digest(&key, input.raw));
        return;
    }
    assert_eq!(raw, input.raw);
    let _ = ClassicOpener::new(&key, Level::Plain).open_in_place(&mut raw);

    let ciphers = [
        Cipher1997::Idea,
        Cipher1997::Des,
        Cipher1997::Tdes,
        Cipher1997::Rc4,
    ];
    let cipher = ciphers[usize::from(input.cipher) % ciphers.len()];
    let sealer = ClassicSealer::new(&key, Protection::Encrypted(cipher));
    let flags = Flags::SOM | Flags::DAT;
    let pvm = PvmHeader {
        dst: 1,
        src: 2,
        seq: 3,
        ack: 4,
        flags,
    };
    let mut sealed = vec![0; sealer.packet_len(input.plaintext.len())];
    sealed[CLASSIC_HEADER_LEN..][..input.plaintext.len()].copy_from_slice(input.plaintext);
    let len = sealer
        .seal_in_place(&pvm, &mut sealed, input.plaintext.len())
        .unwrap();
    assert_eq!(len, sealed.len());
    let mut altered = alter(&sealed, input);
    // Destination, source, sequence number, digest and data are authenticated; the rest is not.
    let authentic = |packet: &[u8]| [&packet[..10], &packet[16..]].concat();
    if altered.len() < CLASSIC_HEADER_LEN || authentic(&altered) != authentic(&sealed) {
        let before = altered.clone();
        assert!(opener.open_in_place(&mut altered).is_err());
        assert_eq!(altered, before);
    }
    assert_eq!(
        opener.open_in_place(&mut sealed).unwrap().data,
        input.plaintext
    );
}

/// The documented digest, over the fields as they stand in the packet.
fn has_true_digest(key: &SessionKey, packet: &[u8]) -> bool {
    let mut mac = Keyed::<Md5>::new(key.expose()).unwrap();
    for field in [&packet[4..8], &packet[..4], &packet[8..10], &packet[32..]] {
        mac.update(field);
    }
    mac.finalize() == packet[16..32]
}

fn alter(sealed: &[u8], input: &Input) -> Vec<u8> {
    let mut altered = sealed.to_vec();
    for (byte, difference) in altered.iter_mut().zip(input.difference) {
        *byte ^= difference;
    }
    if input.len != 0 {
        altered.resize(usize::from(input.len), 0);
    }
    altered
}
