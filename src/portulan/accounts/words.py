"""The kinds of organisations: laws depend on them (docs/reference/truths.md, The law)."""

from __future__ import annotations

from enum import StrEnum

# First words of the addresses of the product: no organisation may take one for its short name.
RESERVED = frozenset(
    {
        *("-", "account", "api", "invitation", "language", "public", "reply"),
        *("sign-in", "sign-out", "static"),
    }
)


class FactorKind(StrEnum):
    TOTP = "totp"
    PASSKEY = "passkey"


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
