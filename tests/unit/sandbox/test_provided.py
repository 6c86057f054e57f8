"""What a submission can import is known to the host, without asking an image."""

from __future__ import annotations

import pytest

from runner.catalog import load_challenge
from runner.catalog.places import challenge_ids
from runner.sandbox.images import specializations
from runner.sandbox.provided import provided

MODULES = {
    "backend": {"fastapi", "flask", "jwt", "sqlalchemy", "yaml", "multipart", "dateutil", "xdist"},
    "datasci": {"pandas", "polars", "duckdb", "PIL", "mpl_toolkits", "statsmodels", "tabulate"},
    "mle": {"sklearn", "onnx", "onnxruntime", "google", "skops", "joblib", "uvicorn"},
}


@pytest.mark.parametrize("specialization", specializations())
def test_modules_are_known_by_the_names_that_are_imported(specialization: str) -> None:
    found = provided(specialization)
    assert set(found) >= MODULES[specialization]
    assert all(name.isidentifier() for name in found)
    assert list(found) == sorted(set(found))
    assert not {"pip", "setuptools", "psycopg2"} & set(found)


@pytest.mark.parametrize("challenge", challenge_ids(None))
def test_every_package_that_is_allowed_is_there(challenge: str) -> None:
    """Those whose module has another name are in the list, the others by their own."""
    loaded = load_challenge(challenge).challenge
    found = set(provided(loaded.specialization))
    names = {name.replace("-", "_") for name in loaded.allowed_packages}
    other = {"pyjwt", "pytest_xdist", "scikit_learn", "python_multipart", "pytest_cov"}
    assert names - other <= found


def test_a_package_that_was_locked_since_the_list_was_made_counts() -> None:
    """`pyjwt` is no module; it stands for what a list that is out of date lacks."""
    assert "pyjwt" in provided("backend")
