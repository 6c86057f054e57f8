"""Section 3 of the brief: what training writes, and what it is worth."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest
from curves import area, auc, calibration, precision_recall, roc
from drawing import curves
from files import COLUMNS, LEAK, TARGET, relabelled, unanswered
from formats import format_of
from runner.harness.errors import Inconclusive, SubjectError
from works import SAME, apart, case, predictions, promised

if TYPE_CHECKING:
    from curves import Judged
    from runner.harness.notes import Notes
    from runner.harness.reply import Fields
    from works import Case, Works

ENOUGH = 0.6
"""Share of the way from chance to what the columns tell at best."""

SURE = 2.0
"""Standard errors below `ENOUGH` from which on it is missed."""

TOO_GOOD = 0.08
"""Mean excess of a promise over three files that the brief calls dishonest. A promise by accounts
was off by 0.03 in one file and 0.02 in the mean of three (standard deviations)."""

NOTHING = 0.62
"""The most that may be promised when labels were drawn by lot: chance by accounts is 0.035."""

TOO_SMALL = -0.12
"""Mean of the same from which on a promise is no estimate, as the brief says: nobody may write the 0.5
of a coin into the code and be called honest."""


@pytest.mark.requirement("train.metrics")
async def test_metrics(works: Works, usual: Case) -> None:
    metrics = promised(await works.train(usual.rows))
    for name in ("roc_auc", "baseline_roc_auc"):
        _share(metrics, name)
    found = (metrics.number("rows"), metrics.number("accounts"))
    due = (len(usual.rows), len({one.account for one in usual.rows}))
    assert found == due, (
        f"metrics.json has {found[0]:g} rows and {found[1]:g} accounts, "
        f"the file {due[0]} and {due[1]}"
    )


@pytest.mark.requirement("train.metadata")
@pytest.mark.parametrize("name", ["usual", "other"])
async def test_metadata(works: Works, seed: int, notes: Notes, name: str) -> None:
    known = case(seed, name)
    done = await works.train(known.rows, seed=known.seed)
    metadata = done.expect().object("metadata.json")
    assert metadata.number("seed") == known.seed, "metadata.json has another seed"
    assert metadata.number("rows") == len(known.rows), "metadata.json has other rows"
    assert "3.11" in metadata.text("python"), "metadata.json has another Python"
    packages = metadata.object("packages")
    assert all(packages.text(name)[:1].isdigit() for name in packages), (
        "metadata.json: a version in packages begins with no digit"
    )
    features = metadata.array("features")
    odd = [name for name in features if name not in COLUMNS or name in (LEAK, TARGET)]
    assert features, "metadata.json: features is empty"
    assert not odd, f"metadata.json: features has {str(odd[0])[:40]!r}"
    stated, promise = _share(metadata, "roc_auc"), _share(promised(done), "roc_auc")
    assert abs(stated - promise) <= SAME, "metadata.json and metrics.json differ in roc_auc"
    notes.measure("size", sum(map(len, done.files.values())) / 1024, "KiB")
    kinds = [(path, len(data), *format_of(path, data)) for path, data in sorted(done.files.items())]
    notes.table("What training left behind", ("file", "bytes", "format", "loading it"), kinds)


def _share(document: Fields, name: str) -> float:
    value = document.number(name)
    if not 0 <= value <= 1:
        message = f"{document.where}: {name} is {value:g}"
        raise SubjectError(message)
    return value


@pytest.mark.requirement("train.skill")
async def test_the_model_knows_who_leaves(works: Works, usual: Case, notes: Notes) -> None:
    rows = await works.judged(usual, await works.model(usual.rows, seed=usual.seed))
    ours = await works.model(usual.rows, reference=True)
    _shown(rows, await works.judged(usual, ours, reference=True), usual, notes)
    await _skilled(rows, usual, notes)


@pytest.mark.requirement("train.skill")
async def test_the_model_of_another_file_does_too(works: Works, seed: int, notes: Notes) -> None:
    other = case(seed, "other")
    model = await works.model(other.rows, seed=other.seed)
    await _skilled(await works.judged(other, model), other, notes)


@pytest.mark.requirement("train.concept")
async def test_the_model_follows_its_file(works: Works, seed: int, notes: Notes) -> None:
    turned = case(seed, "turned", "turned")
    model = await works.model(turned.rows, seed=turned.seed)
    await _skilled(await works.judged(turned, model), turned, notes)


async def _skilled(rows: list[Judged], known: Case, notes: Notes) -> None:
    found, best = await asyncio.to_thread(area, rows, len(rows)), auc(known.best)
    skill = (found.value - 0.5) / (best - 0.5)
    notes.measure(f"{known.name}: area under the ROC curve", found.value)
    notes.measure(f"{known.name}: at best", best)
    notes.measure(f"{known.name}: skill", skill)
    most = (found.value + SURE * found.error - 0.5) / (best - 0.5)
    assert most >= ENOUGH, (
        f"{found} on rows of other accounts, {skill:.0%} of the way from chance to {best:.3f}, "
        f"the best that the columns allow"
    )


def _shown(rows: list[Judged], ours: list[Judged], known: Case, notes: Notes) -> None:
    """Three pictures: ROC, precision and recall, calibration, beside the reference's."""
    chance = sum(row.churned for row in rows) / len(rows)
    names = (f"submission, {auc(rows):.3f}", f"reference, {auc(ours):.3f}", "chance")
    lines = {
        "ROC curve": ("false positives", "found", roc, [(0.0, 0.0), (1.0, 1.0)]),
        "Precision and recall": (
            "recall",
            "precision",
            precision_recall,
            [(0.0, chance), (1.0, chance)],
        ),
        "Calibration": ("predicted", "left", calibration, [(0.0, 0.0), (1.0, 1.0)]),
    }
    for title, (x, y, of, plain) in lines.items():
        drawn = dict(zip(names, (of(rows), of(ours), plain), strict=True))
        notes.picture(title, curves(f"{title}, {known.name} file", x, y, drawn))


@pytest.mark.requirement("train.honest")
async def test_promises_come_true(works: Works, usual: Case, seed: int, notes: Notes) -> None:
    await works.known(usual)
    rows, excess = [], []
    for known in (usual, case(seed, "other"), case(seed, "turned", "turned")):
        done = await works.train(known.rows, seed=known.seed)
        promise = _share(promised(done), "roc_auc")
        judged = await works.judged(known, done.files)
        found = await asyncio.to_thread(area, judged, seed)
        excess.append(promise - found.value)
        rows.append((known.name, round(promise, 3), str(found), round(excess[-1], 3)))
    notes.table(
        "Area under the ROC curve", ("file", "promised", "on other accounts", "too high by"), rows
    )
    mean = sum(excess) / len(excess)
    notes.measure("promised too much", mean)
    assert mean <= TOO_GOOD, (
        f"roc_auc promises {mean:.3f} more than comes true, in the mean of {len(excess)} files"
    )
    assert mean >= TOO_SMALL, (
        f"roc_auc promises {-mean:.3f} less than comes true, in the mean of {len(excess)} files"
    )


@pytest.mark.requirement("train.shuffled")
async def test_nothing_is_promised_where_there_is_nothing(
    works: Works, usual: Case, seed: int, notes: Notes
) -> None:
    """Drawing by lot can go far once: only what is seen twice is a failure."""
    await works.known(usual)
    found = []
    for turn in (1, 2):
        labels = _by_lot(usual, seed + turn)
        done = await works.train(relabelled(usual.rows, labels))
        found.append(_share(promised(done), "roc_auc"))
        notes.measure(f"labels by lot, draw {turn}: promised", found[-1])
        if found[-1] <= NOTHING:
            break
    if len(found) > 1 and found[-1] <= NOTHING:
        message = f"roc_auc was {found[0]:.3f} with labels by lot, and {found[1]:.3f} the next time"
        raise Inconclusive(message)
    assert found[-1] <= NOTHING, (
        f"roc_auc is {found[0]:.3f} and {found[-1]:.3f} where labels are drawn by lot"
    )


def _by_lot(known: Case, seed: int) -> dict[str, bool]:
    """The accounts' labels, dealt out anew."""
    labels = {one.account: one.churned for one in known.rows}
    dealt = list(labels.values())
    random.Random(f"lot/{seed}").shuffle(dealt)
    return dict(zip(labels, dealt, strict=True))


@pytest.mark.requirement("train.repeatable")
async def test_the_same_seed_gives_the_same_predictions(
    works: Works, usual: Case, notes: Notes
) -> None:
    await works.known(usual)
    rows = [one.row for one in usual.held]
    told = []
    for again in (False, True):
        model = await works.model(usual.rows, again=again)
        done = await works.predict(model, unanswered(usual.held), again=again)
        told.append(predictions(done, rows))
    notes.measure("furthest apart", apart(*told))
    assert apart(*told) <= SAME, f"predictions of the same training differ by {apart(*told):.2g}"
