"""What is wanted or reserved before lines exist, by action, by year and by plan; co-funding."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portulan.accounts.access import Operation
from portulan.budget.funding import reads, writes
from portulan.budget.funding.by_year import ActionMoney, YearMoney, plan_years, year_money
from portulan.budget.funding.consumption import Need
from portulan.budget.labels import STAGES
from portulan.budget.models import Allotment
from portulan.budget.words import Stage
from portulan.budget.years.reads import year_on
from portulan.core.money import known_sum
from portulan.core.say import numbers
from portulan.core.say.country import tax_words
from portulan.plans.actions.listing import shown_year
from portulan.web.budget.funding import forms
from portulan.web.budget.register import (
    NUMBER,
    OF_AN_ACTION,
    ZERO,
    Column,
    Register,
    action_name,
    amount,
    day,
    euros,
    require_a_year,
    url_of_its_action,
    words,
)
from portulan.web.language import page_language
from portulan.web.pages import Said, Typed, screen
from portulan.web.requests import OrganisationRequest


@screen
def money(request: OrganisationRequest, year: int) -> Register[forms.AllotmentForm]:
    """The money of a year, action by action: asked, reserved, and what lines hold at each stage.

    Stages stand side by side and are never added.
    """
    require_a_year(year)
    found = year_money(actor=request.actor, year=year)
    sources = found.sources
    left = sources.reserved - sources.beyond

    def to_fund(need: Decimal | None) -> str:
        """Once a year is closed, what it did not spend is not to fund any more."""
        return numbers.UNKNOWN if found.is_closed else euros(need)

    return Register(
        tab="money",
        title=_("Argent des actions %(year)s") % {"year": year},
        caption=_("Par action, en euros %(basis)s")
        % {"basis": tax_words(found.basis, page_language())},
        intro=_(
            "Pour chaque action : l’argent demandé, l’argent réservé, et celui que "
            "les lignes lui consacrent à chaque stade. Les lignes consomment la "
            "dotation, elles ne s’y ajoutent"
            " pas ; deux stades ne s’ajoutent jamais."
        ),
        empty=_(
            "Aucune action ne demande d’argent cette année. Dites ce qu’elles demandent, ou"
            " réservez-leur une dotation."
        ),
        first=words(
            _("Action"),
            lambda row: action_name(row.action) if row.action else _("NR en général"),
        ),
        columns=[
            _of_action(_("Demandé"), "planned", euros(sources.planned), _planned),
            _of_action(_("Doté"), "allotted", euros(sources.allotted)),
            *(_at(stage, found.totals[stage]) for stage in found.stages),
            _of_action(_("Reste de dotation"), "remaining", euros(left)),
            _of_action(_("À financer"), "to_fund", to_fund(sources.to_fund), to_fund),
        ],
        total=_("Total"),
        note=_money_note(found),
        table=found.rows,
        link=partial(url_of_its_action, request),
        year=year,
        by_year=True,
    )


def _of_action(
    name: Said, of: str, foot: str, say: Callable[[Decimal | None], Said] = euros
) -> Column:
    """Return a column of what actions ask and have, which NR at large never does."""

    def get(row: ActionMoney) -> Decimal | None:
        found: Decimal | None = getattr(row.need, of) if row.action else None
        return found

    return Column(
        name, lambda row: say(get(row)) if row.action else "", NUMBER, lambda _rows: foot, get
    )


def _at(stage: Stage, total: Decimal) -> Column:
    def get(row: ActionMoney) -> Decimal | None:
        return row.stages.get(stage)

    name = str(STAGES[stage]).capitalize()
    return Column(name, lambda row: euros(get(row)), NUMBER, lambda _rows: euros(total), get)


def _planned(amount: Decimal | None) -> Said:
    return _("non chiffré") if amount is None else euros(amount)


def _money_note(found: YearMoney) -> str:
    sentences, sources = [], found.sources
    if found.stage is not None:
        text = _("Les dotations sont consommées au stade %(stage)s.")
        sentences.append(text % {"stage": STAGES[found.stage]})
    if sources.beyond:
        text = _("Des lignes dépassent leur dotation de %(amount)s € en tout.")
        sentences.append(text % {"amount": euros(sources.beyond)})
    if sources.not_costed:
        counted = ngettext(
            "%(count)s action n’est pas chiffrée : elle n’est pas comptée pour zéro.",
            "%(count)s actions ne sont pas chiffrées : elles ne sont pas comptées pour zéro.",
            sources.not_costed,
        )
        sentences.append(counted % {"count": sources.not_costed})
    if found.envelope is not None:
        text = _("Enveloppe votée : %(envelope)s € ; %(allotted)s € sont dotés.")
        values = {"envelope": euros(found.envelope), "allotted": euros(sources.allotted)}
        sentences.append(text % values)
    return " ".join(sentences)


@screen
def allotments(request: OrganisationRequest, year: int) -> Register[forms.AllotmentForm]:
    """The money reserved for actions in a year, and what lines consumed of it."""
    require_a_year(year)
    actor, rows = request.actor, list(reads.allotments(actor=request.actor, year=year))
    known = year_money(actor=actor, year=year)
    consumed = {row.action.pk: row.need.consumed for row in known.rows if row.action is not None}

    def need(row: Allotment) -> Need:
        return Need(None, row.amount, consumed.get(row.action_id))

    return Register(
        tab="allotments",
        title=_("Dotations %(year)s") % {"year": year},
        caption=_("Dotations décidées"),
        intro=_(
            "Argent réservé à une action par une décision, avant que des lignes existent. Les"
            " lignes fléchées vers l’action consomment sa dotation : elles ne s’y ajoutent jamais."
        ),
        empty=_(
            "Aucune dotation. Réservez un montant à une action dès que le budget est voté :"
            " l’action ne sera plus dite « non financée »."
        ),
        first=OF_AN_ACTION,
        columns=[
            amount(_("Dotation (€)"), "amount", add=True),
            Column(
                _("Consommé par les lignes"),
                lambda row: euros(need(row).consumed),
                NUMBER,
                lambda some: euros(known_sum(need(row).consumed for row in some) or ZERO),
                lambda row: need(row).consumed,
            ),
            amount(_("Reste"), lambda row: need(row).remaining, add=True),
            day(_("Décidée le"), "decided_on"),
            words(_("Décision"), "reference"),
        ],
        total=_("Total"),
        note=_("Aucune ligne n’est encore importée pour cet exercice : rien n’est consommé.")
        if known.stage is None
        else _("Consommé : fléchages déclarés ou justifiés, au stade %(stage)s.")
        % {"stage": STAGES[known.stage]},
        link=lambda row: f"?action={row.action_id}#h-set",
        rows=rows,
        key=("action",),
        form=partial(forms.AllotmentForm, actor.organisation_id),
        initial={"decided_on": request.today, "action": request.GET.get("action")},
        write=lambda form: writes.allot(actor, year=year, **form.cleaned_data),
        done=_("Dotation enregistrée."),
        year=year,
        by_year=True,
    )


@screen
def ambitions(request: OrganisationRequest, plan: str) -> Register[forms.AmbitionsForm]:
    """The share of the IT budget wanted in each year of a plan, and the euros by section."""
    actor, found = request.actor, reads.get_plan_with_ambitions(actor=request.actor, slug=plan)
    percents = {ambition.year: ambition.percent for ambition in found.ambitions.all()}
    amounts = {(item.year, item.section): item.amount for item in found.ambition_amounts.all()}

    def write(form: forms.AmbitionsForm) -> int:
        changed = writes.set_ambitions(actor, plan=found, percents=form.percents())
        return changed + writes.set_ambition_amounts(actor, plan=found, amounts=form.amounts())

    return Register(
        tab="ambitions",
        title=_("Ambitions"),
        caption=Typed(found.title),
        intro=_(
            "La part du budget de la DSI que le plan veut dédier au numérique responsable, par"
            " année, et les euros que cela représente, par nature. Vide : pas d’ambition."
        ),
        first=words(_("Année"), lambda row: str(row.year)),
        columns=[
            amount(_("Part visée"), lambda row: percents.get(row.year), say=_percent),
            amount(_("Euros visés"), "ambition"),
            amount(_("dont fonctionnement"), lambda row: amounts.get((row.year, "F"))),
            amount(_("dont investissement"), lambda row: amounts.get((row.year, "I"))),
            amount(_("Enveloppe votée"), "envelope"),
            amount(_("Doté"), lambda row: row.sources.allotted or None),
            amount(_("Sur des lignes"), lambda row: row.sources.on_lines or None),
        ],
        table=plan_years(actor=actor, plan=found),
        form=partial(forms.AmbitionsForm, found),
        write=write,
        done=_("Ambitions enregistrées."),
        whole=[*found.ambitions.all(), *found.ambition_amounts.all()],
        may=(Operation.EDIT_PLAN, Operation.EDIT_BUDGET),
        year=shown_year(found, _this_year(request)),
        plan=found,
    )


def _percent(value: Decimal | None) -> str:
    return numbers.percent(value, page_language())


OF_A_YEAR = words(_("Exercice"), lambda row: str(row.year))
SECTION = words(_("Section"), lambda row: row.get_section_display() or _("F et I"))


@screen
def envelopes(request: OrganisationRequest, plan: str) -> Register[forms.EnvelopeForm]:
    """The money voted for the NR of a plan, year by year, and what is still free of it."""
    actor, found = request.actor, reads.get_plan_with_ambitions(actor=request.actor, slug=plan)
    years = plan_years(actor=actor, plan=found)
    free = {item.year: item.free for item in years}
    return Register(
        tab="envelopes",
        title=_("Enveloppes"),
        caption=_("Enveloppes votées"),
        intro=_(
            "Le plafond voté pour le numérique responsable, par année. Il en reste ce que ni les"
            " dotations des actions, ni les lignes au-delà d’elles, n’ont pris."
        ),
        empty=_("Aucune enveloppe. Donnez ce que l’assemblée vote pour le plan, année par année."),
        first=OF_A_YEAR,
        columns=[
            SECTION,
            amount(_("Enveloppe (€)"), "amount"),
            amount(_("Reste, l’année"), lambda row: free.get(row.year)),
            day(_("Votée le"), "decided_on"),
            words(_("Décision"), "reference"),
        ],
        rows=list(reads.envelopes(actor=actor, plan=found)),
        key=("year", "section"),
        form=partial(forms.EnvelopeForm, found),
        initial={"decided_on": request.today},
        write=lambda form: writes.set_envelope(actor, plan=found, **form.cleaned_data),
        done=_("Enveloppe enregistrée."),
        year=shown_year(found, _this_year(request)),
        plan=found,
        context={"extra": "budget/partials/plan_years.html", "plan_years": years},
    )


@screen
def forecasts(request: OrganisationRequest) -> Register[forms.ForecastForm]:
    """The IT budgets expected for years that have no accounts yet."""
    this_year = _this_year(request)
    return Register(
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
        first=OF_A_YEAR,
        columns=[SECTION, amount(_("Euros"), "amount"), words(_("Source"), "source")],
        rows=list(reads.forecasts(actor=request.actor)),
        key=("year", "section"),
        form=forms.ForecastForm,
        initial={"year": this_year + 1},
        write=lambda form: writes.set_forecast(request.actor, **form.cleaned_data),
        done=_("Budget attendu enregistré."),
        year=this_year,
    )


def _this_year(request: OrganisationRequest) -> int:
    return year_on(request.organisation.pk, request.today)


@screen
def co_funding(request: OrganisationRequest, year: int) -> Register[forms.CoFundingForm]:
    """What others bring to actions in a year: asked, granted, received."""
    require_a_year(year)
    actor = request.actor
    return Register(
        tab="co-funding",
        title=_("Cofinancements %(year)s") % {"year": year},
        caption=_("Par action et par financeur"),
        intro=_(
            "L’argent que d’autres apportent à une action. Un cofinancement reste à "
            "côté du budget : il"
            " ne se retranche jamais de la dépense, ni de la part NR."
        ),
        empty=_(
            "Aucun cofinancement. Dites ce que vous demandez dès le dépôt du dossier ; l’accord"
            " et le versement viendront après."
        ),
        first=OF_AN_ACTION,
        columns=[
            words(_("Financeur"), "funder"),
            amount(_("Demandé (€)"), "asked", add=True),
            amount(_("Accordé (€)"), "granted", add=True),
            amount(_("Versé (€)"), "received", add=True),
        ],
        total=_("Total connu"),
        rows=list(reads.co_funding(actor=actor, year=year)),
        key=("action", "funder"),
        pick="funding",
        form=partial(forms.CoFundingForm, actor.organisation_id),
        initial={"action": request.GET.get("action")},
        write=lambda form: writes.set_co_funding(actor, year=year, **form.cleaned_data),
        year=year,
        by_year=True,
    )
