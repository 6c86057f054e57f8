"""Section 4 of the brief."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest
from files import FEATURES, KNOWN, unanswered, whole, written
from runner.harness.errors import SubjectError
from works import predictions

if TYPE_CHECKING:
    from runner.harness.notes import Notes
    from works import Case, Works

FEW = 200
UNSEEN = {"plan": "decaf", "payment": "giro", "country": "SE"}
UNKNOWN = {"days_since_login": None, "rating": None, "auto_renew": None}
OPTIONAL = ("days_since_login", "rating", "auto_renew")
WORDS = ("plan", "payment", "country")


@pytest.mark.requirement("predict.file")
async def test_every_row_has_a_prediction(works: Works, usual: Case, notes: Notes) -> None:
    done = await works.predict(await works.known(usual), unanswered(usual.held))
    notes.measure("rows", len(predictions(done, [one.row for one in usual.held])))


@pytest.mark.requirement("predict.file")
async def test_no_row_has_none(works: Works, usual: Case) -> None:
    done = await works.predict(await works.known(usual), unanswered(()))
    assert predictions(done, []) == {}


@pytest.mark.requirement("predict.unseen")
@pytest.mark.parametrize("name", [*UNSEEN, "nothing known"])
async def test_what_no_training_has_seen(works: Works, usual: Case, name: str) -> None:
    changes = {name: UNSEEN[name]} if name in UNSEEN else UNKNOWN
    rows = [whole(one) | changes for one in usual.held[:FEW]]
    done = await works.predict(await works.known(usual), written(rows, KNOWN))
    predictions(done, [one.row for one in usual.held[:FEW]])


@pytest.mark.requirement("predict.errors")
@pytest.mark.parametrize("kind", ["of words", "of numbers"])
async def test_a_column_that_is_missing(
    works: Works, usual: Case, seed: int, notes: Notes, kind: str
) -> None:
    """One that the model reads, by its own word."""
    model = await works.known(usual)
    read = (await works.train(usual.rows)).object("metadata.json").array("features")
    needed = [name for name in FEATURES if name in read and name not in OPTIONAL]
    if not needed:
        message = "the model needs no column, by its metadata"
        raise SubjectError(message)
    liked = [name for name in needed if (name in WORDS) == (kind == "of words")]
    name = random.Random(f"missing/{seed}").choice(liked or needed)
    columns = [column for column in KNOWN if column != name]
    done = await works.predict(model, written([whole(one) for one in usual.held[:FEW]], columns))
    notes.note(f"the column {name} was left out")
    assert done.exit_code is not None, f"without {name}: {done.how}"
    assert done.exit_code != 0, f"without {name} the exit code is 0"
    assert "predictions.csv" not in done.files, f"without {name} there are predictions"
    assert name in done.output, f"without {name}: the error does not name it"
    traced = re.search(r"^Traceback \(most recent call last\)", done.output, re.MULTILINE)
    assert not traced, f"without {name}: a traceback"
