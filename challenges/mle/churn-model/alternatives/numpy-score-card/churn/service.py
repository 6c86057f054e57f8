"""The service: `uvicorn --interface wsgi churn.service:app`. `MODEL_DIR` names the model's folder.

The model is read when the service starts: without one it does not start, instead of failing later.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from churn.model import load
from churn.web import create_app

_folder = Path(os.environ["MODEL_DIR"])
app = create_app(load(_folder), json.loads((_folder / "metadata.json").read_text(encoding="utf-8")))
