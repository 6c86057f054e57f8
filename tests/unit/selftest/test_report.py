"""From attacks to promises: the worst of them decides."""

from __future__ import annotations

import pytest

from runner.model import Isolation
from runner.selftest.guarantees import PROMISES, Guarantee, Report, Tried, Verdict, kept


def tried(name: str, guarantee: Guarantee, verdict: Verdict) -> Tried:
    return Tried(attack=name, title="An attack", guarantee=guarantee, verdict=verdict)


def report(*found: Tried) -> Report:
    return Report(
        takehome="1",
        quick=False,
        isolation=Isolation(engine="fake", version="1", runtime="none"),
        seconds=1.0,
        guarantees=kept(found),
        tried=found,
    )


HELD = tried("a", Guarantee.NETWORK, Verdict.HELD)
BROKEN = tried("b", Guarantee.NETWORK, Verdict.BROKEN)
UNKNOWN = tried("c", Guarantee.NETWORK, Verdict.UNKNOWN)
OTHER = tried("d", Guarantee.VERDICT, Verdict.HELD)


@pytest.mark.parametrize(
    ("found", "verdict", "against"),
    [
        ((HELD,), Verdict.HELD, ()),
        ((HELD, UNKNOWN), Verdict.UNKNOWN, ("c",)),
        ((HELD, UNKNOWN, BROKEN), Verdict.BROKEN, ("c", "b")),
    ],
)
def test_a_promise_is_as_good_as_the_worst_attack(
    found: tuple[Tried, ...], verdict: Verdict, against: tuple[str, ...]
) -> None:
    (one,) = kept(found)
    assert (one.verdict, one.against) == (verdict, against)
    assert one.title == PROMISES[Guarantee.NETWORK]


def test_promises_come_in_their_order_and_only_those_that_were_tried() -> None:
    assert [one.guarantee for one in kept((HELD, OTHER))] == [Guarantee.VERDICT, Guarantee.NETWORK]


def test_everything_holds_when_every_promise_does() -> None:
    assert report(HELD, OTHER).holds
    assert not report(OTHER, UNKNOWN).holds
    assert not report(OTHER, BROKEN).holds


def test_nothing_tried_is_nothing_held() -> None:
    assert not report().holds


def test_every_promise_has_words() -> None:
    assert PROMISES.keys() == set(Guarantee)


def test_a_report_is_read_back() -> None:
    whole = report(HELD, BROKEN)
    assert Report.model_validate_json(whole.model_dump_json()) == whole
