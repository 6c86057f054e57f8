from __future__ import annotations

import pytest

from runner.catalog.suite import expected_checks
from runner.errors import ChallengeError

HEAD = "import pytest\n"
MARK = '@pytest.mark.requirement("a.b")\n'


def _read(*texts: str) -> tuple[tuple[str, str], ...]:
    suite = tuple((f"test_{number}.py", HEAD + text) for number, text in enumerate(texts))
    return expected_checks(suite, "backend/tiny")


def test_every_test_has_its_requirement() -> None:
    text = (
        f"{MARK}def test_one(): pass\n\n{MARK}async def test_two(x): pass\n\ndef helper(): pass\n"
    )
    assert _read(text, f"{MARK}def test_one(): pass\n") == (
        ("test_0.py::test_one", "a.b"),
        ("test_0.py::test_two", "a.b"),
        ("test_1.py::test_one", "a.b"),
    )


def test_other_files_are_not_read() -> None:
    suite = (("conftest.py", "def test("), ("data.toml", "x = 1"), ("shop.py", "def test_x(): 1"))
    assert expected_checks(suite, "backend/tiny") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def test_one(): pass", r"test_0.py:2: test_one: it needs exactly one"),
        (f"{MARK}{MARK}def test_one(): pass", "it needs exactly one"),
        ("@pytest.mark.requirement\ndef test_one(): pass", "it needs exactly one"),
        ("@pytest.mark.requirement()\ndef test_one(): pass", "it needs exactly one"),
        ("@pytest.mark.requirement(NAME)\ndef test_one(): pass", "it needs exactly one"),
        ("@pytest.mark.requirement(1)\ndef test_one(): pass", "it needs exactly one"),
        ('@pytest.mark.requirement("a", "b")\ndef test_one(): pass', "it needs exactly one"),
        ('@pytest.mark.requirement("a", x=1)\ndef test_one(): pass', "it needs exactly one"),
        (f"class TestX:\n    {MARK}    def test_one(self): pass", "TestX: tests are functions"),
        (f"class X:\n    {MARK}    def test_one(self): pass", "stands at the top level"),
        (f"if True:\n    {MARK}    def test_one(): pass", "stands at the top level"),
        ("from other import test_one", "never imported"),
        ("from other import x as test_one", "never imported"),
        ("from other import *", "never imported"),
        ('pytestmark = pytest.mark.requirement("a.b")', "decorates a test and nothing else"),
        ("pytestmark = pytest.mark.probe", "without brackets, and nothing else"),
        (f"@pytest.mark.probe()\n{MARK}def test_one(): pass", "without brackets"),
        ("test_one = make()", "made with `def`"),
        ("a, test_one = make()", "made with `def`"),
        ("test_one: object = make()", "made with `def`"),
        ("def test_one(:", r"test_0.py:2: "),
        (f"{MARK}def test_one(): pass\n{MARK}def test_one(): pass", "test_one is there twice"),
    ],
)
def test_what_the_host_could_misread_is_refused(text: str, message: str) -> None:
    with pytest.raises(ChallengeError, match=message) as caught:
        _read(text)
    assert caught.value.what.startswith("backend/tiny/hidden/test_0.py")
