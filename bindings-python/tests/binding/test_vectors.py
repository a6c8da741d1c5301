"""Every known answer of vectors/, by the package's own runner, and that the runner can fail."""

import json
from pathlib import Path

import pytest

from secpvm.kat import Case, Disagreement, NotVectors, check, read

FILES = sorted((Path(__file__).parents[3] / "vectors").glob("*/*.json"))
CASES = [case for file in FILES for case in read(file)]


def test_there_are_all_files() -> None:
    assert len(FILES) >= 28
    assert len(CASES) > 5_000


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_file(file: Path) -> None:
    for case in read(file):
        try:
            check(case)
        except Disagreement as disagreement:
            pytest.fail(f"{case.algorithm}, test {case.number}: {disagreement}")


ALTERED = {
    "ct",
    "msg",
    "tag",
    "digest",
    "shared",
    "out",
    "padded",
    "record",
    "packet",
    "sesskey",
    "handshakeHash",
    "nextSession",
}


def altered(case: Case) -> list[Case]:
    """The same case with one bit of each of its answers altered."""
    fields = [name for name in case.test if name in ALTERED and case.test[name]]
    if case.schema == "cipher_v1" and case.is_valid:
        fields = ["ct"]
    return [
        Case(case.path, case.schema, case.group, {**case.test, name: flipped(case.test[name])})
        for name in fields
        if case.is_valid and len(case.test[name])
    ]


def flipped(digits: str) -> str:
    return f"{int(digits[0], 16) ^ 1:x}" + digits[1:]


# One case of each algorithm and schema, of those that have bytes to alter.
ONE_OF_EACH = list({(case.schema, case.algorithm): case for case in CASES if altered(case)}.values())


@pytest.mark.parametrize("case", ONE_OF_EACH, ids=lambda case: case.algorithm)
def test_a_wrong_answer_is_noticed(case: Case) -> None:
    for wrong in altered(case):
        with pytest.raises(Disagreement):
            check(wrong)


def test_an_accepted_forgery_is_noticed() -> None:
    for schema in ("aead_v1", "mac_v1", "transcript_v1", "classic_packet_v1"):
        case = next(case for case in CASES if case.schema == schema and case.is_valid)
        lie = Case(
            case.path, schema, case.group, {**case.test, "result": "invalid", "verdict": "forged", "flags": ["Forged"]}
        )
        with pytest.raises(Disagreement):
            check(lie)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff",
        b"[]",
        b"1",
        b"{}",
        b'{"schema": "digest_v1"}',
        b'{"schema": ["digest_v1"]}',
        json.dumps({"schema": "digest_v2", "source": {"name": "x"}, "numberOfTests": 0, "testGroups": []}).encode(),
        json.dumps({"schema": "digest_v1", "source": {"name": "x"}, "numberOfTests": 0, "testGroups": []}).encode(),
        json.dumps(
            {"schema": "digest_v1", "source": {"name": "x"}, "numberOfTests": 1, "testGroups": [{"tests": [7]}]}
        ).encode(),
        json.dumps(
            {
                "schema": "digest_v1",
                "source": {"name": "x"},
                "numberOfTests": 2,
                "testGroups": [{"algorithm": "md5", "tests": [{"tcId": 1, "result": "valid"}]}],
            }
        ).encode(),
    ],
)
def test_what_is_no_file_of_known_answers_is_told(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "vectors.json"
    file.write_bytes(text)
    with pytest.raises(NotVectors, match="no known answers"):
        read(file)


@pytest.mark.parametrize(
    ("result", "message", "digest", "passes"),
    [
        ("valid", "616263", "900150983cd24fb0d6963f7d28e17f72", True),
        ("acceptable", "616263", "900150983cd24fb0d6963f7d28e17f72", True),
        ("acceptable", "616263", "00150983cd24fb0d6963f7d28e17f720", False),
        ("invalid", "616263", "900150983cd24fb0d6963f7d28e17f72", False),
    ],
)
def test_an_acceptable_case_has_an_answer(result: str, message: str, digest: str, passes: bool) -> None:
    case = Case("x", "digest_v1", {"algorithm": "md5"}, {"result": result, "msg": message, "digest": digest})
    assert passed(case) == passes


@pytest.mark.parametrize("result", ["invalid", "acceptable", "valid"])
def test_an_acceptable_case_may_be_refused(result: str) -> None:
    test = {"result": result, "secret": "00" * 32, "public": "00" * 32, "shared": "00" * 32}
    assert passed(Case("x", "agreement_v1", {"algorithm": "x25519"}, test)) == (result != "valid")


def passed(case: Case) -> bool:
    try:
        check(case)
    except Disagreement:
        return False
    return True
