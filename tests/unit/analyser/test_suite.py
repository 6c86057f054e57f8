"""The candidate's tests by their syntax."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from runner.analyser.suite import SuiteFacts, asserting_helpers, suite, suite_facts
from tests.unit.analyser.build import all_lines, names, tree

if TYPE_CHECKING:
    from runner.analyser.document import Suite


def facts(text: str, helpers: frozenset[str] = frozenset(), *, changed: bool = True) -> SuiteFacts:
    lines = all_lines(dedent(text)) if changed else frozenset[int]()
    return suite_facts(tree(text), "tests/test_x.py", lines, helpers)


def judged(text: str, starter: str = "") -> Suite:
    return suite([facts(text, asserting_helpers(tree(text)))], [facts(starter, changed=False)])


@pytest.mark.parametrize(
    "body",
    [
        "assert x == 1",
        "with pytest.raises(ValueError): f()",
        "self.assertEqual(1, x)",
        "mock.assert_called_once()",
        "np.testing.assert_allclose(a, b)",
        "response.raise_for_status()",
        "pytest.fail('never')",
        "is_fine(x)",
    ],
)
def test_what_counts_as_an_assertion(body: str) -> None:
    found = judged(f"def is_fine(x):\n    assert x\n\ndef test_a(x):\n    {body}\n")
    assert (found.tests, found.asserting, found.sound) == (1, 1, 1)


@pytest.mark.parametrize(
    ("body", "smell"),
    [
        ("f()", "no assertion"),
        ("assert True", "constant assertion"),
        ("assert (x == 1, 'message')", "constant assertion"),
        ("assert x == x", "constant assertion"),
        ("with pytest.raises(Exception): f()", "broad pytest.raises"),
        ("try:\n        assert f()\n    except Exception:\n        pass", "swallowed assertion"),
        ("try:\n        assert f()\n    except:\n        pass", "swallowed assertion"),
    ],
)
def test_smells(body: str, smell: str) -> None:
    found = judged(f"def test_a(x):\n    {body}\n")
    assert names(found.smells) == {smell: 1}
    assert found.sound == 0


def test_a_fixed_pause_is_shown_and_costs_nothing() -> None:
    found = judged("def test_a(x):\n    time.sleep(1)\n    assert f() == f()\n")
    assert names(found.smells) == {"time.sleep": 1}
    assert found.sound == 1


@pytest.mark.parametrize(
    "body",
    [
        "assert False",
        "for _ in range(9): time.sleep(1)\n    assert x",
        "assert () == x",
        "with pytest.raises(Exception, match='x'): f()",
        "try:\n        assert f()\n    except ValueError:\n        pass",
        "try:\n        assert f()\n    except Exception:\n        raise",
        "try:\n        x = f()\n    except Exception:\n        x = 0\n    assert x",
        "assert 1 < x < 3",
    ],
)
def test_no_smell(body: str) -> None:
    assert judged(f"def test_a(x):\n    {body}\n").smells.total == 0


def test_skipped_tests_are_a_smell() -> None:
    found = judged("@pytest.mark.skip\ndef test_a():\n    assert f()\n")
    assert names(found.smells) == {"skipped test": 1}


@pytest.mark.parametrize(
    ("text", "negative"),
    [
        ("def test_a():\n    assert response.status_code == 404", True),
        ("def test_a():\n    assert response.status_code in (400, 422)", True),
        ("def test_a():\n    assert response.status_code == status.HTTP_409_CONFLICT", True),
        ("def test_a():\n    assert response.status == HTTPStatus.NOT_FOUND", True),
        ("def test_a():\n    with pytest.raises(ValueError): f()", True),
        (
            (
                "@pytest.mark.parametrize('s', [401, 403])\n"
                "def test_a(s):\n    assert r.status_code == s"
            ),
            True,
        ),
        ("def test_a():\n    assert response.status_code == 200", False),
        ("def test_a():\n    assert len(x) == 404", False),
        ("def test_a():\n    with pytest.raises(Exception): f()", False),
        ("def test_a():\n    response.status_code == 404", False),
    ],
)
def test_negative_tests(text: str, negative: bool) -> None:  # noqa: FBT001
    assert judged(text).negative == int(negative)


def test_shape_of_tests_and_fixtures() -> None:
    found = judged(
        """
        @pytest.fixture
        def client():
            yield 1

        class TestIt:
            helper = 1
            @pytest.mark.parametrize("a, b", [(1, 2)])
            def test_a(self, a, b):
                assert a < b

            def no_test(self):
                assert 1

            async def test_b(self, client):
                assert client

        def helper():
            assert 1
        """
    )
    assert (found.tests, found.parametrised, found.with_fixtures, found.fixtures) == (2, 1, 1, 1)
    assert [each.note for each in found.found.shown] == ["test_a", "test_b"]


def test_copies_count_once_and_starter_tests_never() -> None:
    starter = "def test_given(client):\n    assert client\n"
    text = (
        "def test_renamed(client):\n    'text'\n    assert client\n\n"
        "def test_mine():\n    assert f() == 1\n\n"
        "def test_copy():\n    assert f() == 1\n"
    )
    assert judged(text, starter).tests == 1


def test_unchanged_tests_are_not_the_candidates() -> None:
    found = suite([facts("def test_a():\n    assert f()\n", changed=False)], [])
    assert (found.tests, found.fixtures) == (0, 0)


def test_a_changed_decorator_makes_a_test_theirs() -> None:
    text = "@pytest.mark.parametrize('a', [1, 2])\ndef test_a(a):\n    assert f(a)\n"
    found = suite_facts(tree(text), "tests/test_x.py", frozenset({1}), frozenset())
    assert found.tests[0].changed
