"""Many rows written by one request: all or none, or each with its verdict.

    together(f"{ACTIONS}/batch", create_these, EDIT, ACTION)

declares an operation that is sent `items`, what the service for one is sent, and `each`. It
answers `items` in their order: the `row` of each as it stands, or its `errors` where it is refused
and `each` was asked; else one that is refused keeps all of them out (422), each said at its place.

All that rules refuse is known at the first try, and what is left is written at the second. What the
database alone refuses costs a try each: past `MOST_TRIES`, the items that are left are not tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Annotated, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.api.bodies import EACH
from portulan.api.declaring import Write, write
from portulan.api.problems import DENIED, NOT_FOUND, TIMED_OUT, of_rules
from portulan.api.shapes import Shape
from portulan.core.batches import tried
from portulan.core.errors import REFUSALS, DeniedError
from portulan.core.say.language import spoken_language

_Item = TypeVar("_Item")
Items = Annotated[Sequence[_Item], EACH]
MOST_TRIES = 20
_REFUSALS = (*REFUSALS, IntegrityError)


def written[Item](
    actor: Actor,
    items: Sequence[Item | ValidationError],
    make: Callable[[Sequence[Item]], Sequence[Any]],
    shape: Shape,
    *,
    each: bool,
) -> list[dict[str, Any]]:
    """Write items together; return the row of each, or why it is refused.

    Unless `each`, raises ValidationError with all that are refused, by place; DeniedError,
    NotFoundError for the first that is.
    """
    known = {rank: one for rank, one in enumerate(items) if not isinstance(one, ValidationError)}
    refused: dict[int, Exception] = {
        rank: one for rank, one in enumerate(items) if isinstance(one, ValidationError)
    }
    made: dict[int, Any] = {}
    found = tried([*known.values()], _bounded(make), _REFUSALS, by_rank=True)
    for rank, one in zip(known, found, strict=True):
        (refused if isinstance(one, _REFUSALS) else made)[rank] = one
    if refused and not each:
        raise _whole(refused)
    rows = _again(made)
    return [
        {"row": shape.write(rows[made[rank].pk], actor)}
        if rank in made
        else {"errors": _errors(refused[rank])}
        for rank in range(len(items))
    ]


def _bounded[Item](
    make: Callable[[Sequence[Item]], Sequence[Any]],
) -> Callable[[Sequence[Item]], Sequence[Any]]:
    """Return what writes items all or none, and refuses them untried past so many tries."""
    tries = count(1)

    def bounded(some: Sequence[Item]) -> Sequence[Any]:
        if next(tries) > MOST_TRIES:
            words = _("Trop d’éléments sont refusés avant celui-ci\u00a0: renvoyez-le sans eux.")
            raise ValidationError(words, code="untried")
        with transaction.atomic():
            return make(some)

    return bounded


def _again(made: Mapping[int, Any]) -> dict[int, Any]:
    """Return rows as they stand once all is written, with what their shape reads around them."""
    if not made:
        return {}
    model = type(next(iter(made.values())))
    many = [one.name for one in model._meta.many_to_many]
    found = model._default_manager.prefetch_related(*many)
    return dict(found.in_bulk([one.pk for one in made.values()]))


def _whole(refused: Mapping[int, Exception]) -> Exception:
    """Return what keeps all items out: what rules refuse, each member at its place."""
    found: dict[str, list[ValidationError]] = {}
    for rank, one in sorted(refused.items()):
        if not isinstance(one, ValidationError):
            return one
        by_member = getattr(one, "error_dict", None) or {"": one.error_list}
        for name, errors in by_member.items():
            place = f"items/{rank}" if name in ("", "__all__") else f"items/{rank}/{name}"
            found.setdefault(place, []).extend(errors)
    return ValidationError(found)


def _errors(error: Exception) -> list[dict[str, Any]]:
    if isinstance(error, ValidationError):
        return of_rules(error)
    kind = NOT_FOUND
    if isinstance(error, (DeniedError, IntegrityError)):
        kind = DENIED if isinstance(error, DeniedError) else TIMED_OUT
    return [{"path": "", "code": kind.code, "message": kind.title.say(spoken_language())}]


def together(
    path: str, service: Any, need: Operation, shape: Shape, summary: str, **more: Any
) -> Write:
    """Declare an operation whose service returns what `written` does."""
    one = {
        "type": "object",
        "properties": {
            "row": shape.schema(),
            "errors": {"type": "array", "items": {"type": "object"}},
        },
    }
    return write(
        "POST",
        path,
        service,
        need,
        told=lambda items: {"items": items},
        told_schema={
            "type": "object",
            "properties": {"items": {"type": "array", "items": one}},
            "required": ["items"],
        },
        summary=summary,
        **more,
    )
