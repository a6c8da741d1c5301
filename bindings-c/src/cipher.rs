//! Ciphers and modes without authentication.

use secpvm_core::algorithm::AlgorithmId;
use secpvm_core::hazmat::{
    AnyCipher, Cipher, CipherError, CipherSpec, PaddedDecryptor, PaddedEncryptor,
};
use secpvm_core::padding::Padding;

use crate::border::{Call, guard};
use crate::object::{Object, constructors, object};
use crate::padding::count_or_none;
use crate::status::secpvm_status;

object!(secpvm_cipher = AnyCipher, b"CIPH", 4352, secpvm_cipher_free);

/// A cipher of these arguments.
///
/// # Safety
/// The header's contract for `secpvm_cipher_new`.
unsafe fn cipher(
    call: &mut Call,
    id: u16,
    key: *const u8,
    key_len: usize,
    iv: *const u8,
    iv_len: usize,
) -> Result<AnyCipher, secpvm_status> {
    // SAFETY: the caller's promise.
    let (key, iv) = unsafe { (call.input(key, key_len)?, call.input(iv, iv_len)?) };
    let spec = CipherSpec::from_id(AlgorithmId(id))?;
    Ok(AnyCipher::new(spec, key, iv)?)
}

constructors!(
    secpvm_cipher_init,
    secpvm_cipher_new,
    secpvm_cipher,
    |call, id: u16, key: *const u8, key_len: usize, iv: *const u8, iv_len: usize| {
        // SAFETY: the header's contract.
        unsafe { cipher(call, id, key, key_len, iv, iv_len) }?
    }
);

type Step = fn(&mut AnyCipher, &mut [u8]) -> Result<(), CipherError>;

/// # Safety
/// The header's contract for `secpvm_cipher_encrypt_in_place`.
unsafe fn run(
    object: *mut secpvm_cipher,
    data: *mut u8,
    data_len: usize,
    step: Step,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the caller's promise.
        let (cipher, data) = unsafe { (call.object(object)?, call.output(data, data_len)?) };
        Ok(step(cipher, data)?)
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_cipher_encrypt_in_place(
    cipher: *mut secpvm_cipher,
    data: *mut u8,
    data_len: usize,
) -> secpvm_status {
    // SAFETY: the header's contract.
    unsafe { run(cipher, data, data_len, Cipher::encrypt_in_place) }
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_cipher_decrypt_in_place(
    cipher: *mut secpvm_cipher,
    data: *mut u8,
    data_len: usize,
) -> secpvm_status {
    // SAFETY: the header's contract.
    unsafe { run(cipher, data, data_len, Cipher::decrypt_in_place) }
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_cipher_encrypt_once(
    id: u16,
    key: *const u8,
    key_len: usize,
    iv: *const u8,
    iv_len: usize,
    data: *mut u8,
    data_len: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (mut cipher, data) = unsafe {
            (
                cipher(call, id, key, key_len, iv, iv_len)?,
                call.output(data, data_len)?,
            )
        };
        Ok(cipher.encrypt_in_place(data)?)
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_cipher_decrypt_once(
    id: u16,
    key: *const u8,
    key_len: usize,
    iv: *const u8,
    iv_len: usize,
    data: *mut u8,
    data_len: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (mut cipher, data) = unsafe {
            (
                cipher(call, id, key, key_len, iv, iv_len)?,
                call.output(data, data_len)?,
            )
        };
        Ok(cipher.decrypt_in_place(data)?)
    })
}

/// A padded encryption, and the length of its blocks.
pub struct Encryptor(PaddedEncryptor<AnyCipher>, usize);

/// A padded decryption, and the length of its blocks.
pub struct Decryptor(PaddedDecryptor<AnyCipher>, usize);

object!(
    secpvm_padded_encryptor = Encryptor,
    b"PENC",
    4416,
    secpvm_padded_encryptor_free
);
object!(
    secpvm_padded_decryptor = Decryptor,
    b"PDEC",
    4416,
    secpvm_padded_decryptor_free
);

constructors!(
    secpvm_padded_encryptor_init,
    secpvm_padded_encryptor_new,
    secpvm_padded_encryptor,
    |call, id: u16, padding: u16, key: *const u8, key_len: usize, iv: *const u8, iv_len: usize| {
        // SAFETY: the header's contract.
        let cipher = unsafe { cipher(call, id, key, key_len, iv, iv_len) }?;
        let block_len = cipher.unit_len();
        let padding = Padding::from_id(AlgorithmId(padding))?;
        Encryptor(PaddedEncryptor::with_any(cipher, padding)?, block_len)
    }
);

constructors!(
    secpvm_padded_decryptor_init,
    secpvm_padded_decryptor_new,
    secpvm_padded_decryptor,
    |call, id: u16, padding: u16, key: *const u8, key_len: usize, iv: *const u8, iv_len: usize| {
        // SAFETY: the header's contract.
        let cipher = unsafe { cipher(call, id, key, key_len, iv, iv_len) }?;
        let block_len = cipher.unit_len();
        let padding = Padding::from_id(AlgorithmId(padding))?;
        Decryptor(PaddedDecryptor::with_any(cipher, padding)?, block_len)
    }
);

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_padded_encryptor_update(
    encryptor: *mut secpvm_padded_encryptor,
    input: *const u8,
    input_len: usize,
    output: *mut u8,
    output_cap: usize,
    output_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (encryptor, input, output, place) = unsafe {
            (
                call.object(encryptor)?,
                call.input(input, input_len)?,
                call.output(output, output_cap)?,
                call.place(output_len)?,
            )
        };
        place.write(encryptor.0.update(input, output)?);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_padded_encryptor_finish(
    encryptor: *mut secpvm_padded_encryptor,
    output: *mut u8,
    output_cap: usize,
    output_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (held, output, place) = unsafe {
            (
                call.object(encryptor)?,
                call.output(output, output_cap)?,
                call.place(output_len)?,
            )
        };
        if output.len() < held.1 {
            return Err(secpvm_status::BUFFER_TOO_SMALL);
        }
        // SAFETY: it is live, as `object` found, and `held` is not used again.
        let encryptor = unsafe { Object::take(encryptor) };
        place.write(encryptor.0.finish(output)?);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_padded_decryptor_update(
    decryptor: *mut secpvm_padded_decryptor,
    input: *const u8,
    input_len: usize,
    output: *mut u8,
    output_cap: usize,
    output_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (decryptor, input, output, place) = unsafe {
            (
                call.object(decryptor)?,
                call.input(input, input_len)?,
                call.output(output, output_cap)?,
                call.place(output_len)?,
            )
        };
        place.write(decryptor.0.update(input, output)?);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_padded_decryptor_finish(
    decryptor: *mut secpvm_padded_decryptor,
    count: usize,
    output: *mut u8,
    output_cap: usize,
    output_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (held, output, place) = unsafe {
            (
                call.object(decryptor)?,
                call.output(output, output_cap)?,
                call.place(output_len)?,
            )
        };
        if output.len() < held.1 {
            return Err(secpvm_status::BUFFER_TOO_SMALL);
        }
        // SAFETY: it is live, as `object` found, and `held` is not used again.
        let decryptor = unsafe { Object::take(decryptor) };
        place.write(decryptor.0.finish(count_or_none(count), output)?);
        Ok(())
    })
}
