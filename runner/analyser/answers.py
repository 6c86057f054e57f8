"""Answers to questions about expressions, each found once and none of them for ever.

What an expression stands for may lead back to itself, and hostile text makes it lead everywhere.
A ring ends where it began. All questions about a file share one number of steps; over that, and
too many questions deep, nobody looks any further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

T = TypeVar("T")

DEPTH = 60
"""Questions that wait for each other. Hand-written code needs ten; Python's stack ends at 1,000."""


class Patience:
    """The steps that are left for a file, and the questions that are being answered."""

    def __init__(self, left: int) -> None:
        """`left` is how many steps all questions together may take."""
        self.left = left
        self.open = 0
        self.rings = 0
        self.askers: list[Answers[object]] = []

    def step(self) -> bool:
        """Take one step; False when there is none left."""
        self.left -= 1
        return self.left >= 0

    @property
    def is_over(self) -> bool:
        """Whether a question was given up."""
        return self.left < 0


class Answers(Generic[T]):
    """The answers to one kind of question."""

    def __init__(self, patience: Patience, nothing: T, lost: T | None = None) -> None:
        """`nothing` is what a ring adds to the answer where it began.

        `lost` is the answer where nobody looks any further: `nothing` as well, unless it is given.
        """
        self._patience = patience
        self._nothing = nothing
        self._lost = nothing if lost is None else lost
        self._known: dict[int, T] = {}
        self._partly: dict[int, T] = {}
        self._open: set[int] = set()
        self._kept: list[ast.AST] = []  # an id is that of one node as long as the node is there
        patience.askers.append(self)  # type: ignore[arg-type]  # forgets, whatever the kind

    def about(self, node: ast.AST, find: Callable[[], T]) -> T:
        """What is known about a node, or what `find` finds."""
        at, patience = id(node), self._patience
        if at in self._known:
            return self._known[at]
        if at in self._partly:
            return self._partly[at]
        if at in self._open:
            patience.rings += 1
            return self._nothing
        if patience.open >= DEPTH or not patience.step():
            patience.rings += 1
            return self._lost
        self._kept.append(node)
        self._open.add(at)
        patience.open += 1
        rings = patience.rings
        answer = find()
        patience.open -= 1
        self._open.remove(at)
        # What leads back to itself is known in full only where the question began.
        partly = patience.rings != rings and patience.open
        (self._partly if partly else self._known)[at] = answer
        if not patience.open:
            for each in patience.askers:
                each.forget()
        return answer

    def forget(self) -> None:
        """Drop what is known in part only."""
        self._partly.clear()
