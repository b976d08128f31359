"""Where the room stands: the actions that were made, what they ask for, what they still lack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from portulan.budget.funding.by_action import funding_of
from portulan.catalogue.models import CatalogueVersion
from portulan.core.amounts import known
from portulan.plans.actions.columns import actions_of
from portulan.plans.actions.listing import shown_year
from portulan.plans.actions.reads import Row, rows_of
from portulan.plans.choices.sorting import Asked, Group, asked_by, grouped
from portulan.plans.models import Plan
from portulan.plans.states.words import LABELS
from portulan.plans.words import Progress, State
from portulan.web.language import said_here
from portulan.web.pages import Said
from portulan.web.requests import OrganisationRequest


@dataclass(frozen=True, slots=True)
class Standing:
    """How many actions are kept, what they ask for, and how many lack each thing."""

    actions: int
    incomplete: int
    asked: Asked
    lacks: Sequence[tuple[State, str, int]]

    @classmethod
    def of(cls, rows: Sequence[Row], year: int) -> Standing:
        counts = Counter(one for row in rows for one in {item.state for item in row.lacks})
        return cls(
            actions=len(rows),
            incomplete=sum(bool(row.lacks) for row in rows),
            asked=asked_by(rows, year),
            lacks=[
                (state, said_here(text), counts[state])
                for state, text in LABELS.items()
                if counts[state]
            ],
        )


def rows_kept(request: OrganisationRequest, plan: Plan) -> list[Row]:
    """Return the actions of a plan that were not dropped, with what is derived of them."""
    read = actions_of(plan)
    rows = rows_of(plan=plan, today=request.today, facts=funding_of(read.actions), read=read)
    return [row for row in rows if row.progress is not Progress.DROPPED]


def standing(request: OrganisationRequest, plan: Plan) -> Standing:
    return Standing.of(rows_kept(request, plan), shown_year(plan, request.today.year))


# A group: its key, its title, why it stands apart, its rows with what each asks for that year.
type Lines = tuple[Group, Said, Said, list[tuple[Row, Decimal | None]]]
_TITLES: dict[Group, tuple[Said, Said]] = {
    Group.CHOSEN: (_("De l’impact le plus fort à l’effort le plus léger"), ""),
    Group.LEGAL: (
        _("Ce que la loi demande"),
        _("À part : leur impact ne dit pas s’il faut les faire."),
    ),
    Group.ENABLING: (
        _("Ce qui permet le reste"),
        _("À part : gouvernance, formation, mesure. Sans elles, rien d’autre ne se tient."),
    ),
}


def kept_groups(request: OrganisationRequest, rows: Sequence[Row], year: int) -> list[Lines]:
    """Return the rows by group, each sorted by impact, then effort (one query)."""
    ids = {practice.version_id for row in rows for practice in row.practices}
    versions = CatalogueVersion.objects.select_related("catalogue").in_bulk(ids)
    found = grouped(rows, request.organisation, versions)
    return [
        (
            group,
            *_TITLES[group],
            [(row, known(row.funding.of(year).inside_expected)) for row in found[group]],
        )
        for group in Group
    ]
