"""TOML into a model, with errors that name file, line and key."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from runner.catalog.positions import Key, line_of
from runner.errors import ChallengeError
from runner.model import Document
from runner.text import visible_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=Document)

_SHOWN = 8


def parse(model: type[Model], data: bytes, label: str) -> Model:
    """The document in `data`; `label` names its file in the `ChallengeError` that may come."""
    try:
        text = data.decode("utf-8")
        content = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise ChallengeError(f"{label}: it is not valid UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ChallengeError(f"{label}: it is not valid TOML: {error}") from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False)
        problems = [_problem(label, text, _key(content, item["loc"]), item) for item in found]
        raise failure(problems) from error


def failure(problems: Sequence[str]) -> ChallengeError:
    """One error for several problems: the first is what happened, the others are named too."""
    first, *others = problems
    if not others:
        return ChallengeError(first)
    left = len(others) - _SHOWN
    more = [f"and {left} more"] if left > 0 else []
    return ChallengeError(first, do="Also: " + "; ".join([*others[:_SHOWN], *more]))


def _key(content: object, location: Key) -> Key:
    """`location` as the author wrote it: pydantic adds which kind of a table it took one for."""
    key: Key = ()
    for place, part in enumerate(location, start=1):
        kind = isinstance(content, dict) and part not in content and place < len(location)
        if not kind:
            key = (*key, part)
            content = _inner(content, part)
    return key


def _inner(content: object, part: str | int) -> object:
    if isinstance(content, dict):
        return content.get(part)
    return content[part] if isinstance(content, list) and isinstance(part, int) else None


def _problem(label: str, text: str, key: Key, item: ErrorDetails) -> str:
    line = line_of(text, key)
    place = label if line is None else f"{label}:{line}"
    dotted = ".".join(str(part) for part in key) or "the document"
    given = item["input"]
    shown = (
        f" (it is {visible_name(repr(given), 60)})" if isinstance(given, str | int | float) else ""
    )
    return f"{place}: {dotted}: {item['msg']}{shown}"
