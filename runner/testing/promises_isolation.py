"""Promises about what a box can reach and what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.testing.steps import connect, facts, listen, resolve, sleep
from runner.testing.world import (
    GROUP,
    PATIENCE_SECONDS,
    USER,
    expect,
    expect_that,
    parsed,
)

if TYPE_CHECKING:
    from runner.testing.world import Promise, World

_BY_THE_RUNTIME = {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "HOSTNAME", "HOME"}
_NO_WAY = {"ENETUNREACH", "EHOSTUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"}
_ELSEWHERE = (
    ("1.1.1.1", 443),
    ("169.254.169.254", 80),
    ("172.17.0.1", 22),
    ("192.168.65.7", 2375),
    ("2606:4700:4700::1111", 443),
)


def there_is_no_network(world: World) -> None:
    """No address but the loopback's can be reached, no name can be looked up."""
    with world.run() as run:
        lines = world.say(run, *(connect(host, port) for host, port in _ELSEWHERE))
        expect(len(lines), len(_ELSEWHERE))
        expect_that(set(lines) <= _NO_WAY, lines)
        names = ("example.com", "host.docker.internal", "metadata.google.internal")
        expect(world.say(run, *map(resolve, names)), ["unresolved"] * len(names))


def a_joined_network_is_one_loopback(world: World) -> None:
    """Both see what the other serves, and still nothing else."""
    with world.run() as run:
        server = run.start(world.spec(listen(8000), sleep(600), interactive=True))
        expect(server.read_line(PATIENCE_SECONDS), b"listening\n")
        inside = (connect("127.0.0.1", 8000), connect("1.1.1.1", 443))
        joined = world.say(run, *inside, network_of=server)
        expect(joined[0], "connected")
        expect_that(joined[1] in _NO_WAY, joined)
        expect(world.say(run, connect("127.0.0.1", 8000)), ["ECONNREFUSED"])


def a_port_is_free_after_its_box(world: World) -> None:
    """A killed server leaves nothing on the shared loopback."""
    with world.run() as run:
        holder = run.start(world.spec(sleep(600)))
        for _ in range(2):
            server = run.start(
                world.spec(listen(8000), sleep(600), interactive=True, network_of=holder)
            )
            expect(server.read_line(PATIENCE_SECONDS), b"listening\n")
            server.kill()


def privileges_are_none(world: World) -> None:
    """A plain user without capabilities, under seccomp, that can gain nothing."""
    with world.run() as run:
        found = parsed(world.say(run, facts()))
        expect((found["uid"], found["gid"], found["groups"]), (USER, GROUP, []))
        expect(found["capabilities"], 0)
        for guard in ("no_new_privileges", "seccomp", "read_only_root"):
            expect_that(found[guard], f"{guard} is off")
        expect(found["interfaces"], ["lo"])


def the_environment_is_as_given(world: World) -> None:
    """What was asked, what the runtime documents, and nothing of the host."""
    wanted = {"TOKEN": "größer = 🙂", "EMPTY": "", "HOME": "/tmp"}  # noqa: S108 - in the box
    with world.run() as run:
        found = parsed(world.say(run, facts(), env=wanted, workdir="/usr"))
        environment = found["environment"]
        expect({name: environment.get(name) for name in wanted}, wanted)
        expect_that(environment.keys() <= wanted.keys() | _BY_THE_RUNTIME, environment)
        expect((found["folder"], found["host"]), ("/usr", "box"))


PROMISES: tuple[Promise, ...] = (
    there_is_no_network,
    a_joined_network_is_one_loopback,
    a_port_is_free_after_its_box,
    privileges_are_none,
    the_environment_is_as_given,
)
