"""The service: `uvicorn churn.service:app`. `MODEL_DIR` names the folder with the model."""

from __future__ import annotations

from fastapi import FastAPI

app = FastAPI(title="Churn")


@app.get("/health")
async def health() -> dict[str, str]:
    """Answer whether the service is ready: not yet."""
    return {}
