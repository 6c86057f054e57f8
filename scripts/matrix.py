"""Renew the pages that show what a certificate says: requirement × variant.

    python -m scripts.matrix

The certificate of each bundled challenge, in `docs/proofs/`, gets a page beside it.
`tests/meta/test_documents.py` fails while one is out of date.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from runner.catalog import load_challenge
from runner.catalog.places import challenge_ids
from runner.certificate import load_proof
from runner.model import Level
from runner.proof import all_variants

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.catalog import LoadedChallenge, Variant
    from runner.certificate import Proof, Row

ROOT = Path(__file__).resolve().parent.parent
CERTIFICATES = {
    challenge: ROOT / "docs" / "proofs" / f"{challenge.replace('/', '-')}.json"
    for challenge in challenge_ids(None)
}
"""Where the certificate of each challenge lies."""

PLAIN = {
    "solution": "Nothing: the reference.",
    "starter": "Everything: what a candidate gets, untouched.",
    "alternative": "Nothing: correct in another way.",
}
"""What is wrong with variants that state no defect."""

PAGE = """\
# What the proof of {challenge} found

Made by `python -m scripts.matrix` from the challenge and its [certificate]({certificate}), which
`takehome challenge verify` writes. Each flawed variant has one defect and has to lose exactly what
its `expect.toml` states; no cheat may gain anything.

{variants} variants ({kinds}), {requirements} requirements, {checks} hidden checks.
{untriggered}

## Requirements, and the flawed variants that lose them

{lost_by}

## Variants, and what they lose

Percent of the automatic points that were measured, at each level. Of flawed variants and
alternatives only the behaviour is.

{losses}
"""


def page(name: str) -> str:
    """What a reader sees of the challenge's certificate."""
    challenge = load_challenge(name)
    proof = load_proof(CERTIFICATES[name], challenge)
    variants = all_variants(challenge)
    kinds = Counter(variant.kind for variant in variants)
    return PAGE.format(
        challenge=name,
        certificate=CERTIFICATES[name].name,
        variants=len(variants),
        kinds=", ".join(f"{kind} {count}" for kind, count in kinds.items()),
        requirements=len(challenge.challenge.requirements),
        checks=len(challenge.expected),
        untriggered=_untriggered(proof),
        lost_by=table(_requirements(challenge, proof)),
        losses=table(_variants(variants, proof)),
    )


def _untriggered(proof: Proof) -> str:
    if not proof.untriggered:
        return "Each check is failed by a flawed variant."
    return f"No flawed variant fails {_codes(proof.untriggered)}."


def _requirements(challenge: LoadedChallenge, proof: Proof) -> Iterator[tuple[str, ...]]:
    yield "requirement", "what it asks", "checks", "of them probes", "lost by"
    probes = set(challenge.probes)
    for requirement in challenge.challenge.requirements:
        checks = [check for check, wanted in challenge.expected if wanted == requirement.id]
        lost_by = [
            row.variant.removeprefix("flawed/")
            for row in proof.rows
            if row.kind == "flawed" and requirement.id in row.lost
        ]
        probed = sum(check in probes for check in checks)
        counts = (str(len(checks)), str(probed or ""))
        yield f"`{requirement.id}`", requirement.title, *counts, _codes(lost_by)


def _variants(variants: Sequence[Variant], proof: Proof) -> Iterator[tuple[str, ...]]:
    yield "variant", "kind", "what is wrong", "loses", *Level
    rows = {row.variant: row for row in proof.rows}
    for variant in variants:
        told = variant.expects.defect or PLAIN.get(variant.kind, "")
        yield f"`{variant.name}`", variant.kind, told, *_outcome(rows.get(variant.title))


def _outcome(row: Row | None) -> tuple[str, ...]:
    """What a variant loses, by name unless that is most of all, and its percentages."""
    if row is None:
        return ("not graded yet", *("" for _ in Level))
    most = len(row.lost) * 2 > len(row.statuses)
    lost = (name for name in row.statuses if name in row.lost)
    told = f"{len(row.lost)} of {len(row.statuses)}" if most else _codes(lost)
    return (told, *(f"{row.percents[level]:.1f}" for level in Level))


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def table(rows: Iterator[tuple[str, ...]]) -> str:
    """A table in Markdown; the first row is its head."""
    header, *others = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    line = " | ".join("---" for _ in header.split(" | "))
    return "\n".join(f"| {text} |" for text in (header, line, *others))


def main() -> None:
    """Write the pages and name those that changed."""
    for name, path in CERTIFICATES.items():
        target = path.with_suffix(".md")
        after = page(name)
        if not target.exists() or target.read_text("utf-8") != after:
            target.write_text(after, encoding="utf-8")
            print(f"wrote {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
