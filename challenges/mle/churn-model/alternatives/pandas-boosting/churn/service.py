"""The service: `uvicorn churn.service:app`. `MODEL_DIR` names the folder with the model.

What predicts is a plain `def`: FastAPI runs it in a thread, and `/health` is answered meanwhile.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from churn import data, drift, model, schema

MOST_ROWS = 1000
MOST_ERRORS = 100
"""So many are told to whoever sends a batch full of them."""


def _within(name: str) -> Any:  # noqa: ANN401
    """Return the range of a column for pydantic. A whole number may be written `2.0`, as in CSV."""
    number = schema.NUMBERS[name]
    return Field(
        strict=True,
        allow_inf_nan=False,
        ge=number.low,
        le=number.high,
        multiple_of=1 if number.whole else None,
    )


Word = Annotated[str, Field(strict=True)]
Finite = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Row(BaseModel):
    """A subscription. Other fields may be there and mean nothing."""

    plan: Word
    payment: Word
    country: Word
    tenure_months: Annotated[float, _within("tenure_months")]
    boxes: Annotated[float, _within("boxes")]
    price_eur: Annotated[float, _within("price_eur")]
    skipped_boxes: Annotated[float, _within("skipped_boxes")]
    tickets: Annotated[float, _within("tickets")]
    days_since_login: Annotated[float, _within("days_since_login")] | None = None
    rating: Annotated[float, _within("rating")] | None = None
    discount_pct: Annotated[float, _within("discount_pct")]
    auto_renew: Literal["yes", "no"] | None = None


class LooseRow(BaseModel):
    """A row that is asked about drift: what lies outside the range is what one looks for."""

    plan: Word
    payment: Word
    country: Word
    tenure_months: Finite
    boxes: Finite
    price_eur: Finite
    skipped_boxes: Finite
    tickets: Finite
    days_since_login: Finite | None = None
    rating: Finite | None = None
    discount_pct: Finite
    auto_renew: Word | None = None


class Batch(BaseModel):
    """Rows to predict."""

    rows: Annotated[list[Row], Field(max_length=MOST_ROWS)]


class LooseBatch(BaseModel):
    """Rows to compare with those of the training."""

    rows: Annotated[list[LooseRow], Field(max_length=MOST_ROWS)]


class Prediction(BaseModel):
    """How likely a subscription is cancelled in the month after."""

    churn_probability: float


class Predictions(BaseModel):
    """The predictions of a batch, in its order."""

    predictions: list[Prediction]


class Drift(BaseModel):
    """Whether rows differ from those of the training, and in what."""

    drift: bool
    features: list[str]


class StrictRequest(Request):
    """A request whose body has to be JSON: Python would also read `NaN` and `Infinity`."""

    async def json(self) -> Any:  # noqa: ANN401
        """Return what the body says. FastAPI answers 4xx to whatever is raised here."""
        if not hasattr(self, "_json"):
            text = (await self.body()).decode("utf-8")
            self._json = json.loads(text, parse_constant=_refuse)
        return self._json


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


class StrictRoute(APIRoute):
    """A route that reads its body as `StrictRequest` does."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of the route."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await handler(StrictRequest(request.scope, request.receive))

        return handle


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load the model once, before the first request: without one there is no service."""
    folder = Path(os.environ["MODEL_DIR"])
    app.state.model, app.state.metadata = model.load(folder)
    app.state.drift = model.read_json(folder / drift.DRIFT_FILE)
    yield


async def refuse(_: Request, error: Exception) -> JSONResponse:
    """Answer 422 and name the fields. What was sent is not repeated: it may be no JSON at all."""
    found = error.errors()[:MOST_ERRORS] if isinstance(error, RequestValidationError) else []
    detail = [{key: one[key] for key in ("type", "loc", "msg")} for one in found]
    return JSONResponse({"detail": detail}, status_code=422)


router = APIRouter(route_class=StrictRoute)


@router.get("/health")
async def health() -> dict[str, str]:
    """Answer that the service is ready."""
    return {"status": "ok"}


@router.get("/model-info")
async def model_info(request: Request) -> dict[str, Any]:
    """Answer what is known about the model."""
    metadata = request.app.state.metadata
    return {name: metadata[name] for name in ("roc_auc", "rows", "features")}


@router.post("/predict")
def predict(row: Row, request: Request) -> Prediction:
    """Predict one subscription."""
    return _predict([row], request)[0]


@router.post("/predict/batch")
def predict_batch(batch: Batch, request: Request) -> Predictions:
    """Predict up to a thousand subscriptions."""
    return Predictions(predictions=_predict(batch.rows, request))


@router.post("/drift")
def find_drift(batch: LooseBatch, request: Request) -> Drift:
    """Compare rows with those of the training."""
    features = drift.drifted(_frame(batch.rows), request.app.state.drift)
    return Drift(drift=bool(features), features=features)


def _predict(rows: Sequence[Row], request: Request) -> list[Prediction]:
    predicted = model.probabilities(request.app.state.model, _frame(rows))
    return [Prediction(churn_probability=value) for value in predicted.tolist()]


def _frame(rows: Sequence[Row] | Sequence[LooseRow]) -> pd.DataFrame:
    return data.to_frame({name: [getattr(row, name) for row in rows] for name in schema.FEATURES})


app = FastAPI(title="Churn", lifespan=lifespan, strict_content_type=False)
app.include_router(router)
app.add_exception_handler(RequestValidationError, refuse)
