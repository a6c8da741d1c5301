//! The packets of 1997.

use secpvm_core::packet::classic::{
    Cipher1997, ClassicHeader, ClassicOpener, ClassicSealer, Flags, Level, Payload, Protection,
    PvmHeader, SESSION_KEY_LEN, SessionKey,
};
use secpvm_core::secret::Secret;

use crate::border::{Call, guard};
use crate::object::{constructors, object};
use crate::status::secpvm_status;

object!(
    secpvm_classic_sealer = ClassicSealer,
    b"CSEA",
    96,
    secpvm_classic_sealer_free
);
object!(
    secpvm_classic_opener = ClassicOpener,
    b"COPE",
    96,
    secpvm_classic_opener_free
);

/// What stock PVM says of a packet, as C sees it.
#[repr(C)]
pub struct secpvm_pvm_header {
    dst: u32,
    src: u32,
    seq: u16,
    ack: u16,
    flags: u32,
}

/// The header of a packet, as C sees it.
#[repr(C)]
pub struct secpvm_classic_header {
    pvm: secpvm_pvm_header,
    level: u8,
    cipher: u8,
    padding_len: u8,
    reserved: u8,
    digest: [u8; 16],
}

impl From<ClassicHeader> for secpvm_classic_header {
    fn from(header: ClassicHeader) -> Self {
        let (cipher, padding_len) = match header.payload {
            Payload::Encrypted { encryption, .. } => {
                (encryption.cipher().number(), encryption.padding_len())
            }
            Payload::Plain | Payload::Authenticated { .. } => (0, 0),
        };
        Self {
            pvm: secpvm_pvm_header {
                dst: header.pvm.dst,
                src: header.pvm.src,
                seq: header.pvm.seq,
                ack: header.pvm.ack,
                flags: header.pvm.flags.bits().into(),
            },
            level: match header.payload.level() {
                Level::Plain => 0,
                Level::Authenticated => 1,
                Level::Encrypted => 2,
            },
            cipher,
            padding_len,
            reserved: 0,
            digest: header.payload.digest().copied().unwrap_or_default(),
        }
    }
}

/// The session key at `key`.
///
/// # Safety
/// If not null, `key` points to 32 bytes that nobody writes during the call.
pub(crate) unsafe fn session_key(
    call: &mut Call,
    key: *const u8,
) -> Result<SessionKey, secpvm_status> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { call.array::<SESSION_KEY_LEN>(key) }?;
    Ok(SessionKey::new(Secret::from(*bytes))?)
}

constructors!(
    secpvm_classic_sealer_init,
    secpvm_classic_sealer_new,
    secpvm_classic_sealer,
    |call, key: *const u8, level: u32, cipher: u8| {
        // SAFETY: the header's contract.
        let key = unsafe { session_key(call, key) }?;
        let protection = match (level, cipher, Cipher1997::from_number(cipher)) {
            (0, 0, _) => Protection::Plain,
            (1, 0, _) => Protection::Authenticated,
            (2, _, Some(cipher)) => Protection::Encrypted(cipher),
            _ => return Err(secpvm_status::ARGUMENT),
        };
        ClassicSealer::new(&key, protection)
    }
);

constructors!(
    secpvm_classic_opener_init,
    secpvm_classic_opener_new,
    secpvm_classic_opener,
    |call, key: *const u8, least: u32| {
        // SAFETY: the header's contract.
        let key = unsafe { session_key(call, key) }?;
        let least = match least {
            0 => Level::Plain,
            1 => Level::Authenticated,
            2 => Level::Encrypted,
            _ => return Err(secpvm_status::ARGUMENT),
        };
        ClassicOpener::new(&key, least)
    }
);

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_classic_parse(
    packet: *const u8,
    packet_len: usize,
    header: *mut secpvm_classic_header,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (packet, place) = unsafe { (call.input(packet, packet_len)?, call.place(header)?) };
        place.write(ClassicHeader::parse(packet)?.into());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_classic_sealer_seal_in_place(
    sealer: *const secpvm_classic_sealer,
    pvm: *const secpvm_pvm_header,
    buf: *mut u8,
    buf_len: usize,
    data_len: usize,
    packet_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (sealer, pvm, buf, place) = unsafe {
            (
                call.shared(sealer)?,
                call.value(pvm)?,
                call.output(buf, buf_len)?,
                call.place(packet_len)?,
            )
        };
        let flags = u8::try_from(pvm.flags).ok().and_then(Flags::from_bits);
        let pvm = PvmHeader {
            dst: pvm.dst,
            src: pvm.src,
            seq: pvm.seq,
            ack: pvm.ack,
            flags: flags.ok_or(secpvm_status::ARGUMENT)?,
        };
        place.write(sealer.seal_in_place(&pvm, buf, data_len)?);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_classic_opener_open_in_place(
    opener: *const secpvm_classic_opener,
    packet: *mut u8,
    packet_len: usize,
    header: *mut secpvm_classic_header,
    data_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (opener, packet, header, place) = unsafe {
            (
                call.shared(opener)?,
                call.output(packet, packet_len)?,
                call.place_or_none(header)?,
                call.place(data_len)?,
            )
        };
        let opened = opener.open_in_place(packet)?;
        place.write(opened.data.len());
        if let Some(place) = header {
            place.write(opened.header.into());
        }
        Ok(())
    })
}
