"""A provider's share as a file, for members that are elsewhere: `portulan-provider-share/1` (pure).

Its shape is a pydantic model; what is not understood is refused, never guessed.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from portulan.budget.words import Stage
from portulan.core.documents import TOO_BIG
from portulan.core.money import TaxBasis
from portulan.core.say.text import ProblemKind, UnusableInputError

FORMAT = "portulan-provider-share/1"
MOST_BYTES, MOST_MEMBERS = 1 << 20, 5_000
NOT_A_SHARE = ProblemKind(
    "not-a-provider-share",
    "error",
    fr="Ce n’est pas la part d’un prestataire ({where})\u00a0: demandez-lui le fichier que Portulan"
    " lui donne.",
    en="This is not a provider’s share ({where}): ask the provider for the file that Portulan"
    " gives.",
)
type Siren = Annotated[str, Field(pattern=r"^[0-9]{9}$")]
type Name = Annotated[str, Field(min_length=1, max_length=200)]
type Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=9, decimal_places=6)]
type Key = Annotated[Decimal, Field(gt=0, le=1, max_digits=11, decimal_places=10)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Provider(_Shape):
    """Who says it."""

    siren: Siren
    name: Name


class Member(_Shape):
    """Whom it serves; `key` is the member's part of what the provider spends, in ]0, 1]."""

    siren: Siren
    name: Name
    key: Key


class ShareFile(_Shape):
    """The file: percentages of the provider's IT budget in [0, 100], euros, a day."""

    format: Literal["portulan-provider-share/1"]
    provider: Provider
    year: Annotated[int, Field(ge=2000, le=2100)]
    stage: Stage
    basis: TaxBasis
    value: Percent
    lower: Percent
    upper: Percent
    denominator: Annotated[Decimal, Field(gt=0, max_digits=16, decimal_places=2)]
    published_on: date
    members: Annotated[list[Member], Field(min_length=1, max_length=MOST_MEMBERS)]


def read(content: bytes) -> ShareFile:
    """Return what a file says. Raises UnusableInputError."""
    if len(content) > MOST_BYTES:
        raise UnusableInputError(TOO_BIG.at(limit=MOST_BYTES))
    try:
        return ShareFile.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "JSON"
        raise UnusableInputError(NOT_A_SHARE.at(where=where[:80])) from None


def plain(share: ShareFile) -> dict[str, Any]:
    """Return a file as the document that `read` reads."""
    return share.model_dump(mode="json")
