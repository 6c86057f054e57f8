"""The service with the model of one file, asked about rows of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from curves import Judged
from files import features
from runner.harness.errors import SubjectError
from works import knowing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from files import Row
    from runner.harness.reply import Fields, Reply
    from runner.harness.service import Service
    from works import Case, Works


EACH = 200
"""Rows that left, and rows that stayed, by which a service shows that it predicts: an area is known
to 0.03 from them, and 0.70 is the least that the brief asks for."""


class Serving:
    """Requests to a service that was given what training wrote."""

    def __init__(self, server: Service, works: Works, known: Case, shown: list[bool]) -> None:
        """Know whom to ask; nothing is trained or started yet.

        `shown` is shared with the other tests: whether the service has been seen to predict.
        """
        self.server = server
        self._works = works
        self._known = known
        self._shown = shown

    async def files(self, *, reference: bool = False) -> dict[str, bytes]:
        """What the service is given."""
        model = await self._works.model(self._known.rows, reference=reference)
        return {f"model/{path}": body for path, body in model.items()}

    async def alive(self) -> Service:
        """The service, with the model, whatever it answers."""
        await self.server.serve(await self.files())
        return self.server

    async def ready(self) -> Service:
        """The service, with the model, when it knows anything at all."""
        service = await self.alive()
        if not self._shown:
            held = self._known.held
            left = [one for one in held if one.churned][:EACH]
            stayed = [one for one in held if not one.churned][:EACH]
            rows = [
                Judged(
                    account=one.account,
                    churned=one.churned,
                    predicted=probability((await ask(service, features(one))).expect(200).object()),
                )
                for one in (*left, *stayed)
            ]
            knowing(rows, "predictions of the service")
            self._shown.append(True)
        return service

    async def one(self, row: Mapping[str, object]) -> float:
        """The prediction of one row."""
        return probability((await ask(await self.ready(), row)).expect(200).object())

    async def batch(self, rows: Sequence[Mapping[str, object]]) -> list[float]:
        """The predictions of several rows."""
        reply = (await ask_batch(await self.ready(), rows)).expect(200)
        found = [probability(one) for one in reply.object().objects("predictions")]
        if len(found) != len(rows):
            message = f"{reply.where}: {len(found)} predictions for {len(rows)} rows"
            raise SubjectError(message)
        return found


async def ask(service: Service, row: Mapping[str, object]) -> Reply:
    """One row, to be predicted."""
    return await service.post("/predict", json=row)


async def ask_batch(service: Service, rows: Sequence[Mapping[str, object]]) -> Reply:
    """Several rows, to be predicted."""
    return await service.post("/predict/batch", json={"rows": list(rows)})


def probability(answer: Fields) -> float:
    """The number in an answer."""
    value = answer.number("churn_probability")
    if not 0 <= value <= 1:
        message = f"{answer.where}: churn_probability is {value:g}"
        raise SubjectError(message)
    return value


def plain(row: Row) -> Row:
    """A row without the fields that are not known: they may be left out."""
    return {name: value for name, value in row.items() if value is not None}
