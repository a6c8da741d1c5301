//! Key agreement, and the join of a host, which is made of it.

use std::hint::black_box;

use openssl::derive::Deriver;
use openssl::pkey::{Id, PKey};
use secpvm_core::agreement::X25519;
use secpvm_core::handshake::join::{JOIN_MESSAGE_LEN_MAX, Join};
use secpvm_core::secret::Secret;
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

use crate::operation::{Contestant, Operation, US, contestant, key};

const ONE_SIZE: &[usize] = &[X25519::LEN];

pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new("x25519 agree", |_| {
            vec![ours(), openssl(), aws_lc_rs(), graviola(), rustcrypto()]
        })
        .sizes(ONE_SIZE)
        .target(1.0, &["openssl"]),
        Operation::new("join, both ends", |_| vec![join()]).sizes(ONE_SIZE),
    ]
}

fn public_value() -> [u8; 32] {
    X25519::new(&Secret::from([3; 32])).public_value()
}

fn ours() -> Contestant {
    let (secret, public) = (X25519::new(&Secret::from(key())), public_value());
    contestant(US, move || {
        black_box(secret.agree(black_box(&public)).is_ok());
    })
}

fn openssl() -> Contestant {
    let secret = PKey::private_key_from_raw_bytes(&key::<32>(), Id::X25519);
    let public = PKey::public_key_from_raw_bytes(&public_value(), Id::X25519);
    let (secret, public) = (secret.expect("32 bytes"), public.expect("32 bytes"));
    contestant("openssl", move || {
        let mut deriver = Deriver::new(&secret).expect("OpenSSL has memory");
        deriver
            .set_peer(black_box(&public))
            .expect("OpenSSL takes the key");
        let mut shared = [0; 32];
        black_box(deriver.derive(&mut shared).expect("OpenSSL works"));
    })
}

fn aws_lc_rs() -> Contestant {
    use aws_lc_rs::agreement;
    let secret = agreement::PrivateKey::from_private_key(&agreement::X25519, &key::<32>());
    let secret = secret.expect("32 bytes");
    let public = agreement::UnparsedPublicKey::new(&agreement::X25519, public_value());
    contestant("aws-lc-rs", move || {
        let shared = agreement::agree(&secret, black_box(&public), (), |shared| {
            black_box(shared[0]);
            Ok(())
        });
        black_box(shared.is_ok());
    })
}

fn graviola() -> Contestant {
    use graviola::key_agreement::x25519::{PublicKey, StaticPrivateKey};
    let secret = StaticPrivateKey::from_array(&key());
    let public = PublicKey::from_array(&public_value());
    contestant("graviola", move || {
        black_box(secret.diffie_hellman(black_box(&public)).is_ok());
    })
}

fn rustcrypto() -> Contestant {
    let secret = x25519_dalek::StaticSecret::from(key::<32>());
    let public = x25519_dalek::PublicKey::from(public_value());
    contestant("rustcrypto", move || {
        black_box(secret.diffie_hellman(black_box(&public)).to_bytes());
    })
}

/// All four messages, on one core.
fn join() -> Contestant {
    contestant(US, || {
        let session = Session::generate(Suite::Aes256Gcm, Secret::from([1; 32]));
        let initiator = Join::initiator(session, b"", Secret::from([2; 32]), Secret::from([3; 32]));
        let mut initiator = initiator.expect("a good session");
        let mut responder = Join::responder(b"", Secret::from([4; 32])).expect("good keys");
        for step in 0..4 {
            let (writer, reader) = match step % 2 {
                0 => (&mut initiator, &mut responder),
                _ => (&mut responder, &mut initiator),
            };
            let mut message = [0; JOIN_MESSAGE_LEN_MAX];
            let len = writer.write_message(&mut message).expect("its turn");
            reader
                .read_message(&message[..len])
                .expect("a good message");
        }
        assert!(black_box(responder.is_finished()));
    })
}
