"""Alarms in the order in which somebody should look at them: few of each kind, weighty kinds first.

A submission decides how many signs of tampering it shows. Were they counted all together, fifty
cheap ones would push a telling one out of sight. So each kind has its own few places, and the
number of those that found none stands with the last of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.model import Alarm

PER_KIND: Final = 5
"""Alarms of one kind that are kept: enough to see a pattern, and what the analyser keeps too."""

USUAL: Final = 20
"""Weight of a kind that is not in the table: code that could hide something or forge a result.

A kind that somebody adds is looked at before the cheap ones.
"""

_IN_THE_RUN = 30
"""Weight of what was seen while the code ran: it happened, and is not only possible."""

_MISLEADING, _COMMON, _IDLE = 15, 10, 5

_WEIGHTS = {
    # A stage of ours broke on this submission only: nothing says more clearly where to look.
    "grading.breaks": _IN_THE_RUN,
    # The program runs code that nobody has read.
    "static.unread-code": _IN_THE_RUN,
    # Text made to mislead a reader: the report shows it as it is, and no tool goes by it.
    "static.addresses-reviewer": _MISLEADING,
    "static.invisible-text": _MISLEADING,
    "static.confusable-name": _MISLEADING,
    "static.test-reads-code": _MISLEADING,
    # Honest work has these as well, now and then.
    "static.foreign-encoding": _COMMON,
    "static.blanket-suppression": _COMMON,
    "intake.hidden_name": _COMMON,
    # Without effect here: git is never run, and permissions are not kept.
    "intake.git_hook": _IDLE,
    "intake.git_config": _IDLE,
    "intake.bare_repository": _IDLE,
    "intake.setuid": _IDLE,
}

_MORE = re.compile(r" \(and ([0-9]{1,7}) more\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The alarms of one kind that are listed, and how many there are in all."""

    id: str
    alarms: tuple[Alarm, ...]

    @property
    def count(self) -> int:
        """Those that are not listed included."""
        return sum(1 + alarm.more for alarm in self.alarms)


def kinds(alarms: Iterable[Alarm]) -> tuple[Kind, ...]:
    """Every kind with the first of its alarms, the weightiest first."""
    groups: dict[str, list[Alarm]] = {}
    for alarm in alarms:
        groups.setdefault(alarm.id, []).append(alarm)
    found = (Kind(id=name, alarms=_few(group)) for name, group in groups.items())
    return tuple(sorted(found, key=lambda kind: -weight(kind.id)))


def few_of_each(alarms: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """At most `PER_KIND` of each kind in the order of `kinds`. Doing it twice changes nothing."""
    return tuple(alarm for kind in kinds(alarms) for alarm in kind.alarms)


def weight(name: str) -> int:
    """How much sooner than others somebody should look at alarms of this kind."""
    return _IN_THE_RUN if name.startswith("suite.") else _WEIGHTS.get(name, USUAL)


def counted(alarm: Alarm) -> Alarm:
    """An alarm of the analyser, which writes behind the last of a kind how many more there are.

    A summary that ends like that by itself makes only itself look more frequent.
    """
    found = _MORE.search(alarm.summary)
    if found is None:
        return alarm
    summary = alarm.summary[: found.start()]
    return alarm.model_copy(update={"summary": summary, "more": int(found[1])})


def _few(group: list[Alarm]) -> tuple[Alarm, ...]:
    kept, rest = group[:PER_KIND], group[PER_KIND:]
    more = kept[-1].more + sum(1 + alarm.more for alarm in rest)
    return (*kept[:-1], kept[-1].model_copy(update={"more": more}))
