//! The table of algorithms, as text.

use core::fmt::Write;

use secpvm_core::algorithm::{Kind, all};
use wasm_bindgen::prelude::wasm_bindgen;

/// One line each, fields between tabs: kind, name, aliases (between commas), id, the shortest and
/// the longest key and the step between, block, IV, output (all in bytes), strength, source.
#[wasm_bindgen]
pub fn algorithms() -> String {
    let mut text = String::new();
    for row in all() {
        let kind = match row.kind {
            Kind::BlockCipherMode => "block-cipher-mode",
            Kind::StreamCipher => "stream-cipher",
            Kind::Aead => "aead",
            Kind::Padding => "padding",
            Kind::Digest => "digest",
            Kind::Mac => "mac",
            Kind::KeyAgreement => "key-agreement",
            _ => "key-derivation",
        };
        let key_len = row.key_len;
        // A string takes whatever is written.
        let _ = writeln!(
            text,
            "{kind}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            row.name,
            row.aliases.join(","),
            row.id.0,
            key_len.min,
            key_len.max,
            key_len.step,
            row.block_len,
            row.iv_len,
            row.output_len,
            row.strength.map_or("", |strength| strength.name()),
            row.source,
        );
    }
    text
}
