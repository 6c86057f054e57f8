"""Promises about the life of a box: start, talk, signals, endings, removal."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from runner.sandbox import Box, Ending, SandboxError
from runner.testing.steps import (
    die,
    echo,
    ignore,
    leave,
    linger,
    raw,
    say,
    size,
    sleep,
    trap,
)
from runner.testing.world import (
    LIMITS,
    PATIENCE_SECONDS,
    at,
    ended,
    expect,
    expect_error,
    expect_that,
    volume,
)

if TYPE_CHECKING:
    from runner.testing.world import Promise, World

_FOREVER = 600.0
_PROMPT_SECONDS = 5.0


def exit_codes_are_kept(world: World) -> None:
    """An exit by itself is `EXITED` with the program's own code."""
    with world.run() as run:
        for code in (0, 1, 42):
            result = ended(run.start(world.spec(leave(code))))
            expect((result.ending, result.exit_code), (Ending.EXITED, code))


def killing_itself_is_an_exit(world: World) -> None:
    """Exit code 137 alone is no sign of a limit or of us."""
    with world.run() as run:
        for last in (die(), leave(137)):
            result = ended(run.start(world.spec(last)))
            expect((result.ending, result.exit_code), (Ending.EXITED, 137))


def a_program_that_does_not_exist_says_so(world: World) -> None:
    """It ends with the shell's code for that, or its start fails."""
    with world.run() as run:
        try:
            box = run.start(world.spec(argv=("/nonexistent/program",)))
        except SandboxError:
            return
        expect(ended(box).exit_code, 127)


def lines_go_both_ways(world: World) -> None:
    """An interactive box answers line by line, with any bytes in a line."""
    with world.run() as run:
        box = run.start(world.spec(echo(), interactive=True))
        for line in (b"one\n", "größer 🙂\n".encode(), b"\x00\xff\xfe\n", b"x" * 300_000 + b"\n"):
            box.write(line)
            expect(box.read_line(PATIENCE_SECONDS), line)


def standard_error_stays_apart_from_lines(world: World) -> None:
    """`output` of an interactive box is its standard error."""
    with world.run() as run:
        box = run.start(world.spec(say("a line"), say("a word", error=True), interactive=True))
        expect(box.read_line(PATIENCE_SECONDS), b"a line\n")
        expect(box.read_line(PATIENCE_SECONDS), b"")
        ended(box)
        expect(box.output().text, "a word\n")


def nothing_to_read_is_a_timeout(world: World) -> None:
    """`read_line` waits as long as asked, and no longer."""
    with world.run() as run:
        box = run.start(world.spec(sleep(_FOREVER), interactive=True))
        begun = time.monotonic()
        try:
            line = box.read_line(0.2)
        except TimeoutError:
            expect_that(time.monotonic() - begun < _PROMPT_SECONDS, "it waited too long")
        else:
            expect(line, "a timeout")


def an_unfinished_line_is_handed_out(world: World) -> None:
    """What came after the last newline is the last line."""
    with world.run() as run:
        box = run.start(world.spec(raw(b"cut"), interactive=True))
        expect([box.read_line(PATIENCE_SECONDS) for _ in range(3)], [b"cut", b"", b""])


def writing_to_the_dead_fails(world: World) -> None:
    """Bytes that nobody will read are an error of ours, not silence."""
    with world.run() as run:
        box = run.start(world.spec(leave(0), interactive=True))
        ended(box)
        expect_error(lambda: box.write(b"hello\n"))


def output_is_kept_in_order(world: World) -> None:
    """Both streams of a plain box, undecodable bytes escaped."""
    with world.run() as run:
        steps = (say("größer 🙂"), sleep(0.2), say("error", error=True), sleep(0.2), raw(b"\xff"))
        expect(world.say(run, *steps), ["größer 🙂", "error", "\\xff"])


def signals_reach_the_program(world: World) -> None:
    """A handler of the program runs and chooses the exit code."""
    with world.run() as run:
        box = run.start(world.spec(trap("TERM", "goodbye", 7), sleep(_FOREVER), interactive=True))
        expect(box.read_line(PATIENCE_SECONDS), b"trapping\n")
        box.signal("TERM")
        result = ended(box)
        expect((result.ending, result.exit_code), (Ending.EXITED, 7))
        expect(box.read_line(PATIENCE_SECONDS), b"goodbye\n")


def ignoring_signals_does_not_help(world: World) -> None:
    """A program that ignores SIGTERM lives on, until it is killed."""
    with world.run() as run:
        box = run.start(world.spec(ignore("TERM"), sleep(_FOREVER), interactive=True))
        expect(box.read_line(PATIENCE_SECONDS), b"ignoring\n")
        box.signal("TERM")
        expect(box.wait(0.5), None)
        expect(box.kill().ending, Ending.KILLED)


def signals_to_the_dead_are_harmless(world: World) -> None:
    """Neither a signal nor a kill changes how a box has ended."""
    with world.run() as run:
        box = run.start(world.spec(leave(3)))
        before = ended(box)
        box.signal("TERM")
        box.signal("KILL")
        expect(box.kill(), before)
        expect(box.wait(0), before)


def a_kill_is_prompt(world: World) -> None:
    """Killing says so, and takes a moment only."""
    with world.run() as run:
        box = run.start(world.spec(sleep(_FOREVER)))
        begun = time.monotonic()
        expect(box.kill().ending, Ending.KILLED)
        expect_that(time.monotonic() - begun < _PROMPT_SECONDS, "it took too long")


def the_deadline_kills_every_process(world: World) -> None:
    """A daemon in a session of its own dies with its box."""
    with world.run() as run:
        data = volume()
        run.volume(data)
        run.start(world.spec(sleep(_FOREVER), mounts=at("/data", data)))
        limits = LIMITS.model_copy(update={"wall_seconds": 1.0})
        steps = (linger("/data/beat"), sleep(0.5), ignore("TERM"), sleep(_FOREVER))
        box = run.start(world.spec(*steps, limits=limits, mounts=at("/data", data)))
        result = ended(box)
        expect(result.ending, Ending.TIMEOUT)
        expect_that(result.wall_seconds < _PROMPT_SECONDS, result)
        watch = (size("/data/beat"), sleep(0.5), size("/data/beat"))
        before, after = world.say(run, *watch, mounts=at("/data", data))
        expect(after, before, "of a dead daemon")
        expect_that(int(before) > 0, "the daemon never lived")


def usage_is_measured(world: World) -> None:
    """CPU time and memory of a running box are known."""
    with world.run() as run:
        box = run.start(world.spec(sleep(_FOREVER), interactive=True))
        usage = box.usage()
        expect_that(usage is not None and usage.peak_memory_bytes > 0, usage)
        box.kill()
        expect_that(box.usage() is not None, "the last usage is forgotten")


def removing_twice_is_harmless(world: World) -> None:
    """Also while it runs, and after its end."""
    with world.run() as run:
        for steps in ((sleep(_FOREVER),), (leave(0),)):
            box = run.start(world.spec(*steps))
            box.remove()
            box.remove()
            expect_that(box.wait(PATIENCE_SECONDS) is not None, "a removed box runs")


def a_run_closes_after_an_error(world: World) -> None:
    """An exception in the `with` block passes, and every box is dead."""
    boxes: list[Box] = []

    def fail_with_boxes() -> None:
        with world.run() as run:
            boxes.append(run.start(world.spec(sleep(_FOREVER))))
            boxes.append(run.start(world.spec(sleep(_FOREVER), network_of=boxes[0])))
            message = "from inside"
            raise SandboxError(message)

    expect(expect_error(fail_with_boxes).what, "from inside")
    expect([box.wait(0) is not None for box in boxes], [True, True])


def a_failed_start_is_our_fault(world: World) -> None:
    """What cannot be started is a `SandboxError`, and the run goes on."""
    with world.run() as run:
        expect_error(lambda: run.start(world.spec(leave(0), image="sha256:" + "f" * 64)))
        expect_error(lambda: run.start(world.spec(argv=())))
        expect_error(lambda: run.start(world.spec(leave(0), mounts=at("/x", volume("other")))))
        expect(ended(run.start(world.spec(leave(0)))).exit_code, 0)


def a_stopped_run_lets_waiters_go(world: World) -> None:
    """Its boxes are dead, whoever waits for one gets on, and no other one starts."""
    with world.run() as run, ThreadPoolExecutor() as pool:
        box = run.start(world.spec(sleep(_FOREVER), interactive=True))
        waiting = pool.submit(box.read_line, _FOREVER)
        run.stop()
        expect(waiting.result(_PROMPT_SECONDS), b"")
        expect_that(box.wait(PATIENCE_SECONDS) is not None, "a box of a stopped run runs")
        expect_error(lambda: run.start(world.spec(leave(0))))


def runs_do_not_meet(world: World) -> None:
    """Two runs at a time have ids, volumes and boxes of their own."""
    with world.run() as one, world.run() as two:
        expect_that(one.id != two.id, "two runs have one id")
        for run in (one, two):
            run.volume(volume())
        ids = {run.start(world.spec(leave(0))).id for run in (one, two)}
        expect(len(ids), 2)


PROMISES: tuple[Promise, ...] = (
    exit_codes_are_kept,
    killing_itself_is_an_exit,
    a_program_that_does_not_exist_says_so,
    lines_go_both_ways,
    standard_error_stays_apart_from_lines,
    nothing_to_read_is_a_timeout,
    an_unfinished_line_is_handed_out,
    writing_to_the_dead_fails,
    output_is_kept_in_order,
    signals_reach_the_program,
    ignoring_signals_does_not_help,
    signals_to_the_dead_are_harmless,
    a_kill_is_prompt,
    the_deadline_kills_every_process,
    usage_is_measured,
    removing_twice_is_harmless,
    a_run_closes_after_an_error,
    a_failed_start_is_our_fault,
    a_stopped_run_lets_waiters_go,
    runs_do_not_meet,
)
