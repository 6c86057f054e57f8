"""What training leaves behind."""

from __future__ import annotations

import pickle
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
import skops.io

from churn.artefact import load_metadata, load_model, load_spreads
from churn.drift import spreads
from churn.errors import InputError
from tests import making


def test_the_files(trained: Path) -> None:
    """These and no others."""
    names = {path.name for path in trained.iterdir()}
    assert names == {"model.skops", "drift.json", "metrics.json", "metadata.json"}


def test_the_model_needs_no_trust(trained: Path) -> None:
    """All of its types are known to be harmless."""
    assert skops.io.get_untrusted_types(file=trained / "model.skops") == []


def test_spreads_are_read_as_they_were(trained: Path) -> None:
    """Those of the rows of the training."""
    assert load_spreads(trained) == spreads(making.examples())


def test_no_model(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(InputError, match=r"model\.skops: no model"):
        load_model(tmp_path)


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    """It could run anything."""
    (tmp_path / "model.skops").write_bytes(pickle.dumps({"model": 1}))
    with pytest.raises(InputError, match="no model that can be loaded"):
        load_model(tmp_path)


def test_a_type_that_is_not_known_is_not_made(tmp_path: Path) -> None:
    """Even where it would do no harm."""
    (tmp_path / "model.skops").write_bytes(skops.io.dumps({"model": Fraction(1, 2)}))
    with pytest.raises(InputError, match=r"fractions\.Fraction"):
        load_model(tmp_path)


@pytest.mark.parametrize("text", [None, "{"])
def test_metadata_that_cannot_be_read(trained: Path, tmp_path: Path, text: str | None) -> None:
    """Missing or cut off."""
    shutil.copy(trained / "model.skops", tmp_path)
    if text is not None:
        (tmp_path / "metadata.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"metadata\.json: cannot be read"):
        load_metadata(tmp_path)
