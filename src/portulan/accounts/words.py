"""The kinds of organisations: laws depend on them (docs/reference/truths.md, The law)."""

from __future__ import annotations

from enum import StrEnum

# First words of the addresses of the product: no organisation may take one for its short name.
RESERVED = frozenset(
    {
        *("-", "account", "api", "atelier", "deposit", "invitation", "language", "public"),
        *("reply", "sign-in", "sign-out", "static"),
    }
)


class FactorKind(StrEnum):
    TOTP = "totp"
    PASSKEY = "passkey"


class SirenProof(StrEnum):
    """Who said that a SIREN is an organisation's."""

    PROVIDER = "provider"
    OPERATOR = "operator"
    CODE = "code"
    GROUP = "group"  # that who operates lets make organisations


class AddressProof(StrEnum):
    """Who said that an account is of who reads its address."""

    MAIL = "mail"
    PROVIDER = "provider"
    OPERATOR = "operator"
    BEFORE = "before"  # it opened all of an account before proofs were asked for


class MessageKind(StrEnum):
    """What is written to who reads an address."""

    ASKED = "asked"  # a link, for who lost their password
    FIRST = "first"  # a link, for whom an organisation added
    CODE = "code"  # a code, for who is signed in
    SIREN = "siren"  # a code, to an address that who operates knows
    CHANGED = "changed"  # what opens the account was changed


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
