//! Many messages at once, in the modes that encrypt one block after the other: the blocks that are
//! due in each message go to the cipher together.

use zeroize::Zeroize;

use super::{Cbc, Cfb, whole_blocks, wipe};
use crate::cipher::{Block, BlockCipher, CipherError, xor};

/// A message of a batch.
pub struct BatchMessage<'a, B: Block> {
    /// The IV, and after encryption the last block of ciphertext, where there is one.
    pub register: B,
    /// The message, which is encrypted in place.
    pub data: &'a mut [u8],
}

impl<C: BlockCipher> Cbc<C> {
    /// Encrypt each message by itself under the one key of `cipher`. With some
    /// hundred messages of the same length it is about as fast as decryption.
    ///
    /// ```
    /// use secpvm_core::hazmat::{BatchMessage, Cbc, Cipher, KeyInit, TdesEde3};
    /// let cipher = TdesEde3::new(b"key 1...key 2...key 3...")?;
    /// let mut packets = [[7; 4096]; 64];
    /// let mut number = 0u64;
    /// let mut messages = packets.each_mut().map(|data| {
    ///     number += 1; // An IV must not be predictable: this one is for brevity.
    ///     BatchMessage { register: number.to_be_bytes(), data }
    /// });
    /// Cbc::encrypt_batch(&cipher, &mut messages)?;
    /// Cbc::with_cipher(&cipher, &2u64.to_be_bytes())?.decrypt_in_place(&mut packets[1])?;
    /// assert_eq!(packets[1], [7; 4096]);
    /// # Ok::<(), secpvm_core::hazmat::CipherError>(())
    /// ```
    ///
    /// # Errors
    /// [`CipherError::WrongLength`] unless every message is whole blocks; nothing has changed then.
    pub fn encrypt_batch(
        cipher: &C,
        messages: &mut [BatchMessage<'_, C::Block>],
    ) -> Result<(), CipherError> {
        for message in messages.iter_mut() {
            whole_blocks::<C::Block>(message.data)?;
        }
        in_step(
            cipher,
            messages,
            |lane, register, block| {
                *lane = *block;
                lane.xor(register);
            },
            |lane, block| *block = *lane,
        );
        Ok(())
    }
}

impl<C: BlockCipher> Cfb<C> {
    /// Encrypt each message by itself, of any length, under the one key of `cipher`; as
    /// [`Cbc::encrypt_batch`] does it.
    pub fn encrypt_batch(cipher: &C, messages: &mut [BatchMessage<'_, C::Block>]) {
        in_step(
            cipher,
            messages,
            |lane, register, _| *lane = *register,
            |lane, block| block.xor(lane),
        );
        for message in messages {
            let (_, tail) = C::Block::chunks_mut(message.data);
            if !tail.is_empty() {
                let mut stream = [message.register];
                cipher.encrypt_blocks(&mut stream);
                let [stream] = &mut stream;
                xor(tail, stream.as_ref());
                stream.zeroize();
            }
        }
    }
}

/// Go through the whole blocks of all messages in step. `before` makes what goes into the cipher, of
/// the register and the block; `after` makes ciphertext of what comes out, and of the block.
fn in_step<C: BlockCipher>(
    cipher: &C,
    messages: &mut [BatchMessage<'_, C::Block>],
    before: impl Fn(&mut C::Block, &C::Block, &C::Block),
    after: impl Fn(&C::Block, &mut C::Block),
) {
    let mut lanes = C::ZERO_BATCH;
    let lanes = lanes.as_mut();
    for messages in messages.chunks_mut(lanes.len()) {
        for number in 0.. {
            let mut due = 0;
            let blocks = messages
                .iter_mut()
                .filter_map(|message| message.block(number));
            for (lane, (register, block)) in lanes.iter_mut().zip(blocks) {
                before(lane, register, block);
                due += 1;
            }
            if due == 0 {
                break;
            }
            cipher.encrypt_blocks(lanes.get_mut(..due).unwrap_or_default());
            let blocks = messages
                .iter_mut()
                .filter_map(|message| message.block(number));
            for (lane, (register, block)) in lanes.iter().zip(blocks) {
                after(lane, block);
                *register = *block;
            }
        }
    }
    wipe(lanes, lanes.len());
}

impl<B: Block> BatchMessage<'_, B> {
    /// The register, and block `number` of the data.
    #[inline]
    fn block(&mut self, number: usize) -> Option<(&mut B, &mut B)> {
        let block = B::chunks_mut(self.data).0.get_mut(number)?;
        Some((&mut self.register, block))
    }
}

#[cfg(test)]
#[cfg(all(feature = "aes", feature = "des", feature = "idea"))]
mod tests {
    extern crate std;

    use std::vec::Vec;

    use super::*;
    use crate::cipher::{Aes128, Cipher, Idea, KeyInit, TdesEde3};

    /// Messages of all lengths, a multiple of `unit`, more than fill a batch.
    fn messages(count: usize, unit: usize) -> Vec<Vec<u8>> {
        let message = |n: usize| {
            (0..n % 37 * unit)
                .map(|i| (i * n).to_le_bytes()[0])
                .collect()
        };
        (0..count).map(message).collect()
    }

    fn iv<B: Block>(number: usize) -> B {
        B::copied_from(&[number.to_le_bytes(), number.to_be_bytes()].concat())
    }

    /// A batch under `C` is what one message after the other is in mode `M`.
    fn is_one_after_the_other<C: KeyInit>(
        count: usize,
        unit: usize,
        batch: impl Fn(&C, &mut [BatchMessage<'_, C::Block>]),
        single: impl Fn(&C, &C::Block, &mut [u8]),
    ) {
        let cipher = C::new(&[0x5a, 0xa5, 3, 1, 4, 1, 5, 9].repeat(3)[..C::KEY_LEN.min]).unwrap();
        let (mut expected, mut data) = (messages(count, unit), messages(count, unit));
        for (number, message) in expected.iter_mut().enumerate() {
            single(&cipher, &iv(number), message);
        }
        let mut messages: Vec<_> = data
            .iter_mut()
            .enumerate()
            .map(|(number, data)| BatchMessage {
                register: iv(number),
                data,
            })
            .collect();
        batch(&cipher, &mut messages);
        for (number, message) in messages.iter().enumerate() {
            assert_eq!(
                message.data,
                expected[number].as_slice(),
                "message {number}"
            );
            let (blocks, _) = C::Block::chunks_mut(&mut expected[number]);
            let last = blocks.last().copied().unwrap_or(iv(number));
            assert_eq!(message.register.as_ref(), last.as_ref(), "message {number}");
        }
    }

    fn both_modes<C: KeyInit>() {
        for count in [1, 2, 5, 64, 600] {
            is_one_after_the_other::<C>(
                count,
                C::Block::LEN,
                |cipher, messages| Cbc::encrypt_batch(cipher, messages).unwrap(),
                |cipher, iv, data| {
                    let mut cbc = Cbc::with_cipher(cipher, iv.as_ref()).unwrap();
                    cbc.encrypt_in_place(data).unwrap();
                },
            );
            is_one_after_the_other::<C>(count, 3, Cfb::encrypt_batch, |cipher, iv, data| {
                let mut cfb = Cfb::with_cipher(cipher, iv.as_ref()).unwrap();
                cfb.encrypt_in_place(data).unwrap();
            });
        }
    }

    #[test]
    fn a_batch_is_one_message_after_the_other() {
        both_modes::<TdesEde3>();
        both_modes::<Idea>();
        both_modes::<Aes128>();
    }

    #[test]
    fn a_partial_block_in_one_message_changes_none() {
        let cipher = TdesEde3::new(&[7; 24]).unwrap();
        let (mut whole, mut partial) = ([1; 16], [2; 15]);
        let register = [9; 8];
        let mut messages = [
            BatchMessage {
                register,
                data: &mut whole,
            },
            BatchMessage {
                register,
                data: &mut partial,
            },
        ];
        assert!(Cbc::encrypt_batch(&cipher, &mut messages).is_err());
        assert!(messages.iter().all(|message| message.register == register));
        assert_eq!((whole, partial), ([1; 16], [2; 15]));
    }
}
