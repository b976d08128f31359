"""The words of fiscal years, imports, perimeter and attributions."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class YearStatus(StrEnum):
    PREPARATION = "preparation"
    VOTED = "voted"
    EXECUTING = "executing"
    CLOSED = "closed"


class Act(StrEnum):
    """What a document of accounts is among those of its year (the trade says “acte budgétaire”).

    BP, DM, BS, then what closes the year: CA or CFU.
    """

    PRIMARY = "primary"
    AMENDING = "amending"
    SUPPLEMENTARY = "supplementary"
    CLOSING = "closing"

    @property
    def is_delta(self) -> bool:
        """Whether its amounts are changes to what stands, not a state."""
        return self in {Act.AMENDING, Act.SUPPLEMENTARY}


class BatchStatus(StrEnum):
    PREVIEWED = "previewed"
    CONFIRMED = "confirmed"
    ROLLED_BACK = "rolled_back"


class ProgrammeKind(StrEnum):
    """Who authorises over several years: a local body in investment or operating, the State."""

    AP_CP = "ap_cp"
    AE_CP = "ae_cp"
    STATE = "state"


class SourceQuality(StrEnum):
    """How good a source is: the DSI's ledger, accounts by nature, typed figures."""

    LEDGER = "ledger"
    ACCOUNTS = "accounts"
    TYPED = "typed"


class Method(StrEnum):
    """How the share of a line dedicated to NR is found."""

    WHOLE = "whole"
    KEY = "key"
    ADDITIONAL_COST = "additional_cost"


class Costing(StrEnum):
    """What counts of a purchase that would have been made anyway, refurbished equipment say.

    `WHOLE` its price, `ADDITIONAL` only what it costs more: one policy for all of a year.
    """

    WHOLE = "whole"
    ADDITIONAL = "additional"


class AttributionStatus(StrEnum):
    """Hollow, half, full: only declared and justified attributions count."""

    PROPOSED = "proposed"
    DECLARED = "declared"
    JUSTIFIED = "justified"
    WITHDRAWN = "withdrawn"


class PerimeterStatus(StrEnum):
    DRAFT = "draft"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


class SavingKind(StrEnum):
    """Where a saving comes from."""

    AVOIDED_PURCHASE = "avoided_purchase"
    ENERGY = "energy"
    LICENCE = "licence"
    RESALE = "resale"
    OTHER = "other"


class Axis(IntEnum):
    """The six environmental axes of the green budget (loi 2023-1322, article 191)."""

    MITIGATION = 1
    ADAPTATION = 2
    WATER = 3
    CIRCULAR = 4
    POLLUTION = 5
    BIODIVERSITY = 6


class Rating(StrEnum):
    """How a line stands on an axis; a line that nobody rated is not neutral."""

    FAVOURABLE = "favourable"
    NEUTRAL = "neutral"
    UNFAVOURABLE = "unfavourable"
