"""Issue each challenge, grade three submissions of it, show how they compare. `make demo`.

    python -m scripts.demo [CHALLENGE ...]

The submissions: the reference solution, the repository as it was issued, and a solution with
one defect. Everything goes to out/demo, which is made anew.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from runner.catalog import load_challenge, variants

if TYPE_CHECKING:
    from runner.catalog import LoadedChallenge

ROOT = Path(__file__).resolve().parent.parent
OUT = Path("out/demo")
COMMAND = Path(sys.executable).with_name("takehome")
FLAWED = {
    "backend/orders-api": "oversell",
    "datasci/sales-analysis": "simpson-missed",
    "mle/churn-model": "split-by-row",
}
"""The defect that is shown of each challenge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """One submission: what it is, its record, where its report is."""

    title: str
    record: dict[str, Any]
    report: Path


def takehome(*words: str) -> str:
    """Run the command as a user would; progress goes to this terminal."""
    print(f"\n$ {shlex.join(['takehome', *words])}", flush=True)
    run = subprocess.run(
        [COMMAND, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    if run.returncode:
        sys.exit(run.returncode)
    return run.stdout


def answer(loaded: LoadedChallenge, issued: Path, variant: str) -> Path:
    """A copy of the issued repository with a variant's files written over it."""
    folder = issued.with_name(variant.replace("/", "-"))
    shutil.copytree(issued, folder)
    [chosen] = [one for one in variants(loaded) if one.title == variant]
    for file in chosen.files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    return folder


def grade(title: str, folder: Path) -> Graded:
    """Grade a folder through the command line."""
    out = OUT / "reports"
    words = ["--candidate", title, "--out", str(out), "--json"]
    record = json.loads(takehome("grade", str(folder.relative_to(ROOT)), *words))
    place = out / record["provenance"]["run"]
    score = record["score"]["automatic"]
    print(f"{title}: {score['percent']:.1f} % in {record['timings']['total']:.0f} s")
    return Graded(title=title, record=record, report=place / "report.html")


def points(category: dict[str, Any]) -> str:
    """Earned of possible points; a dash where nothing was judged."""
    if not category["possible"]:
        return f"{category['pending']:g} for a person" if category["pending"] else "–"
    return f"{category['earned']:g} of {category['possible']:g}"


def missed(record: dict[str, Any]) -> str:
    """The must-haves that failed: the title of a single one, else how many."""
    titles = [gate["title"] for gate in record["gates"] if gate["status"] == "failed"]
    if len(titles) > 1:
        return f"{len(titles)} of {len(record['gates'])} fail"
    return f"fails: {titles[0]}" if titles else "all hold"


def compare(graded: list[Graded]) -> Table:
    """Category by submission, earned of possible points."""
    table = Table(box=None, pad_edge=False)
    table.add_column("points", no_wrap=True)
    for item in graded:
        table.add_column(item.title, justify="right")
    categories = [item.record["score"]["categories"] for item in graded]
    for row in zip(*categories, strict=True):
        table.add_row(row[0]["title"], *map(points, row))
    totals = [item.record["score"]["automatic"] for item in graded]
    table.add_row("automatic", *(f"{t['percent']:.1f} %" for t in totals), style="bold")
    table.add_row("must-haves", *(missed(item.record) for item in graded))
    advice = [item.record["advice"]["title"] for item in graded]
    table.add_row("advice", *advice, style="cyan")
    seconds = [item.record["timings"]["total"] for item in graded]
    table.add_row("graded in", *(f"{value:.0f} s" for value in seconds), style="dim")
    return table


def show(challenge: str) -> list[Graded]:
    """Issue one challenge, grade its three submissions, print the table."""
    loaded, defect = load_challenge(challenge), FLAWED[challenge]
    print(f"\n{loaded.challenge.title} ({challenge}): {loaded.challenge.summary}")
    issued = OUT / challenge / "issued"
    words = ["--candidate", "Ada Example", "--level", "senior"]
    print(takehome("new", challenge, str(issued), *words), end="")
    reference = answer(loaded, ROOT / issued, "solution")
    flawed = answer(loaded, ROOT / issued, f"flawed/{defect}")
    graded = [
        grade("reference", reference),
        grade("untouched starter", ROOT / issued),
        grade(defect, flawed),
    ]
    print()
    Console(highlight=False).print(compare(graded))
    return graded


def main() -> None:
    """The demonstration of all challenges, or of those that are named."""
    shutil.rmtree(ROOT / OUT, ignore_errors=True)
    graded = [item for challenge in sys.argv[1:] or FLAWED for item in show(challenge)]
    print("\nreports:")
    for item in graded:
        print(f"  {item.title:18} {item.report}")


if __name__ == "__main__":
    main()
