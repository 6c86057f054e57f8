"""The service: `uvicorn churn.service:app`. `MODEL_DIR` names the folder with the model.

Handlers that predict are plain functions: they run in threads, and `/health` is answered meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from churn.artefact import load_metadata, load_model, load_spreads
from churn.drift import drifted
from churn.model import probabilities
from churn.schema import Subscription

MOST_ROWS = 1000


class Batch(BaseModel):
    """Subscriptions of one request."""

    rows: list[Subscription] = Field(max_length=MOST_ROWS)


class Prediction(BaseModel):
    """How likely a subscription is cancelled in the month after."""

    churn_probability: float


class Predictions(BaseModel):
    """Those of a batch, in its order."""

    predictions: list[Prediction]


class Drift(BaseModel):
    """Whether rows differ from those of the training, and in which columns."""

    drift: bool
    features: list[str]


class ModelInfo(BaseModel):
    """What to expect of the model that answers."""

    roc_auc: float
    rows: int
    features: list[str]


@asynccontextmanager
async def lifespan(application: FastAPI) -> AsyncIterator[None]:
    """Load the model once. Without one there is no service."""
    folder = Path(os.environ["MODEL_DIR"])
    application.state.model = load_model(folder)
    application.state.metadata = load_metadata(folder)
    application.state.spreads = load_spreads(folder)
    yield


app = FastAPI(title="Churn", lifespan=lifespan)


@app.exception_handler(RequestValidationError)
async def refuse(_request: Request, error: RequestValidationError) -> JSONResponse:
    """Say what is wrong and where, without the value: NaN could not be sent back."""
    detail = [{name: one[name] for name in ("loc", "msg", "type")} for one in error.errors()]
    return JSONResponse({"detail": detail}, status_code=422)


@app.get("/health")
async def health() -> dict[str, str]:
    """Answer whether the service is ready."""
    return {"status": "ok"}


@app.get("/model-info")
async def model_info(request: Request) -> ModelInfo:
    """Answer what to expect of the model."""
    about = request.app.state.metadata
    return ModelInfo(roc_auc=about.roc_auc, rows=about.rows, features=about.features)


@app.post("/predict")
def predict(row: Subscription, request: Request) -> Prediction:
    """Predict one subscription."""
    (probability,) = probabilities(request.app.state.model, [row])
    return Prediction(churn_probability=probability)


@app.post("/predict/batch")
def predict_batch(batch: Batch, request: Request) -> Predictions:
    """Predict many subscriptions at once."""
    found = probabilities(request.app.state.model, batch.rows)
    return Predictions(predictions=[Prediction(churn_probability=each) for each in found])


@app.post("/drift")
def drift(batch: Batch, request: Request) -> Drift:
    """Compare subscriptions with those of the training."""
    found = drifted(request.app.state.spreads, batch.rows)
    return Drift(drift=bool(found), features=found)
