"""Renew the page that shows how well the probes separate good services from bad ones.

    python -m scripts.rounds

It is made of the tallies that `takehome challenge probes --record` keeps in `docs/proofs/`.
`tests/meta/test_documents.py` fails while it is out of date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.catalog import load_challenge, load_controls
from runner.proof import all_variants
from runner.rounds import load_rounds, tried_digest
from runner.separation import chosen
from scripts.matrix import PLAIN, ROOT, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from runner.catalog import LoadedChallenge
    from runner.rounds import Tally

PAGE = ROOT / "docs" / "proofs" / "probes.md"
CONTROLS = "backend/probes"
CHALLENGES = (CONTROLS, "backend/orders-api")

HEAD = """\
# How well the concurrency probes separate

Made by `python -m scripts.rounds` from the tallies that `takehome challenge probes --record`
keeps beside this page ([controls]({controls}), [orders-api]({orders})). In every round a good
service has to pass every probe, and a bad one has to fail the probes of its defect; a round that
told nothing counts as wrong on both sides. *Loaded* means that two processes which never rest kept
both cores busy. Either way several services were tried at a time ({jobs}), so that *idle* is not
silent. A star marks a service or suite that has changed since; a change of the probes themselves
shows nowhere here. What the probes do: [docs/probes.md](../probes.md).
"""

SECTION = """
## {title}

{summary}

{rows}
"""


def page() -> str:
    """The page as it should be."""
    kept = {name: load_rounds(place(name), name).tallies for name in CHALLENGES}
    counts = sorted({one.jobs for tallies in kept.values() for one in tallies})
    jobs = ", ".join(map(str, counts)) or "none yet"
    places = {"controls": place(CONTROLS).name, "orders": place(CHALLENGES[1]).name}
    parts = [HEAD.format(**places, jobs=jobs)]
    for name in CHALLENGES:
        challenge = load_controls("backend") if name == CONTROLS else load_challenge(name)
        titles = {variant.title for variant in all_variants(challenge)}
        tallies = [one for one in kept[name] if one.variant in titles]
        title = "The tiny services that come with the probes" if name == CONTROLS else name
        rows = table(_rows(challenge, tallies))
        parts.append(SECTION.format(title=title, summary=_summary(tallies), rows=rows))
    return "".join(parts)


def place(name: str) -> Path:
    """The file with the rounds of a challenge."""
    return PAGE.with_name(f"{name.replace('/', '-')}-rounds.json")


def _summary(tallies: Iterable[Tally]) -> str:
    parts = []
    for load, name in ((False, "Idle"), (True, "Loaded")):
        mine = [one for one in tallies if one.load is load]
        good = [one for one in mine if one.good]
        bad = [one for one in mine if not one.good]
        parts.append(
            f"{name}: {sum(one.rounds for one in good)} rounds on good services, "
            f"{sum(one.failed for one in good)} of them false failures, "
            f"{sum(one.not_measured for one in good)} told nothing; "
            f"{sum(one.rounds for one in bad)} rounds on bad ones, "
            f"{sum(one.passed for one in bad)} of them false passes, "
            f"{sum(one.not_measured for one in bad)} told nothing."
        )
    return "\n".join(parts)


def _rows(challenge: LoadedChallenge, tallies: Iterable[Tally]) -> Iterator[tuple[str, ...]]:
    yield "service", "what is wrong", "probes of", "idle", "loaded"
    known = {one.key: one for one in tallies}
    for variant in chosen(all_variants(challenge)):
        digest = tried_digest(challenge, variant)
        tried = dict.fromkeys(name for title, name, _ in known if title == variant.title)
        told = variant.expects.defect or PLAIN[variant.kind]
        if not tried:
            yield f"`{variant.name}`", told, "not tried yet", "", ""
        for requirement in tried:
            counts = (
                _count(known.get((variant.title, requirement, load)), digest)
                for load in (False, True)
            )
            yield f"`{variant.name}`", told, requirement, *counts
            told = ""


def _count(tally: Tally | None, digest: str) -> str:
    """`50 of 50`; a star where the service or the suite has changed since."""
    if tally is None:
        return ""
    return f"{tally.right} of {tally.rounds}{'' if tally.digest == digest else ' *'}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
