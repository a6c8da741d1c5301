//! The C binding, called with buffers of any length, null pointers and in any order, under
//! AddressSanitizer. What the header calls impossible for the caller (pointers that lie) is left out.

#![no_main]

use std::ffi::c_char;
use std::ptr;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use secpvm_c as _;

/// The header's opaque types.
#[repr(C)]
struct Opaque([u8; 0]);

// As in `secpvm_core.h`; a status is an `int` there.
unsafe extern "C" {
    fn secpvm_strerror(status: i32) -> *const c_char;
    fn secpvm_record_parse(record: *const u8, len: usize, header: *mut [u64; 3]) -> i32;
    fn secpvm_sealer_new(session: *const u8, sender: u64, sealer: *mut *mut Opaque) -> i32;
    fn secpvm_sealer_seal_in_place(
        sealer: *mut Opaque,
        associated: *const u8,
        associated_len: usize,
        buf: *mut u8,
        buf_len: usize,
        plaintext_len: usize,
        record_len: *mut usize,
    ) -> i32;
    fn secpvm_sealer_free(sealer: *mut Opaque);
    fn secpvm_opener_new(session: *const u8, peers_max: usize, opener: *mut *mut Opaque) -> i32;
    fn secpvm_opener_open_in_place(
        opener: *mut Opaque,
        associated: *const u8,
        associated_len: usize,
        record: *mut u8,
        record_len: usize,
        header: *mut [u64; 3],
        plaintext_len: *mut usize,
    ) -> i32;
    fn secpvm_opener_free(opener: *mut Opaque);
    fn secpvm_join_initiator_new(
        session: *const u8,
        context: *const u8,
        context_len: usize,
        entropy: *const u8,
        join: *mut *mut Opaque,
    ) -> i32;
    fn secpvm_join_responder_new(
        context: *const u8,
        context_len: usize,
        entropy: *const u8,
        join: *mut *mut Opaque,
    ) -> i32;
    fn secpvm_join_write(join: *mut Opaque, out: *mut u8, cap: usize, len: *mut usize) -> i32;
    fn secpvm_join_read(join: *mut Opaque, message: *const u8, len: usize) -> i32;
    fn secpvm_join_finish(join: *const Opaque, session: *mut u8) -> i32;
    fn secpvm_join_write_member_key(
        join: *mut Opaque,
        member_key: *const u8,
        out: *mut u8,
        cap: usize,
        len: *mut usize,
    ) -> i32;
    fn secpvm_join_read_member_key(
        join: *mut Opaque,
        message: *const u8,
        len: usize,
        member_key: *mut u8,
    ) -> i32;
    fn secpvm_join_free(join: *mut Opaque);
}

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    session: [u8; 40],
    suite: u8,
    /// Which pointers are null.
    nulls: u8,
    associated: &'a [u8],
    context: &'a [u8],
    raw: &'a [u8],
    buf_len: u16,
    plaintext_len: u16,
    peers_max: u8,
    steps: &'a [u8],
}

fuzz_target!(|input: Input| {
    let mut session = input.session;
    if input.suite < 240 {
        let id = [[0, 1], [0, 2], [1, 1]][usize::from(input.suite) % 3];
        session[36..].copy_from_slice(&[id[0], id[1], 0, 0]);
    }
    // SAFETY: every pointer is null or points to as many bytes as the call is told; objects are
    // used between their making and their freeing.
    unsafe {
        records(&session, &input);
        join(&session, &input);
        assert!(!secpvm_strerror(i32::from(input.nulls)).is_null());
    }
});

unsafe fn records(session: &[u8; 40], input: &Input) {
    let null = |bit: u8, pointer: *const u8| match input.nulls & 1 << bit {
        0 => pointer,
        _ => ptr::null(),
    };
    let (mut sealer, mut opener) = (ptr::null_mut(), ptr::null_mut());
    unsafe {
        let made = secpvm_sealer_new(null(0, session.as_ptr()), 5, &mut sealer);
        assert_eq!(made == 0, !sealer.is_null());
        let peers_max = input.peers_max.into();
        let made = secpvm_opener_new(null(1, session.as_ptr()), peers_max, &mut opener);
        assert_eq!(made == 0, !opener.is_null());

        let mut buf = vec![0; input.buf_len.into()];
        let associated = null(2, input.associated.as_ptr());
        let mut record_len = usize::MAX;
        let sealed = secpvm_sealer_seal_in_place(
            sealer,
            associated,
            input.associated.len(),
            buf.as_mut_ptr(),
            buf.len(),
            input.plaintext_len.into(),
            &mut record_len,
        );
        assert_eq!(sealed == 0, record_len != usize::MAX);
        let mut header = [0; 3];
        let mut raw = input.raw.to_vec();
        secpvm_record_parse(null(3, raw.as_ptr()), raw.len(), &mut header);
        let mut plaintext_len = usize::MAX;
        let opened = secpvm_opener_open_in_place(
            opener,
            associated,
            input.associated.len(),
            raw.as_mut_ptr(),
            raw.len(),
            ptr::null_mut(),
            &mut plaintext_len,
        );
        assert_ne!(opened, 0);
        if sealed == 0 && !opener.is_null() {
            let opened = secpvm_opener_open_in_place(
                opener,
                associated,
                input.associated.len(),
                buf.as_mut_ptr(),
                record_len,
                &mut header,
                &mut plaintext_len,
            );
            assert_eq!((opened, plaintext_len), (0, input.plaintext_len.into()));
        }
        secpvm_sealer_free(sealer);
        secpvm_opener_free(opener);
    }
}

/// Steps of a join in any order: write to a buffer, deliver it, deliver garbage, finish, and the
/// member key.
unsafe fn join(session: &[u8; 40], input: &Input) {
    let mut sides = [ptr::null_mut(); 2];
    let (context, len) = (input.context.as_ptr(), input.context.len());
    let mut message = [0; 80];
    let mut message_len = 0;
    unsafe {
        let entropy = [3; 64];
        secpvm_join_initiator_new(
            session.as_ptr(),
            context,
            len,
            entropy.as_ptr(),
            &mut sides[0],
        );
        secpvm_join_responder_new(context, len, entropy.as_ptr(), &mut sides[1]);
        for step in input.steps.iter().take(32) {
            let side = sides[usize::from(step & 1)];
            let mut received = [0; 40];
            let cap = if step & 0x80 == 0 {
                80
            } else {
                usize::from(step & 0x3f)
            };
            match step >> 1 & 7 {
                0 => {
                    secpvm_join_write(side, message.as_mut_ptr(), cap, &mut message_len);
                }
                1 => drop(secpvm_join_read(side, message.as_ptr(), message_len)),
                2 => drop(secpvm_join_read(side, input.raw.as_ptr(), input.raw.len())),
                4 => {
                    let key = session.as_ptr();
                    secpvm_join_write_member_key(
                        side,
                        key,
                        message.as_mut_ptr(),
                        cap,
                        &mut message_len,
                    );
                }
                5 => {
                    let key = received.as_mut_ptr();
                    if secpvm_join_read_member_key(side, message.as_ptr(), message_len, key) == 0 {
                        assert_eq!(received, *session);
                    }
                }
                _ => {
                    if secpvm_join_finish(side, received.as_mut_ptr()) == 0 && step & 1 == 1 {
                        assert_eq!(received, *session);
                    }
                }
            }
        }
        for side in sides {
            secpvm_join_free(side);
        }
    }
}
