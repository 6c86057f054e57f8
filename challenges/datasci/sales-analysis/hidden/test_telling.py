"""Sections 7 and 8 of the brief: what people see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desk import answered, needed
from numbers_in_prose import numbers_in, states
from pictures import Picture, read
from runner.harness.errors import SubjectError

if TYPE_CHECKING:
    from desk import Desk
    from exports import Drawn
    from runner.harness.notes import Notes
    from runner.harness.program import Result

REGIONS = ("East", "North", "South", "West")
NAMES = 3
"""A title and two axes."""

MEANINGLESS = ("index", "none")
TOTAL = ("revenue", "total")
STATED = (
    TOTAL,
    ("price_test", "effect"),
    ("price_test", "low"),
    ("price_test", "high"),
    ("newsletter", "plain"),
    ("newsletter", "within_segments"),
)


@pytest.mark.requirement("charts.readable")
async def test_revenue_chart(desk: Desk, exports: tuple[Drawn, ...], notes: Notes) -> None:
    picture = await _chart(desk, exports, notes, "revenue", ("eur", "€"))
    unnamed = [region for region in REGIONS if not picture.says(region.lower())]
    assert not unnamed, f"charts/revenue.svg does not name {', '.join(unnamed)}"


@pytest.mark.requirement("charts.readable")
async def test_retention_chart(desk: Desk, exports: tuple[Drawn, ...], notes: Notes) -> None:
    await _chart(desk, exports, notes, "retention", ("%", "share"))


async def _chart(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes, name: str, units: tuple[str, ...]
) -> Picture:
    """The chart of the first file, beside that of the reference."""
    path = f"charts/{name}.svg"
    first, other = await desk.run(exports[0].data), await desk.run(exports[1].data)
    needed(first, path)
    notes.picture(f"{name}, the candidate's", first.file(path))
    ours = await desk.run(exports[0].data, reference=True)
    notes.picture(f"{name}, the reference's", ours.file(path))
    picture = read(first.document(path), path)
    names = picture.names(*REGIONS, "region", "regions")
    assert len(names) >= NAMES, (
        f"{path}: a title and a name at both axes are due as text, and there "
        f"{'is' if len(names) == 1 else 'are'} {len(names)}: {', '.join(sorted(names))[:120]}"
    )
    assert picture.says("month"), f"{path}: no text says that an axis shows months"
    assert picture.says(*units), f"{path}: no text has the unit ({' or '.join(units)})"
    odd = [one for one in picture.texts if one.lower() in MEANINGLESS or "Unnamed" in one]
    assert not odd, f"{path}: something is called {odd[0][:40]!r}"
    needed(other, path)
    assert first.file("answers.json") != other.file("answers.json"), (
        "answers.json is the same for two files with different orders"
    )
    assert picture.shapes != read(other.document(path), path).shapes, (
        f"{path}: the same is drawn for other data"
    )
    return picture


@pytest.mark.requirement("summary.numbers")
@pytest.mark.parametrize("which", [0, 1], ids=["export 1", "export 2"])
async def test_the_summary_states_what_was_found(
    desk: Desk, exports: tuple[Drawn, ...], notes: Notes, which: int
) -> None:
    result, other = [await desk.run(exports[n].data) for n in (which, 1 - which)]
    text = needed(result, "summary.md")
    notes.measure("words", len(text.split()))
    found, missing = numbers_in(text), []
    for group, key in STATED:
        value = _figure(result, group, key)
        if not states(found, value):
            missing.append(f"{group}.{key} ({value:.4g})")
    assert not missing, f"summary.md does not state {', '.join(missing)}"
    # What is the same for all files agrees with itself, and tells nothing.
    assert _figure(result, *TOTAL) != _figure(other, *TOTAL), (
        "answers.json has the same total revenue for two files with different orders"
    )


def _figure(result: Result, group: str, key: str) -> float:
    answers = answered(result)
    if group not in answers:
        message = f"answers.json has no {group!r} that the summary could state"
        raise SubjectError(message)
    return answers.object(group).number(key)
