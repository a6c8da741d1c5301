//! Removal of padding against its definition, written down a second time, and padded streams cut
//! into any pieces against the whole.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use secpvm_core::hazmat::{Aes128, Cbc, Des, KeyIvInit, PaddedDecryptor, PaddedEncryptor};
use secpvm_core::padding::Padding;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    padding: u8,
    block_len: u8,
    count: Option<u16>,
    padded: &'a [u8],
    cuts: &'a [u8],
}

fuzz_target!(|input: Input| {
    let padding = Padding::ALL[usize::from(input.padding) % Padding::ALL.len()];
    let (block_len, count) = (usize::from(input.block_len), input.count.map(usize::from));
    let removed = padding.data_len(input.padded, block_len, count);
    assert_eq!(
        removed.ok(),
        by_definition(padding, input.padded, block_len, count)
    );
    if removed.is_ok() && padding != Padding::ZeroWithCount {
        let mut again = input.padded.to_vec();
        let len = padding.pad_in_place(&mut again, removed.unwrap(), block_len);
        if padding != Padding::None {
            assert_eq!((len, &again[..]), (Ok(input.padded.len()), input.padded));
        }
    }
    streams::<Cbc<Aes128>>(padding, &input, 16);
    streams::<Cbc<Des>>(padding, &input, 8);
});

/// Padding as its standard has it, without a thought of timing.
fn by_definition(
    padding: Padding,
    padded: &[u8],
    block_len: usize,
    count: Option<usize>,
) -> Option<usize> {
    if !(1..=255).contains(&block_len) || padded.len() % block_len != 0 {
        return None;
    }
    let block = &padded[padded.len().saturating_sub(block_len)..];
    let found = match padding {
        Padding::None => 0,
        Padding::Pkcs7 | Padding::X923 => {
            let found = usize::from(*block.last()?);
            let fill = if padding == Padding::X923 { 0 } else { found };
            let bytes = block.get(block.len().checked_sub(found)?..block.len() - 1)?;
            bytes
                .iter()
                .all(|byte| usize::from(*byte) == fill)
                .then_some(found)?
        }
        Padding::Iso7816 => {
            let zeros = block.iter().rev().take_while(|byte| **byte == 0).count();
            let marker = block.get(block.len().checked_sub(zeros + 1)?)?;
            (*marker == 0x80).then_some(zeros + 1)?
        }
        Padding::ZeroWithCount => {
            let found = count.filter(|count| *count < block_len && *count <= block.len())?;
            let zeros = &block[block.len() - found..];
            zeros.iter().all(|byte| *byte == 0).then_some(found)?
        }
        other => panic!("no definition of {other:?}"),
    };
    (count.unwrap_or(found) == found).then_some(padded.len() - found)
}

fn streams<C: KeyIvInit + secpvm_core::hazmat::BlockMode>(
    padding: Padding,
    input: &Input,
    len: usize,
) {
    let key = &[7; 16][..len];
    let cipher = || C::new(key, &[9; 16][..len]).unwrap();
    let mut encryptor = PaddedEncryptor::new(cipher(), padding);
    let mut sealed = Vec::new();
    let mut out = vec![0; input.padded.len() + 16];
    for piece in pieces(input.padded, input.cuts) {
        let made = encryptor.update(piece, &mut out).unwrap();
        sealed.extend(&out[..made]);
    }
    let Ok(made) = encryptor.finish(&mut out) else {
        assert!(padding == Padding::None && input.padded.len() % len != 0);
        return;
    };
    sealed.extend(&out[..made]);
    assert_eq!(
        Ok(sealed.len()),
        padding.padded_len(input.padded.len(), len)
    );

    let mut whole = input.padded.to_vec();
    whole.resize(sealed.len(), 0);
    padding
        .pad_in_place(&mut whole, input.padded.len(), len)
        .unwrap();
    cipher().encrypt_in_place(&mut whole).unwrap();
    assert_eq!(sealed, whole);

    let mut decryptor = PaddedDecryptor::new(cipher(), padding);
    let mut opened: Vec<u8> = Vec::new();
    let mut out = vec![0; sealed.len() + 16];
    for piece in pieces(&sealed, input.cuts) {
        let made = decryptor.update(piece, &mut out).unwrap();
        opened.extend(&out[..made]);
    }
    let count = (padding == Padding::ZeroWithCount).then_some(sealed.len() - input.padded.len());
    let made = decryptor.finish(count, &mut out).unwrap();
    opened.extend(&out[..made]);
    assert_eq!(opened, input.padded);
}

/// `data` cut into pieces of the lengths in `cuts`, and the rest.
fn pieces<'a>(mut data: &'a [u8], cuts: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for cut in cuts {
        let (piece, rest) = data.split_at(data.len().min(usize::from(*cut)));
        pieces.push(piece);
        data = rest;
    }
    pieces.push(data);
    pieces
}
