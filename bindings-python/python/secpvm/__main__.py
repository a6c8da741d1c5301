"""``python -m secpvm``: known answers, a benchmark, captures."""

import argparse
import os
import sys
from collections.abc import Sequence

from secpvm import bench
from secpvm.harness import command as decode
from secpvm.kat import command as kat


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m secpvm", description="secpvm for Python, on the command line.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for module, name, about in (
        (kat, "kat", "check known answers"),
        (decode, "decode", "read a capture, with a verdict on each datagram"),
        (bench, "bench", "measure calls beside cryptography's and pycryptodome's"),
    ):
        command = commands.add_parser(name, help=about, description=about.capitalize() + ".")
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    options = parser.parse_args(arguments)
    try:
        status = int(options.run(options))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # A reader that has seen enough. What is left goes nowhere, or the end of the interpreter would try again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
