"""What a model is expected to be worth."""

from __future__ import annotations

import pytest
from sklearn.feature_extraction import DictVectorizer
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier

from churn import model
from churn.errors import InputError
from churn.evaluation import ENOUGH, Group, evaluate
from churn.schema import Example
from tests import making, sample


def labelled(count: int, churned: str) -> list[Example]:
    """So many accounts with two rows each."""
    names = [f"{churned}-{number}" for number in range(count)]
    return [making.example(account_id=name, churned=churned) for name in names for _ in "ab"]


def test_the_sample_can_be_learned() -> None:
    """Better than by tenure alone, which is better than nothing."""
    found = evaluate(making.examples(), 1)
    assert 0.5 < found.baseline_roc_auc < found.roc_auc - 0.1
    assert found.roc_auc > 0.9
    assert (found.rows, found.accounts) == (len(sample.rows()), sample.ACCOUNTS)


def test_a_lottery_cannot_be_learned() -> None:
    """Whoever validates on half of an account finds something all the same."""
    found = evaluate(making.by_lot(300, seed=2), 1)
    assert found.roc_auc == pytest.approx(0.5, abs=0.1)
    assert found.baseline_roc_auc == pytest.approx(0.5, abs=0.1)


def test_no_model_has_seen_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even one that learns rows by heart profits from the other rows of an account."""

    def by_heart() -> Pipeline:
        tree = DecisionTreeClassifier(random_state=0)
        return Pipeline([("columns", DictVectorizer(sparse=False)), ("regression", tree)])

    monkeypatch.setattr(model, "untrained", by_heart)
    rows = making.by_lot(300, seed=3)
    assert evaluate(rows[::2] + rows[1::2], 1).roc_auc == pytest.approx(0.5, abs=0.1)


def test_the_seed_decides_who_validates_together() -> None:
    """The same one gives the same figures, whatever the order of the rows."""
    examples = making.examples()
    first = evaluate(examples, 1)
    assert evaluate(examples, 1) == first
    assert evaluate(examples[::-1], 1).roc_auc == pytest.approx(first.roc_auc)
    assert evaluate(examples, 2).roc_auc != first.roc_auc


def test_groups() -> None:
    """Each row is in one by plan, one by country and one by tenure."""
    examples = making.examples()
    groups = evaluate(examples, 1).groups
    for kind in ("plan", "country", "tenure"):
        assert sum(each.rows for name, each in groups.items() if kind in name) == len(examples)
    new = [each for each in examples if each.tenure_months <= 3]
    left = sum(each.churned == "yes" for each in new)
    assert groups["tenure new"].rows == len(new)
    assert groups["tenure new"].churned == pytest.approx(left / len(new))
    assert groups["tenure new"].predicted > groups["tenure later"].predicted


def test_a_group_where_all_stayed_has_no_order() -> None:
    """Its area under the curve is not known."""
    rare = [making.example(plan="rare", account_id=f"B-{number}") for number in range(3)]
    group = evaluate([*making.examples(), *rare], 1).groups["plan rare"]
    assert group == Group(rows=3, churned=0, predicted=group.predicted, roc_auc=None)
    assert 0 < group.predicted < 1


@pytest.mark.parametrize(("left", "stayed"), [(0, 50), (ENOUGH - 1, 50), (50, ENOUGH - 1)])
def test_too_few_accounts(left: int, stayed: int) -> None:
    """Rows do not make up for them."""
    with pytest.raises(InputError, match=f"^{min(left, stayed)} accounts (left|stayed)"):
        evaluate([*labelled(left, "yes"), *labelled(stayed, "no")], 1)


def test_just_enough_accounts() -> None:
    """All of them alike: nothing to tell them apart by."""
    found = evaluate([*labelled(ENOUGH, "yes"), *labelled(ENOUGH, "no")], 1)
    assert found.accounts == 2 * ENOUGH
    assert found.roc_auc <= 0.5
