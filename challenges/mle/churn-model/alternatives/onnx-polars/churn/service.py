"""The service: `uvicorn churn.service:app`. `MODEL_DIR` names the folder with the model.

Handlers are coroutines that read the body and hand all that computes (parsing, checking,
predicting) to a few threads: the event loop stays free for `/health`.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from churn import drift, requests, runtime
from churn.requests import RefusedError

MAX_BYTES = 32 * 2**20
THREADS = 4


@dataclass(frozen=True)
class State:
    """What requests are answered with. It is never changed, so that threads may share it."""

    model: runtime.Model
    info: dict[str, Any]
    reference: drift.Reference
    limiter: anyio.CapacityLimiter


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load the model before the first request. Without one, the service does not start."""
    folder = os.environ.get("MODEL_DIR")
    if not folder:
        raise RuntimeError("MODEL_DIR has to name the folder with the model")
    metadata = runtime.load_json(Path(folder), runtime.METADATA)
    app.state.churn = State(
        model=runtime.Model.load(Path(folder)),
        info={name: metadata[name] for name in ("roc_auc", "rows", "features")},
        reference=runtime.load_reference(Path(folder)),
        limiter=anyio.CapacityLimiter(THREADS),
    )
    yield


app = FastAPI(title="Churn", lifespan=lifespan)


@app.exception_handler(RefusedError)
async def refused(_: Request, error: RefusedError) -> JSONResponse:
    """Answer a request that cannot be served, by the names of the fields."""
    return JSONResponse({"detail": error.errors}, error.status)


@app.get("/health")
async def health() -> dict[str, str]:
    """Answer that the service is ready: it is not up before the model is loaded."""
    return {"status": "ok"}


@app.get("/model-info")
async def model_info(request: Request) -> dict[str, Any]:
    """Answer what is known about the model."""
    state: State = request.app.state.churn
    return state.info


def _documented(kind: type[BaseModel]) -> dict[str, Any]:
    """Describe a body that the handler reads on its own."""
    schema = kind.model_json_schema()
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@app.post("/predict", openapi_extra=_documented(requests.Row))
async def predict(request: Request) -> JSONResponse:
    """Predict one row."""
    return await _answer(request, _predict)


@app.post("/predict/batch", openapi_extra=_documented(requests.Batch))
async def predict_batch(request: Request) -> JSONResponse:
    """Predict up to 1000 rows."""
    return await _answer(request, _predict_batch)


@app.post("/drift", openapi_extra=_documented(requests.ObservedBatch))
async def find_drift(request: Request) -> JSONResponse:
    """Answer whether rows differ from those of the training."""
    return await _answer(request, _find_drift)


def _predict(state: State, body: bytes) -> dict[str, Any]:
    return {"churn_probability": float(state.model.predict(requests.parse_row(body))[0])}


def _predict_batch(state: State, body: bytes) -> dict[str, Any]:
    predicted = state.model.predict(requests.parse_rows(body)).tolist()
    return {"predictions": [{"churn_probability": probability} for probability in predicted]}


def _find_drift(state: State, body: bytes) -> dict[str, Any]:
    found = drift.drifted(state.reference, requests.parse_rows(body, requests.ObservedBatch))
    return {"drift": bool(found), "features": found}


async def _answer(request: Request, work: Callable[[State, bytes], dict[str, Any]]) -> JSONResponse:
    """Do the work in a thread and answer with what came of it."""
    state: State = request.app.state.churn
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BYTES:
            raise RefusedError(413, [{"loc": ["rows"], "msg": "the body is too large"}])
    content = bytes(body)
    return await anyio.to_thread.run_sync(
        lambda: JSONResponse(work(state, content)), limiter=state.limiter
    )
