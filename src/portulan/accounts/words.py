"""The kinds of organisations: laws depend on them (docs/reference/truths.md, The law)."""

from __future__ import annotations

from enum import StrEnum


class LegalForm(StrEnum):
    TOWN = "town"
    INTERCOMMUNAL = "intercommunal"
    DEPARTMENT = "department"
    REGION = "region"
    STATE = "state"
    PUBLIC_BODY = "public_body"
    HOSPITAL = "hospital"
    UNIVERSITY = "university"
    COMPANY = "company"
    ASSOCIATION = "association"
