//! Message authentication codes.

use secpvm_core::algorithm::AlgorithmId;
use secpvm_core::mac::{AnyMac, MacSpec};

use crate::border::{Call, guard};
use crate::digest::check_len;
use crate::object::{Object, constructors, object};
use crate::status::secpvm_status;

/// A MAC of a message under way, and the length of its tag.
pub struct Mac(pub(crate) AnyMac, pub(crate) usize);

impl Mac {
    pub(crate) fn new(id: u16, key: &[u8], tag_len: usize) -> Result<Self, secpvm_status> {
        let spec = MacSpec::from_id(AlgorithmId(id))?;
        Ok(Self(AnyMac::with_tag_len(spec, key, tag_len)?, tag_len))
    }
}

object!(secpvm_mac = Mac, b"MAC_", 384, secpvm_mac_free);

constructors!(
    secpvm_mac_init,
    secpvm_mac_new,
    secpvm_mac,
    |call, id: u16, key: *const u8, key_len: usize, tag_len: usize| {
        // SAFETY: the header's contract.
        Mac::new(id, unsafe { call.input(key, key_len) }?, tag_len)?
    }
);

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_mac_update(
    mac: *mut secpvm_mac,
    data: *const u8,
    data_len: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (mac, data) = unsafe { (call.object(mac)?, call.input(data, data_len)?) };
        mac.0.update(data);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_mac_finish(
    mac: *mut secpvm_mac,
    tag: *mut u8,
    tag_len: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (held, tag) = unsafe { (call.object(mac)?, call.output(tag, tag_len)?) };
        check_len(tag.len(), held.1)?;
        // SAFETY: it is live, as `object` found, and `held` is not used again.
        let mac = unsafe { Object::take(mac) };
        tag.copy_from_slice(mac.0.finalize().as_ref());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_mac_verify(
    mac: *mut secpvm_mac,
    tag: *const u8,
    tag_len: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (_, tag) = unsafe { (call.object(mac)?, call.input(tag, tag_len)?) };
        // SAFETY: it is live, as `object` found.
        let mac = unsafe { Object::take(mac) };
        Ok(mac.0.verify(tag)?)
    })
}

/// The MAC of one message.
///
/// # Safety
/// The header's contract for `secpvm_mac_once`.
unsafe fn once(
    call: &mut Call,
    (id, tag_len): (u16, usize),
    (key, key_len): (*const u8, usize),
    (data, data_len): (*const u8, usize),
) -> Result<AnyMac, secpvm_status> {
    // SAFETY: the caller's promise.
    let (key, data) = unsafe { (call.input(key, key_len)?, call.input(data, data_len)?) };
    let mut mac = Mac::new(id, key, tag_len)?;
    mac.0.update(data);
    Ok(mac.0)
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_mac_once(
    id: u16,
    key: *const u8,
    key_len: usize,
    data: *const u8,
    data_len: usize,
    tag: *mut u8,
    tag_len: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (tag, mac) = unsafe {
            (
                call.output(tag, tag_len)?,
                once(call, (id, tag_len), (key, key_len), (data, data_len))?,
            )
        };
        tag.copy_from_slice(mac.finalize().as_ref());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_mac_verify_once(
    id: u16,
    key: *const u8,
    key_len: usize,
    data: *const u8,
    data_len: usize,
    tag: *const u8,
    tag_len: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (tag, mac) = unsafe {
            (
                call.input(tag, tag_len)?,
                once(call, (id, tag_len), (key, key_len), (data, data_len))?,
            )
        };
        Ok(mac.verify(tag)?)
    })
}
