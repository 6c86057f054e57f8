"""Break our own side again and again: `python -m scripts.kills --rounds 100`.

Each round grades a small submission with one fault: the orchestrator or a container is killed, the
connection to the engine drops, stalls, lies, the disk is full or read-only, an engine of the
script's own is restarted. After each round nothing may be scored that was not judged, nothing be
charged to the candidate, nothing be left. Exit code 0 when all of that held every time.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.sandbox import images
from runner.sandbox.docker import connect
from runner.sandbox.image_base import base_image
from scripts.kills import small
from scripts.kills.engine import DEFAULT, Engine, SecondEngine
from scripts.kills.faults import faults
from scripts.kills.rounds import Rounds, clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from scripts.kills.faults import Fault
    from scripts.kills.rounds import Result

OUTCOMES = ("graded", "errored", "void", "no record", "killed", "hung")


@click.command(help=__doc__)
@click.option("--rounds", default=100, show_default=True, type=click.IntRange(1))
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1))
@click.option("--seed", type=int, help="Repeats the faults of an earlier run.")
@click.option("--only", default="", help="Faults that have this in their names.")
@click.option("--strict", is_flag=True, help="Nor may a part of a grading be errored.")
@click.option("--second/--no-second", default=True, help="With an engine that is restarted.")
def main(
    *, rounds: int, jobs: int, seed: int | None, only: str, strict: bool, second: bool
) -> None:
    """Run the rounds, print what became of them."""
    chosen_seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    print(f"seed {chosen_seed}", flush=True)
    root = Path(tempfile.mkdtemp(prefix="takehome-kills-"))
    engine = Engine(os.environ.get("DOCKER_HOST", DEFAULT))
    able = os.geteuid() == 0
    with ExitStack() as stack:
        restarted = stack.enter_context(_second(root)) if second and able else None
        known = faults(second=restarted is not None, mounts=able)
        drawn = _drawn([one for one in known if only in one.name], rounds, chosen_seed)
        run = Rounds(root, engine, restarted, seed=chosen_seed, strict=strict)
        for challenge in (small.PLAIN, small.TESTED):
            good = run.undisturbed(challenge)
            print(f"{challenge}: {good.seconds:.1f} s undisturbed", flush=True)
        with ThreadPoolExecutor(jobs) as pool:
            results = list(pool.map(_told(run), drawn, range(1, rounds + 1)))
        left = clean(engine, root, {one.pid for one in results})
    sys.exit(_concluded(results, left, root))


def _drawn(known: list[Fault], rounds: int, seed: int) -> list[Fault]:
    """Each fault as often as any other one, in an order that the seed knows."""
    rng = random.Random(seed)
    drawn: list[Fault] = []
    while len(drawn) < rounds:
        drawn += rng.sample(known, len(known))
    return drawn[:rounds]


def _second(root: Path) -> SecondEngine:
    client = connect()
    ids = [base_image(client, lambda *_: None), *images.ensure(client, "backend").values()]
    names = tuple(name for one in ids for name in client.images.get(one).tags)
    client.close()
    return SecondEngine(root / "engine", names)


def _told(run: Rounds) -> Callable[[Fault, int], Result]:
    """A round that says at once what became of it."""

    def disturbed(fault: Fault, number: int) -> Result:
        result = run.disturbed(fault, number)
        struck = "" if result.struck else " (did not strike)"
        line = f"{number:4} {result.seconds:6.1f} s  {fault.name}: {result.outcome}{struck}"
        print("\n       ! ".join([line, *result.violations]), flush=True)
        return result

    return disturbed


def _concluded(results: list[Result], left: tuple[str, ...], root: Path) -> int:
    names = sorted({one.fault for one in results})
    print(f"\n{'fault':34} rounds struck " + " ".join(f"{name:>9}" for name in OUTCOMES))
    for name in [*names, "all"]:
        rows = [one for one in results if name in (one.fault, "all")]
        counts = Counter(one.outcome for one in rows)
        cells = " ".join(f"{counts[word] or '':>9}" for word in OUTCOMES)
        print(f"{name:34} {len(rows):6} {sum(one.struck for one in rows):6} {cells}")
    broken = [one for one in results if one.violations]
    for one in broken:
        print(f"round {one.number}, {one.fault}: {'; '.join(one.violations)}")
    print(f"left after gc: {len(left)}")
    if broken or left:
        print(f"what was written is in {root}")
        return 1
    shutil.rmtree(root, ignore_errors=True)
    print("nothing was scored that was not judged, nothing was charged, nothing is left")
    return 0


if __name__ == "__main__":
    main()
