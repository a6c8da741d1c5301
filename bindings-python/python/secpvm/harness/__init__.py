"""Tests networks with secpvm: captures read and decoded, networks that fail on purpose, and machines of PVM to try
them on. Pure Python, on Linux; what makes hosts out of namespaces wants root and the ``secpvm`` command."""

from .decode import Decoded, Decoder, Verdict
from .errors import FormatError, LabError
from .impair import Counts, Scripted, Seeded, Step, Treatment
from .ip import Datagram, Endpoint, datagrams
from .lab import Dropped, Lab, Peer, Status
from .machine import PLAIN, VirtualMachine
from .pcap import Frame
from .proxy import UdpProxy
from .pvm import Flags, Header, MessageHeader, PvmDatagram

__all__ = [
    "PLAIN",
    "Counts",
    "Datagram",
    "Decoded",
    "Decoder",
    "Dropped",
    "Endpoint",
    "Flags",
    "FormatError",
    "Frame",
    "Header",
    "Lab",
    "LabError",
    "MessageHeader",
    "Peer",
    "PvmDatagram",
    "Scripted",
    "Seeded",
    "Status",
    "Step",
    "Treatment",
    "UdpProxy",
    "Verdict",
    "VirtualMachine",
    "datagrams",
]
