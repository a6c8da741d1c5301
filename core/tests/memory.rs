//! What one peer costs: `docs/memory.md` says so.

use secpvm_core::aead::*;
use secpvm_core::packet::{PeerSlot, Sealer};
#[test]
fn sizes() {
    println!(
        "sealer {} slot {} gcm256 {} gcm128 {} chacha {}",
        size_of::<Sealer>(),
        size_of::<PeerSlot>(),
        size_of::<Aes256Gcm>(),
        size_of::<Aes128Gcm>(),
        size_of::<ChaCha20Poly1305>()
    );
}
