//! The C++ interface over the `cxx` crate, for static builds: `include/secpvm_core_cxx.hpp` stands on
//! it and is its only caller.
//!
//! Objects are boxes of the allocator's, bytes are slices. A failed call throws `rust::Error`, whose
//! text is the number of the status; what fails all the time returns that number instead. The header
//! has checked, as [`Call`](crate::border::Call) does for C, that no slice is null or meets one that
//! the call writes.

use std::fmt;

use secpvm_core::aead::{AeadSpec, AnyAead, Nonce};
use secpvm_core::agreement::{AgreementSpec, AnyAgreement};
use secpvm_core::algorithm::AlgorithmId;
use secpvm_core::error::ReceiveError;
use secpvm_core::group::{MEMBER_KEY_LEN, MemberKey};
use secpvm_core::handshake::{join, noise};
use secpvm_core::hazmat::{self, AnyCipher, Cipher as _, CipherSpec};
use secpvm_core::hkdf::KdfSpec;
use secpvm_core::packet::{self, MemberId, PeerSlot};
use secpvm_core::padding::Padding;
use secpvm_core::secret::Secret;
use secpvm_core::session::Session;
use secpvm_core::suite::{Suite, SuiteId};

use crate::border::caught;
use crate::digest::check_len;
use crate::noise::Parts;
use crate::padding::count_or_none;
use crate::status::secpvm_status;
use crate::table::check_peers;
use crate::{agreement, digest, mac};

#[allow(unused_qualifications, reason = "in what the macro writes")]
#[cxx::bridge(namespace = "secpvm::bridge")]
mod ffi {
    /// Where a record came from, and how much plaintext was in it.
    struct Opened {
        sender: u64,
        packet_number: u64,
        epoch: u32,
        suite_id: u16,
        plaintext_len: usize,
    }

    /// A `secpvm_noise_setup`; a key that is not given is empty.
    struct NoiseSetup<'a> {
        pattern: u32,
        role: u32,
        cipher: u32,
        prologue: &'a [u8],
        psk: &'a [u8],
        local_static: &'a [u8],
        remote_static: &'a [u8],
        ephemeral: &'a [u8],
    }

    extern "Rust" {
        fn session_generate(suite_id: u16, entropy: &[u8], session: &mut [u8]) -> Result<()>;
        fn session_next_epoch(session: &[u8], entropy: &[u8], next: &mut [u8]) -> Result<()>;

        type Sealer;
        fn sealer_new(session: &[u8], sender: u64) -> Result<Box<Sealer>>;
        fn seal_in_place(
            self: &mut Sealer,
            associated_data: &[u8],
            buf: &mut [u8],
            plaintext_len: usize,
        ) -> Result<usize>;
        fn enter_epoch(self: &mut Sealer, session: &[u8]) -> Result<()>;

        type Opener;
        fn opener_new(session: &[u8], peers_max: usize) -> Result<Box<Opener>>;
        fn try_open_in_place(
            self: &mut Opener,
            associated_data: &[u8],
            record: &mut [u8],
            opened: &mut Opened,
        ) -> i32;

        type RollingOpener;
        fn rolling_opener_new(session: &[u8], peers_max: usize) -> Result<Box<RollingOpener>>;
        fn try_open_in_place(
            self: &mut RollingOpener,
            associated_data: &[u8],
            record: &mut [u8],
            opened: &mut Opened,
        ) -> i32;
        fn prepare_epoch(self: &mut RollingOpener, session: &[u8]) -> Result<()>;
        fn activate_epoch(self: &mut RollingOpener) -> Result<()>;
        fn retire_previous_epoch(self: &mut RollingOpener) -> Result<()>;

        type Join;
        fn join_initiator(session: &[u8], context: &[u8], entropy: &[u8]) -> Result<Box<Join>>;
        fn join_responder(context: &[u8], entropy: &[u8]) -> Result<Box<Join>>;
        fn write(self: &mut Join, message: &mut [u8]) -> Result<usize>;
        fn read(self: &mut Join, message: &[u8]) -> Result<()>;
        fn finish(self: &Join, session: &mut [u8]) -> Result<()>;
        fn write_member_key(self: &mut Join, key: &[u8], message: &mut [u8]) -> Result<usize>;
        fn read_member_key(self: &mut Join, message: &[u8], key: &mut [u8]) -> Result<()>;

        type Noise;
        fn noise_new(setup: &NoiseSetup) -> Result<Box<Noise>>;
        fn write(self: &mut Noise, payload: &[u8], message: &mut [u8]) -> Result<usize>;
        fn read(self: &mut Noise, message: &[u8], payload: &mut [u8]) -> Result<usize>;
        fn is_my_turn(self: &Noise) -> Result<bool>;
        fn is_finished(self: &Noise) -> Result<bool>;
        fn hash(self: &Noise) -> Result<[u8; 32]>;
        fn remote_static(self: &Noise) -> Result<[u8; 32]>;

        type Transport;
        fn transport_new(noise: &mut Noise) -> Result<Box<Transport>>;
        fn write(self: &mut Transport, payload: &[u8], message: &mut [u8]) -> Result<usize>;
        fn read(self: &mut Transport, message: &[u8], payload: &mut [u8]) -> Result<usize>;

        type Aead;
        fn aead_new(id: u16, key: &[u8]) -> Result<Box<Aead>>;
        fn seal_in_place(
            self: &Aead,
            nonce: &[u8],
            associated_data: &[u8],
            data: &mut [u8],
        ) -> Result<[u8; 16]>;
        fn try_open_in_place(
            self: &Aead,
            nonce: &[u8],
            associated_data: &[u8],
            data: &mut [u8],
            tag: &[u8],
        ) -> i32;

        type Mac;
        fn mac_new(id: u16, key: &[u8], tag_len: usize) -> Result<Box<Mac>>;
        fn update(self: &mut Mac, data: &[u8]) -> Result<()>;
        fn finish(self: &mut Mac, tag: &mut [u8]) -> Result<()>;
        fn try_verify(self: &mut Mac, tag: &[u8]) -> i32;

        fn digest(id: u16, data: &[u8], output: &mut [u8]) -> Result<()>;

        type Hasher;
        fn hasher_new(id: u16) -> Result<Box<Hasher>>;
        fn update(self: &mut Hasher, data: &[u8]) -> Result<()>;
        fn finish(self: &mut Hasher, output: &mut [u8]) -> Result<()>;

        type Agreement;
        fn agreement_new(id: u16, secret: &[u8]) -> Result<Box<Agreement>>;
        fn public_value(self: &Agreement, value: &mut [u8]) -> Result<()>;
        fn agree(self: &Agreement, public_value: &[u8], shared: &mut [u8]) -> Result<()>;

        fn derive(id: u16, salt: &[u8], secret: &[u8], info: &[u8], out: &mut [u8]) -> Result<()>;

        type Cipher;
        fn cipher_new(id: u16, key: &[u8], iv: &[u8]) -> Result<Box<Cipher>>;
        fn encrypt_in_place(self: &mut Cipher, data: &mut [u8]) -> Result<()>;
        fn decrypt_in_place(self: &mut Cipher, data: &mut [u8]) -> Result<()>;

        type PaddedEncryptor;
        fn padded_encryptor_new(
            id: u16,
            padding: u16,
            key: &[u8],
            iv: &[u8],
        ) -> Result<Box<PaddedEncryptor>>;
        fn update(self: &mut PaddedEncryptor, input: &[u8], output: &mut [u8]) -> Result<usize>;
        fn finish(self: &mut PaddedEncryptor, output: &mut [u8]) -> Result<usize>;

        type PaddedDecryptor;
        fn padded_decryptor_new(
            id: u16,
            padding: u16,
            key: &[u8],
            iv: &[u8],
        ) -> Result<Box<PaddedDecryptor>>;
        fn update(self: &mut PaddedDecryptor, input: &[u8], output: &mut [u8]) -> Result<usize>;
        fn finish(self: &mut PaddedDecryptor, count: usize, output: &mut [u8]) -> Result<usize>;
    }
}

type Result<T> = core::result::Result<T, secpvm_status>;

/// What crosses as the text of a `rust::Error`.
impl fmt::Display for secpvm_status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}

/// The number of the outcome.
fn status(body: impl FnOnce() -> Result<()>) -> i32 {
    caught(body).err().unwrap_or(secpvm_status::OK).number()
}

/// The array that a slice of its length is.
fn array<const LEN: usize>(slice: &[u8]) -> Result<&[u8; LEN]> {
    slice.try_into().map_err(|_| secpvm_status::LENGTH)
}

fn secret(slice: &[u8]) -> Result<Secret<32>> {
    Ok(Secret::from(*array(slice)?))
}

fn decode(session: &[u8]) -> Result<Session> {
    Ok(Session::decode(array(session)?)?)
}

fn encode(session: &Session, place: &mut [u8]) -> Result<()> {
    let bytes = session.encode();
    check_len(place.len(), bytes.expose().len())?;
    place.copy_from_slice(bytes.expose());
    Ok(())
}

fn session_generate(suite_id: u16, entropy: &[u8], session: &mut [u8]) -> Result<()> {
    caught(|| {
        let suite = Suite::from_id(SuiteId(suite_id)).map_err(|_| secpvm_status::UNKNOWN_SUITE)?;
        encode(&Session::generate(suite, secret(entropy)?), session)
    })
}

fn session_next_epoch(session: &[u8], entropy: &[u8], next: &mut [u8]) -> Result<()> {
    caught(|| encode(&decode(session)?.next_epoch(secret(entropy)?)?, next))
}

struct Sealer(packet::Sealer);

fn sealer_new(session: &[u8], sender: u64) -> Result<Box<Sealer>> {
    caught(|| {
        let sealer = packet::Sealer::new(&decode(session)?, MemberId(sender))?;
        Ok(Box::new(Sealer(sealer)))
    })
}

impl Sealer {
    fn seal_in_place(&mut self, ad: &[u8], buf: &mut [u8], plaintext_len: usize) -> Result<usize> {
        caught(|| Ok(self.0.seal_in_place(ad, buf, plaintext_len)?))
    }

    fn enter_epoch(&mut self, session: &[u8]) -> Result<()> {
        caught(|| Ok(self.0.enter_epoch(&decode(session)?)?))
    }
}

/// An empty table of senders.
fn peers(peers_max: usize) -> Result<Vec<PeerSlot>> {
    check_peers(peers_max)?;
    let mut slots = Vec::new();
    slots
        .try_reserve_exact(peers_max)
        .map_err(|_| secpvm_status::NO_MEMORY)?;
    slots.resize_with(peers_max, PeerSlot::default);
    Ok(slots)
}

/// Tell the caller of a record that was opened.
fn tell(
    outcome: core::result::Result<packet::Opened<'_>, ReceiveError>,
    place: &mut ffi::Opened,
) -> Result<()> {
    let packet::Opened { header, plaintext } = outcome?;
    *place = ffi::Opened {
        sender: header.sender.0,
        packet_number: header.packet_number,
        epoch: header.epoch.0,
        suite_id: header.suite.id().0,
        plaintext_len: plaintext.len(),
    };
    Ok(())
}

struct Opener(packet::Opener<Vec<PeerSlot>>);

fn opener_new(session: &[u8], peers_max: usize) -> Result<Box<Opener>> {
    caught(|| {
        let table = peers(peers_max)?;
        Ok(Box::new(Opener(packet::Opener::new(
            &decode(session)?,
            table,
        ))))
    })
}

impl Opener {
    fn try_open_in_place(&mut self, ad: &[u8], record: &mut [u8], place: &mut ffi::Opened) -> i32 {
        status(|| tell(self.0.open_in_place(ad, record), place))
    }
}

struct RollingOpener(packet::RollingOpener<Vec<PeerSlot>>);

fn rolling_opener_new(session: &[u8], peers_max: usize) -> Result<Box<RollingOpener>> {
    caught(|| {
        let tables = [peers(peers_max)?, peers(peers_max)?];
        let opener = packet::RollingOpener::new(&decode(session)?, tables);
        Ok(Box::new(RollingOpener(opener)))
    })
}

impl RollingOpener {
    fn try_open_in_place(&mut self, ad: &[u8], record: &mut [u8], place: &mut ffi::Opened) -> i32 {
        status(|| tell(self.0.open_in_place(ad, record), place))
    }

    fn prepare_epoch(&mut self, session: &[u8]) -> Result<()> {
        caught(|| Ok(self.0.prepare_epoch(&decode(session)?)?))
    }

    fn activate_epoch(&mut self) -> Result<()> {
        caught(|| Ok(self.0.activate_epoch()?))
    }

    fn retire_previous_epoch(&mut self) -> Result<()> {
        caught(|| {
            self.0.retire_previous_epoch();
            Ok(())
        })
    }
}

struct Join(join::Join);

fn join_initiator(session: &[u8], context: &[u8], entropy: &[u8]) -> Result<Box<Join>> {
    caught(|| {
        let (join_secret, ephemeral) = entropy.split_at_checked(32).ok_or(secpvm_status::LENGTH)?;
        let (join_secret, ephemeral) = (secret(join_secret)?, secret(ephemeral)?);
        let join = join::Join::initiator(decode(session)?, context, join_secret, ephemeral)?;
        Ok(Box::new(Join(join)))
    })
}

fn join_responder(context: &[u8], entropy: &[u8]) -> Result<Box<Join>> {
    caught(|| {
        Ok(Box::new(Join(join::Join::responder(
            context,
            secret(entropy)?,
        )?)))
    })
}

impl Join {
    fn write(&mut self, message: &mut [u8]) -> Result<usize> {
        caught(|| Ok(self.0.write_message(message)?))
    }

    fn read(&mut self, message: &[u8]) -> Result<()> {
        caught(|| Ok(self.0.read_message(message)?))
    }

    /// Writes `session` for the responder alone.
    fn finish(&self, session: &mut [u8]) -> Result<()> {
        caught(|| {
            if !self.0.is_finished() {
                return Err(secpvm_status::OUT_OF_ORDER);
            }
            self.0
                .session()
                .map_or(Ok(()), |received| encode(received, session))
        })
    }

    fn write_member_key(&mut self, key: &[u8], message: &mut [u8]) -> Result<usize> {
        caught(|| {
            let key = MemberKey::decode(array(key)?);
            Ok(self.0.write_member_key(&key, message)?)
        })
    }

    fn read_member_key(&mut self, message: &[u8], key: &mut [u8]) -> Result<()> {
        caught(|| {
            check_len(key.len(), MEMBER_KEY_LEN)?;
            key.copy_from_slice(self.0.read_member_key(message)?.encode().expose());
            Ok(())
        })
    }
}

/// None once its transport was made.
struct Noise(Option<noise::Handshake>);

fn noise_new(setup: &ffi::NoiseSetup<'_>) -> Result<Box<Noise>> {
    fn key(slice: &[u8]) -> Result<Option<&[u8; 32]>> {
        (!slice.is_empty()).then(|| array(slice)).transpose()
    }
    caught(|| {
        let parts = Parts {
            pattern: setup.pattern,
            role: setup.role,
            cipher: setup.cipher,
            prologue: setup.prologue,
            psk: key(setup.psk)?,
            local_static: key(setup.local_static)?,
            remote_static: key(setup.remote_static)?,
            ephemeral: key(setup.ephemeral)?.ok_or(secpvm_status::NULL)?,
        };
        Ok(Box::new(Noise(Some(parts.handshake()?))))
    })
}

impl Noise {
    fn live(&self) -> Result<&noise::Handshake> {
        self.0.as_ref().ok_or(secpvm_status::OUT_OF_ORDER)
    }

    fn live_mut(&mut self) -> Result<&mut noise::Handshake> {
        self.0.as_mut().ok_or(secpvm_status::OUT_OF_ORDER)
    }

    fn write(&mut self, payload: &[u8], message: &mut [u8]) -> Result<usize> {
        caught(|| Ok(self.live_mut()?.write_message(payload, message)?))
    }

    fn read(&mut self, message: &[u8], payload: &mut [u8]) -> Result<usize> {
        caught(|| Ok(self.live_mut()?.read_message(message, payload)?))
    }

    fn is_my_turn(&self) -> Result<bool> {
        caught(|| Ok(self.live()?.is_my_turn()))
    }

    fn is_finished(&self) -> Result<bool> {
        caught(|| Ok(self.live()?.is_finished()))
    }

    fn hash(&self) -> Result<[u8; 32]> {
        caught(|| Ok(*self.live()?.hash()))
    }

    fn remote_static(&self) -> Result<[u8; 32]> {
        caught(|| {
            let key = self.live()?.remote_static();
            Ok(key.ok_or(secpvm_status::OUT_OF_ORDER)?.0)
        })
    }
}

struct Transport(noise::Transport);

/// The handshake ends if it is finished, and else stays as it is.
fn transport_new(noise: &mut Noise) -> Result<Box<Transport>> {
    caught(|| {
        let finished = noise.0.take_if(|handshake| handshake.is_finished());
        let handshake = finished.ok_or(secpvm_status::OUT_OF_ORDER)?;
        Ok(Box::new(Transport(handshake.into_transport()?)))
    })
}

impl Transport {
    fn write(&mut self, payload: &[u8], message: &mut [u8]) -> Result<usize> {
        caught(|| Ok(self.0.write_message(payload, message)?))
    }

    fn read(&mut self, message: &[u8], payload: &mut [u8]) -> Result<usize> {
        caught(|| Ok(self.0.read_message(message, payload)?))
    }
}

struct Aead(AnyAead);

fn aead_new(id: u16, key: &[u8]) -> Result<Box<Aead>> {
    caught(|| {
        let aead = AnyAead::new(AeadSpec::from_id(AlgorithmId(id))?, key)?;
        Ok(Box::new(Aead(aead)))
    })
}

impl Aead {
    fn seal_in_place(&self, nonce: &[u8], ad: &[u8], data: &mut [u8]) -> Result<[u8; 16]> {
        caught(|| {
            let nonce = Nonce::assume_unique(*array(nonce)?);
            Ok(self.0.seal_in_place(nonce, ad, data)?)
        })
    }

    fn try_open_in_place(&self, nonce: &[u8], ad: &[u8], data: &mut [u8], tag: &[u8]) -> i32 {
        status(|| Ok(self.0.open_in_place(array(nonce)?, ad, data, tag)?))
    }
}

/// None once it was finished or verified.
struct Mac(Option<mac::Mac>);

fn mac_new(id: u16, key: &[u8], tag_len: usize) -> Result<Box<Mac>> {
    caught(|| Ok(Box::new(Mac(Some(mac::Mac::new(id, key, tag_len)?)))))
}

impl Mac {
    fn update(&mut self, data: &[u8]) -> Result<()> {
        caught(|| {
            let mac = self.0.as_mut().ok_or(secpvm_status::OUT_OF_ORDER)?;
            mac.0.update(data);
            Ok(())
        })
    }

    fn finish(&mut self, tag: &mut [u8]) -> Result<()> {
        caught(|| {
            let live = self.0.as_ref().ok_or(secpvm_status::OUT_OF_ORDER)?;
            check_len(tag.len(), live.1)?;
            let mac = self.0.take().ok_or(secpvm_status::OUT_OF_ORDER)?;
            tag.copy_from_slice(mac.0.finalize().as_ref());
            Ok(())
        })
    }

    fn try_verify(&mut self, tag: &[u8]) -> i32 {
        status(|| {
            let mac = self.0.take().ok_or(secpvm_status::OUT_OF_ORDER)?;
            Ok(mac.0.verify(tag)?)
        })
    }
}

fn digest(id: u16, data: &[u8], output: &mut [u8]) -> Result<()> {
    caught(|| digest::once(id, data, output))
}

/// None once it was finished.
struct Hasher(Option<digest::Digest>);

fn hasher_new(id: u16) -> Result<Box<Hasher>> {
    caught(|| Ok(Box::new(Hasher(Some(digest::Digest::new(id)?)))))
}

impl Hasher {
    fn update(&mut self, data: &[u8]) -> Result<()> {
        caught(|| {
            let live = self.0.as_mut().ok_or(secpvm_status::OUT_OF_ORDER)?;
            live.0.update(data);
            Ok(())
        })
    }

    fn finish(&mut self, output: &mut [u8]) -> Result<()> {
        caught(|| {
            let live = self.0.as_ref().ok_or(secpvm_status::OUT_OF_ORDER)?;
            check_len(output.len(), live.1)?;
            let digest = self.0.take().ok_or(secpvm_status::OUT_OF_ORDER)?;
            output.copy_from_slice(digest.0.finalize().as_ref());
            Ok(())
        })
    }
}

struct Agreement(AnyAgreement);

fn agreement_new(id: u16, secret: &[u8]) -> Result<Box<Agreement>> {
    caught(|| {
        let agreement = AnyAgreement::new(AgreementSpec::from_id(AlgorithmId(id))?, secret)?;
        Ok(Box::new(Agreement(agreement)))
    })
}

impl Agreement {
    fn public_value(&self, value: &mut [u8]) -> Result<()> {
        caught(|| agreement::write_public_value(&self.0, value))
    }

    fn agree(&self, public_value: &[u8], shared: &mut [u8]) -> Result<()> {
        caught(|| agreement::agree(&self.0, public_value, shared))
    }
}

fn derive(id: u16, salt: &[u8], secret: &[u8], info: &[u8], out: &mut [u8]) -> Result<()> {
    caught(|| Ok(KdfSpec::from_id(AlgorithmId(id))?.derive(salt, secret, info, out)?))
}

struct Cipher(AnyCipher);

fn cipher_new(id: u16, key: &[u8], iv: &[u8]) -> Result<Box<Cipher>> {
    caught(|| Ok(Box::new(Cipher(any_cipher(id, key, iv)?))))
}

impl Cipher {
    fn encrypt_in_place(&mut self, data: &mut [u8]) -> Result<()> {
        caught(|| Ok(self.0.encrypt_in_place(data)?))
    }

    fn decrypt_in_place(&mut self, data: &mut [u8]) -> Result<()> {
        caught(|| Ok(self.0.decrypt_in_place(data)?))
    }
}

fn any_cipher(id: u16, key: &[u8], iv: &[u8]) -> Result<AnyCipher> {
    Ok(AnyCipher::new(
        CipherSpec::from_id(AlgorithmId(id))?,
        key,
        iv,
    )?)
}

/// None once it was finished.
struct PaddedEncryptor(Option<hazmat::PaddedEncryptor<AnyCipher>>);

fn padded_encryptor_new(
    id: u16,
    padding: u16,
    key: &[u8],
    iv: &[u8],
) -> Result<Box<PaddedEncryptor>> {
    caught(|| {
        let cipher = any_cipher(id, key, iv)?;
        let padding = Padding::from_id(AlgorithmId(padding))?;
        let encryptor = hazmat::PaddedEncryptor::with_any(cipher, padding)?;
        Ok(Box::new(PaddedEncryptor(Some(encryptor))))
    })
}

impl PaddedEncryptor {
    fn update(&mut self, input: &[u8], output: &mut [u8]) -> Result<usize> {
        caught(|| {
            let live = self.0.as_mut().ok_or(secpvm_status::OUT_OF_ORDER)?;
            Ok(live.update(input, output)?)
        })
    }

    fn finish(&mut self, output: &mut [u8]) -> Result<usize> {
        caught(|| {
            let encryptor = self.0.take().ok_or(secpvm_status::OUT_OF_ORDER)?;
            Ok(encryptor.finish(output)?)
        })
    }
}

/// None once it was finished.
struct PaddedDecryptor(Option<hazmat::PaddedDecryptor<AnyCipher>>);

fn padded_decryptor_new(
    id: u16,
    padding: u16,
    key: &[u8],
    iv: &[u8],
) -> Result<Box<PaddedDecryptor>> {
    caught(|| {
        let cipher = any_cipher(id, key, iv)?;
        let padding = Padding::from_id(AlgorithmId(padding))?;
        let decryptor = hazmat::PaddedDecryptor::with_any(cipher, padding)?;
        Ok(Box::new(PaddedDecryptor(Some(decryptor))))
    })
}

impl PaddedDecryptor {
    fn update(&mut self, input: &[u8], output: &mut [u8]) -> Result<usize> {
        caught(|| {
            let live = self.0.as_mut().ok_or(secpvm_status::OUT_OF_ORDER)?;
            Ok(live.update(input, output)?)
        })
    }

    fn finish(&mut self, count: usize, output: &mut [u8]) -> Result<usize> {
        caught(|| {
            let decryptor = self.0.take().ok_or(secpvm_status::OUT_OF_ORDER)?;
            Ok(decryptor.finish(count_or_none(count), output)?)
        })
    }
}
