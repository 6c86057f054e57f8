"""Each kind of alarm is on the page with its count, however many another kind has."""

from __future__ import annotations

import json

import pytest

from runner.model import Alarm, Location, Record
from runner.render import RENDERERS
from tests.unit.render.sample import mid


def place(number: int) -> Location:
    return Location(path=f"docs/{number}.md", line=1)


def flooded() -> Record:
    """What came before the alarms were sorted: a thousand cheap ones first, a telling one last."""
    cheap = tuple(
        Alarm(id="intake.hidden_name", summary=f"name {n}", location=place(n)) for n in range(1000)
    )
    hooks = (Alarm(id="intake.git_hook", summary="a hook", location=place(1), more=41),)
    telling = Alarm(id="static.loader", summary="exec can run code", location=place(7))
    seen = Alarm(id="suite.copied-answers", summary="answers are copied", location=place(8))
    return mid().model_copy(update={"alarms": (*cheap, *hooks, telling, seen)})


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_every_kind_is_shown_with_its_count(name: str) -> None:
    page = RENDERERS[name](flooded())

    assert "1044 sign" in page
    for kind in ("intake.hidden", "intake.git", "static.loader", "suite.copied-answers"):
        assert kind in page
    assert "and 995 more of this kind" in page
    assert "and 41 more of this kind" in page
    order = [page.index(text) for text in ("answers are copied", "exec can run code", "name 0")]
    assert order == sorted(order)
    assert "name 5" not in page
    assert "more in report.json" not in page.partition("Questions")[0]


def test_places_in_the_code_are_of_every_kind() -> None:
    results = json.loads(RENDERERS["report.sarif"](flooded()))["runs"][0]["results"]
    alarms = [one for one in results if one["ruleId"].startswith("alarm.")]

    assert [one["ruleId"] for one in alarms] == [
        "alarm.suite.copied-answers",
        "alarm.static.loader",
        *["alarm.intake.hidden_name"] * 5,
        "alarm.intake.git_hook",
    ]
    assert alarms[-2]["message"]["text"].endswith("name 4 (and 995 more)")


def test_more_kinds_than_there_is_room_for_are_counted() -> None:
    kinds = tuple(Alarm(id=f"kind.{number}", summary="s", more=1) for number in range(70))
    page = RENDERERS["report.md"](mid().model_copy(update={"alarms": kinds}))

    assert "140 sign" in page
    assert "And 20 more in report.json" in page
