"""How the suite of the churn challenge draws rows, reads predictions and judges them."""

from __future__ import annotations

import io
import math
import pickle
import zipfile
from collections import defaultdict
from statistics import mean
from typing import TYPE_CHECKING, Any

import pytest

from runner.harness.errors import SubjectError
from runner.harness.program import Result
from tests.unit.challenges.hidden import CHURN, modules

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def hidden() -> Iterator[Any]:
    names = ("subscriptions", "files", "curves", "drawing", "formats", "works")
    with modules(*names, challenge=CHURN) as found:
        yield found


# -------------------------------------------------------------------------------- the rows


def test_the_rows_of_an_account_end_together_and_others_do_not(hidden: Any) -> None:
    rows = hidden.subscriptions.subscriptions(5, accounts=1500)
    ends = defaultdict(set)
    for one in rows:
        ends[one.account].add(one.churned)

    assert len(ends) == 1500
    assert {len(each) for each in ends.values()} == {1}
    assert 0.1 < mean(each == {True} for each in ends.values()) < 0.25
    assert len(rows) / len(ends) > 2
    assert len({one.row for one in rows}) == len(rows)


def test_the_same_seed_gives_the_same_rows_and_another_one_others(hidden: Any) -> None:
    drawn = hidden.subscriptions.subscriptions

    assert drawn(5, accounts=20) == drawn(5, accounts=20) != drawn(6, accounts=20)


def test_no_cell_is_outside_what_the_brief_says(hidden: Any) -> None:
    for concept in ("usual", "turned"):
        for one in hidden.subscriptions.subscriptions(7, accounts=1500, concept=concept):
            assert 0 <= one.tenure <= 240
            assert 1 <= one.boxes <= 12
            assert 0 <= one.price <= 2000
            assert 0 <= one.skipped <= 36
            assert 0 <= one.tickets <= 100
            assert one.idle_days is None or 0 <= one.idle_days <= 3650
            assert one.rating is None or 1 <= one.rating <= 5
            assert 0 <= one.discount <= 100


def test_the_refund_gives_the_end_away(hidden: Any) -> None:
    rows = hidden.subscriptions.subscriptions(5, accounts=1500)

    assert mean(one.refund > 0 for one in rows if one.churned) > 0.85
    assert mean(one.refund > 0 for one in rows if not one.churned) < 0.05


def test_what_can_be_known_is_known_to_the_truth_and_turned_in_the_other_concept(
    hidden: Any,
) -> None:
    best = [
        hidden.curves.auc(hidden.works.case(seed, name, concept).best)
        for seed in (1, 2)
        for name, concept in (("usual", "usual"), ("other", "usual"), ("turned", "turned"))
    ]
    turned = hidden.works.case(1, "turned", "turned")
    usual = {name: -value for name, value in hidden.subscriptions.TURNED.items()}

    assert min(best) > 0.78
    assert usual.keys() == hidden.subscriptions.USUAL.keys()
    tenures = {one.row: -float(one.tenure) for one in turned.held}
    assert hidden.curves.auc(hidden.curves.matched(turned.truth, tenures)) < 0.5


def test_what_is_held_back_is_of_other_accounts(hidden: Any) -> None:
    known = hidden.works.case(3, "usual")

    assert not {one.account for one in known.rows} & {one.account for one in known.held}
    assert hidden.works.case(3, "other").seed == 2**32 - 1


def test_a_file_to_predict_does_not_say_how_it_ended(hidden: Any) -> None:
    rows = hidden.subscriptions.subscriptions(5, accounts=20)
    header = hidden.files.unanswered(rows).decode().splitlines()[0].split(",")

    assert {"churned", "refund_eur"} & {*header} == set()
    assert {"churned", "refund_eur"} < {*hidden.files.training(rows).decode().splitlines()[0].split(",")}


# ---------------------------------------------------------------------------- predictions


def written(text: str, **changes: Any) -> Result:
    known: dict[str, Any] = {
        "command": "churn.predict",
        "how": "exit code 0",
        "limit": False,
        "exit_code": 0,
        "wall_seconds": 1.0,
        "output": "",
        "files": {"predictions.csv": text.encode()},
        "left_out": {},
        "cpu_seconds": None,
        "peak_memory_bytes": None,
    }
    return Result(**known | changes)


@pytest.mark.parametrize(
    "text",
    [
        "row_id,churn_probability\na,0.25\nb,1\n",
        "churn_probability,row_id\r\n1.0,b\r\n2.5e-1,a\r\n",
        '\ufeff"row_id","note","churn_probability"\na,,0.25\n\nb,x,1\n',
    ],
)
def test_predictions_are_read_however_they_are_written(hidden: Any, text: str) -> None:
    assert hidden.works.predictions(written(text), ["a", "b"]) == {"a": 0.25, "b": 1.0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no column row_id, churn_probability"),
        ("row_id\na\n", "has no column churn_probability"),
        ("row_id,churn_probability\n", "lacks or invents 2 rows of 2"),
        ("row_id,churn_probability\na,0.1\nb,0.1\nc,0.1\n", "lacks or invents 1 rows of 2"),
        ("row_id,churn_probability\na,0.1\na,0.1\n", "has row 'a' twice"),
        ("row_id,churn_probability\na,nan\n", "'nan' is predicted for row 'a'"),
        ("row_id,churn_probability\na,1.01\n", "'1.01' is predicted for row 'a'"),
        ("row_id,churn_probability\na,often\n", "'often' is predicted for row 'a'"),
        ("row_id,churn_probability\na\n", "'' is predicted for row 'a'"),
        ("churn_probability,row_id\n0.5\n", "lacks or invents 3 rows"),
        ('row_id,churn_probability\n"a', "no CSV file"),
        ("x," * 900_000 + "row_id,churn_probability\n" + "\n" * 900_000, "more than 50 columns"),
    ],
)
def test_what_is_no_table_of_predictions_is_the_submissions_fault(
    hidden: Any, text: str, message: str
) -> None:
    with pytest.raises(SubjectError, match=message):
        hidden.works.predictions(written(text), ["a", "b"])


def test_how_far_predictions_are_apart(hidden: Any) -> None:
    assert hidden.works.apart({"a": 0.5, "b": 0.1}, {"a": 0.25, "b": 0.1}) == 0.25
    assert hidden.works.apart({}, {}) == 0.0
    with pytest.raises(SubjectError, match="the same rows were not predicted twice"):
        hidden.works.apart({"a": 0.5}, {})


# --------------------------------------------------------------------------------- curves


def judged(hidden: Any, *rows: tuple[str, bool, float]) -> list[Any]:
    return [
        hidden.curves.Judged(account=account, churned=churned, predicted=predicted)
        for account, churned, predicted in rows
    ]


def test_the_area_is_the_share_of_pairs_in_order(hidden: Any) -> None:
    rows = judged(hidden, ("a", True, 0.9), ("b", False, 0.1), ("c", True, 0.5), ("d", False, 0.5))

    assert hidden.curves.auc(rows) == (1 + 1 + 1 + 0.5) / 4
    assert hidden.curves.auc([*reversed(rows)]) == 3.5 / 4
    assert math.isnan(hidden.curves.auc(rows[:1]))


def test_the_error_of_an_area_counts_accounts_and_not_rows(hidden: Any) -> None:
    alone = judged(
        hidden, *((f"{n}", n % 4 == 0, ((n * 7919) % 101) / 101) for n in range(300))
    )
    again = [row for row in alone for _ in range(5)]

    found, repeated = hidden.curves.area(alone, 1), hidden.curves.area(again, 1)

    assert found == hidden.curves.area(alone, 1)
    assert repeated.value == pytest.approx(found.value)
    assert repeated.error == pytest.approx(found.error, rel=0.01)
    assert 0.01 < found.error < 0.08
    assert str(found) == f"{found.value:.3f} ± {found.error:.3f}"


def test_curves_of_a_perfect_model(hidden: Any) -> None:
    rows = judged(hidden, *((f"{n}", n < 5, 1 - n / 20) for n in range(20)))

    assert (0.0, 1.0) in hidden.curves.roc(rows)
    assert hidden.curves.precision_recall(rows)[4] == (1.0, 1.0)
    calibration = hidden.curves.calibration(rows)
    assert len(calibration) == 10
    assert calibration[0] == (pytest.approx(0.075), 0.0)
    assert calibration[-1] == (pytest.approx(0.975), 1.0)


def test_what_ranks_no_better_than_chance_says_nothing(hidden: Any) -> None:
    constant = judged(hidden, *((f"{n}", n % 2 == 0, 0.3) for n in range(20)))
    good = judged(hidden, *((f"{n}", n % 2 == 0, 0.3 + 0.1 * (n % 2 == 0)) for n in range(20)))

    hidden.works.knowing(good, "predictions")
    with pytest.raises(SubjectError, match=r"no better than chance does \(0.50\)"):
        hidden.works.knowing(constant, "predictions")
    with pytest.raises(SubjectError, match="no better than chance"):
        hidden.works.knowing([], "predictions")


def test_pictures_are_small_and_their_texts_are_no_markup(hidden: Any) -> None:
    points = [(n / 5000, n / 5000) for n in range(5001)]
    svg = hidden.drawing.curves("ROC <b>", "x", "y", {"a & b": points, "chance": points[:2]})
    bars = hidden.drawing.bars("Columns", "area lost", {"tenure": 0.1, "tickets": -0.01}, ("x",))

    assert len(svg) < 16_000
    assert b"<b>" not in svg
    assert b"a &amp; b" in svg
    assert b"tenure" in bars


# ------------------------------------------------------------------------------ the format


def archive(*names: str) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as file:
        for name in names:
            file.writestr(name, "{}")
    return found.getvalue()


@pytest.mark.parametrize(
    ("path", "data", "kind"),
    [
        ("model.bin", pickle.dumps({"a": 1}), "pickle"),
        ("model.json", pickle.dumps({"a": 1}), "pickle"),
        ("model.joblib", b"\x78\x9c", "pickle, by its name"),
        ("model.skops", archive("schema.json", "1.npy"), "skops"),
        ("model.pt", archive("archive/data.pkl"), "zip with a pickle"),
        ("model.npz", archive("coef.npy"), "NumPy arrays"),
        ("model.zip", archive("a.txt"), "unknown"),
        ("model.npy", b"\x93NUMPY\x01", "NumPy array"),
        ("sub/model.ONNX", b"\x08\x0a", "ONNX, by its name"),
        ("metrics.json", b"{}", "JSON, by its name"),
        ("model", b"", "unknown"),
    ],
)
def test_the_format_of_a_model_is_told_without_loading_it(
    hidden: Any, path: str, data: bytes, kind: str
) -> None:
    found, meaning = hidden.formats.format_of(path, data)

    assert found == kind
    assert ("runs whatever code" in meaning) is ("pickle" in kind)
