"""The door of deposits: a tool pushes what it says, by the token of one source alone."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portulan.accounts.attempts import count_by_link
from portulan.accounts.peers import client_address
from portulan.core.say.text import UnusableInputError
from portulan.sources.deposits import (
    MOST_BYTES,
    TooOftenError,
    UnknownTokenError,
    deposit,
    opens,
    require_room,
)
from portulan.sources.packs import unpacked
from portulan.sources.taking import Given, Taken
from portulan.web.form_tokens import repeatable
from portulan.web.language import page_language

_PIECE = 1 << 16


class _TooBigError(Exception):
    """More bytes than a deposit may have."""


@csrf_exempt  # no browser adds the token of a source by itself
@login_not_required
@repeatable
@require_http_methods(["PUT", "POST"])
def receive(request: HttpRequest, key: str) -> JsonResponse:
    """Take what a tool pushes; every answer is a sentence, for the journal of its cron."""
    now = timezone.now()
    try:
        source = opens(key, request.headers.get("Authorization", ""), now=now)
    except UnknownTokenError:
        return _of_a_stranger(request)
    try:
        require_room(source, now=now)
        taken = deposit(source, files=_files(request), now=now)
    except TooOftenError:
        return _refused(429, _("Trop de dépôts en une heure : le suivant attendra."), 3600)
    except _TooBigError:
        return _refused(413, _("Ce fichier est trop gros : 64 Mo au plus."))
    except UnusableInputError as error:
        return _refused(422, error.problem.message(page_language()))
    except ValidationError as error:
        return _refused(409, " ".join(error.messages))
    return JsonResponse(_told(taken), status=201 if taken.is_new else 200)


def _of_a_stranger(request: HttpRequest) -> JsonResponse:
    """Refuse before a byte of what is sent is read; who tries too often waits."""
    if not count_by_link(client_address(request)):
        return _refused(429, _("Trop d’essais : attendez un quart d’heure."), 900)
    answer = _refused(401, _("Ce jeton n’ouvre pas ce dépôt, ou ne l’ouvre plus."))
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def _files(request: HttpRequest) -> Given:
    """Return the files that were sent. Raises _TooBigError, UnusableInputError."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise _TooBigError
    pieces, left = [], MOST_BYTES
    while piece := request.read(_PIECE):
        left -= len(piece)
        if left < 0:
            raise _TooBigError
        pieces.append(piece)
    return unpacked("depot", b"".join(pieces))


def _told(taken: Taken) -> dict[str, object]:
    row = taken.snapshot
    said = _("Photographie prise.") if taken.is_new else _("Déjà reçu : rien de nouveau.")
    return {
        "message": said,
        "on": row.on.isoformat(),
        "read": row.read,
        "kept": row.kept,
        "seal": row.digest,
        "new": taken.is_new,
    }


def _refused(status: int, sentence: str, wait: int = 0) -> JsonResponse:
    answer = JsonResponse({"message": sentence}, status=status)
    if wait:
        answer["Retry-After"] = str(wait)
    return answer
