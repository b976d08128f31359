"""What feeds indicators: all sources, one of them, what it gives, and the answers to it."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.plans.feeds import answer_readings
from portulan.plans.models import Action
from portulan.plans.plan import current_plan
from portulan.sources.addresses import read_address
from portulan.sources.deposits import address_of, has_token
from portulan.sources.feeding import Agreement, Entrance
from portulan.sources.meanings import Meanings
from portulan.sources.models import ProposedReading, Source
from portulan.sources.packs import unpacked
from portulan.sources.reads import (
    feeds_of,
    get_source,
    proposals_of,
    snapshots_of,
    sources_of,
    standing_of,
)
from portulan.sources.sampling import sample_of
from portulan.sources.taking import Taken, read_again, read_now
from portulan.sources.words import TOOLS, Tool
from portulan.sources.writes import say_meanings, with_words
from portulan.web.form_tokens import apart
from portulan.web.inputs import identifiers
from portulan.web.language import page_language
from portulan.web.pages import Act, Edit, Trail, Typed, screen
from portulan.web.requests import OrganisationRequest
from portulan.web.sources.forms import GivenForm, WordsForm
from portulan.web.sources.page import (
    MOST_WORDS,
    asked_of,
    figures_of,
    moved_of,
    rows_of,
    seen_by,
    words_of,
)

PER_PAGE, MOST_ASKED = 20, 10


def sources_url(request: OrganisationRequest, name: str = "browse", *more: object) -> str:
    return reverse(f"sources:{name}", args=[request.organisation.slug, *more])


def asked_for(request: OrganisationRequest) -> str:
    """Return what the steps carry: the indicator that somebody came from, if they did."""
    wanted = identifiers([request.GET.get("indicator", "")])
    return f"?indicator={wanted[0]}" if wanted else ""


def under_sources(request: OrganisationRequest, source: Source | None = None) -> Trail:
    above = [(sources_url(request), _("Sources"))]
    if source is not None:
        above.append((sources_url(request, "source", source.pk), Typed(source.name)))
    return above


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    """All sources: what came last, what it feeds, what it covers, what waits for somebody."""
    rows = rows_of(list(sources_of(actor=request.actor)), request.today)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    late = [row for row in rows if not row.standing.is_well]
    plan = current_plan(actor=request.actor, today=request.today) if rows else None
    fed = {action.pk for row in rows for action in row.actions}
    actions = list(plan.actions.order_by("number")) if plan is not None else []
    computed = Action.objects.filter(plan=plan, indicators__computed_by__gt="")
    fed |= set(computed.values_list("pk", flat=True))
    context = {
        "rows": page.object_list,
        "page": page,
        "late": late,
        "aging": sorted({action.number for row in late for action in row.actions}),
        "actions": actions,
        "fed": {action.pk for row in rows for action in row.actions if action.plan_id == plan.pk}
        if plan is not None
        else (),
        "by_hand": [action for action in actions if action.pk not in fed],
        "plan": plan,
    }
    return render(request, "sources/browse.html", context)


@require_GET
def page(request: OrganisationRequest, pk: int) -> HttpResponse:
    """A source: the readings that it proposes, what it sees and does not, how it arrives."""
    return _page(request, get_source(actor=request.actor, pk=pk, need=Operation.READ_PLAN))


def _page(
    request: OrganisationRequest, found: Source, refused: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    last = snapshots_of(found).first()
    feeds = list(feeds_of(found))
    asked = Paginator(proposals_of(found), MOST_ASKED).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "source": found,
        "standing": standing_of(found, request.today),
        "last": last,
        "kind": TOOLS[Tool(last.kind)].say(page_language()) if last and last.kind in Tool else "",
        "unsaid": sum(one.means is None for one in words_of(last)),
        "asked": asked_of(request, list(asked.object_list)),
        "seen": seen_by(last),
        "moved": moved_of(last),
        "page": asked,
        "feeds": feeds,
        "figures": list(figures_of(last, {one.formula for one in feeds})),
        "snapshots": list(snapshots_of(found)[:6]),
        "form": GivenForm(),
        "labels": labels_of([found.said_by]),
        "address": address_of(found),
        "has_token": has_token(found, now),
        "waits": found.received.exists(),
        "trail": under_sources(request),
        "refused": refused,
    }
    return render(request, "sources/source.html", context, status=status)


@apart
@screen
def give(request: OrganisationRequest, pk: int) -> Edit[GivenForm, Taken]:
    """Read files that somebody gives: a snapshot, and the readings that it proposes."""
    found = get_source(actor=request.actor, pk=pk, need=Operation.SOURCE)

    def write(form: GivenForm) -> Taken:
        files = [
            one
            for given in form.cleaned_data["given"]
            for one in unpacked(given.name or "", given.read())
        ]
        on = form.cleaned_data["on"]
        now = timezone.now()
        return read_now(
            request.actor, source=found, files=files, today=request.today, now=now, on=on
        )

    return Edit(
        title=_("Donner un fichier"),
        submit=_("Lire le fichier"),
        intro=_("Le fichier n’est pas gardé : seuls ses comptes et ses mesures le sont."),
        trail=under_sources(request, found),
        back=sources_url(request, "source", pk),
        form=lambda data: GivenForm(data, request.FILES or None),
        write=write,
        done=told_of,
        then=lambda taken: _after(request, found, taken),
        template="sources/give.html",
    )


def told_of(taken: Taken) -> str:
    if not taken.is_new:
        return _("Déjà reçu : rien de nouveau.")
    row = taken.snapshot
    return ngettext(
        "Photographie prise : %(count)s élément compté.",
        "Photographie prise : %(count)s éléments comptés.",
        row.kept,
    ) % {"count": row.kept}


def _after(request: OrganisationRequest, source: Source, taken: Taken) -> str:
    """Return the next step: words to explain, then indicators to link, else the source."""
    if any(one.means is None for one in words_of(taken.snapshot)):
        return sources_url(request, "words", source.pk) + asked_for(request)
    if asked_for(request) or not source.feeds.exists():
        return sources_url(request, "link", source.pk) + asked_for(request)
    return sources_url(request, "source", source.pk)


@apart
@screen
def words(request: OrganisationRequest, pk: int) -> Edit[WordsForm, Source]:
    """Say once what the words of a tool mean; what waited for them is read again."""
    found = get_source(actor=request.actor, pk=pk, need=Operation.SOURCE)
    last = snapshots_of(found).first()
    every = words_of(last)
    shown = every[:MOST_WORDS]
    dated = bool(last and last.held)
    start = {"start": Meanings.from_json(found.meanings or {}).start or "bought"}

    def write(form: WordsForm) -> Source:
        now = timezone.now()
        meanings = with_words(found.meanings or {}, form.said())
        if dated:
            meanings["start"] = form.cleaned_data["start"]
        said = say_meanings(request.actor, source=found, meanings=meanings, now=now)
        if found.received.exists():
            read_again(request.actor, source=said, now=now)
        elif found.entrance == Entrance.ADDRESS and last is not None:
            read_address(request.actor, source=said, now=now, whole=True)
        return said

    def then(_saved: Source) -> str:
        if not asked_for(request) and found.feeds.exists():
            return sources_url(request, "source", pk)
        return sources_url(request, "link", pk) + asked_for(request)

    return Edit(
        title=_("Ce que les mots veulent dire"),
        submit=_("Enregistrer les sens"),
        trail=under_sources(request, found),
        back=sources_url(request, "source", pk),
        form=lambda data: WordsForm(data, shown, dated=dated, initial=start),
        edits=found,
        write=write,
        done=_("Sens enregistrés : ils valent pour les prochaines lectures."),
        then=then,
        template="sources/words.html",
        context={
            "source": found,
            "last": last,
            "dated": dated,
            "left": len(every) - len(shown),
            "sample": sample_of(found),
        },
    )


@screen
def answer(request: OrganisationRequest, pk: int) -> HttpResponse | Act[int]:
    """Agreement the readings that wait, all those that were answered at once."""
    found = get_source(actor=request.actor, pk=pk, need=Operation.READ_PLAN)
    answers = [
        (one, *_ANSWERS[said])
        for one in proposals_of(found)
        if (said := request.POST.get(f"p{one.pk}", "")) in _ANSWERS
    ]
    return Act(
        write=lambda: _answer(request, answers),
        done=lambda count: (
            ngettext("%(count)s relevé inscrit.", "%(count)s relevés inscrits.", count)
            % {"count": count}
        ),
        back=sources_url(request, "source", pk),
    )


_ANSWERS = {
    "accept": (Agreement.ACCEPTED, False),
    "settle": (Agreement.ACCEPTED, True),
    "check": (Agreement.CHECK, False),
    "refuse": (Agreement.REFUSED, False),
}


def _answer(
    request: OrganisationRequest, answers: Sequence[tuple[ProposedReading, Agreement, bool]]
) -> int:
    if not answers:
        raise ValidationError(_("Aucune réponse n’est cochée."))
    return answer_readings(request.actor, answers=answers, now=timezone.now())
