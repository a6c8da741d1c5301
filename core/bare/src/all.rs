//! Every algorithm of the table, by its name at run time, and every protocol that the other files
//! do not use.

use core::hint::black_box;

use secpvm_core::aead::{AeadSpec, AnyAead, Nonce};
use secpvm_core::agreement::{AgreementSpec, AnyAgreement, X25519};
use secpvm_core::digest::{AnyDigest, DigestSpec};
use secpvm_core::group::{Endpoint, GROUP_MESSAGE_LEN_MAX, Leader, MemberSlot, RekeyPolicy};
use secpvm_core::handshake::exchange_1997::Exchange;
use secpvm_core::handshake::noise::{Handshake, NoiseCipher, PublicKey, Role};
use secpvm_core::hazmat::{AnyCipher, Cipher, CipherSpec};
use secpvm_core::mac::{AnyMac, MacSpec};
use secpvm_core::packet::{MemberId, PeerSlot};
use secpvm_core::padding::Padding;
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

pub fn run() -> usize {
    ciphers() + macs() + agreements() + usize::from(protocols().is_some())
}

/// A name that the compiler does not know, so that it keeps all of them.
fn name(name: &'static str) -> &'static str {
    black_box(name)
}

fn ciphers() -> usize {
    let mut data = [0; 32];
    let mut good = 0;
    for spec in CipherSpec::ALL {
        let algorithm = spec.algorithm();
        let key = &[7; 56][..algorithm.key_len.min];
        let iv = &[9; 16][..algorithm.iv_len];
        let cipher = CipherSpec::from_name(name(algorithm.name))
            .ok()
            .and_then(|spec| AnyCipher::new(spec, key, iv).ok());
        if let Some(mut cipher) = cipher {
            good += usize::from(cipher.encrypt_in_place(&mut data).is_ok());
            good += usize::from(cipher.decrypt_in_place(&mut data).is_ok());
        }
    }
    for spec in AeadSpec::ALL {
        let key = &[7; 32][..spec.algorithm().key_len.min];
        if let Ok(aead) = AnyAead::new(*spec, key) {
            let tag = aead.seal_in_place(Nonce::assume_unique([0; 12]), b"", &mut data);
            let tag = tag.unwrap_or_default();
            good += usize::from(aead.open_in_place(&[0; 12], b"", &mut data, &tag).is_ok());
        }
    }
    for padding in Padding::ALL {
        good += usize::from(padding.pad_in_place(&mut data, 17, 8).is_ok());
        good += usize::from(padding.data_len(&data, 8, black_box(Some(3))).is_ok());
    }
    good
}

fn macs() -> usize {
    let mut good = 0;
    for spec in MacSpec::ALL {
        if let Ok(mac) = AnyMac::new(*spec, &[7; 16]) {
            good += usize::from(mac.verify(&black_box([0; 16])).is_ok());
        }
    }
    for spec in DigestSpec::ALL {
        let mut digest = AnyDigest::new(*spec);
        digest.update(black_box(b"abc"));
        good += digest.finalize().as_ref().len();
    }
    good
}

fn agreements() -> usize {
    let mut good = 0;
    for spec in AgreementSpec::ALL {
        let (mut public, mut shared) = ([0; 256], [0; 256]);
        let len = spec.algorithm().output_len;
        if let Ok(agreement) = AnyAgreement::new(*spec, &black_box([7; 32])) {
            let (public, shared) = (&mut public[..len], &mut shared[..len]);
            good += usize::from(agreement.public_value(public).is_ok());
            good += usize::from(agreement.agree(public, shared).is_ok());
        }
    }
    good
}

/// The handshakes with static keys, the exchange of 1997, and the leader of a group.
fn protocols() -> Option<()> {
    let key = || black_box([5; 32]);
    let (local, remote) = (|| X25519::new(&key().into()), PublicKey(key()));
    let mut message = [0; 256];
    for role in [Role::Initiator, Role::Responder] {
        let cipher = black_box(NoiseCipher::ChaChaPoly);
        let mut kk = Handshake::kk(role, cipher, b"", local(), remote, key().into());
        let mut xx = Handshake::xx(role, cipher, b"", local(), key().into());
        let _ = black_box(kk.write_message(b"", &mut message));
        let _ = black_box(xx.write_message(b"", &mut message));
    }
    let mut slave = Exchange::slave(&key()).ok()?;
    let (kind, len) = slave.write_message(&mut message).ok()?;
    let _ = black_box(slave.read_message(kind, message.get(..len)?));

    let session = Session::generate(Suite::Aes256Gcm, key().into());
    let policy = RekeyPolicy::for_suite(session.suite());
    let tables = [const { [const { PeerSlot::EMPTY }; 1] }; 2];
    let endpoint = Endpoint::new(session, MemberId(1), tables, policy, 0).ok()?;
    let mut leader = Leader::new(key().into(), [const { MemberSlot::EMPTY }; 1], endpoint);
    black_box(leader.admit(MemberId(2)).ok()?);
    leader.rekey(key().into(), 0).ok()?;
    black_box(leader.poll_transmit(0, &mut [0; GROUP_MESSAGE_LEN_MAX]));
    Some(())
}
