"""holmesgpt-api over HTTP."""

from __future__ import annotations

from fastapi import FastAPI, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from holmesgpt_api import rules


class AlertBody(BaseModel):
    """The body of POST /investigate."""

    name: str = Field(min_length=1)
    namespace: str = Field(min_length=1)
    message: str = ""
    labels: dict[str, str] = {}


class FindingBody(BaseModel):
    """The answer: rootCause, confidence (0 to 1), recommendedActions."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True)

    root_cause: str
    confidence: float
    recommended_actions: list[str]


app = FastAPI(title="holmesgpt-api", docs_url=None, redoc_url=None)


@app.post("/investigate")
async def investigate(alert: AlertBody) -> FindingBody:
    """Answer with the likely cause of the alert."""
    return FindingBody.model_validate(rules.investigate(rules.Alert(**alert.model_dump())))


@app.get("/healthz", status_code=204)
async def healthz() -> Response:
    """Answer as long as the process is alive. The service needs no other, so this is its readiness too."""
    return Response(status_code=204)
