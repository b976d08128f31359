"""The actions that a workshop kept, sorted as the room sees them: what binds and enables apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.catalogue.enabling_themes import enables
from portulan.catalogue.models import CatalogueVersion
from portulan.catalogue.obligations import CATALOGUE, EDITION, OBLIGATIONS, Bound
from portulan.core.amounts import known
from portulan.core.money import known_sum
from portulan.plans.actions.reads import Row
from portulan.plans.money.funding import together


class Group(StrEnum):
    """Why an action stands where it does: a sort by impact would bury the last two."""

    CHOSEN = "chosen"
    LEGAL = "legal"  # the law asks for it
    ENABLING = "enabling"  # governance, training, measurement: the others rest on it


@dataclass(frozen=True, slots=True)
class Asked:
    """What the kept actions ask for: sums of what is known, and how many are not.

    Days of staff a year, and euros of one year: they are never added together.
    """

    days: Decimal | None
    days_unknown: int
    euros: Decimal | None
    euros_unknown: int
    year: int


def asked_by(rows: Iterable[Row], year: int) -> Asked:
    """Return the days and the euros that actions ask for in a year."""
    found = list(rows)
    days = [row.action.days_per_year for row in found]
    costs = [row.funding.of(year).inside_expected for row in found]
    euros = [one for one in costs if one.value is not None]
    unknown = len(costs) - len(euros)
    return Asked(known_sum(days), days.count(None), known(together(euros)), unknown, year)


def grouped(
    rows: Iterable[Row], organisation: Organisation, versions: Mapping[int, CatalogueVersion]
) -> dict[Group, list[Row]]:
    """Return the rows of each group: the strongest impact first, then the lightest effort.

    What is not known comes last of its kind. `versions` are the editions of their practices.
    """
    binding = {
        code
        for one in OBLIGATIONS
        if one.binds(LegalForm(organisation.legal_form), organisation.population) is Bound.YES
        for code in one.practices
    }
    found: dict[Group, list[Row]] = {group: [] for group in Group}
    for row in sorted(rows, key=_as_the_room_sees):
        found[_group(row, binding, versions)].append(row)
    return found


def _group(row: Row, binding: set[str], versions: Mapping[int, CatalogueVersion]) -> Group:
    names = [
        (version.catalogue.slug, version.version, practice.theme.code, practice.code)
        for practice in row.practices
        if (version := versions.get(practice.version_id)) is not None
    ]
    if any(one[:2] == (CATALOGUE, EDITION) and one[3] in binding for one in names):
        return Group.LEGAL
    if names and all(enables(*one[:3]) for one in names):
        return Group.ENABLING
    return Group.CHOSEN


def _as_the_room_sees(row: Row) -> tuple[int, int, int]:
    impact, effort = row.action.impact_guess, row.action.effort_guess
    return (-(impact or 0), effort or 9, row.action.number)
