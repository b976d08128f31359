"""The tables of what stands beside the budget, never netted in it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.budget.models import CoFunding, DayRate, Saving
from portulan.budget.selectors.beside import TimeRow
from portulan.core.money import known_sum
from portulan.web import formats
from portulan.web.budget.before_lines_sheets import action_name, euros
from portulan.web.budget.sheets import DAY, NUMBER, WORDS, Row, Sheet
from portulan.web.language import page_language


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


def savings_sheet(year: int, found: Sequence[Saving], *, may_set: bool) -> Sheet:
    """Return what actions spare in a year: as assumed, as observed, never one for the other."""
    rows = [
        Row(
            action_name(item.action),
            [
                item.get_kind_display(),
                euros(item.potential),
                item.assumption,
                euros(item.realised),
                item.evidence,
            ],
            f"?saving={item.pk}#h-set" if may_set else "",
        )
        for item in found
    ]
    potential = known_sum(item.potential for item in found)
    realised = known_sum(item.realised for item in found)
    return Sheet(
        tab="savings",
        title=_("Économies %(year)s") % {"year": year},
        caption=_("Par action et par nature"),
        intro=_(
            "Ce qu’une action épargne, possible ou réalisé. Une économie n’est pas un budget : elle"
            " ne se retranche d’aucun coût et n’entre pas dans la part NR."
        ),
        empty=_(
            "Aucune économie. Dites ce que l’action épargnerait et sur quelle hypothèse, puis ce"
            " qu’elle a épargné, preuve à l’appui."
        ),
        first=_("Action"),
        heads=[
            (_("Nature"), WORDS),
            (_("Possible (€)"), NUMBER),
            (_("Hypothèse"), WORDS),
            (_("Réalisée (€)"), NUMBER),
            (_("Preuve"), WORDS),
        ],
        rows=rows,
        total=["", euros(potential), "", euros(realised), ""] if found else (),
        total_name=_("Total connu"),
    )


def time_sheet(year: int, found: Sequence[TimeRow], *, may_set: bool) -> Sheet:
    """Return the days given to actions in a year; euros only where a rate was typed."""
    rows = [
        Row(
            action_name(row.time.action),
            [
                row.time.function,
                _days(row.time.planned),
                _days(row.time.done),
                euros(row.rate.amount if row.rate else None),
                euros(row.value),
            ],
            f"?time={row.time.pk}#h-set" if may_set else "",
        )
        for row in found
    ]
    without = sum(1 for row in found if row.rate is None)
    note = ngettext(
        "%(count)s ligne sans coût de journée : ses jours ne deviennent pas des euros.",
        "%(count)s lignes sans coût de journée : leurs jours ne deviennent pas des euros.",
        without,
    )
    total = [
        "",
        _days(known_sum(row.time.planned for row in found)),
        _days(known_sum(row.time.done for row in found)),
        "",
        euros(known_sum(row.value for row in found)),
    ]
    return Sheet(
        tab="staff-time",
        title=_("Temps des agents %(year)s") % {"year": year},
        caption=_("Par action et par fonction"),
        intro=_(
            "Les jours que les équipes donnent aux actions. Un jour n’est pas un euro : un coût"
            " n’apparaît que si quelqu’un a donné celui d’une journée, et il ne s’ajoute jamais"
            " au budget."
        ),
        empty=_("Aucun temps. Pour beaucoup d’actions, c’est pourtant le principal effort."),
        first=_("Action"),
        heads=[
            (_("Fonction ou équipe"), WORDS),
            (_("Jours prévus"), NUMBER),
            (_("Jours passés"), NUMBER),
            (_("Une journée (€)"), NUMBER),
            (_("Soit, à côté (€)"), NUMBER),
        ],
        rows=rows,
        total=total if found else (),
        total_name=_("Total connu"),
        note=note % {"count": without} if without else "",
    )


def _days(days: Decimal | None) -> str:
    return formats.number(days, page_language())


def rates_sheet(found: Sequence[DayRate]) -> Sheet:
    """Return what a day of each function costs, by date."""
    language = page_language()
    rows = [
        Row(
            rate.function,
            [
                formats.date(rate.since, language),
                formats.number(rate.amount, language, decimals=2),
                rate.source,
            ],
        )
        for rate in found
    ]
    return Sheet(
        tab="day-rates",
        title=_("Coût des journées"),
        caption=_("Par fonction, depuis une date"),
        intro=_(
            "Le coût d’une journée, si vous voulez que les jours se lisent aussi en euros. Le"
            " dernier connu avant la fin de l’année vaut pour elle."
        ),
        empty=_("Aucun coût : les jours restent des jours."),
        first=_("Fonction ou équipe"),
        heads=[(_("À partir du"), DAY), (_("Une journée (€)"), NUMBER), (_("Source"), WORDS)],
        rows=rows,
    )
