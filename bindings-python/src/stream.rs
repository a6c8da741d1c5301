//! Ciphers that take their message in pieces.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::Error;
use secpvm_core::hazmat::{AnyCipher, Cipher, PaddedDecryptor, PaddedEncryptor};
use secpvm_core::padding::Padding;

use crate::buffer::{Input, Output, Source};
use crate::cipher::{new, padding_for};
use crate::error::Failure;
use crate::locked::Locked;
use crate::result::made_of;

/// The longest block, in bytes: what is held at the end is no more.
const BLOCK_LEN_MAX: usize = 16;

/// A message under way in one direction: pieces of any length in place, or over blocks.
#[allow(
    clippy::large_enum_variant,
    reason = "both hold a cipher, in memory of the interpreter's"
)]
enum Way<P> {
    Stream(AnyCipher),
    Blocks(P),
}

macro_rules! direction {
    (
        $name:ident, $padded:ident, $in_place:ident,
        $doc:literal, $update_doc:literal, $finalize_doc:literal,
        finalize($($count:ident: $count_type:ty = $default:tt)?)
    ) => {
        #[doc = $doc]
        #[pyclass(frozen, module = "secpvm")]
        pub struct $name(Locked<Option<Way<$padded<AnyCipher>>>>);

        #[pymethods]
        impl $name {
            #[new]
            #[pyo3(signature = (name, key, iv, padding = "none"))]
            fn new(
                py: Python<'_>,
                name: &str,
                key: Input,
                iv: Input,
                padding: &str,
            ) -> Result<Self, Failure> {
                let cipher = new(py, name, &key, &iv)?;
                let padding = padding_for(&cipher, padding)?;
                let way = if cipher.unit_len() == 1 {
                    Way::Stream(cipher)
                } else {
                    Way::Blocks($padded::with_any(cipher, padding)?)
                };
                Ok(Self(Locked::new(Some(way))))
            }

            #[doc = $update_doc]
            fn update<'py>(
                &self,
                py: Python<'py>,
                data: Input,
            ) -> Result<Bound<'py, PyBytes>, Failure> {
                match self.0.lock(py).as_mut().ok_or(Error::OutOfOrder)? {
                    Way::Stream(cipher) => {
                        made_of(py, data.source(py), (0, 0), |piece| cipher.$in_place(piece))
                    }
                    Way::Blocks(padded) => {
                        let (input, len) = (data.steady(py)?, padded.update_len(data.len()));
                        made_of(py, Source::NONE, (0, len), |output| {
                            padded.update(&input, output).map(|_| ())
                        })
                    }
                }
            }

            /// As :meth:`update`, to the start of ``buffer``, which may be ``data``; return how many
            /// bytes it made.
            ///
            /// Raises BufferTooSmall: nothing has changed then.
            fn update_into(
                &self,
                py: Python<'_>,
                data: Input,
                mut buffer: Output,
            ) -> Result<usize, Failure> {
                match self.0.lock(py).as_mut().ok_or(Error::OutOfOrder)? {
                    Way::Stream(cipher) => {
                        buffer.receive(py, data.source(py), |piece| cipher.$in_place(piece))
                    }
                    Way::Blocks(padded) => {
                        let (needed, actual) = (padded.update_len(data.len()), buffer.len());
                        if needed > actual {
                            return Err(Error::BufferTooSmall { needed, actual }.into());
                        }
                        let input = data.steady(py)?;
                        buffer.change(py, |output| padded.update(&input, output))
                    }
                }
            }

            #[doc = $finalize_doc]
            #[pyo3(signature = ($($count = $default)?))]
            fn finalize<'py>(
                &self,
                py: Python<'py>,
                $($count: $count_type,)?
            ) -> Result<Bound<'py, PyBytes>, Failure> {
                let way = self.0.lock(py).take().ok_or(Error::OutOfOrder)?;
                let mut last = [0; BLOCK_LEN_MAX];
                let len = match way {
                    // As in one call, a count that says anything but 0 is wrong.
                    Way::Stream(_) => {
                        $(Padding::None.data_len(&[], 1, $count)?;)?
                        0
                    }
                    Way::Blocks(padded) => padded.finish($($count,)? &mut last)?,
                };
                Ok(PyBytes::new(py, &last[..len]))
            }
        }
    };
}

direction!(
    Encryptor,
    PaddedEncryptor,
    encrypt_in_place,
    "Encrypts one message in pieces of any length.",
    "Encrypt the next piece. Over ECB and CBC the result lags behind by less than a block.",
    "Pad and encrypt the rest. Afterwards every call raises OutOfOrder.",
    finalize()
);
direction!(
    Decryptor,
    PaddedDecryptor,
    decrypt_in_place,
    "Decrypts one message in pieces of any length.",
    "Decrypt the next piece. Over ECB and CBC up to a block is kept: it may be padding.",
    "Decrypt the last block and take off the padding; ``count`` as in :func:`decrypt`.

Raises BadPadding. Afterwards every call raises OutOfOrder.",
    finalize(count: Option<usize> = None)
);
