//! Structures and sizes as Rust lays them out, held against `abi.txt`, which the C compiler's view of
//! the header is held against too.

use core::mem::offset_of;

use crate::object::{ALIGN, size_of_kind};

const ABI: &str = include_str!("../abi.txt");

macro_rules! assert_layout {
    ($name:path, $shown:literal: $($field:ident),*) => {
        let mut line = format!("struct {}: size {} align {}",
                               $shown, size_of::<$name>(), align_of::<$name>());
        $(line += &format!(" {} {}", stringify!($field), offset_of!($name, $field));)*
        assert!(ABI.lines().any(|other| other == line), "not in abi.txt: {line}");
    };
}

#[test]
fn structures_are_the_headers() {
    use crate::{algorithm, batch, classic, group, noise, record, suite};
    assert_layout!(algorithm::secpvm_algorithm_info, "secpvm_algorithm_info":
        id, kind, strength, key_len_min, key_len_max, key_len_step, block_len, iv_len, output_len,
        name);
    assert_layout!(suite::secpvm_suite_info, "secpvm_suite_info": id, tag_len, strength, name);
    assert_layout!(record::secpvm_record_header, "secpvm_record_header":
        sender, packet_number, epoch, suite_id);
    assert_layout!(batch::secpvm_outgoing, "secpvm_outgoing":
        associated_data, associated_data_len, buf, buf_len, plaintext_len, record_len, status);
    assert_layout!(batch::secpvm_incoming, "secpvm_incoming":
        associated_data, associated_data_len, record, record_len, header, plaintext_len, status);
    assert_layout!(group::secpvm_rekey_policy, "secpvm_rekey_policy":
        packets_max, bytes_max, age_max_ms, previous_epoch_ms);
    assert_layout!(group::secpvm_endpoint_setup, "secpvm_endpoint_setup":
        session, sender, peers_max, policy, now_ms);
    assert_layout!(noise::secpvm_noise_setup, "secpvm_noise_setup":
        pattern, role, cipher, prologue_len, prologue, psk, local_static, remote_static, ephemeral);
    assert_layout!(classic::secpvm_pvm_header, "secpvm_pvm_header": dst, src, seq, ack, flags);
    assert_layout!(classic::secpvm_classic_header, "secpvm_classic_header":
        pvm, level, cipher, padding_len, reserved, digest);
    assert_eq!(
        ABI.matches("\nstruct ").count(),
        10,
        "a structure is not checked"
    );
}

macro_rules! assert_constants {
    ($($name:literal = $value:expr;)*) => {
        $(
            let line = format!("constant {} = {}", $name, $value);
            assert!(ABI.lines().any(|other| other == line), "not in abi.txt: {line}");
        )*
    };
}

#[test]
fn sizes_are_the_headers() {
    use crate::table::{Slot, memory_len};
    use crate::{
        aead, agreement, cipher, classic, digest, exchange, group, join, mac, noise, record,
    };
    let with_tables = |len: Result<usize, _>| len.ok().unwrap_or_default();
    assert_constants! {
        "SECPVM_ALIGN" = ALIGN;
        "SECPVM_CIPHER_SIZE" = size_of_kind::<cipher::secpvm_cipher>();
        "SECPVM_PADDED_ENCRYPTOR_SIZE" = size_of_kind::<cipher::secpvm_padded_encryptor>();
        "SECPVM_PADDED_DECRYPTOR_SIZE" = size_of_kind::<cipher::secpvm_padded_decryptor>();
        "SECPVM_DIGEST_SIZE" = size_of_kind::<digest::secpvm_digest>();
        "SECPVM_MAC_SIZE" = size_of_kind::<mac::secpvm_mac>();
        "SECPVM_AEAD_SIZE" = size_of_kind::<aead::secpvm_aead>();
        "SECPVM_AGREEMENT_SIZE" = size_of_kind::<agreement::secpvm_agreement>();
        "SECPVM_NOISE_SIZE" = size_of_kind::<noise::secpvm_noise>();
        "SECPVM_TRANSPORT_SIZE" = size_of_kind::<noise::secpvm_transport>();
        "SECPVM_SEALER_SIZE" = size_of_kind::<record::secpvm_sealer>();
        "SECPVM_JOIN_SIZE" = size_of_kind::<join::secpvm_join>();
        "SECPVM_CLASSIC_SEALER_SIZE" = size_of_kind::<classic::secpvm_classic_sealer>();
        "SECPVM_CLASSIC_OPENER_SIZE" = size_of_kind::<classic::secpvm_classic_opener>();
        "SECPVM_EXCHANGE_1997_SIZE" = size_of_kind::<exchange::secpvm_exchange_1997>();
        "SECPVM_PEER_SIZE" = <secpvm_core::packet::PeerSlot as Slot>::LEN;
        "SECPVM_SEAT_SIZE" = <secpvm_core::group::MemberSlot as Slot>::LEN;
        "SECPVM_OPENER_SIZE(1)" = with_tables(memory_len::<record::secpvm_opener>(1, 1, 0));
        "SECPVM_ROLLING_OPENER_SIZE(1)" =
            with_tables(memory_len::<record::secpvm_rolling_opener>(1, 2, 0));
        "SECPVM_MEMBER_SIZE(1)" = with_tables(memory_len::<group::secpvm_member>(1, 2, 0));
        "SECPVM_LEADER_SIZE(1, 1)" = with_tables(memory_len::<group::secpvm_leader>(1, 2, 1));
        "SECPVM_SESSION_LEN" = secpvm_core::session::SESSION_LEN;
        "SECPVM_RECORD_HEADER_LEN" = secpvm_core::packet::RECORD_HEADER_LEN;
        "SECPVM_RECORD_OVERHEAD_MAX" = secpvm_core::packet::RECORD_OVERHEAD;
        "SECPVM_PLAINTEXT_LEN_MAX" = secpvm_core::packet::PLAINTEXT_LEN_MAX;
        "SECPVM_MEMBER_KEY_LEN" = secpvm_core::group::MEMBER_KEY_LEN;
        "SECPVM_GROUP_MESSAGE_LEN_MAX" = secpvm_core::group::GROUP_MESSAGE_LEN_MAX;
        "SECPVM_CLASSIC_DATA_LEN_MAX" = secpvm_core::packet::classic::DATA_LEN_MAX;
        "SECPVM_JOIN_MESSAGE_LEN_MAX" = secpvm_core::handshake::join::JOIN_MESSAGE_LEN_MAX;
        "SECPVM_JOIN_MEMBER_KEY_LEN" = secpvm_core::handshake::join::MEMBER_KEY_MESSAGE_LEN;
        "SECPVM_JOIN_CONTEXT_LEN_MAX" = secpvm_core::handshake::join::CONTEXT_LEN_MAX;
    }
}
