"""What the harness raises: subclasses of :class:`secpvm.Error`, each with one line that says what is wrong."""

from __future__ import annotations

from secpvm import Error


class FormatError(Error):
    """A file or a packet is not in the format that it should be in."""


class LabError(Error):
    """A laboratory, a machine or a program in it does not do what it should."""
