"""Known answers in the schema of vectors/README.md, and this package held against them."""

from secpvm.kat.cases import Case, Disagreement, NotVectors, read
from secpvm.kat.check import check

__all__ = ["Case", "Disagreement", "NotVectors", "check", "read"]
