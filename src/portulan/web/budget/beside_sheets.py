"""The tables of what stands beside the budget, never netted in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from portulan.budget.models import CoFunding
from portulan.web.budget.sheets import NUMBER, WORDS, Row, Sheet
from portulan.web.budget.wanted_sheets import action_name, euros


def co_funding_sheet(year: int, found: Sequence[CoFunding], *, may_set: bool) -> Sheet:
    """Return what others bring to actions in a year."""
    rows = [
        Row(
            action_name(item.action),
            [item.funder, euros(item.asked), euros(item.granted), euros(item.received)],
            f"?funding={item.pk}#h-set" if may_set else "",
        )
        for item in found
    ]
    columns = zip(*((item.asked, item.granted, item.received) for item in found), strict=True)
    total = ["", *(euros(known_sum(column)) for column in columns)] if found else ()
    return Sheet(
        tab="co-funding",
        title=_("Cofinancements %(year)s") % {"year": year},
        caption=_("Par action et par financeur"),
        intro=_(
            "Ce que d’autres apportent à une action. Un cofinancement reste à côté du budget : il"
            " ne se retranche jamais de la dépense, ni de la part NR."
        ),
        empty=_(
            "Aucun cofinancement. Dites ce que vous demandez dès le dépôt du dossier ; l’accord"
            " et le versement viendront après."
        ),
        first=_("Action"),
        heads=[
            (_("Financeur"), WORDS),
            (_("Demandé (€)"), NUMBER),
            (_("Accordé (€)"), NUMBER),
            (_("Versé (€)"), NUMBER),
        ],
        rows=rows,
        total=total,
        total_name=_("Total connu"),
    )


def known_sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of what is known, None where nothing is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None
