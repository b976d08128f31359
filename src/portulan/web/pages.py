"""The gestures of the product, and how each is answered: a view says what is its own.

A view under `screen` opens its door and returns what it declares: an `Edit` (one form), a `Preview`
(a form, a file mostly, that is only read), a `Confirm` (told first, done then) or an `Act` (a lone
button). The mechanism does the rest: showing, posting,
what the service refuses beside its field (422), what somebody else changed meanwhile (409), what is
said once done and how it is undone. What is sent twice counts once, in every form (`form_tokens`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any, Concatenate, Protocol

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods

from portulan.core.models import Versioned
from portulan.core.say.text import UnusableInputError
from portulan.web.choosing import ask_again, is_searched, offer
from portulan.web.conflicts import (
    Conflict,
    Told,
    moved,
    reconcile,
    shown_by,
    told_meanwhile,
    version_of,
)
from portulan.web.form_tokens import declared, is_stale, not_done, sent_by
from portulan.web.language import page_language
from portulan.web.requests import OrganisationRequest

# Words of a screen: a module that holds forms too has only lazy ones.
type Said = str | Promise
# What a template is given; called when it is shown, if it costs.
type Context = Mapping[str, Any] | Callable[[], Mapping[str, Any]]
# The links above a page: address, then words.
type Trail = Sequence[tuple[str, Said]]


class Typed(str):
    """Words of a trail that somebody typed: a page in another language says in which they are."""

    __slots__ = ()
    is_typed = True


class Declared(Protocol):
    """What a screen declares."""

    def answer(self, request: OrganisationRequest) -> HttpResponse: ...


class Shown(Protocol):
    """What a preview leads to: shown at once, it is answered at an address of its own."""

    def show(self, request: OrganisationRequest) -> HttpResponse: ...


def screen[**P](
    declare: Callable[Concatenate[OrganisationRequest, P], Declared | HttpResponse],
) -> Callable[Concatenate[OrganisationRequest, P], HttpResponse]:
    """Make a view of a function that opens its door and returns what its screen declares.

    It may also answer by itself, as when there is nothing to confirm any more.
    """

    @wraps(declare)
    def view(request: OrganisationRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        found = declare(request, *args, **kwargs)
        return found if isinstance(found, HttpResponse) else found.answer(request)

    return declared(require_http_methods(["GET", "POST"])(view))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit[F: Form, T]:
    """One form that writes.

    `form` makes it of what was posted, None when it is only shown; `write` calls the service with
    the valid form. `done` is the sentence to say, and `then` the address to go to (`back` unless
    said, which is the last link of `trail` unless said), `undo` the address of what undoes it,
    `warn` what must be known besides: all of what the service returned. `preview` says what it
    would do, for the template, when `is_preview` of what was sent: nothing is written. `edits` is
    the row that the form changes, None when it makes one: two people who change it are told of each
    other. A form that changes only some of what it asks names them in `CHANGED`. `told` is what
    others may have told where it adds.
    """

    form: Callable[[QueryDict | None], F]
    write: Callable[[F], T]
    done: Said | Callable[[T], Said]
    title: Said = ""
    submit: Said = ""
    trail: Trail = field(default_factory=list)
    back: str = ""
    intro: Said = ""
    then: Callable[[T], str] | None = None
    undo: Callable[[T], str] | None = None
    warn: Callable[[T], Said] | None = None
    preview: Callable[[F], Mapping[str, Any]] | None = None
    is_preview: Callable[[QueryDict], bool] = lambda sent: "preview" in sent
    edits: Versioned | None = None
    told: Callable[[F], Iterable[Told]] = lambda _form: ()
    template: str = "form_page.html"
    context: Context = field(default_factory=dict)

    def __post_init__(self) -> None:
        _lead_back(self)

    def answer(self, request: OrganisationRequest) -> HttpResponse:
        if request.method != "POST":
            return self.show(request)
        form = self.form(request.POST)
        conflicts: list[Conflict] = []
        previewed: Mapping[str, Any] = {}
        if not is_stale(request):
            conflicts = self._conflicts(request, form)
            if is_searched(form):
                return self._page(request, form, conflicts)
            previews = self.preview is not None and self.is_preview(request.POST)
            if not conflicts and previews and self.preview is not None:
                [previewed] = kept(form, partial(self.preview, form)) or [{}]
            elif not conflicts and (found := kept(form, lambda: self.write(form))):
                return self._done(request, found[0])
        return self._page(request, form, conflicts, previewed)

    def show(self, request: OrganisationRequest) -> HttpResponse:
        """Show the form, with nothing typed in it."""
        return self._page(request, self.form(None))

    def _page(
        self,
        request: OrganisationRequest,
        form: F,
        conflicts: Sequence[Conflict] = (),
        previewed: Mapping[str, Any] | None = None,
    ) -> HttpResponse:
        # Typed on a page of before, a value is compared anew: what stands now was not read there.
        row = ("row",) if self.edits is None else version_of(self.edits)
        fields = [] if is_stale(request) else shown_by(form, getattr(form, "CHANGED", None))
        told = (one.mark for one in self.told(form))
        form.shown = [row, *fields, *told]  # type: ignore[attr-defined]
        context = {"form": ask_again(offer(form)), "about": self, "conflicts": conflicts}
        context |= {**called(self.context), **(previewed or {})}
        return render(request, self.template, context, status=status_of(form, conflicts))

    def _conflicts(self, request: OrganisationRequest, form: F) -> list[Conflict]:
        names, sent = getattr(form, "CHANGED", None), sent_by(request)
        found = told_meanwhile(form, self.told(form), sent)
        if self.edits is None and names is None:
            return found
        return found + reconcile(form, sent, names)

    def _done(self, request: OrganisationRequest, found: T) -> HttpResponse:
        succeed(
            request,
            self.done(found) if callable(self.done) else self.done,
            undo=self.undo(found) if self.undo else "",
        )
        if self.warn and (words := self.warn(found)):
            messages.warning(request, str(words))
        return redirect(self.then(found) if self.then else self.back)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview[F: Form]:
    """A form, a file mostly, that is read: what it says is shown, nothing is written before.

    `read` returns what shows it: what confirms it, at an address of its own, another preview, or
    the page that one is led to. It refuses as a service does.
    """

    form: Callable[[QueryDict | None], F]
    read: Callable[[F], Shown | HttpResponse]
    template: str
    context: Context = field(default_factory=dict)

    def answer(self, request: OrganisationRequest) -> HttpResponse:
        if request.method != "POST":
            return self.show(request)
        form = self.form(request.POST)
        if (
            is_stale(request)
            or is_searched(form)
            or not (found := kept(form, lambda: self.read(form)))
        ):
            return self._page(request, form)
        [then] = found
        return then if isinstance(then, HttpResponse) else then.show(request)

    def show(self, request: OrganisationRequest) -> HttpResponse:
        """Show the form, with nothing typed in it."""
        return self._page(request, self.form(None))

    def _page(self, request: OrganisationRequest, form: F) -> HttpResponse:
        context = {"form": ask_again(offer(form)), "about": self, **called(self.context)}
        return render(request, self.template, context, status=status_of(form))


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm[T]:
    """What a step does is told first, and done once confirmed.

    `template` and `context` are for what is shown before it; `about` are the rows that it is about:
    when they changed since they were shown, they are shown again first.
    """

    write: Callable[[], T]
    done: Said | Callable[[T], Said]
    title: Said = ""
    submit: Said = ""
    trail: Trail = field(default_factory=list)
    back: str = ""
    intro: Said = ""
    then: Callable[[T], str] | None = None
    undo: str | Callable[[T], str] = ""
    warn: Callable[[T], str] | None = None
    about: Sequence[Versioned] = ()
    template: str = "confirm_page.html"
    context: Context = field(default_factory=dict)

    def __post_init__(self) -> None:
        _lead_back(self)

    @property
    def shown(self) -> list[tuple[object, ...]]:
        return [version_of(row) for row in self.about]

    def answer(self, request: OrganisationRequest) -> HttpResponse:
        changed = request.method == "POST" and moved(self.about, sent_by(request))
        if request.method == "POST" and not changed and not is_stale(request):
            return act(request, self)
        context = {"about": self, "about_changed": changed, **called(self.context)}
        return render(request, self.template, context, status=409 if changed else 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act[T]:
    """What a lone button asks: done, or refused in a sentence, and back where it was."""

    write: Callable[[], T]
    done: Said | Callable[[T], Said]
    back: str
    then: Callable[[T], str] | None = None
    undo: str | Callable[[T], str] = ""
    warn: Callable[[T], str] | None = None

    def answer(self, request: OrganisationRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return redirect(self.back) if is_stale(request) else act(request, self)


def _lead_back(page: Edit[Any, Any] | Confirm[Any]) -> None:
    """Go back to the last link above a page, unless it says where."""
    if page.trail and not page.back:
        object.__setattr__(page, "back", page.trail[-1][0])


def act[T](request: OrganisationRequest, asked: Act[T] | Confirm[T]) -> HttpResponse:
    """Do what was asked, say it, and lead on; say why if it is refused, and lead back."""
    try:
        found = asked.write()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return not_done(redirect(asked.back))
    succeed(
        request,
        asked.done(found) if callable(asked.done) else asked.done,
        undo=asked.undo if isinstance(asked.undo, str) else asked.undo(found),
    )
    if asked.warn and (words := asked.warn(found)):
        messages.warning(request, words)
    return redirect(asked.then(found) if asked.then else asked.back)


def called(context: Context) -> Mapping[str, Any]:
    return context() if callable(context) else context


def succeed(request: HttpRequest, sentence: Said, *, undo: str = "") -> None:
    """Say that something is done, and where a button undoes it; nothing when there is no word."""
    if sentence:
        messages.success(request, str(sentence), extra_tags=f"undo {undo}" if undo else "")


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form receives: what was sent, even nothing at all, or None when only shown."""
    return request.POST if request.method == "POST" else None


def status_of(form: Form | None, conflicts: Iterable[Conflict] = ()) -> int:
    """Return the status of a page by what its form says: 409 in conflict, 422 refused, else 200."""
    if any(True for _one in conflicts):
        return 409
    return 422 if form is not None and form.is_bound and form.errors else 200


def kept[T](form: Form, deed: Callable[[], T]) -> tuple[T] | None:
    """Return what the service returns, alone in a tuple, or None with its refusal in the form."""
    if not form.is_valid():
        return None
    try:
        return (deed(),)
    except ValidationError as error:
        blame(form, error)
    except UnusableInputError as error:
        form.add_error(None, sentence(error))
    return None


def saved[T](form: Form, deed: Callable[[], T]) -> T | None:
    """Return what the service returns, or None with its refusal added to the form."""
    found = kept(form, deed)
    return None if found is None else found[0]


def blame(form: Form, error: ValidationError) -> None:
    """Add a service's refusal to the form, field by field where the form has them."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def sentence(error: UnusableInputError) -> str:
    """Return why an input is unusable, and where, in the language of the page."""
    return error.problem.message(page_language())


@dataclass(frozen=True, slots=True)
class Link:
    text: Said
    url: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence to be read, and the way to what it is about."""

    text: Said
    link: Link | None = None
