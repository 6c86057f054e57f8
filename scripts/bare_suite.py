"""Run a challenge's hidden suite against a folder as a plain process: an author's quick loop.

    python -m scripts.bare_suite challenges/backend/orders-api SUBMISSION_DIR [PYTHON]

PYTHON is an interpreter with the packages of submissions, where the one that runs lacks them.
A folder of the challenge itself (`flawed/oversell`) is laid over its base first. It isolates
nothing: use it for your own solutions only.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from runner.catalog import LoadedChallenge, control, load_challenge_folder
from runner.checks import CheckContext, Event, hidden_tests
from runner.intake import read_submission
from runner.proof import all_variants
from runner.tree import pack
from scripts.bare import BareSandbox


def sources(loaded: LoadedChallenge, folder: Path) -> bytes:
    """The tar of a variant of the challenge, or of any other folder as the intake reads it."""
    for variant in all_variants(loaded):
        if (loaded.root / variant.title).resolve() == folder.resolve():
            return pack(variant.files)
    return read_submission(folder, required=loaded.challenge.subject.files).to_tar()


def show(event: Event) -> None:
    """One line per case that did not pass."""
    if event.outcome not in ("", "passed"):
        print(f"  [{event.done}/{event.total}] {event.outcome}: {event.detail}", file=sys.stderr)


def main() -> int:
    """Exit code 0 when every check passed."""
    loaded = load_challenge_folder(Path(sys.argv[1]).resolve())
    python = sys.argv[3] if sys.argv[3:] else ""
    begun = time.monotonic()
    with BareSandbox().open(ttl_seconds=600) as run:
        result = hidden_tests.run(
            CheckContext(
                run=run,
                challenge=loaded.challenge,
                images={"subject": python, "harness": ""},
                sources=sources(loaded, Path(sys.argv[2])),
                starter=b"",
                suite=loaded.suite,
                expected=loaded.expected,
                seed=1,
                control=control(loaded),
                on_event=show,
            )
        )
    for item in result.evidence:
        if item.outcome != "passed":
            print(f"{item.outcome:8} {item.requirement}  {item.check}\n         {item.summary}")
    passed = sum(item.outcome == "passed" for item in result.evidence)
    print(f"{passed} of {len(result.evidence)} checks passed in {time.monotonic() - begun:.1f} s")
    print({name: round(value, 2) for name, value in result.timings.items()})
    return 0 if passed == len(result.evidence) else 1


if __name__ == "__main__":
    sys.exit(main())
