"""Documents: what can be produced, what each lacks, its preview, its files, what was kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.errors import NotFoundError
from portulan.core.say.text import UnusableInputError
from portulan.publication.documents import deliberation, html, label, lesson, yearly
from portulan.publication.documents.asking import Asked, Draft, Kind, Part
from portulan.publication.documents.cell import Counted, Document, read_back
from portulan.publication.documents.making import (
    RENDERERS,
    build,
    counted_in,
    draft,
    is_unmet,
    keep,
    written,
)
from portulan.publication.documents.minutes import FORMATS as MINUTES
from portulan.publication.documents.minutes import minutes_of
from portulan.publication.documents.presenting import present_document
from portulan.publication.documents.registry import TYPES, kind_for, kind_of
from portulan.publication.documents.waiting import expected, get_kept, kept_of
from portulan.publication.models import KeptDocument, Presentation
from portulan.steering.committees.reads import get_committee
from portulan.web.downloads import tell_export
from portulan.web.fields import DayField, field_of
from portulan.web.language import page_language, told
from portulan.web.pages import Act, Edit, screen
from portulan.web.paging import page_of
from portulan.web.publication.documents.asking import asked_of, at, shortened, trail_of
from portulan.web.requests import OrganisationRequest, url_in, years_beside

RECENT = 8


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    """What can be produced, for whom, by when, what it lacks, and what was produced."""
    language = page_language()
    found = expected(asked_of(request, request.today.year))
    groups = [
        (
            title,
            [
                {
                    "title": one.kind.title.say(language),
                    "year": one.year if one.due_on else None,
                    "audience": one.kind.audience.say(language),
                    "url": url_in(request, "documents:preview", one.kind.name, one.year),
                    "due_on": one.due_on,
                    "days_late": one.days_late,
                    "when": one.kind.when.say(language),
                    "bound": one.bound,
                    "lacks": [
                        (lack.words, url_in(request, lack.page, *lack.arguments) + lack.query)
                        for lack in one.lacks
                    ],
                    "last": one.last,
                }
                for one in found
                if one.is_awaited is awaited
            ],
        )
        for title, awaited in ((_("Attendus par la loi"), True), (_("Quand vous voulez"), False))
    ]
    pages = Paginator(kept_of(request.actor).defer("content"), RECENT)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "groups": [(title, rows) for title, rows in groups if rows],
        "missing": sum(bool(one.lacks) for one in found if one.is_awaited),
        "late": [one for one in found if one.is_awaited and one.days_late],
        "awaited": sum(one.is_awaited for one in found),
        "has_services": request.organisation.country == "FRA",
        "page": page,
        "kept": [(one, kind_of(one.kind).title.say(language)) for one in page],
    }
    return render(request, "documents/browse.html", context)


@require_GET
def preview(request: OrganisationRequest, document: str, year: int) -> HttpResponse:
    """A document as it would be produced now, one section a page; or why it is not honest yet."""
    kind = kind_for(request.organisation, document)
    asked = asked_of(request, year, kind)
    try:
        made = draft(kind, asked)
        shown = _shown(request, made, partial(counted_in, kind, asked, made))
    except UnusableInputError as error:
        refusal = error.problem.message(page_language())
        title = kind.title.say(page_language())
        said = {"trail": trail_of(request), "title": title, "refusal": refusal}
        return render(request, "documents/preview.html", said)
    context = shown | {
        "criteria": _criteria(request, kind, asked),
        "choices": _choices(request, kind, year),
        "plan_slug": asked.found_plan.slug if asked.found_plan else "",
        "lessons": _lessons(request, kind, asked, made),
        "files": [(suffix, at(request, "file", kind, year, suffix)) for suffix in kind.formats],
        "produce": at(request, "produce", kind, year),
        "texts": _texts(request, kind, year, made),
        "is_unmet": is_unmet(kind, asked, made),
        "years": [
            (other, at(request, "preview", kind, other)) for other in years_beside(request, year)
        ],
    }
    return render(request, "documents/preview.html", context)


def _texts(request: OrganisationRequest, kind: Kind, year: int, made: Draft) -> str:
    """Return where the texts of the part shown are written, if it has any."""
    page = _page(request, made)
    if not made.slots(page.number - 1):
        return ""
    return f"{at(request, 'texts', kind, year)}?page={page.number}"


def _choices(request: OrganisationRequest, kind: Kind, year: int) -> list[tuple[str, str]]:
    """Return the other models of a deliberation, by what the assembly is asked."""
    if kind.name != deliberation.KIND.name:
        return []
    here = request.GET.get(deliberation.OCCASION, "")
    place = url_in(request, "documents:preview", kind.name, year)
    return [
        (words.say(page_language()), f"{place}?{urlencode({deliberation.OCCASION: one.value})}")
        for one, words in deliberation.NAMES.items()
        if one.value != here
    ]


def _criteria(request: OrganisationRequest, kind: Kind, asked: Asked) -> str:
    """Return where the criteria of a label are copied."""
    plan = asked.found_plan if kind.name == label.KIND.name else None
    return url_in(request, "documents:criteria", plan.slug) if plan else ""


def _lessons(
    request: OrganisationRequest, kind: Kind, asked: Asked, made: Draft
) -> list[tuple[str, str]]:
    """Return the lessons of the yearly report that leave one by one, where it shows them."""
    here = made.parts[_page(request, made).number - 1].key
    if kind.name != yearly.KIND.name or here != yearly.LESSONS_KEY:
        return []
    arguments = [request.organisation.slug, lesson.KIND.name, asked.year]
    place = reverse("documents:preview", args=arguments)
    actions = {one.action_id: one.action for one in lesson.delivered(asked.plan, asked)}
    return [
        (
            f"{one.called}. {one.short_title or one.title}",
            f"{place}?{urlencode({lesson.ACTION: one.called, lesson.OF_PLAN: asked.plan.slug})}",
        )
        for one in actions.values()
    ]


@screen
def produce(request: OrganisationRequest, document: str, year: int) -> Act[KeptDocument]:
    """Keep a document as it is now, with its date and its seal."""
    request.actor.require(Operation.PUBLISH_PLAN)
    kind = kind_for(request.organisation, document)
    asked, here = asked_of(request, year, kind), at(request, "preview", kind, year)
    return Act(
        write=lambda: keep(request.actor, build(kind, asked)),
        done=_("Document produit et gardé."),
        back=here,
        then=lambda kept: url_in(request, "documents:kept", kept.pk),
    )


@require_GET
def file(request: OrganisationRequest, document: str, year: int, suffix: str) -> HttpResponse:
    """Hand over a document as it is now; nothing is kept."""
    kind = kind_for(request.organisation, document)
    asked = asked_of(request, year, kind)
    try:
        made = build(kind, asked)
    except UnusableInputError as error:
        messages.error(request, error.problem.message(page_language()))
        return redirect(at(request, "preview", kind, year))
    return _file(request, kind, made, suffix, *asked.options.values())


@require_GET
def kept(request: OrganisationRequest, kept: int) -> HttpResponse:
    """A document as it was produced."""
    found = get_kept(actor=request.actor, pk=kept)
    slug = request.organisation.slug
    try:
        document = read_back(found.content)
    except UnusableInputError as error:
        messages.error(request, error.problem.message(page_language()))
        return redirect("documents:browse", slug)
    context = _shown(request, Draft.of(document), lambda: document.counted) | {
        "kept": found,
        "presented": getattr(found, "presentation", None),
        "is_public": hasattr(found, "public"),
        "asks_read": "read" in request.GET,
        "files": [
            (suffix, reverse("documents:kept-file", args=[slug, found.pk, suffix]))
            for suffix in kind_of(found.kind).formats
        ],
    }
    return render(request, "documents/preview.html", context)


class PresentationForm(forms.Form):
    """When, and before whom, a kept document was; no day says that it was not."""

    on = DayField(
        label=gettext_lazy("Présenté le"),
        required=False,
        help_text=gettext_lazy("Sans date, le document n’est dit présenté à personne."),
    )
    body = field_of(Presentation, "body", required=False)
    adopted = forms.BooleanField(label=gettext_lazy("Adopté par un vote"), required=False)
    reference = field_of(Presentation, "reference")
    debate_on = field_of(Presentation, "debate_on")


@screen
def present(request: OrganisationRequest, kept: int) -> Edit[PresentationForm, Presentation | None]:
    """Say when and to whom a kept document was presented, and whether it was adopted."""
    request.actor.require(Operation.PUBLISH_PLAN)
    found = get_kept(actor=request.actor, pk=kept)
    row = getattr(found, "presentation", None)
    initial = {name: getattr(row, name) for name in PresentationForm.base_fields} if row else {}
    here = url_in(request, "documents:kept", found.pk)
    title = kind_of(found.kind).title.say(page_language())
    return Edit(
        title=_("Présentation à une assemblée"),
        submit=_("Enregistrer la présentation"),
        trail=[*trail_of(request), (here, f"{title}, {found.year}")],
        form=lambda data: PresentationForm(data, initial=initial),
        edits=row,
        write=lambda form: present_document(
            request.actor, kept=found, today=request.today, **form.cleaned_data
        ),
        done=_("Présentation enregistrée."),
    )


@require_GET
def kept_file(request: OrganisationRequest, kept: int, suffix: str) -> HttpResponse:
    found = get_kept(actor=request.actor, pk=kept)
    kind = kind_of(found.kind)
    if suffix not in kind.formats:
        raise NotFoundError(suffix)
    # Two of a day are told apart by their seals.
    return _file(request, kind, read_back(found.content), suffix, found.digest[:8])


@require_GET
def minutes(request: OrganisationRequest, plan: str, pk: int, suffix: str) -> HttpResponse:
    """Hand over the minutes of a committee."""
    need = Operation.READ_PLAN
    found = get_committee(actor=request.actor, plan_slug=plan, pk=pk, need=need)
    if suffix not in MINUTES:
        raise NotFoundError(suffix)
    document = minutes_of(asked_of(request, found.held_on.year), found)
    name = f"{document.kind}-{found.held_on}.{suffix}"
    return _attached(request, RENDERERS[suffix](document), name)


def _file(
    request: OrganisationRequest, kind: Kind, document: Document, suffix: str, *which: str
) -> HttpResponse:
    """Hand a document over; `which` tells it from others of its kind and of its day."""
    if suffix not in kind.formats:
        raise NotFoundError(suffix)
    parts = [kind.name, *(slugify(one) for one in which), str(document.year), str(document.on)]
    name = f"{'-'.join(filter(None, parts))}.{suffix}"
    return _attached(request, written(kind, document, suffix), name)


def _attached(request: OrganisationRequest, content: bytes, name: str) -> HttpResponse:
    tell_export(request, "document")
    response = HttpResponse(content, content_type=TYPES[name.rpartition(".")[2]])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(request: OrganisationRequest, made: Draft) -> Page[Part]:
    return page_of(request, made.parts, 1)


def _shown(
    request: OrganisationRequest, made: Draft, counted: Callable[[], Counted]
) -> dict[str, object]:
    """Return what shows one section of a document, the only one built, and leads to the others.

    The first page says what is `counted` of the whole document.
    """
    page, document = _page(request, made), made.cover
    section = made.section(page.number - 1)
    shown, left = shortened(section)
    return {
        "trail": trail_of(request),
        "title": document.title,
        "document": document,
        "in_document": told(document.language),
        "head": mark_safe(html.head(document, counted())) if page.number == 1 else "",  # noqa: S308
        "section": section.title,
        "body": mark_safe(html.body(document, shown)),  # noqa: S308 - the renderer escapes
        "left": left,
        "page": page,
        "titles": [
            (number, one.title, number == page.number) for number, one in enumerate(made.parts, 1)
        ],
    }
