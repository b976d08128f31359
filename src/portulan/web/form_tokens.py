"""What every form says of itself, in its one hidden field: see docs/adr/0038.

The field keeps the name that Django gives it, and says three things, apart by a dot:

- the token of Django against requests forged elsewhere;
- the page it was on and when, signed, with the rank of the form there: a token that counts once;
- what was shown of what it changes, each value as a digest under a key of the house: what is sent
  can then be told from what was only shown, and from what somebody else wrote meanwhile.

The first two are the same for all the forms of a page but for the rank, so that they compress.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from portulan.accounts.writes import hold_organisation
from portulan.core.form_tokens import KEPT, Answer, OtherContentError, once, once_apart

FIELD = "csrfmiddlewaretoken"
_SALT = "portulan.sending"
_DIGEST = 8  # characters of the digest of a value: of 2**48, none meets another by chance

type View = Callable[..., HttpResponse]


def repeatable(view: View) -> View:
    """Mark a view that changes nothing that counts (the language, leaving): sent twice or old."""
    view.sent = "repeatable"  # type: ignore[attr-defined]
    return view


def apart[V: Callable[..., Any]](view: V) -> V:
    """Mark a view that may not hold the database while it answers: it reads a file.

    Its token is claimed before the deed: who sends the same meanwhile waits for the answer.
    """
    view.sent = "apart"  # type: ignore[attr-defined]
    return view


def declared(view: View) -> View:
    """Mark a view that says by itself that its page was too old, with what was typed in it."""
    view.sent = "declared"  # type: ignore[attr-defined]
    return view


def not_done(response: HttpResponse) -> HttpResponse:
    """Mark an answer that leads elsewhere and did nothing: what was sent may be sent again."""
    response.not_done = True  # type: ignore[attr-defined]
    return response


@dataclass(frozen=True, slots=True)
class Sent:
    """What the hidden field of a form says, once it is read: its token, and what was shown."""

    token: str = ""
    shown: frozenset[str] = frozenset()

    @property
    def page(self) -> str:
        return self.token.rpartition(".")[0]

    def showed(self, *parts: object) -> bool:
        """Tell whether the page showed that value of that thing."""
        return _digest(self.page, parts) in self.shown


@dataclass(slots=True)
class Page:
    """A page under way: what its forms say of it."""

    token: str
    forms: int = 0

    @property
    def nonce(self) -> str:
        return self.token.partition(":")[0]


def new_page() -> Page:
    return Page(TimestampSigner(salt=_SALT).sign(secrets.token_urlsafe(9)))


def hidden(request: HttpRequest, shown: Iterable[tuple[object, ...]] = ()) -> str:
    """Return what the hidden field of the next form of the page says."""
    page: Page | None = getattr(request, "page_sent", None)
    if page is None:
        page = request.page_sent = new_page()  # type: ignore[attr-defined]
    page.forms += 1
    said = [get_token(request), page.token, str(page.forms)]
    if digests := "".join(_digest(page.nonce, value) for value in shown):
        said.append(digests)
    return ".".join(said)


def read(value: str) -> Sent | None:
    """Return what a field says, None when it says nothing or is older than a day."""
    token, _dot, rest = value.partition(".")
    rank, _dot, digests = rest.partition(".")
    try:
        nonce = TimestampSigner(salt=_SALT).unsign(token, max_age=KEPT)
    except BadSignature:
        return None
    if not rank.isdecimal() or len(rank) > 6:
        return None
    shown = (digests[at : at + _DIGEST] for at in range(0, len(digests), _DIGEST))
    return Sent(f"{nonce}.{rank}", frozenset(shown))


def _digest(page: str, parts: Iterable[object]) -> str:
    text = "\0".join((page, *map(str, parts)))
    digest = hashlib.blake2b(text.encode(), key=_key(settings.SECRET_KEY), digest_size=6)
    return urlsafe_b64encode(digest.digest()).decode()


@cache
def _key(secret: str) -> bytes:
    return salted_hmac(_SALT, "shown", secret=secret, algorithm="sha256").digest()


def sent_by(request: HttpRequest) -> Sent:
    """Return what the form that was sent says; nothing for a page that is only shown."""
    sent: Sent | None = getattr(request, "sent", None)
    return sent or Sent()


def is_stale(request: HttpRequest) -> bool:
    """Tell whether what was sent may not be done: its page was too old, or said nothing."""
    return getattr(request, "stale", False)


def stale_words() -> str:
    return _(
        "Cette page était trop ancienne ou incomplète : rien n’est enregistré. Relisez-la, puis"
        " envoyez de nouveau."
    )


class FormMiddleware(CsrfViewMiddleware):
    """Django's protection, once its token is taken out of what the hidden field says."""

    def process_view(
        self, request: HttpRequest, callback: Any, callback_args: Any, callback_kwargs: Any
    ) -> Any:
        if request.method == "POST":
            token, _dot, said = request.POST.get(FIELD, "").partition(".")
            if said:
                request.sent = read(said)  # type: ignore[attr-defined]
                posted = request.POST.copy()
                posted[FIELD] = token
                posted._mutable = False
                request.POST = posted  # type: ignore[assignment]
        return super().process_view(request, callback, callback_args, callback_kwargs)


def answer(request: HttpRequest, view: View, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer what somebody sent: once, in one transaction, and only for a page of this day.

    What was done leads elsewhere; a view that answers anything else has done nothing, and what
    it wrote is undone. The organisation is held: what a form compares stays until it writes.
    """
    kind = getattr(view, "sent", "")
    if not hasattr(request, "user") or not request.user.is_authenticated or kind == "repeatable":
        return view(request, *args, **kwargs)
    sent = sent_by(request)
    if not sent.token:
        return _stale(request, view, *args, **kwargs)
    answered: list[HttpResponse] = []

    def deed() -> Answer | None:
        if kind != "apart" and (actor := getattr(request, "actor", None)) is not None:
            # As it is now that it is held: what another wrote meanwhile is a conflict to show.
            request.organisation = hold_organisation(actor)  # type: ignore[attr-defined]
        answered.append(view(request, *args, **kwargs))
        return _kept(answered[0])

    counted = once_apart if kind == "apart" else once
    try:
        given = counted(deed, user_id=request.user.pk, token=sent.token, digest=_content(request))
    except OtherContentError:
        return _stale(request, view, *args, **kwargs)
    return answered[0] if answered or given is None else HttpResponseRedirect(given.location)


def _kept(response: HttpResponse) -> Answer | None:
    if 300 <= response.status_code < 400 and not hasattr(response, "not_done"):
        return Answer(response.status_code, response["Location"])
    return None


def _content(request: HttpRequest) -> str:
    """Return a digest of what is sent, and where."""
    typed = [(name, values) for name, values in sorted(request.POST.lists()) if name != FIELD]
    files = [
        (
            name,
            [(file.name, _digest_of(file)) for file in given],
        )
        for name, given in sorted(request.FILES.lists())
    ]
    said = repr((request.get_full_path(), typed, files))
    return hashlib.sha256(said.encode()).hexdigest()


def _digest_of(file: UploadedFile[Any]) -> str:
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def _stale(request: HttpRequest, view: View, *args: Any, **kwargs: Any) -> HttpResponse:
    """Show the page again, as it is now, and say that nothing was done."""
    request.stale = True  # type: ignore[attr-defined]
    with transaction.atomic():
        if getattr(view, "sent", "") != "declared":
            request.method, request.POST = "GET", QueryDict()
        response = view(request, *args, **kwargs)
        transaction.set_rollback(True)
    if response.status_code in {200, 422} and not response.streaming:
        response.status_code = 422
        return response
    return render(request, "422.html", status=422)
