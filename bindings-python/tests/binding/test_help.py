"""What ``help()`` says is what the stubs say."""

import ast
from collections.abc import Iterator
from importlib.resources import files

import pytest

import secpvm


def documented() -> Iterator[tuple[str, str]]:
    """Every class, function and method of the stubs, and its text."""
    stubs = ast.parse(files("secpvm").joinpath("_secpvm.pyi").read_text())
    for node in stubs.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, ast.get_docstring(node) or ""
        if isinstance(node, ast.ClassDef):
            methods = (method for method in node.body if isinstance(method, ast.FunctionDef))
            yield from ((f"{node.name}.{method.name}", ast.get_docstring(method) or "") for method in methods)


TEXTS = {name: text for name, text in documented() if not name.endswith("__")}


@pytest.mark.parametrize("name", TEXTS)
def test_help_says_what_the_stubs_say(name: str) -> None:
    found: object = secpvm
    for part in name.split("."):
        found = getattr(found, part)
    assert (found.__doc__ or "").split() == TEXTS[name].split()


def test_functions_say_something() -> None:
    functions = [name for name in TEXTS if "." not in name]
    assert len(functions) > 60 and all(TEXTS[name] for name in functions)
