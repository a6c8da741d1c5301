//! The 96-bit nonce that records and Noise messages share.

/// Four zero bytes, then a counter of eight.
pub(crate) fn counter_nonce(counter: [u8; 8]) -> [u8; 12] {
    let mut nonce = [0; 12];
    if let Some(end) = nonce.last_chunk_mut() {
        *end = counter;
    }
    nonce
}
