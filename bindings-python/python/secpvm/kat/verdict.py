"""What an answer is compared with."""

from collections.abc import Callable

import secpvm
from secpvm.kat.cases import Case, Disagreement


def equal(made: object, known: object, what: str) -> None:
    if made != known:
        shown = made.hex() if isinstance(made, bytes) else made
        raise Disagreement(f"{what} is {shown}")


def answer(case: Case, make: Callable[[], bytes], field: str) -> None:
    """``make`` gives the bytes of ``field`` if the case is valid, an error if it is not."""
    if case.is_valid:
        equal(make(), case.bytes(field), field)
    else:
        refused(make)


def refused(call: Callable[[], object]) -> secpvm.Error:
    """The error that ``call`` must raise."""
    try:
        call()
    except secpvm.Error as error:
        return error
    raise Disagreement("accepted")


def verdict(call: Callable[[], object]) -> str:
    """``call``'s verdict on bytes from the network."""
    try:
        call()
    except secpvm.Rejected as rejected:
        return type(rejected).__name__.lower()
    return "accepted"
