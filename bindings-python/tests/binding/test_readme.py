"""The examples of README.md, as they stand there."""

import doctest
import re
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def test_every_example_gives_what_it_says() -> None:
    text = README.read_text()
    assert len(re.findall(r"^```pycon$", text, re.MULTILINE)) == 2
    failed, tried = doctest.testfile(str(README), module_relative=False)
    assert (failed, tried > 12) == (0, True)
