"""What the program makes of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sales import DIRTY, pairs, sales

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from runner.harness.notes import Notes
    from runner.harness.program import Program, Result

SUM = ["python", "-m", "totals", "sum", "/in/sales.csv"]


async def added(subject: Program, data: bytes) -> Result:
    return (await subject.run(SUM, inputs={"sales.csv": data})).expect(0)


@pytest.mark.parametrize("rows", [3, 40])
@pytest.mark.requirement("totals.sum")
async def test_amounts_are_added(subject: Program, rng: random.Random, rows: int) -> None:
    data, amounts = sales(rng, rows)
    found = (await added(subject, data)).object("totals.json")
    assert sorted(found) == ["cents", "mean", "rows"], "other keys"
    assert (found.integer("rows"), found.integer("cents")) == (len(amounts), sum(amounts))


@pytest.mark.requirement("totals.mean")
async def test_the_mean_is_exact(
    subject: Program, rng: random.Random, measure: Callable[..., None]
) -> None:
    data, amounts = sales(rng)
    mean = (await added(subject, data)).object("totals.json").number("mean")
    measure("mean", mean, "cents")
    assert abs(mean - sum(amounts) / len(amounts)) <= 0.5


@pytest.mark.requirement("totals.dirty")
async def test_rows_without_an_amount_are_left_out(subject: Program, rng: random.Random) -> None:
    data, amounts = sales(rng)
    dirty = "".join(f"{number},{cents}\n" for number, cents in enumerate(DIRTY, 1000))
    found = (await added(subject, data + dirty.encode())).object("totals.json")
    assert (found.integer("rows"), found.integer("cents")) == (len(amounts), sum(amounts))


@pytest.mark.requirement("totals.again")
async def test_the_same_file_gives_the_same_answer(subject: Program, rng: random.Random) -> None:
    data, _ = sales(rng)
    first, second = await added(subject, data), await added(subject, data)
    assert first.document("totals.json") == second.document("totals.json")
    other, amounts = sales(rng)
    assert (await added(subject, other)).object("totals.json").integer("cents") == sum(amounts)


@pytest.mark.requirement("totals.chart")
async def test_a_chart_is_drawn(subject: Program, rng: random.Random, notes: Notes) -> None:
    data, _ = sales(rng)
    svg = (await added(subject, data)).document("chart.svg")
    notes.picture("chart", svg)
    assert svg.lstrip().startswith(b"<svg")
    assert notes.pictures, "the chart cannot be shown"


@pytest.mark.requirement("model.learn")
async def test_a_model_follows_its_data(subject: Program, rng: random.Random) -> None:
    xs = [rng.randint(600, 900) for _ in range(5)]
    rows = ("x\n" + "\n".join(map(str, xs)) + "\n").encode()
    for _ in range(2):
        slope, offset, data = pairs(rng)
        learned = (
            await subject.run(["python", "-m", "totals", "learn", "/in/pairs.csv"], inputs={"pairs.csv": data})
        ).expect(0)
        inputs = {"model.txt": learned.file("model.txt"), "rows.csv": rows}
        guessed = await subject.run(
            ["python", "-m", "totals", "guess", "/in/model.txt", "/in/rows.csv"], inputs=inputs
        )
        values = guessed.expect(0).object("guess.json").array("values")
        assert values == [slope * x + offset for x in xs]
