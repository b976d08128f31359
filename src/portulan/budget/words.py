"""The words of fiscal years, imports, stages, perimeter and attributions.

A stage is a column of a line, and stages are never added to one another.
"""

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
    WRITING = "writing"  # its lines come, and do not count yet
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


class Stage(StrEnum):
    """A stage of an amount, in the order of the year; its value is the command line's word."""

    VOTED = "VOTED"
    OPENED = "OPENED"
    COMMITTED = "COMMITTED"
    REALISED = "REALISED"
    CARRIED_OVER = "CARRIED_OVER"

    @property
    def column(self) -> str:
        """The name of the column or attribute that holds this stage: `voted`, `opened`…"""
        return self.value.lower()


class Verdict(StrEnum):
    """Is the line IT spending? `MIXED` waits for a person, `UNDECIDED` knows no rule.

    `INTERNAL` is what one budget of the organisation refunds to another, which paid and counts it.
    """

    IN = "in"
    MIXED = "mixed"
    OUT = "out"
    INTERNAL = "internal"
    UNDECIDED = "undecided"


class Post(StrEnum):
    """The nature of an IT expense: our own short list, free to map to other taxonomies."""

    EQUIPMENT = "equipment"
    SOFTWARE = "software"
    CLOUD = "cloud"
    TELECOM = "telecom"
    SERVICES = "services"
    STAFF = "staff"
    ENERGY = "energy"


class RunBuild(StrEnum):
    """Does an IT expense keep things running, or build something new? Unknown is `None`."""

    RUN = "run"
    BUILD = "build"


class LegalRatio(StrEnum):
    AGEC_PURCHASES = "agec_purchases"
    REEN_REUSE = "reen_reuse"


class Obstacle(StrEnum):
    """Why two years do not compare, in the order in which it is said."""

    STAGE = "stage"
    PART_YEAR = "part-year"
    BUDGETS = "budgets"
    PERIMETER = "perimeter"
    VERDICTS = "verdicts"
    SHARES = "shares"
    COSTING = "costing"
    COVERAGE = "coverage"


class ProductOrigin(StrEnum):
    """Where a product bought comes from; the law adds reuse and reutilisation, nothing else."""

    NEW = "new"
    REUSE = "reuse"
    REUTILISATION = "reutilisation"
    RECYCLED = "recycled"


class Renewal(StrEnum):
    NEVER = "never"
    TACIT = "tacit"
    EXPRESS = "express"


class Procedure(StrEnum):
    """How the next contract is awarded: its lead time follows."""

    FORMAL = "formal"
    ADAPTED = "adapted"
    PURCHASING_BODY = "purchasing-body"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Why nothing is due: some are said by a person, the others follow from facts."""

    BEFORE = "before"
    RENEWAL = "renewal"
    PURCHASING_BODY = "purchasing-body"
    NO_COMPETITION = "no-competition"
    RESERVED = "reserved"
    SUBSEQUENT = "subsequent"
    OTHER = "other"


class Sequel(StrEnum):
    """What becomes of a contract that may be renewed: no clause enters by a renewal."""

    RENEW = "renew"
    AMEND = "amend"  # by agreement: R. 2194-7 and R. 2194-8
    TENDER = "tender"


class Part(StrEnum):
    """What a text is in a contract: it binds, it describes, or it weighs the award."""

    CONDITION = "C"
    SPECIFICATION = "S"
    CRITERION = "A"


class Lot(StrEnum):
    """What a contract buys: which texts fit."""

    WORKSTATIONS = "W"
    MOBILES = "M"
    PRINTING = "P"
    HOSTING = "H"
    NETWORK = "N"
    DEVELOPMENT = "D"
    LICENCES = "L"
    SERVICES = "I"
    REMOVAL = "R"


# Of a contract, in months: a longer duration was typed in days, or in years.
LONGEST, LONGEST_RENEWAL, LONGEST_NOTICE, LONGEST_LEAD = 240, 120, 60, 60
