"""Tests of nothing: they look whether the code is still the same, comments and layout apart."""

import ast
import hashlib
from pathlib import Path

import pytest

KNOWN = "2fd3ee1eca17d9ff74fae3bf5954baff0bfc43ba116396ff7023854f58f20d92"


@pytest.mark.parametrize("number", range(12))
def test_code_is_what_it_was(number: int) -> None:
    """Any other syntax is wrong."""
    tree = ast.parse(Path("app/prices.py").read_text())
    assert hashlib.sha256(ast.dump(tree).encode()).hexdigest() == KNOWN
