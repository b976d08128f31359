"""Multi-year programmes: the list, one of them, and the decisions on it.

A programme, and a decision on it with its payment credits by year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.budget.funding import programmes as budget
from portulan.budget.labels import PROGRAMME_KINDS
from portulan.budget.models import Programme
from portulan.budget.words import ProgrammeKind
from portulan.core.money import ZERO, known_sum, rounded_together
from portulan.web.fields import AmountField, DayField
from portulan.web.pages import Confirm, Edit, Typed, screen
from portulan.web.requests import OrganisationRequest, url_in

YEARS_AHEAD = 5
SHOWN_LINES = 12


@screen
def all_programmes(request: OrganisationRequest) -> Edit[ProgrammeForm, Programme]:
    """The programmes, and a new one."""
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
    return Edit(
        back=url_in(request, "budget:programmes"),
        form=ProgrammeForm,
        write=lambda form: budget.set_programme(request.actor, **form.cleaned_data),
        done=_("Programme ouvert. Dites ce que la décision autorise."),
        then=lambda opened: url_in(request, "budget:programme", opened.pk),
        template="budget/programmes.html",
        context=lambda: {
            "programmes": [
                (one, _left(one.authorised, one.committed))
                for one in budget.followed(budget.programmes(actor=request.actor), request.today)
            ]
        },
    )


@screen
def programme(request: OrganisationRequest, pk: int) -> Edit[RevisionForm, object]:
    """One programme: its years, its decisions, its lines; finance says a new decision."""
    need = Operation.EDIT_BUDGET if request.method == "POST" else Operation.READ_BUDGET
    found = budget.get_programme(actor=request.actor, pk=pk, need=need)
    [page] = budget.followed([found], request.today)

    def context() -> dict[str, object]:
        lines = (
            budget.lines_of(found)
            .select_related("fiscal_year")
            .order_by("-fiscal_year__year", "row")
        )
        return {
            "page": page,
            "left": {
                "commit": _left(page.authorised, page.committed),
                "pay": _left(page.authorised, page.realised),
                "schedule": _left(page.authorised, page.foreseen),
            },
            "years": _years(page),
            "programme": found,
            "revisions": _decisions(page, found),
            "lines": lines[:SHOWN_LINES] if found.codes else [],
            "count": lines.count() if found.codes else 0,
        }

    return Edit(
        back=url_in(request, "budget:programme", pk),
        form=_revision_form(request, page),
        write=lambda form: budget.revise_programme(
            request.actor, programme=found, **form.decision()
        ),
        done=_("Décision enregistrée : les précédentes restent lisibles."),
        template="budget/programme.html",
        context=context,
    )


def _left(whole: Decimal | None, part: Decimal | None) -> Decimal | None:
    """Return what is left of an amount, in the whole euros in which both are shown."""
    if whole is None:
        return None
    return rounded_together([whole])[0] - rounded_together([part or ZERO])[0]


def _years(page: budget.Followed) -> list[tuple[budget.ProgrammeYear, budget.ProgrammeYear]]:
    """Return each year with its euros as they are shown: its columns add up to their foot."""
    committed = [year.committed for year in page.years]
    if page.committed == known_sum(committed):  # what was carried over counts in one year alone
        committed = _together(committed)
    foreseen = _together([year.foreseen for year in page.years])
    realised = _together([year.realised for year in page.years])
    columns = zip(page.years, foreseen, realised, committed, strict=True)
    return [(year, replace(year, foreseen=f, realised=r, committed=c)) for year, f, r, c in columns]


def _together(amounts: list[Decimal | None]) -> list[Decimal | None]:
    parts = iter(rounded_together([amount for amount in amounts if amount is not None]))
    return [None if amount is None else next(parts) for amount in amounts]


def _decisions(page: budget.Followed, found: Programme) -> list[tuple[object, str, bool]]:
    """Return the decisions, the latest first, each with its author and whether it is in force."""
    revisions = list(reversed(found.revisions.all()))
    people = labels_of(revision.person_id for revision in revisions)
    return [
        (revision, people.get(revision.person_id or 0, ""), revision == page.current)
        for revision in revisions
    ]


def _revision_form(
    request: OrganisationRequest, page: budget.Followed
) -> Callable[[QueryDict | None], RevisionForm]:
    known = [year.year for year in page.years]
    first = min([*known, request.today.year])
    last = max([*known, first + YEARS_AHEAD - 1])
    initial = {f"year-{year.year}": year.foreseen for year in page.years}
    initial |= {"amount": page.authorised}
    return partial(RevisionForm, range(first, last + 1), initial=initial)


@screen
def edit_programme(request: OrganisationRequest, pk: int) -> Edit[ProgrammeForm, Programme]:
    """Say again what a programme is and which codes its lines bear."""
    found = budget.get_programme(actor=request.actor, pk=pk, need=Operation.EDIT_BUDGET)
    initial = {"title": found.title, "kind": found.kind, "codes": ", ".join(found.codes)}
    return Edit(
        back=url_in(request, "budget:programme", pk),
        form=partial(ProgrammeForm, initial=initial),
        edits=found,
        write=lambda form: budget.set_programme(
            request.actor, programme=found, **form.cleaned_data
        ),
        done=_("Programme enregistré."),
        template="budget/edit_programme.html",
        context={"programme": found},
    )


@screen
def remove_revision(request: OrganisationRequest, pk: int, revision: int) -> Confirm[None]:
    """Take back a decision said by mistake, once confirmed."""
    found = budget.get_revision(
        actor=request.actor, programme=pk, pk=revision, need=Operation.EDIT_BUDGET
    )
    back = url_in(request, "budget:programme", pk)
    return Confirm(
        title=_("Retirer la décision « %(reference)s »") % {"reference": found.reference},
        submit=_("Retirer cette décision"),
        intro=_(
            "Pour une décision dite par erreur : celle d’avant, s’il y en a une, revient en"
            " vigueur. Une décision qui en change une autre se dit à sa suite. Le journal garde la"
            " trace."
        ),
        trail=[
            (url_in(request, "budget:years"), _("Budget")),
            (url_in(request, "budget:programmes"), _("Programmes pluriannuels")),
            (back, Typed(found.programme.title)),
        ],
        about=[found],
        write=lambda: budget.remove_revision(request.actor, revision=found),
        done=_("Décision retirée ; le journal garde ce qu’elle disait."),
    )


class ProgrammeForm(forms.Form):
    """What a programme is, and which lines are its own."""

    title = forms.CharField(label=_("Programme"), max_length=200)
    kind = forms.TypedChoiceField(
        label=_("Forme"), choices=PROGRAMME_KINDS.items(), coerce=ProgrammeKind
    )
    codes = forms.CharField(
        label=_("Codes de ses lignes"),
        required=False,
        help_text=_(
            "Opération, numéro d’autorisation ou marché, tels que les comptes les portent, séparés"
            " par des virgules."
        ),
    )

    def clean_codes(self) -> list[str]:
        return [code.strip() for code in self.cleaned_data["codes"].split(",") if code.strip()]


class RevisionForm(forms.Form):
    """What a decision authorises in all, and what it foresees to pay in each year."""

    amount = AmountField(label=_("Montant autorisé en tout (€)"), low=Decimal(0))
    decided_on = DayField(label=_("Décidé le"))
    reference = forms.CharField(label=_("Délibération ou décision"), max_length=250)

    def __init__(self, years: Iterable[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._years = list(years)
        for year in self._years:
            self.fields[f"year-{year}"] = AmountField(
                label=_("Crédits de paiement %(year)s (€)") % {"year": year},
                low=Decimal(0),
                required=False,
            )

    def decision(self) -> dict[str, Any]:
        """Return what the service takes: a year left empty foresees nothing."""
        given = {year: self.cleaned_data.get(f"year-{year}") for year in self._years}
        said: dict[str, Decimal | date | str] = {
            name: self.cleaned_data[name] for name in ("amount", "decided_on", "reference")
        }
        return said | {"payments": {year: paid for year, paid in given.items() if paid is not None}}
