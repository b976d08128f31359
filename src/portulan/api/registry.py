"""The operations of the API, by subject: one is a declaration there, a subject a line here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module

from portulan.api.declaring import ENDPOINTS, Endpoint

SUBJECTS = (
    "organisation",
    "catalogue",
    "plans",
    "other_tools",
    "stakeholders",
    "actions",
    "evidence",
    "sources",
    "years",
    "lines",
    "money",
    "contracts",
    "impact",
    "scenarios",
    "steering",
    "documents",
    "questions",
)


@cache
def endpoints() -> Sequence[Endpoint]:
    """Return all operations, in the order of their declarations."""
    for subject in SUBJECTS:
        import_module(f"portulan.api.resources.{subject}")
    return tuple(ENDPOINTS)
