"""The cryptography, packets and protocols of secpvm.

Names are those of the Rust crate ``secpvm-core``, as far as Python's habits allow. Every error is an
:class:`Error`, which is a :class:`ValueError`; an argument of a wrong type is a :class:`TypeError`.
"""

from typing import TYPE_CHECKING, overload

from secpvm._secpvm import *
from secpvm._secpvm import __version__ as __version__

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


@overload
def new(name: str, data: "ReadableBuffer" = b"", *, key: None = None) -> Digest: ...
@overload
def new(name: str, data: "ReadableBuffer" = b"", *, key: "ReadableBuffer") -> Mac: ...
def new(name: str, data: "ReadableBuffer" = b"", *, key: "ReadableBuffer | None" = None) -> Digest | Mac:
    """A digest, or, with a key, a MAC, as ``hashlib.new`` makes one."""
    return Digest(name, data) if key is None else Mac(name, key, data)
