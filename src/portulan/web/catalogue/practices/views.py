"""The practices of an edition by theme, and one of them, with what the plan answers to each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portulan.accounts.actors import Actor
from portulan.accounts.reads import labels_of
from portulan.catalogue.comparison.rules import match
from portulan.catalogue.editions import reads as editions_reads
from portulan.catalogue.editions.contents import practice_content, scales_of
from portulan.catalogue.editions.reads import PracticeFilters, pilots_of
from portulan.catalogue.links import reads as links_reads
from portulan.catalogue.models import CatalogueVersion, Practice
from portulan.plans.choices.reads import edition_in_use
from portulan.plans.choices.writes import Chosen
from portulan.plans.evidence import proof_of
from portulan.plans.models import CHOICES, Plan
from portulan.plans.plan import current_plan
from portulan.web.catalogue.choices import (
    AnswerForm,
    answer_of,
    answering,
    plan_to_write,
    practice_to_read,
)
from portulan.web.catalogue.coverage import UNDECIDED, Board, lay
from portulan.web.catalogue.differences import Difference, differences
from portulan.web.catalogue.words import tallied, theme_words
from portulan.web.language import page_language
from portulan.web.markdown import render as render_markdown
from portulan.web.pages import Edit, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest

PER_PAGE = 25
MOST_DOMAINS = 12  # beyond, only those where the plan acts are listed one by one


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    """An edition's practices by theme, filtered, with what the plan answers to each."""
    editions = list(editions_reads.versions_for(request.actor))
    plan = current_plan(actor=request.actor, today=request.today)
    if not editions:
        return render(request, "catalogue/none.html")
    board = lay(_edition(request, editions, plan), plan)
    domains = board.domains
    form = FilterForm(request.GET, board, with_choices=plan is not None)
    filters, choice = form.practice_filters, form.wanted.get("choice")
    matching = tuple(row for row in board.rows if filters.keeps(row.practice))
    shown = [row for row in matching if choice in (None, row.state)]
    context = {
        "editions": editions,
        "version": board.version,
        "plan": plan,
        "form": form,
        "filtered": bool(form.wanted),
        "page": page_of(request, shown, PER_PAGE),
        "board": board,
        "counts": tallied(Board(board.version, matching)) if plan is not None else [],
        "choice": choice,
        "domains": domains,
        "listed": [one for one in domains if one.actions or len(domains) <= MOST_DOMAINS],
        "covered": sum(bool(domain.actions) for domain in domains),
    }
    return render(request, "catalogue/browse.html", context)


def _edition(
    request: OrganisationRequest, editions: Sequence[CatalogueVersion], plan: Plan | None
) -> CatalogueVersion:
    """Return the edition asked for, else the one the plan answered to, else the first."""
    known = {str(edition.pk): edition for edition in editions}
    if (asked := request.GET.get("edition", "")) in known:
        return known[asked]
    used = edition_in_use(plan) if plan is not None else None
    return known.get(str(used), editions[0])


def places_beside(
    actor: Actor, practice: Practice
) -> list[tuple[links_reads.Elsewhere, list[Difference], dict[str, int]]]:
    """Return the places of a practice in the other editions, the latest first.

    Each with what the later of the two editions says otherwise, and how to compare them.
    """
    return [
        (found, *_differences(practice, found)) for found in links_reads.elsewhere(actor, practice)
    ]


def _differences(
    practice: Practice, found: links_reads.Elsewhere
) -> tuple[list[Difference], dict[str, int]]:
    old, new = sorted((practice.version, found.version), key=lambda one: (one.imported_at, one.pk))
    both = {"old": old.pk, "new": new.pk}
    if found.practice is None:
        return [], both
    here, there = practice_content(practice), practice_content(found.practice)
    if old != practice.version:
        here, there = there, here
    scales = (scales_of(old), scales_of(new))
    return differences(match(here, there, *scales), *scales, page_language()), both


def links_beside(actor: Actor, practice: Practice) -> list[tuple[links_reads.SeenLink, str]]:
    """Return the links of a practice, each with who made it."""
    found = links_reads.links_of(actor, practice)
    labels = labels_of(seen.link.person_id for seen in found)
    return [(seen, _added_by(seen, labels)) for seen in found]


def _added_by(seen: links_reads.SeenLink, labels: dict[int, str]) -> str:
    if seen.link.ready_made:
        return str(_("Portulan"))
    if seen.link.person_id is None:
        return str(_("Ligne de commande"))
    return labels.get(seen.link.person_id) or str(_("Personne effacée"))


@screen
def practice(request: OrganisationRequest, version_id: int, code: str) -> Edit[AnswerForm, Chosen]:
    """A practice: what its edition says, what the plan answers, the actions that follow it."""
    found = practice_to_read(request, version_id, code)
    if request.method == "POST":
        plan: Plan | None = plan_to_write(request)
    else:
        plan = current_plan(actor=request.actor, today=request.today)
    answer = answer_of(plan, found)
    person_id = answer.given.person_id if answer.given is not None else None
    return answering(
        request,
        found,
        plan,
        answer,
        undo="catalogue:undo",
        then=lambda: request.path,
        template="catalogue/practice.html",
        context=lambda: {
            "state": answer.choice or UNDECIDED,
            "proof": proof_of(request.actor, answer.given),
            "author": labels_of([person_id]).get(person_id or 0, ""),
            "body": render_markdown(found.body, table=str(_("Tableau"))),
            "others": places_beside(request.actor, found),
            "links": links_beside(request.actor, found),
        },
    )


class FilterForm(forms.Form):
    """The filters of an edition; what it does not know is ignored, as old addresses may hold."""

    q = forms.CharField(
        label=_("Chercher"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    theme = forms.ChoiceField(label=_("Thématique"), required=False)
    priority = forms.ChoiceField(label=_("Priorité du guide"), required=False)
    difficulty = forms.ChoiceField(label=_("Difficulté"), required=False)
    pilot = forms.ChoiceField(label=_("Pilote possible"), required=False)
    choice = forms.ChoiceField(label=_("Choix"), required=False)

    def __init__(self, data: Any, board: Board, *, with_choices: bool) -> None:
        super().__init__(data, auto_id="f_%s")
        version, practices = board.version, (row.practice for row in board.rows)
        themes = [(one.theme.code, theme_words(one.theme)) for one in board.domains]
        priorities = [step["key"] for step in version.priority_scale]
        steps = [step["key"] for step in version.difficulty_scale]
        self._offer("theme", _("Toutes"), themes)
        self._offer("priority", _("Toutes"), [(k, version.say_priority(k)) for k in priorities])
        self._offer("difficulty", _("Toutes"), [(k, version.say_difficulty(k)) for k in steps])
        self._offer("pilot", _("Tous"), [(k, version.say_pilot(k)) for k in pilots_of(practices)])
        if with_choices:
            self._offer("choice", _("Tous"), [*CHOICES.items(), (UNDECIDED, _("À décider"))])
        else:
            del self.fields["choice"]

    def _offer(self, name: str, everything: Any, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> dict[str, str]:
        """The filters that mean something here."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def practice_filters(self) -> PracticeFilters:
        wanted = self.wanted
        wanted.pop("choice", None)
        return PracticeFilters(**wanted)
