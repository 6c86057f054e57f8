"""A corpus is read strictly: a mistake names its file and key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.errors import ChallengeError, InfrastructureError
from runner.selftest.corpus import load_corpus, place
from runner.selftest.submissions import laid
from tests.unit.selftest.build import CORPUS, loaded, written

if TYPE_CHECKING:
    from pathlib import Path


def test_a_corpus_of_ones_own(tmp_path: Path) -> None:
    corpus = load_corpus(written(tmp_path, more="quick = true\ncatalogue = [3]"))
    (one,) = corpus.attacks
    assert (one.attack.id, one.attack.quick, one.attack.catalogue) == ("one", True, (3,))
    assert one.files == ()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("quik = true", "quik"),
        ('builder = "x"\nprobes = 7', "probes"),
        ('checks = ["everything"]', "checks"),
        ('[expect]\noutcome = "lost"', r"expect\.outcome"),
        ("= 3", "not valid TOML"),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path: Path, more: str, said: str) -> None:
    with pytest.raises(ChallengeError, match=rf"one/attack\.toml.*{said}"):
        load_corpus(written(tmp_path, more=more))


def test_an_id_is_the_name_of_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ChallengeError, match="another name"):
        load_corpus(written(tmp_path, folder="two"))


def test_caches_in_a_folder_are_no_part_of_an_attack(tmp_path: Path) -> None:
    root = written(tmp_path)
    files = root / "attacks" / "one" / "files"
    (files / "app" / "__pycache__").mkdir(parents=True)
    (files / "app" / "x.py").write_text("x = 1\n")
    (files / "app" / "__pycache__" / "x.pyc").write_bytes(b"")
    (one,) = load_corpus(root).attacks
    assert [file.path for file in one.files] == ["app/x.py"]


def test_the_corpus_is_found_in_a_wheel_before_a_checkout(tmp_path: Path) -> None:
    package = tmp_path / "runner"
    with pytest.raises(InfrastructureError, match="Install it again"):
        place(package)
    (tmp_path / "tests" / "hostile").mkdir(parents=True)
    assert place(package) == tmp_path / "tests" / "hostile"
    (package / "_data" / "hostile").mkdir(parents=True)
    assert place(package) == package / "_data" / "hostile"


def test_files_edits_and_removals_are_made_in_this_order() -> None:
    edit = {"path": "app/main.py", "old": "TABLE = ", "new": "OTHER = "}
    one = loaded({"app/more.py": "x = 1\n"}, removes=["NOTES.md"], edits=[edit])
    files = {file.path: file.data for file in laid(CORPUS, one)}
    assert files["app/more.py"] == b"x = 1\n"
    assert b"OTHER = " in files["app/main.py"]
    assert "NOTES.md" not in files


def test_an_edit_that_has_lost_its_place_is_named() -> None:
    one = loaded(edits=[{"path": "app/main.py", "old": "not there", "new": "x"}])
    with pytest.raises(ChallengeError, match=r"one/attack\.toml: edit 1"):
        laid(CORPUS, one)


def test_an_attack_may_be_whole_in_itself() -> None:
    one = loaded({"app/main.py": "x = 1\n"}, base="none")
    assert [file.path for file in laid(CORPUS, one)] == ["app/main.py"]


def test_an_unknown_builder_is_named() -> None:
    with pytest.raises(ChallengeError, match="there is no nonsense"):
        laid(CORPUS, loaded(builder="nonsense"))
