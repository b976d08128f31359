"""The tables of what stands beside the budget, never netted in it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.budget.enums import Rating
from portulan.budget.labels import AXES, RATINGS, STAGES
from portulan.budget.legal import LAWS, Law, Standing
from portulan.budget.models import CoFunding, DayRate, FiscalYear, GreenRating, Saving
from portulan.budget.selectors.beside import LegalRow, TimeRow
from portulan.budget.selectors.green import GreenYear
from portulan.catalogue.obligations import Bound
from portulan.core.money import known_sum
from portulan.web import formats
from portulan.web.budget.before_lines_sheets import action_name, euros
from portulan.web.budget.rows import line_name
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


def legal_sheet(found: Sequence[LegalRow], bound: Bound) -> Sheet:
    """Return the legal ratios by year, each before the threshold of its year."""
    return Sheet(
        tab="legal",
        title=_("Seuils légaux"),
        caption=_("Par loi et par année civile"),
        intro=_(
            "Deux lois demandent une part, avec leur propre numérateur et leur propre dénominateur,"
            " qui ne sont pas ceux du budget de la DSI. Les seuils sont datés."
        ),
        empty=_("Aucun ratio. Donnez les deux termes d’une année, avec leur source."),
        first=_("Loi"),
        heads=[
            (_("Année"), NUMBER),
            (_("Part"), NUMBER),
            (_("Seuil"), NUMBER),
            (_("Réemployé"), NUMBER),
            (_("Tout"), NUMBER),
            (_("État"), WORDS),
            (_("Source"), WORDS),
        ],
        rows=[_legal_row(row) for row in found],
        note=" ".join([_bound(bound), *(_law(law) for law in LAWS)]),
    )


def _legal_row(row: LegalRow) -> Row:
    language, standing = page_language(), row.standing
    return Row(
        str(getattr(standing.law.title, language)),
        [
            str(standing.year),
            formats.percent(standing.value, language),
            formats.percent(standing.threshold, language, decimals=0),
            formats.number(standing.numerator, language),
            formats.number(standing.denominator, language),
            _standing(standing),
            row.figure.source,
        ],
    )


def _standing(standing: Standing) -> str:
    if standing.value is None:
        return _("non calculable")
    if standing.missing is None:
        return _("seuil tenu")
    unit = getattr(standing.law.unit, page_language())
    amount = formats.number(standing.missing, page_language(), decimals=0)
    return _("sous le seuil légal, il manque %(amount)s %(unit)s") % {
        "amount": amount,
        "unit": unit,
    }


def _bound(bound: Bound) -> str:
    if bound is Bound.STATUTE:
        return _("Selon le statut de votre établissement, ces lois l’obligent ou non : vérifiez.")
    if bound is Bound.YES:
        return _("Ces lois obligent votre organisation.")
    return _("Ces lois n’obligent pas une organisation de votre forme : à titre indicatif.")


def _law(law: Law) -> str:
    """Return what a law divides by what, its thresholds and its source."""
    language = page_language()
    steps = ", ".join(
        _("%(percent)s dès %(year)s")
        % {"percent": formats.percent(one.percent, language, decimals=0), "year": one.since}
        for one in law.obligation.thresholds
    )
    return _("%(title)s : %(numerator)s, sur %(denominator)s ; %(steps)s (%(source)s).") % {
        "title": getattr(law.title, language),
        "numerator": getattr(law.numerator, language),
        "denominator": getattr(law.denominator, language),
        "steps": steps,
        "source": law.obligation.source,
    }


def green_sheet(fiscal_year: FiscalYear, found: GreenYear, ratings: Sequence[GreenRating]) -> Sheet:
    """Return what real investment adds up to on each axis, by rating."""
    rows = [
        Row(
            str(AXES[axis]),
            [euros(amounts.get(rating, Decimal(0))) for rating in (*Rating, None)],
        )
        for axis, amounts in found.axes.items()
    ]
    return Sheet(
        tab="green",
        title=_("Budget vert %(year)s") % {"year": fiscal_year.year},
        caption=_("Investissement %(stage)s, par axe, en euros %(basis)s")
        % {"stage": STAGES[found.stage], "basis": fiscal_year.tax_basis},
        intro=_(
            "La cotation des dépenses réelles d’investissement sur les six axes de l’annexe"
            " environnementale. Elle ne dit rien de la part NR, et la part NR ne dit rien d’elle :"
            " un serveur dédié au numérique responsable peut être défavorable."
        ),
        empty="",
        first=_("Axe"),
        heads=[*((str(RATINGS[rating]), NUMBER) for rating in Rating), (_("Non coté"), NUMBER)],
        rows=rows,
        note=_rated(found, ratings),
    )


def _rated(found: GreenYear, ratings: Sequence[GreenRating]) -> str:
    whole = _("Chaque axe fait le tout : %(total)s €.") % {"total": euros(found.total)}
    said = [
        _("%(what)s, axe %(axis)s : %(rating)s (%(reason)s).")
        % {
            "what": _("Compte %(nature)s") % {"nature": item.nature}
            if item.line is None
            else line_name(item.line),
            "axis": item.axis,
            "rating": str(item.get_rating_display()).lower(),
            "reason": item.reason.rstrip("."),
        }
        for item in ratings[:12]
    ]
    return " ".join([whole, *said])
