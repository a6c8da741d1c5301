//! What a peer costs in memory: the table in `docs/memory.md` is as the types are.

#![cfg(all(
    feature = "default",
    target_pointer_width = "64",
    target_arch = "x86_64"
))]

use secpvm_core::aead::{Aes256Gcm, ChaCha20Poly1305};
use secpvm_core::digest::{Md5, Sha256};
use secpvm_core::hazmat::{Des, Idea, TdesEde3};
use secpvm_core::mac::{Hmac, Keyed};
use secpvm_core::packet::{PeerSlot, Sealer};
use secpvm_core::suite::Suite;

const TABLE: &str = include_str!("../../docs/memory.md");

/// A `Sealer` and a slot of an `Opener`'s table are as large as the largest suite's keys make them;
/// 4 KiB is what the two may have.
#[test]
fn a_pair_for_one_peer_is_as_small_as_documented() {
    let pair = size_of::<Sealer>() + size_of::<PeerSlot>();
    assert!(pair < 4096, "{pair}");
    let rows = [
        format!("| `Sealer` | {} |", size_of::<Sealer>()),
        format!("| `PeerSlot` | {} |", size_of::<PeerSlot>()),
        format!("| both | {pair} |"),
    ];
    for row in rows {
        assert!(TABLE.contains(&row), "docs/memory.md has no row: {row}");
    }
}

const KEYED_MD5: usize = size_of::<Keyed<Md5>>();

/// What a suite itself uses of that.
#[test]
fn each_suites_keys_are_as_small_as_documented() {
    for suite in Suite::ALL {
        let keys = match suite {
            Suite::Aes256Gcm => size_of::<Aes256Gcm>(),
            Suite::ChaCha20Poly1305 => size_of::<ChaCha20Poly1305>(),
            Suite::TdesCtrKeyedMd5 => size_of::<TdesEde3>() + KEYED_MD5,
            Suite::IdeaCtrKeyedMd5 => size_of::<Idea>() + KEYED_MD5,
            Suite::DesCtrKeyedMd5 => size_of::<Des>() + KEYED_MD5,
            Suite::Rc4KeyedMd5 => 32 + KEYED_MD5,
            Suite::HmacSha256 => size_of::<Hmac<Sha256>>(),
            Suite::KeyedMd5 => KEYED_MD5,
        };
        let row = format!("| `{}` | {keys} |", suite.name());
        assert!(TABLE.contains(&row), "docs/memory.md has no row: {row}");
    }
}
