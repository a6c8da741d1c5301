//! secpvm's core, held against a case.

mod classic;
mod noise;
mod primitives;
mod transcript;

use std::fmt::Display;

use crate::{Case, Failure};

/// Whether core gives the known answer, or refuses what is to be refused; either will do where either
/// is acceptable.
///
/// # Errors
/// What it did instead.
pub fn check(case: &Case) -> Result<(), Failure> {
    let mut verdicts = case.readings().map(|reading| check_reading(&reading));
    match verdicts.next() {
        Some(Err(failure)) if verdicts.all(|verdict| verdict.is_err()) => Err(failure),
        _ => Ok(()),
    }
}

fn check_reading(case: &Case) -> Result<(), Failure> {
    match case.schema() {
        "cipher_v1" => primitives::cipher(case),
        "aead_v1" => primitives::aead(case),
        "digest_v1" => primitives::digest(case),
        "mac_v1" => primitives::mac(case),
        "agreement_v1" => primitives::agreement(case),
        "kdf_v1" => primitives::kdf(case),
        "padding_v1" => primitives::padding(case),
        "noise_handshake_v1" => noise::handshake(case),
        "classic_packet_v1" => classic::packet(case),
        "classic_exchange_v1" => classic::exchange(case),
        "transcript_v1" => transcript::transcript(case),
        other => Err(format!("nobody runs {other}")),
    }
}

/// The result must be the bytes of `field` if the case is valid, an error if it is not.
fn expect<E: Display>(case: &Case, result: Result<Vec<u8>, E>, field: &str) -> Result<(), Failure> {
    match (case.is_valid(), result) {
        (true, Ok(bytes)) => equal(&bytes, &case.bytes(field)?, field),
        (true, Err(error)) => Err(format!("refused: {error}")),
        (false, Ok(_)) => Err("accepted".to_owned()),
        (false, Err(_)) => Ok(()),
    }
}

fn equal<T: AsRef<[u8]> + ?Sized>(made: &T, expected: &[u8], field: &str) -> Result<(), Failure> {
    if made.as_ref() == expected {
        Ok(())
    } else {
        let made = crate::file::to_hex(made.as_ref());
        Err(format!("{field} is {made}"))
    }
}

fn ensure(condition: bool, reason: &str) -> Result<(), Failure> {
    if condition {
        Ok(())
    } else {
        Err(reason.to_owned())
    }
}

/// An error where none is due.
fn text(error: impl Display) -> Failure {
    error.to_string()
}
