"""The words of what goes out: what may be public, under which licence (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portulan.core.say.text import Text


class Part(StrEnum):
    """A part of the public page; an organisation shows none until it says so."""

    SHARE = "share"
    MONEY = "money"
    ACTIONS = "actions"
    TROUBLE = "trouble"
    DROPPED = "dropped"
    EFFECTS = "effects"


class Extent(StrEnum):
    """What a group reads of a member: figures and levels, or the texts of its plan too."""

    FIGURES = "figures"
    TEXTS = "texts"


# Kinds of long work of a group (`core.tasks`), on the organisation that asks.
FOUNDING, CAMPAIGNS, SHEETS = "founding", "members-campaign", "members-sheets"


class Reception(StrEnum):
    """What became of a plan that a group proposed to a member."""

    WAITING = "waiting"
    TAKEN = "taken"
    DECLINED = "declined"


class Licence(StrEnum):
    """What others may do with what is public; the first is what the French State proposes."""

    LO = "lov2"
    ODBL = "odc-odbl"
    CC_BY = "cc-by-4.0"
    CC0 = "cc0-1.0"


@dataclass(frozen=True, slots=True)
class Terms:
    """A licence: its name, its address, and what data packages call it."""

    title: Text
    url: str
    name: str


LICENCES = {
    Licence.LO: Terms(
        Text("Licence Ouverte 2.0 (Etalab)", "Licence Ouverte 2.0 (Etalab)"),
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
        "etalab-2.0",
    ),
    Licence.ODBL: Terms(
        Text("ODbL 1.0", "ODbL 1.0"), "https://opendatacommons.org/licenses/odbl/1-0/", "ODbL-1.0"
    ),
    Licence.CC_BY: Terms(
        Text("CC BY 4.0", "CC BY 4.0"),
        "https://creativecommons.org/licenses/by/4.0/",
        "CC-BY-4.0",
    ),
    Licence.CC0: Terms(
        Text("CC0 1.0", "CC0 1.0"),
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "CC0-1.0",
    ),
}
