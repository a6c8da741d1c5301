//! Noise handshakes, and the transport that comes of one.

use core::ffi::c_int;

use secpvm_core::agreement::X25519;
use secpvm_core::handshake::noise::{Handshake, NoiseCipher, PublicKey, Role, Transport};
use secpvm_core::secret::Secret;

use crate::border::{Call, guard};
use crate::object::{Object, Room, constructors, object, size_of_kind};
use crate::status::secpvm_status;

/// What a handshake starts from, as C sees it.
#[repr(C)]
pub struct secpvm_noise_setup {
    pub(crate) pattern: u32,
    pub(crate) role: u32,
    pub(crate) cipher: u32,
    pub(crate) prologue_len: usize,
    pub(crate) prologue: *const u8,
    pub(crate) psk: *const u8,
    pub(crate) local_static: *const u8,
    pub(crate) remote_static: *const u8,
    pub(crate) ephemeral: *const u8,
}

object!(secpvm_noise = Handshake, b"NOIS", 512, secpvm_noise_free);
object!(
    secpvm_transport = Transport,
    b"TRAN",
    256,
    secpvm_transport_free
);

constructors!(
    secpvm_noise_init,
    secpvm_noise_new,
    secpvm_noise,
    |call, setup: *const secpvm_noise_setup| {
        // SAFETY: the header's contract.
        unsafe { parts(call, setup) }?.handshake()?
    }
);

/// What `setup` points to.
///
/// # Safety
/// The header's contract for `secpvm_noise_setup`.
unsafe fn parts<'a>(
    call: &mut Call,
    setup: *const secpvm_noise_setup,
) -> Result<Parts<'a>, secpvm_status> {
    // SAFETY: the caller's promise.
    unsafe {
        let setup = call.value(setup)?;
        Ok(Parts {
            pattern: setup.pattern,
            role: setup.role,
            cipher: setup.cipher,
            prologue: call.input(setup.prologue, setup.prologue_len)?,
            psk: call.array_or_none(setup.psk)?,
            local_static: call.array_or_none(setup.local_static)?,
            remote_static: call.array_or_none(setup.remote_static)?,
            ephemeral: call.array(setup.ephemeral)?,
        })
    }
}

/// A `secpvm_noise_setup` that has crossed the border.
pub(crate) struct Parts<'a> {
    pub(crate) pattern: u32,
    pub(crate) role: u32,
    pub(crate) cipher: u32,
    pub(crate) prologue: &'a [u8],
    pub(crate) psk: Option<&'a [u8; 32]>,
    pub(crate) local_static: Option<&'a [u8; 32]>,
    pub(crate) remote_static: Option<&'a [u8; 32]>,
    pub(crate) ephemeral: &'a [u8; 32],
}

impl Parts<'_> {
    /// The handshake: with the keys that its pattern has, and no others.
    pub(crate) fn handshake(&self) -> Result<Handshake, secpvm_status> {
        let role = match self.role {
            0 => Role::Initiator,
            1 => Role::Responder,
            _ => return Err(secpvm_status::ARGUMENT),
        };
        let cipher = match self.cipher {
            0 => NoiseCipher::AesGcm,
            1 => NoiseCipher::ChaChaPoly,
            _ => return Err(secpvm_status::ARGUMENT),
        };
        let (prologue, ephemeral) = (self.prologue, Secret::from(*self.ephemeral));
        let local = self
            .local_static
            .map(|secret| X25519::new(&Secret::from(*secret)));
        let remote = self.remote_static.map(|public| PublicKey(*public));
        Ok(match (self.pattern, role, self.psk, local, remote) {
            (0, _, Some(psk), None, None) => {
                Handshake::nn_psk0(role, cipher, prologue, Secret::from(*psk), ephemeral)
            }
            (1, _, None, Some(local), Some(remote)) => {
                Handshake::kk(role, cipher, prologue, local, remote, ephemeral)
            }
            (2, _, None, Some(local), None) => {
                Handshake::xx(role, cipher, prologue, local, ephemeral)
            }
            (3, Role::Initiator, None, Some(local), Some(remote)) => {
                Handshake::ik_initiator(cipher, prologue, local, remote, ephemeral)
            }
            (3, Role::Responder, None, Some(local), None) => {
                Handshake::ik_responder(cipher, prologue, local, ephemeral)
            }
            _ => return Err(secpvm_status::ARGUMENT),
        })
    }
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_noise_write(
    noise: *mut secpvm_noise,
    payload: *const u8,
    payload_len: usize,
    message: *mut u8,
    message_cap: usize,
    message_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (noise, payload, message, place) = unsafe {
            (
                call.object(noise)?,
                call.input(payload, payload_len)?,
                call.output(message, message_cap)?,
                call.place(message_len)?,
            )
        };
        place.write(noise.write_message(payload, message)?);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_noise_read(
    noise: *mut secpvm_noise,
    message: *const u8,
    message_len: usize,
    payload: *mut u8,
    payload_cap: usize,
    payload_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (noise, message, payload, place) = unsafe {
            (
                call.object(noise)?,
                call.input(message, message_len)?,
                call.output(payload, payload_cap)?,
                call.place(payload_len)?,
            )
        };
        place.write(noise.read_message(message, payload)?);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_noise_is_my_turn(
    noise: *const secpvm_noise,
    yes: *mut c_int,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (noise, place) = unsafe { (call.shared(noise)?, call.place(yes)?) };
        place.write(noise.is_my_turn().into());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_noise_is_finished(
    noise: *const secpvm_noise,
    yes: *mut c_int,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (noise, place) = unsafe { (call.shared(noise)?, call.place(yes)?) };
        place.write(noise.is_finished().into());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_noise_remote_static(
    noise: *const secpvm_noise,
    public_key: *mut u8,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (noise, place) = unsafe {
            (
                call.shared(noise)?,
                call.place(public_key.cast::<[u8; 32]>())?,
            )
        };
        place.write(noise.remote_static().ok_or(secpvm_status::OUT_OF_ORDER)?.0);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_noise_hash(
    noise: *const secpvm_noise,
    hash: *mut u8,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (noise, place) = unsafe { (call.shared(noise)?, call.place(hash.cast::<[u8; 32]>())?) };
        place.write(*noise.hash());
        Ok(())
    })
}

/// The transport of a finished handshake, which ends.
///
/// # Safety
/// The header's contract for `secpvm_transport_new`.
unsafe fn split(call: &mut Call, noise: *mut secpvm_noise) -> Result<Transport, secpvm_status> {
    // SAFETY: the caller's promise.
    if !unsafe { call.object(noise) }?.is_finished() {
        return Err(secpvm_status::OUT_OF_ORDER);
    }
    // SAFETY: it is live, as `object` found.
    Ok(unsafe { Object::take(noise) }.into_transport()?)
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_transport_init(
    memory: *mut core::ffi::c_void,
    memory_len: usize,
    noise: *mut secpvm_noise,
    transport: *mut *mut secpvm_transport,
) -> secpvm_status {
    guard(|call| {
        let room = Room::callers(call, memory, memory_len, size_of_kind::<secpvm_transport>())?;
        // SAFETY: the header's contract.
        let place = unsafe { call.place(transport) }?;
        // SAFETY: the header's contract.
        place.write(room.fill(unsafe { split(call, noise) }?));
        Ok(())
    })
}

/// See the header.
#[cfg(feature = "std")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_transport_new(
    noise: *mut secpvm_noise,
    transport: *mut *mut secpvm_transport,
) -> secpvm_status {
    guard(|call| {
        let room = Room::heap(size_of_kind::<secpvm_transport>())?;
        // SAFETY: the header's contract.
        let place = unsafe { call.place(transport) }?;
        // SAFETY: the header's contract.
        place.write(room.fill(unsafe { split(call, noise) }?));
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_transport_write(
    transport: *mut secpvm_transport,
    payload: *const u8,
    payload_len: usize,
    message: *mut u8,
    message_cap: usize,
    message_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (transport, payload, message, place) = unsafe {
            (
                call.object(transport)?,
                call.input(payload, payload_len)?,
                call.output(message, message_cap)?,
                call.place(message_len)?,
            )
        };
        place.write(transport.write_message(payload, message)?);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_transport_read(
    transport: *mut secpvm_transport,
    message: *const u8,
    message_len: usize,
    payload: *mut u8,
    payload_cap: usize,
    payload_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (transport, message, payload, place) = unsafe {
            (
                call.object(transport)?,
                call.input(message, message_len)?,
                call.output(payload, payload_cap)?,
                call.place(payload_len)?,
            )
        };
        place.write(transport.read_message(message, payload)?);
        Ok(())
    })
}
