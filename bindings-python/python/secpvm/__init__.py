"""The cryptography, packets and protocols of secpvm.

Names are those of the Rust crate ``secpvm-core``, as far as Python's habits allow. Every error is an
:class:`Error`, which is a :class:`ValueError`; an argument of a wrong type is a :class:`TypeError`.
"""

from secpvm._secpvm import *
from secpvm._secpvm import __all__, __version__
