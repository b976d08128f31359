"""What the API says when it refuses: RFC 9457, in the language that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import JsonResponse
from pydantic import ValidationError as ShapeError

from portulan.core.say.language import spoken_language
from portulan.core.say.text import Text, UnusableInputError

KIND = "application/problem+json"
URN = "urn:portulan:problem:"


@dataclass(frozen=True, slots=True)
class Kind:
    status: int
    code: str
    title: Text


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The request is answered by that problem."""

    def __init__(self, kind: Kind, **more: Any) -> None:
        super().__init__(kind.code)
        self.kind, self.more = kind, more


NO_TOKEN = Kind(
    401,
    "no-token",
    Text("Il faut un jeton qui ouvre encore.", "A token that still opens is needed."),
)
DENIED = Kind(
    403, "denied", Text("Ce jeton ne permet pas cela ici.", "This token may not do that here.")
)
WEAK = Kind(
    403,
    "too-weak",
    Text(
        "Ce jeton dort\u00a0: l’organisation demande un second facteur. Faites-en un autre, d’une "
        "session où vous l’aurez donné.",
        "This token sleeps: the organisation asks for a second factor. Make another, from a "
        "session where you gave it.",
    ),
)
NOT_FOUND = Kind(404, "not-found", Text("Il n’y a rien à cette adresse.", "Nothing is there."))
NO_METHOD = Kind(
    405, "no-method", Text("Cela ne se fait pas à cette adresse.", "That is not done there.")
)
TIMED_OUT = Kind(
    409,
    "conflict",
    Text(
        "Cela contredit ce qui est enregistré\u00a0: rien n’est écrit.",
        "That contradicts what is recorded: nothing is written.",
    ),
)
CHANGED = Kind(
    412,
    "changed",
    Text(
        "Cela a changé depuis que vous l’avez lu\u00a0: relisez, puis recommencez.",
        "It has changed since you read it: read it again, then start again.",
    ),
)
MOVED = Text("Changé depuis que vous l’avez lu.", "Changed since you read it.")
TOO_LARGE = Kind(413, "too-large", Text("C’est trop grand.", "That is too large."))
NOT_JSON = Kind(400, "not-json", Text("Ce n’est pas du JSON.", "That is no JSON."))
OTHER_KIND = Kind(
    415,
    "other-kind",
    Text(
        "Ce type de contenu n’est pas celui qui est attendu ici.",
        "That media type is not the one expected here.",
    ),
)
REFUSED = Kind(422, "refused", Text("Cela ne peut pas être écrit.", "That cannot be written."))
# Of what is read, nothing was going to be written.
UNASKED = Kind(422, "refused", Text("Cela ne peut pas être lu ainsi.", "That cannot be read so."))
REUSED = Kind(
    422,
    "key-reused",
    Text("Cette clé a déjà servi pour un autre envoi.", "This key has served for something else."),
)
UNREAD = Kind(
    428,
    "unread",
    Text(
        "Dites quelle version vous avez lue\u00a0: If-Match, avec l’ETag de la lecture.",
        "Say which version you have read: If-Match, with the ETag of the reading.",
    ),
)
TOO_MANY = Kind(
    429,
    "too-many",
    Text("Trop de demandes\u00a0: attendez un peu.", "Too many requests: wait a while."),
)
FAILED = Kind(
    500,
    "failed",
    Text("Une erreur est survenue, de notre fait.", "Something failed, of our doing."),
)
FULL = Kind(
    503,
    "unavailable",
    Text("Le service manque de place ou de temps.", "The service lacks room or time."),
)
KINDS = (
    NO_TOKEN, DENIED, WEAK, NOT_FOUND, NO_METHOD, TIMED_OUT, CHANGED, TOO_LARGE, NOT_JSON,
    OTHER_KIND, REFUSED, REUSED, UNREAD, TOO_MANY, FAILED, FULL,
)  # fmt: skip

# What is wrong with a member, by the code of its fault.
_MISSING = Text("C’est nécessaire.", "It is needed.")
_UNKNOWN = Text("Ce nom n’est pas attendu ici.", "This name is not expected here.")
_FAULTS: Mapping[str, Text] = {
    "missing": _MISSING,
    "extra_forbidden": _UNKNOWN,
    "string_type": Text("Il faut un texte.", "A text is needed."),
    "string_too_long": Text("Ce texte est trop long.", "This text is too long."),
    "int_type": Text("Il faut un nombre entier.", "A whole number is needed."),
    "int_parsing": Text("Il faut un nombre entier.", "A whole number is needed."),
    "int_from_float": Text("Il faut un nombre entier.", "A whole number is needed."),
    "bool_type": Text("Il faut true ou false.", "It is true or false."),
    "bool_parsing": Text("Il faut true ou false.", "It is true or false."),
    "decimal_type": Text("Il faut un nombre.", "A number is needed."),
    "decimal_parsing": Text("Il faut un nombre.", "A number is needed."),
    "float_type": Text("Il faut un nombre.", "A number is needed."),
    "date_type": Text("Il faut une date AAAA-MM-JJ.", "A date YYYY-MM-DD is needed."),
    "date_parsing": Text("Il faut une date AAAA-MM-JJ.", "A date YYYY-MM-DD is needed."),
    "date_from_datetime_parsing": Text(
        "Il faut une date AAAA-MM-JJ.", "A date YYYY-MM-DD is needed."
    ),
    "list_type": Text("Il faut une liste.", "A list is needed."),
    "dict_type": Text("Il faut un objet.", "An object is needed."),
    "model_type": Text("Il faut un objet.", "An object is needed."),
    "too_long": Text("Cette liste est trop longue.", "This list is too long."),
}
_OTHER = Text("Cette valeur n’est pas acceptée ici.", "This value is not accepted here.")
_ONE_OF = Text("Il faut l’une de ces valeurs\u00a0: {}.", "One of these is needed: {}.")


def problem(
    kind: Kind,
    *,
    detail: str = "",
    errors: Iterable[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """Return the answer that says what is wrong, and where."""
    language = spoken_language()
    said: dict[str, Any] = {
        "type": URN + kind.code,
        "title": kind.title.say(language),
        "status": kind.status,
        "code": kind.code,
    }
    if detail:
        said["detail"] = detail
    if found := list(errors):
        said["errors"] = found
    words = {"ensure_ascii": False}
    response = JsonResponse(
        said, status=kind.status, content_type=KIND, headers=headers, json_dumps_params=words
    )
    response["Content-Language"] = language
    return response


def of_shape(error: ShapeError) -> Iterator[dict[str, Any]]:
    """Yield what is wrong with a body, by member."""
    language = spoken_language()
    for fault in error.errors(include_url=False, include_input=False):
        words = _FAULTS.get(fault["type"], _OTHER).say(language)
        if fault["type"] in ("enum", "literal_error"):
            words = _ONE_OF.say(language).format(fault.get("ctx", {}).get("expected", ""))
        path = [str(part) for part in fault["loc"]]
        yield {"path": "/".join(path), "code": fault["type"].replace("_", "-"), "message": words}


def of_rules(error: ValidationError) -> list[dict[str, Any]]:
    """Return what a service refuses, by member where it says which."""
    by_member = getattr(error, "error_dict", None) or {"": error.error_list}
    return [
        {"path": "" if name == "__all__" else name, "code": one.code or "refused", "message": said}
        for name, errors in by_member.items()
        for one in errors
        for said in one.messages
    ]


def of_input(error: UnusableInputError) -> list[dict[str, Any]]:
    """Return why a file or a document is of no use."""
    words = error.problem.message(spoken_language())
    return [{"path": "", "code": error.problem.kind.code, "message": words}]


def of_none(error: Exception) -> list[dict[str, Any]]:
    """Return why a question has no answer."""
    return [{"path": "", "code": "no-answer", "message": str(error)}]
