"""Where challenges, controls and rubrics lie: the user's folder first, then those of ours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from runner.errors import InfrastructureError, UsageError
from runner.text import visible_name

Kind = Literal["challenges", "controls", "rubrics"]

_PACKAGE = Path(__file__).resolve().parents[1]

_CHALLENGE_ID = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")
_RUBRIC_ID = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")


def bundled(kind: Kind, package: Path = _PACKAGE) -> Path:
    """The folder of that kind: inside an installed package, beside it in a checkout."""
    for place in (package / "_data" / kind, package.parent / kind):
        if place.is_dir():
            return place
    raise InfrastructureError(
        f"the {kind} that belong to this program are not there",
        why=f"{package} has no _data/{kind} and no {kind} beside it",
        do="Install it again",
    )


def places(kind: Kind, folder: Path | None) -> tuple[Path, ...]:
    """Where to look, in order. A user's `folder` has `challenges/` and `rubrics/` inside."""
    if folder is None:
        return (bundled(kind),)
    own = folder / kind
    if kind == "challenges" and not own.is_dir():
        raise UsageError(
            f"the folder {visible_name(str(folder))} holds no challenges",
            why="it has no folder `challenges` inside",
            do="Lay it out as challenges/<specialization>/<name>/ and rubrics/<id>.toml",
        )
    return (own, bundled(kind)) if own.is_dir() else (bundled(kind),)


def challenge_ids(folder: Path | None) -> tuple[str, ...]:
    """The ids of all challenges that can be found, sorted."""
    found = {
        f"{path.parent.parent.name}/{path.parent.name}"
        for place in places("challenges", folder)
        for path in place.glob("*/*/challenge.toml")
    }
    return tuple(sorted(found))


def find_challenge(challenge: str, folder: Path | None) -> Path:
    """The folder of a challenge. The id may come from a submission: it is checked first."""
    if _CHALLENGE_ID.fullmatch(challenge):
        for place in places("challenges", folder):
            if (place / challenge / "challenge.toml").is_file():
                return place / challenge
    raise UsageError(
        f"there is no challenge {visible_name(challenge)}",
        do=f"Take one of: {', '.join(challenge_ids(folder)) or 'none was found'}",
    )


def find_rubric(rubric: str, folder: Path | None) -> Path:
    """The file of a rubric."""
    if _RUBRIC_ID.fullmatch(rubric):
        for place in places("rubrics", folder):
            if (place / f"{rubric}.toml").is_file():
                return place / f"{rubric}.toml"
    raise UsageError(
        f"there is no rubric {visible_name(rubric)}",
        do=f"Put it at rubrics/{visible_name(rubric)}.toml of your own folder",
    )
