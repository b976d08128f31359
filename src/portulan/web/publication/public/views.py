"""What anybody reads of an organisation: no account, no cookie, no script.

Each address has its language in it, so that one page is one file: `portulan site` asks these views
for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from portulan.accounts.attempts import count_report
from portulan.accounts.peers import client_address
from portulan.budget.labels import STAGES
from portulan.budget.words import Stage
from portulan.core.contracts import from_json
from portulan.core.errors import NotFoundError
from portulan.core.say.country import settled
from portulan.core.say.text import Language, semicolons
from portulan.publication.documents.cell import read_back
from portulan.publication.documents.judging import SAID
from portulan.publication.documents.making import written
from portulan.publication.documents.registry import kind_of
from portulan.publication.models import KeptDocument, PublicDocument, PublicEdition
from portulan.publication.public import tables
from portulan.publication.public.edition import Edition, number
from portulan.publication.public.feed import NAME as FEED
from portulan.publication.public.feed import feed
from portulan.publication.public.figure import FigureContent
from portulan.publication.public.figure import written as figure_written
from portulan.publication.public.permalinks import content_in
from portulan.publication.public.portals import catalogue
from portulan.publication.public.reads import (
    Public,
    abouts,
    content_of,
    corrections_of,
    documents_of,
    editions_of,
    get_document,
    get_edition,
    get_figure,
    get_report,
    public_of,
    withdrawn_with,
)
from portulan.publication.public.writes import tell_error
from portulan.publication.words import LICENCES, Licence, Part
from portulan.web.form_tokens import repeatable
from portulan.web.language import speak_as_here
from portulan.web.publication.public import page as said

_TOO_MANY = gettext_lazy(
    "Trop de signalements viennent de votre réseau : revenez dans un quart d’heure."
)
KEPT_FOR = 300  # seconds that a cache may keep a page: a withdrawal shows within that time
ACTIONS_A_PAGE = 40
MOST_LINES = 25
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "jsonld": "application/ld+json; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}


@dataclass(frozen=True)
class Visit:
    """A request for something public, in the language of its address."""

    request: HttpRequest
    body: str
    language: Language
    public: Public

    @property
    def is_site(self) -> bool:
        """Whether `portulan site` asks: the page will be a file, where nothing is sent."""
        return bool(getattr(self.request, "is_site", False))

    @property
    def edition(self) -> PublicEdition:
        if self.public.current is None:
            raise NotFoundError(self.body)
        return self.public.current

    def url(self, name: str, **found: object) -> str:
        return reverse(f"public:{name}", kwargs={"body": self.body, "lang": self.language, **found})

    def show(
        self, template: str, context: dict[str, Any] | None = None, *, status: int = 200
    ) -> HttpResponse:
        other = "en" if self.language == "fr" else "fr"
        match = self.request.resolver_match
        name = match.url_name if match else "page"
        kept = {} if match is None else {k: v for k, v in match.kwargs.items() if k != "lang"}
        there = reverse(f"public:{name}", kwargs=kept | {"lang": other})
        organisation = self.public.organisation
        return render(
            self.request,
            f"public/{template}.html",
            {
                "body": self.body,
                "lang": self.language,
                "house": organisation,
                "other": {"code": other, "url": there, "label": dict(settings.LANGUAGES)[other]},
                "indexed": self.public.is_indexed,
                "is_site": self.is_site,
                **(context or {}),
            },
            status=status,
        )


type View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Answer anybody, in the language of the address and in the words of the country."""

    @wraps(view)
    def answer(
        request: HttpRequest, body: str, lang: Language = "fr", **found: Any
    ) -> HttpResponse:
        try:
            known = public_of(body)
        except NotFoundError:
            return _absent(request, lang)
        place = known.organisation
        with translation.override(lang), settled(place.country, place.currency):
            speak_as_here()
            try:
                response = view(Visit(request, body, lang, known), **found)
            except NotFoundError:
                return _absent(request, lang)
        response.headers.setdefault("Cache-Control", f"public, max-age={KEPT_FOR}")
        response.headers["Content-Language"] = lang
        if not known.is_indexed:
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    return login_not_required(answer)


def _absent(request: HttpRequest, lang: Language) -> HttpResponse:
    with translation.override(lang):
        response = render(request, "public/absent.html", {"lang": lang}, status=404)
    response.headers["Content-Language"] = lang
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@public
def page(visit: Visit) -> HttpResponse:
    """What was promised, what is tried and done, what it costs: the last edition in force."""
    if visit.public.current is None:
        return _all_withdrawn(visit)
    return _page(visit, visit.public.current)


def _all_withdrawn(visit: Visit) -> HttpResponse:
    last = editions_of(visit.public.organisation).first()
    if last is None:
        raise NotFoundError(visit.body)
    return visit.show("withdrawn", {"shown": last, "title": _page_title(visit)}, status=410)


def _page_title(visit: Visit) -> str:
    name = visit.public.organisation
    return _("Le numérique responsable, %(name)s") % {"name": name.name}


def _page(visit: Visit, shown: PublicEdition) -> HttpResponse:
    edition = content_of(shown)
    share = edition.latest
    return visit.show(
        "page",
        {
            "title": _page_title(visit),
            "edition": edition,
            "shown": shown,
            "is_current": visit.public.current is not None and shown.pk == visit.public.current.pk,
            "lede": said.lede_of(edition),
            "to_come": said.to_come_of(edition),
            "share": share,
            "stage": STAGES[Stage(share.stage)] if share else "",
            "last_paid": said.last_paid_of(edition),
            "trajectory": said.trajectory_of(edition) if edition.shares else None,
            "money": said.money_of(edition) if edition.themes else None,
            "effects": said.effects_of(edition),
            "together": said.together_of(edition),
            "columns": said.columns_of(edition) if edition.shows(Part.ACTIONS) else [],
            "dropped": said.dropped_of(edition)[: said.MOST_LINES],
            "trouble": [
                one.words.say(visit.language) for one in edition.trouble[: said.MOST_LINES]
            ],
            "terms": LICENCES[Licence(edition.licence)],
            "licence": LICENCES[Licence(edition.licence)].title.say(visit.language),
            "documents": _documents(visit),
            "corrections": len(corrections_of(visit.public.organisation)),
            "parts": edition.parts,
        },
    )


def _documents(visit: Visit) -> list[tuple[str, str]]:
    return [
        (_document_title(one, visit.language), visit.url("document", pk=one.pk))
        for one in documents_of(visit.public.organisation)
        if one.withdrawn_on is None
    ]


def _document_title(shown: PublicDocument, language: Language) -> str:
    title = kind_of(shown.document.kind).title.say(language)
    return f"{title} {shown.document.year}"


@require_safe
@public
def editions(visit: Visit) -> HttpResponse:
    """Every edition, at the address that it keeps."""
    found = editions_of(visit.public.organisation).defer("content")
    return visit.show("editions", {"title": _("Toutes les éditions"), "editions": found})


@require_safe
@public
def edition(visit: Visit, rank: int) -> HttpResponse:
    """An edition as it was published; withdrawn, why it was."""
    shown = get_edition(visit.public.organisation, rank)
    if shown.withdrawn_on:
        title = _("Édition %(number)s") % {"number": shown.number}
        return visit.show("withdrawn", {"shown": shown, "title": title}, status=410)
    return _page(visit, shown)


@require_safe
@public
def actions(visit: Visit, page: int = 1) -> HttpResponse:
    """All the actions of the last edition, some to a page."""
    found = content_of(visit.edition)
    if not found.shows(Part.ACTIONS):
        raise NotFoundError("actions")
    pages = max(1, -(-len(found.actions) // ACTIONS_A_PAGE))
    if not 1 <= page <= pages:
        raise NotFoundError(str(page))
    lines = found.actions[(page - 1) * ACTIONS_A_PAGE : page * ACTIONS_A_PAGE]
    return visit.show(
        "actions",
        {
            "title": _("Toutes les actions"),
            "edition": found,
            "lines": [
                (
                    line,
                    SAID[line.standing].say(visit.language),
                    said.said_of(line, standing_said=True),
                )
                for line in lines
            ],
            "pages": [(at, _actions_url(visit, at)) for at in range(1, pages + 1)],
            "here": page,
        },
    )


def _actions_url(visit: Visit, page: int) -> str:
    return visit.url("actions") if page == 1 else visit.url("actions-page", page=page)


@require_safe
@public
def share(visit: Visit) -> HttpResponse:
    """What the share does not say, in ten lines."""
    return visit.show(
        "share", {"title": _("Ce que cette part ne dit pas"), "edition": content_of(visit.edition)}
    )


@require_safe
@public
def corrections(visit: Visit) -> HttpResponse:
    """What was corrected, answered and withdrawn, and when."""
    found = [
        (one, [_change(change) for change in one.changes], _answered(one.answer))
        for one in corrections_of(visit.public.organisation)[:MOST_LINES]
    ]
    current = visit.public.current
    contact = content_of(current).contact if current else ""
    return visit.show(
        "corrections", {"title": _("Corrections"), "found": found, "contact": contact}
    )


def _change(change: Any) -> dict[str, Any]:
    return {
        "year": change.year,
        "stage": STAGES[Stage(change.stage)],
        "before": number(change.before),
        "after": number(change.after),
    }


def _answered(report: Any) -> str:
    return said.about_words(report.about) if report is not None else ""


def _figure_withdrawn(visit: Visit, shown: PublicEdition) -> HttpResponse:
    title = _("Part publiée dans l’édition %(number)s") % {"number": shown.number}
    return visit.show("withdrawn", {"shown": shown, "title": title}, status=410)


@require_safe
@public
def figure(visit: Visit, seal: str) -> HttpResponse:
    """What a published share is made of, at an address that stays."""
    found = get_figure(visit.public.organisation, seal)
    if shown := withdrawn_with(found):
        return _figure_withdrawn(visit, shown)
    content = from_json(FigureContent, content_in(found))
    lines = [
        (line, semicolons(line.reasons, visit.language)) for line in content.lines[:MOST_LINES]
    ]
    return visit.show(
        "figure",
        {
            "title": _("De quoi est faite la part de %(year)s") % {"year": content.year},
            "content": content,
            "stage": STAGES[Stage(content.stage)],
            "value": number(content.value),
            "numerator": number(content.numerator),
            "denominator": number(content.denominator),
            "lines": lines,
            "left": len(content.lines) - len(lines),
            "seal": found.seal,
        },
    )


@require_safe
@public
def figure_file(visit: Visit, seal: str) -> HttpResponse:
    found = get_figure(visit.public.organisation, seal)
    if shown := withdrawn_with(found):
        said = {"withdrawn_on": str(shown.withdrawn_on), "reason": shown.withdrawal_reason}
        response = _data(tables.write_json(said), "json")
        response.status_code = 410
        return response
    return _data(figure_written(content_in(found)), "json")


@require_safe
@public
def data(visit: Visit, name: str) -> HttpResponse:
    """A file of open data: a table, its schema, the package, its description for portals."""
    found = content_of(visit.edition)
    if name == tables.CATALOGUE:
        return _data(tables.write_json(_catalogue(visit, found)), "jsonld")
    if name == FEED:
        house = visit.public.organisation
        home, _data_at = _places(visit)
        told = feed(editions_of(house), corrections_of(house), house=house.name, home=home)
        return _data(told, "atom")
    files = tables.files_of(found)
    if name not in files:
        raise NotFoundError(name)
    return _data(files[name], name.rpartition(".")[2])


def _catalogue(visit: Visit, found: Edition) -> dict[str, Any]:
    home, data_at = _places(visit)
    return catalogue(found, home=home, data=data_at)


def _places(visit: Visit) -> tuple[str, str]:
    """Return where the public page and its data are; of a site without address, the way there."""
    if visit.is_site:
        base = str(getattr(visit.request, "site_address", ""))
        return base or "../", f"{base}data/" if base else "./"
    home = settings.ADDRESS + reverse("public:page", kwargs={"body": visit.body, "lang": "fr"})
    return home, f"{home}data/"


def _data(content: bytes, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_TYPES[kind])
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@public
def document(visit: Visit, pk: int) -> HttpResponse:
    """A document that was made public: its files; withdrawn, why it was."""
    shown = get_document(visit.public.organisation, pk)
    title = _document_title(shown, visit.language)
    if shown.withdrawn_on:
        return visit.show("withdrawn", {"shown": shown, "title": title}, status=410)
    return visit.show("document", {"shown": shown, "title": title, "kept": shown.document})


@require_safe
@public
def document_file(visit: Visit, pk: int, suffix: str) -> HttpResponse:
    shown = get_document(visit.public.organisation, pk)
    if shown.withdrawn_on or suffix not in ("pdf", "html"):
        raise NotFoundError(suffix)
    response = HttpResponse(_written(shown.document.digest, suffix), content_type=_TYPES[suffix])
    # A whole document is a file to keep: the page that leads to it is what is read here.
    name = f"{shown.document.kind}-{shown.document.year}-{shown.document.on}.{suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@lru_cache(maxsize=8)
def _written(digest: str, suffix: str) -> bytes:
    """Return the file of a kept document by its seal: nobody makes it twice for nothing."""
    kept = KeptDocument.objects.filter(digest=digest)[0]
    return written(kind_of(kept.kind), read_back(kept.content), suffix)


@csrf_exempt  # nobody acts here: there is no session to abuse, and none is begun
@require_http_methods(["GET", "HEAD", "POST"])
@repeatable
@public
def report(visit: Visit) -> HttpResponse:
    """Say that something is wrong, without an account; the answer will be at an address."""
    request, shown = visit.request, visit.edition
    found = content_of(shown)
    about = request.POST.get("about", request.GET.get("about", "page"))
    message = request.POST.get("message", "")
    errors, status = [], 200
    if request.method == "POST" and not visit.is_site:
        try:
            if not count_report(client_address(request)):
                raise ValidationError(_TOO_MANY, code="too-many")
            told = tell_error(shown, about=about, message=message)
            answer = redirect(visit.url("report-answer", token=told.token))
            answer.headers["Cache-Control"] = "no-store"  # that address is for who told it
            return answer
        except ValidationError as error:
            errors = error.messages
            status = 429 if getattr(error, "code", "") == "too-many" else 422
    response = visit.show(
        "report",
        {
            "title": _("Signaler une erreur"),
            "edition": found,
            "abouts": [(one, said.about_words(one), one == about) for one in abouts(found)],
            "message": message,
            "errors": errors,
        },
        status=status,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
@public
def report_answer(visit: Visit, token: str) -> HttpResponse:
    """What somebody said, and what was answered: for who has the address."""
    told = get_report(visit.public.organisation, token)
    current = visit.public.current
    days = content_of(current).answer_days if current else 0
    response = visit.show(
        "answer",
        {
            "title": _("Erreur signalée"),
            "told": told,
            "about": said.about_words(told.about),
            "days": days,
            "indexed": False,
        },
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
