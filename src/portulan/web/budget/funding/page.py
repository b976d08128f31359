"""The tables of what is wanted, voted and reserved before lines exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.budget.funding.by_year import ActionMoney, PlanYear, YearMoney
from portulan.budget.funding.consumption import Need, Sources
from portulan.budget.labels import STAGES
from portulan.budget.models import Allotment, CoFunding, Envelope, Forecast
from portulan.budget.words import Stage
from portulan.core.money import known_sum
from portulan.core.say import numbers
from portulan.plans.models import Plan
from portulan.web.budget.register import DAY, NUMBER, WORDS, Row, Sheet, action_name, euros
from portulan.web.budget.words import TITLES
from portulan.web.language import page_language
from portulan.web.requests import OrganisationRequest


def money_sheet(request: OrganisationRequest, found: YearMoney) -> Sheet:
    """Return the money of a year by action; stages stand side by side and are never added."""
    heads = [(_("Demandé"), NUMBER), (_("Doté"), NUMBER)]
    heads += [(str(STAGES[stage]).capitalize(), NUMBER) for stage in found.stages]
    heads += [(_("Reste de dotation"), NUMBER), (_("À financer"), NUMBER)]
    sources = found.sources
    total = [euros(sources.planned), euros(sources.allotted)]
    total += [euros(found.totals[stage]) for stage in found.stages]
    total += [euros(sources.reserved - sources.beyond), _to_fund(found, sources.to_fund)]
    return Sheet(
        tab="money",
        title=_("Argent des actions %(year)s") % {"year": found.year},
        caption=_("Par action, en euros %(basis)s") % {"basis": found.basis},
        intro=_(
            "Ce que chaque action demande, ce qui lui est réservé, et ce que les lignes lui"
            " consacrent à chaque stade. Les lignes consomment la dotation, elles ne s’y ajoutent"
            " pas ; deux stades ne s’ajoutent jamais."
        ),
        empty=_(
            "Aucune action ne demande d’argent cette année. Dites ce qu’elles demandent, ou"
            " réservez-leur une dotation."
        ),
        first=_("Action"),
        heads=heads,
        rows=[_money_row(request, found, row) for row in found.rows],
        total=total if found.rows else (),
        total_name=_("Total"),
        note=_money_note(found, sources),
    )


def _money_row(request: OrganisationRequest, found: YearMoney, row: ActionMoney) -> Row:
    cells = [_planned(row.need) if row.action else "", euros(row.need.allotted)]
    cells += [euros(row.stages.get(stage)) for stage in found.stages]
    if row.action is None:
        return Row(_("NR en général"), [*("", ""), *cells[2:], "", ""])
    cells += [euros(row.need.remaining), _to_fund(found, row.need.to_fund)]
    slug, action = request.organisation.slug, row.action
    url = reverse("plans:action", args=[slug, action.plan.slug, action.number])
    return Row(action_name(action), cells, url)


def _planned(need: Need) -> str:
    return _("non chiffré") if need.planned is None else euros(need.planned)


def _to_fund(found: YearMoney, amount: Decimal | None) -> str:
    """Once a year is closed, what it did not spend is not to fund any more."""
    return numbers.UNKNOWN if found.is_closed else euros(amount)


def _money_note(found: YearMoney, sources: Sources) -> str:
    sentences = []
    if found.stage is not None:
        text = _("Les dotations sont consommées au stade %(stage)s.")
        sentences.append(text % {"stage": STAGES[found.stage]})
    if sources.beyond:
        text = _("Des lignes dépassent leur dotation de %(amount)s € en tout.")
        sentences.append(text % {"amount": euros(sources.beyond)})
    if sources.not_costed:
        text = ngettext(
            "%(count)s action n’est pas chiffrée : elle n’est pas comptée pour zéro.",
            "%(count)s actions ne sont pas chiffrées : elles ne sont pas comptées pour zéro.",
            sources.not_costed,
        )
        sentences.append(text % {"count": sources.not_costed})
    if found.envelope is not None:
        text = _("Enveloppe votée : %(envelope)s € ; %(allotted)s € sont dotés.")
        values = {"envelope": euros(found.envelope), "allotted": euros(sources.allotted)}
        sentences.append(text % values)
    return " ".join(sentences)


def sources_words(sources: Sources, *, stage: Stage) -> str:
    """Return in one sentence what actions ask, what is reserved, and what lines hold."""
    language = page_language()
    values = {
        "planned": numbers.money(sources.planned, language, unit="k€"),
        "allotted": numbers.money(sources.allotted, language, unit="k€"),
        "held": numbers.money(sources.on_lines, language, unit="k€"),
        "stage": TITLES[stage],
    }
    return (
        _("%(planned)s demandés, %(allotted)s dotés, %(held)s sur des lignes (%(stage)s)") % values
    )


def allotments_sheet(found: Sequence[Allotment], money: YearMoney, *, may_set: bool) -> Sheet:
    """Return the money reserved in a year, and what the lines consumed of it."""
    needs = {row.action.pk: row.need for row in money.rows if row.action is not None}
    rows, left, held = [], Decimal(0), Decimal(0)
    for allotment in found:
        known = needs.get(allotment.action_id, Need())
        need = Need(None, allotment.amount, known.consumed)
        left += need.remaining or 0
        held += need.consumed or 0
        cells = [
            euros(allotment.amount),
            euros(need.consumed),
            euros(need.remaining),
            numbers.date(allotment.decided_on, page_language()),
            allotment.reference,
        ]
        url = f"?action={allotment.action_id}#h-set" if may_set else ""
        rows.append(Row(action_name(allotment.action), cells, url))
    total = sum((allotment.amount for allotment in found), Decimal(0))
    return Sheet(
        tab="allotments",
        title=_("Dotations %(year)s") % {"year": money.year},
        caption=_("Dotations décidées"),
        intro=_(
            "Argent réservé à une action par une décision, avant que des lignes existent. Les"
            " lignes fléchées vers l’action consomment sa dotation : elles ne s’y ajoutent jamais."
        ),
        empty=_(
            "Aucune dotation. Réservez un montant à une action dès que le budget est voté :"
            " l’action ne sera plus dite « non financée »."
        ),
        first=_("Action"),
        heads=[
            (_("Dotation (€)"), NUMBER),
            (_("Consommé par les lignes"), NUMBER),
            (_("Reste"), NUMBER),
            (_("Décidée le"), DAY),
            (_("Décision"), WORDS),
        ],
        rows=rows,
        total=[euros(total), euros(held), euros(left), "", ""] if rows else (),
        total_name=_("Total"),
        note=_consumed_at(money),
    )


def _consumed_at(money: YearMoney) -> str:
    if money.stage is None:
        return _("Aucune ligne n’est encore importée pour cet exercice : rien n’est consommé.")
    return _("Consommé : fléchages déclarés ou justifiés, au stade %(stage)s.") % {
        "stage": STAGES[money.stage]
    }


def ambitions_sheet(plan: Plan, years: Iterable[PlanYear]) -> Sheet:
    """Return what a plan wants for each of its years, and what stands before it."""
    percents = {ambition.year: ambition.percent for ambition in plan.ambitions.all()}
    amounts = {(item.year, item.section): item.amount for item in plan.ambition_amounts.all()}
    language = page_language()
    rows = [
        Row(
            str(item.year),
            [
                numbers.percent(percents.get(item.year), language),
                euros(item.ambition),
                euros(amounts.get((item.year, "F"))),
                euros(amounts.get((item.year, "I"))),
                euros(item.envelope),
                euros(item.sources.allotted or None),
                euros(item.sources.on_lines or None),
            ],
        )
        for item in years
    ]
    return Sheet(
        tab="ambitions",
        title=_("Ambitions"),
        caption=plan.title,
        intro=_(
            "La part du budget de la DSI que le plan veut dédier au numérique responsable, par"
            " année, et les euros que cela représente, par nature. Vide : pas d’ambition."
        ),
        empty="",
        first=_("Année"),
        heads=[
            (_("Part visée"), NUMBER),
            (_("Euros visés"), NUMBER),
            (_("dont fonctionnement"), NUMBER),
            (_("dont investissement"), NUMBER),
            (_("Enveloppe votée"), NUMBER),
            (_("Doté"), NUMBER),
            (_("Sur des lignes"), NUMBER),
        ],
        rows=rows,
    )


def envelopes_sheet(found: Sequence[Envelope], years: Sequence[PlanYear]) -> Sheet:
    """Return the money voted for the NR of a plan, and what is still free of it."""
    free = {item.year: item.free for item in years}
    language = page_language()
    rows = [
        Row(
            str(envelope.year),
            [
                envelope.get_section_display() or _("F et I"),
                euros(envelope.amount),
                euros(free.get(envelope.year)),
                numbers.date(envelope.decided_on, language),
                envelope.reference,
            ],
        )
        for envelope in found
    ]
    return Sheet(
        tab="envelopes",
        title=_("Enveloppes"),
        caption=_("Enveloppes votées"),
        intro=_(
            "Le plafond voté pour le numérique responsable, par année. Il en reste ce que ni les"
            " dotations des actions, ni les lignes au-delà d’elles, n’ont pris."
        ),
        empty=_("Aucune enveloppe. Donnez ce que l’assemblée vote pour le plan, année par année."),
        first=_("Exercice"),
        heads=[
            (_("Section"), WORDS),
            (_("Enveloppe (€)"), NUMBER),
            (_("Reste, l’année"), NUMBER),
            (_("Votée le"), DAY),
            (_("Décision"), WORDS),
        ],
        rows=rows,
    )


def forecasts_sheet(found: Sequence[Forecast]) -> Sheet:
    """Return the IT budgets expected for years without accounts."""
    rows = [
        Row(
            str(forecast.year),
            [
                forecast.get_section_display() or _("F et I"),
                euros(forecast.amount),
                forecast.source,
            ],
        )
        for forecast in found
    ]
    return Sheet(
        tab="forecasts",
        title=_("Budgets attendus de la DSI"),
        caption=_("Ce qui est attendu"),
        intro=_(
            "Pour une année sans comptes, le montant que l’on attend sert de dénominateur à la"
            " trajectoire. Des comptes importés prennent sa place."
        ),
        empty=_(
            "Aucun budget attendu. Donnez celui de l’an prochain dès la lettre de cadrage : la"
            " trajectoire dira ce qui manque pour tenir l’ambition."
        ),
        first=_("Exercice"),
        heads=[(_("Section"), WORDS), (_("Euros"), NUMBER), (_("Source"), WORDS)],
        rows=rows,
    )


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
