"""``python -m secpvm``: known answers, a benchmark, captures."""

import argparse
import sys
from collections.abc import Sequence

from secpvm import Error
from secpvm.harness import command as decode


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m secpvm", description="What secpvm does for Python, on the command line.")
    commands = parser.add_subparsers(dest="command", required=True)
    decode.add_to(commands)
    parsed = parser.parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except (Error, OSError) as error:
        print(f"secpvm: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
