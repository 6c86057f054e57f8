"""Runs the program once for each input, and hands out what it wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cleaned import Clean, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports import Drawn
    from runner.harness.program import Program, Result
    from runner.harness.reply import Fields

COMMAND = ("python", "-m", "analysis", "--input", "/in/sales.csv", "--output", "/out")

_Key = tuple[bytes, tuple[str, ...], bool]


@dataclass(slots=True)
class Runs:
    """What was run so far, of one suite."""

    results: dict[_Key, Result] = field(default_factory=dict)


class Desk:
    """Where exports are handed in and results come back."""

    def __init__(self, program: Program, runs: Runs) -> None:
        """Share `runs` with the other tests of the suite."""
        self._program = program
        self._runs = runs

    async def run(
        self, data: bytes, *, settings: Sequence[str] = (), reference: bool = False
    ) -> Result:
        """The program's run on these bytes; `settings` are words for `env` (`TZ=Asia/Tokyo`)."""
        key = (data, tuple(settings), reference)
        if key not in self._runs.results:
            self._runs.results[key] = await self.anew(data, settings=settings, reference=reference)
        return self._runs.results[key]

    async def anew(
        self,
        data: bytes,
        *,
        settings: Sequence[str] = (),
        reference: bool = False,
        usage: bool = False,
    ) -> Result:
        """A run that nobody has seen yet."""
        return await self._program.run(
            ["env", *settings, *COMMAND] if settings else COMMAND,
            inputs={"sales.csv": data},
            reference=reference,
            usage=usage,
        )

    async def clean(self, drawn: Drawn) -> Clean:
        """What was made of a file."""
        return cleaned(await self.run(drawn.data), drawn.name)

    async def answers(self, drawn: Drawn) -> Fields:
        """What was answered about a file."""
        return answered(await self.run(drawn.data))


def cleaned(result: Result, where: str) -> Clean:
    """`clean.csv` of a run."""
    return read(needed(result, "clean.csv"), where)


def answered(result: Result) -> Fields:
    """`answers.json` of a run."""
    _there(result, "answers.json")
    return result.object("answers.json")


def needed(result: Result, path: str) -> str:
    """A text that the run had to write, whatever became of it afterwards."""
    _there(result, path)
    return result.text(path)


def _there(result: Result, path: str) -> None:
    """A program that broke before it wrote a file says more than the missing file does."""
    if path not in result.files:
        result.expect()
