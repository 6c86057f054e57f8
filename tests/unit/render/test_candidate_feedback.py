"""What a candidate is told, and that it is nothing else."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from runner.model import Record
from runner.render import RENDERERS
from runner.render.feedback import feedback
from tests.unit.render.sample import mid, void

NAMES = ("feedback.html", "feedback.md")
ALLOWED = re.compile(
    r"submission\.candidate|challenge\.title|score\.categories\.\d+\.title"
    r"|criteria\.\d+\.(title|why)"
)
MATCHED = re.compile(
    r".*\.(id|category|role|scale|status|fault|outcome|kind|levels\..*)|(isolation\.)?level|outcome"
)
"""Words of a closed list, and ids by which parts of a record are matched."""


def planted(value: Any, path: str = "") -> Any:
    """A canary that names its own path, in every text that is not allowed."""
    if isinstance(value, dict):
        return {key: planted(item, f"{path}.{key}".lstrip(".")) for key, item in value.items()}
    if isinstance(value, list):
        return [planted(item, f"{path}.{place}") for place, item in enumerate(value)]
    if not isinstance(value, str) or ALLOWED.fullmatch(path) or MATCHED.fullmatch(path):
        return value
    canary = f"canary:{path}"
    return base64.b64encode(canary.encode()).decode() if path.endswith(".svg") else canary


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("record", [mid(), void()])
def test_no_text_beyond_the_allow_list_is_told(record: Record, name: str) -> None:
    document = planted(record.model_dump(mode="json"))
    assert str(document).count("canary:") > 200

    told = RENDERERS[name](Record.model_validate(document))

    assert "canary" not in told
    assert RENDERERS[name](record) == told


@pytest.mark.parametrize("name", NAMES)
def test_no_number_is_told(name: str) -> None:
    def shifted(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shifted(item) for key, item in value.items()}
        if isinstance(value, list):
            return [shifted(item) for item in value]
        return value * 10 if type(value) is float else value

    record = mid()
    document = shifted(record.model_dump(mode="json"))

    assert RENDERERS[name](Record.model_validate(document)) == RENDERERS[name](record)


def test_strengths_come_first() -> None:
    told = RENDERERS["feedback.md"](mid())

    assert told.index("What holds") < told.index("What to look at next")
    assert told.index("Items can be created") < told.index("ETag and If-Match")


def test_a_bonus_is_praised_and_never_asked_for() -> None:
    told = feedback(mid())

    assert "Each confirmed order is notified once" in [one.title for one in told.extras]
    assert "Interrupted orders" not in RENDERERS["feedback.md"](mid())


def test_outcomes_are_words() -> None:
    assert {area.title: area.outcome for area in feedback(mid()).areas} == {
        "Correctness": "strong",
        "Robustness": "good, with gaps",
        "Code quality": "strong",
        "Testing": "strong",
        "Engineering practice": "good, with gaps",
    }


@pytest.mark.parametrize(
    ("earned", "possible", "outcome"), [(0, 0, "not judged"), (1, 4, "needs work")]
)
def test_weak_and_unjudged_areas(earned: float, possible: float, outcome: str) -> None:
    line = mid().criteria[2].model_copy(update={"earned": earned, "possible": possible})
    record = mid().model_copy(update={"criteria": (line,)})

    [area] = feedback(record).areas

    assert area.outcome == outcome
    assert bool(area.gaps) is (outcome == "needs work")
    assert RENDERERS["feedback.md"](record)


def test_a_void_run_says_only_that() -> None:
    told = feedback(void())

    assert (told.areas, told.extras) == ((), ())
    assert "says nothing about your work" in RENDERERS["feedback.html"](void())
