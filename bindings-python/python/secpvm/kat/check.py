"""This package, held against one case."""

from collections.abc import Callable, Mapping

import secpvm
from secpvm.kat import classic, noise, primitives, transcripts
from secpvm.kat.cases import Case, Disagreement

CHECKS: Mapping[str, Callable[[Case], None]] = {
    "cipher_v1": primitives.cipher,
    "aead_v1": primitives.aead,
    "digest_v1": primitives.digest,
    "mac_v1": primitives.mac,
    "agreement_v1": primitives.agreement,
    "kdf_v1": primitives.kdf,
    "padding_v1": primitives.padding,
    "noise_handshake_v1": noise.handshake,
    "classic_packet_v1": classic.packet,
    "classic_exchange_v1": classic.exchange,
    "transcript_v1": transcripts.transcript,
}


def check(case: Case) -> None:
    """Raises Disagreement unless this package gives the known answer, or refuses what is to be refused; either will do
    where either is acceptable."""
    first, *others = case.readings()
    try:
        check_reading(first)
    except Disagreement:
        if not any(agrees(other) for other in others):
            raise


def agrees(case: Case) -> bool:
    """Whether a reading of a case passes."""
    try:
        check_reading(case)
    except Disagreement:
        return False
    return True


def check_reading(case: Case) -> None:
    """The same, where it is one of the two."""
    try:
        CHECKS[case.schema](case)
    except secpvm.Error as error:
        raise Disagreement(f"{type(error).__name__}: {error}") from None
    except (KeyError, TypeError, ValueError) as error:
        raise Disagreement(f"not in the schema: {type(error).__name__}: {error}") from None
