"""No kind of alarm can push another one out of sight."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.alarms import PER_KIND, USUAL, counted, few_of_each, kinds, weight
from runner.model import Alarm

IDS = ("intake.git_hook", "static.loader", "static.invisible-text", "suite.copied-answers", "new")


def alarms(name: str, count: int) -> list[Alarm]:
    return [Alarm(id=name, summary=f"{name} {number}") for number in range(count)]


def test_fifty_cheap_alarms_hide_nothing() -> None:
    flood = alarms("intake.git_hook", 50) + alarms("intake.hidden_name", 50)
    shown = few_of_each([*flood, *alarms("static.loader", 1), *alarms("suite.copied-answers", 1)])

    assert [alarm.id for alarm in shown[:3]] == [
        "suite.copied-answers",
        "static.loader",
        "intake.hidden_name",
    ]
    assert len(shown) == 2 + 2 * PER_KIND
    assert [alarm.more for alarm in shown if alarm.more] == [45, 45]


def test_a_kind_that_nobody_weighed_comes_before_the_cheap_ones() -> None:
    assert weight("suite.anything") > weight("static.brand-new") == USUAL
    assert USUAL > weight("static.addresses-reviewer") > weight("intake.git_hook")


def test_kinds_of_one_weight_keep_their_order() -> None:
    found = kinds([*alarms("static.b", 2), *alarms("static.a", 1), *alarms("static.b", 1)])

    assert [(kind.id, kind.count) for kind in found] == [("static.b", 3), ("static.a", 1)]


@given(st.lists(st.tuples(st.sampled_from(IDS), st.integers(0, 9)), max_size=60))
def test_every_kind_is_listed_with_its_count(given_: list[tuple[str, int]]) -> None:
    all_of_them = [Alarm(id=name, summary="s", more=more) for name, more in given_]
    shown = few_of_each(all_of_them)

    assert {alarm.id for alarm in shown} == {alarm.id for alarm in all_of_them}
    assert few_of_each(shown) == shown
    for kind in kinds(shown):
        assert len(kind.alarms) <= PER_KIND
        assert kind.count == sum(1 + one.more for one in all_of_them if one.id == kind.id)
    weights = [weight(alarm.id) for alarm in shown]
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize(
    ("said", "summary", "more"),
    [
        ("exec can run code (and 37 more)", "exec can run code", 37),
        ("exec can run code", "exec can run code", 0),
        ("(and 1 more) and so on", "(and 1 more) and so on", 0),
        ("so many (and 99999999 more)", "so many (and 99999999 more)", 0),
        ("so many (and -1 more)", "so many (and -1 more)", 0),
    ],
)
def test_what_the_analyser_left_out_is_counted(said: str, summary: str, more: int) -> None:
    alarm = counted(Alarm(id="static.loader", summary=said))

    assert (alarm.summary, alarm.more) == (summary, more)
