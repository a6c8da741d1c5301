"""A file of known answers, checked once as a whole, so that its cases can be taken as they are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

# The schemas, and what the cases of those whose groups name no algorithm are called.
TITLES: Mapping[str, str | None] = {
    "cipher_v1": None,
    "aead_v1": None,
    "digest_v1": None,
    "mac_v1": None,
    "agreement_v1": None,
    "kdf_v1": None,
    "padding_v1": None,
    "noise_handshake_v1": "noise",
    "classic_packet_v1": "classic-1997 packets",
    "classic_exchange_v1": "classic-1997 exchange",
    "transcript_v1": "transcripts",
}


class NotVectors(ValueError):
    """A file that is not in the schema."""


class Disagreement(Exception):
    """Another answer than the known one."""


@dataclass(frozen=True)
class Case:
    """One known answer. What stands in its group stands with it."""

    path: str
    schema: str
    group: Mapping[str, Any]
    test: Mapping[str, Any]

    @property
    def algorithm(self) -> str:
        return TITLES[self.schema] or str(self.group["algorithm"])

    @property
    def number(self) -> int:
        return int(self.test["tcId"])

    @property
    def is_valid(self) -> bool:
        return bool(self.test["result"] == "valid")

    def readings(self) -> "list[Case]":
        """How to read it: as it stands, and an acceptable one as valid or as invalid."""
        if self.test["result"] != "acceptable":
            return [self]
        return [replace(self, test={**self.test, "result": result}) for result in ("valid", "invalid")]

    def bytes(self, field: str) -> bytes:
        return bytes.fromhex(self.test[field])


def read(path: Path) -> list[Case]:
    """The cases of a file. Raises NotVectors, OSError."""
    try:
        content = json.loads(path.read_bytes())
        schema = content["schema"]
        if schema not in TITLES:
            raise NotVectors(f"{path}: no known answers: its schema is {schema!r}")
        cases = [Case(str(path), schema, group, test) for group in content["testGroups"] for test in group["tests"]]
        counts = [case.number for case in cases] == list(range(1, content["numberOfTests"] + 1))
        results = {case.test["result"] for case in cases} <= {"valid", "invalid", "acceptable"}
        named = all(case.algorithm for case in cases)
        source = content["source"]["name"]
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise NotVectors(f"{path}: no known answers: {type(error).__name__}: {error}") from None
    if not (counts and results and named and source and cases):
        raise NotVectors(f"{path}: no known answers: tcId, result, algorithm or source is not as the schema says")
    return cases
