"""``python -m secpvm``: known answers, a benchmark, captures."""

import argparse
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m secpvm", description="What secpvm does for Python, on the command line.")
    parser.add_subparsers(dest="command", required=True)
    parser.parse_args(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
