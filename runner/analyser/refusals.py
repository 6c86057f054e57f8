"""The one place where what a file does to the analyser becomes a sentence about that file."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.analyser import limits
from runner.analyser.collect import place
from runner.analyser.source import NotAnalysableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analyser.document import Place


@dataclass(slots=True)
class Refusals:
    """Files that cannot be analysed, each once, with the first reason.

    `unforeseen` counts those that raised something else than `NotAnalysableError`: hostile text
    that nobody thought of, or a defect of ours. A person can tell them apart, we cannot.
    """

    reasons: dict[str, str] = field(default_factory=dict)
    unforeseen: int = 0

    @contextmanager
    def around(self, path: str, *, given: bool = False) -> Iterator[None]:
        """Inside, whatever is raised makes `path` a file that cannot be analysed.

        A `given` file is the starter's: the candidate does not answer for it, nothing is noted.
        """
        try:
            yield
        except NotAnalysableError as reason:
            if not given:
                self.reasons.setdefault(path, str(reason))
        except Exception as error:  # noqa: BLE001 - this is the boundary
            if not given and path not in self.reasons:
                self.reasons[path] = told(error)
                self.unforeseen += 1

    @property
    def shown(self) -> tuple[Place, ...]:
        """The first of them, for the document."""
        pairs = list(self.reasons.items())[: limits.SHOWN]
        return tuple(place(path, note=reason) for path, reason in pairs)


def told(error: Exception) -> str:
    """The reason when something was raised that nobody foresaw: its type, then its words."""
    return f"it breaks the analysis: {type(error).__name__}: {error}"
