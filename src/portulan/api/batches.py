"""Many rows written by one request: all or none, or each with its verdict.

    together(f"{ACTIONS}/batch", create_these, EDIT, ACTION)

declares an operation that is sent `items`, what the service for one is sent, and `each`. It
answers `items` in their order: the `row` of each as it stands, or its `errors` where it is refused
and `each` was asked; else one that is refused keeps all of them out (422), each said at its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.api.declaring import Write, write
from portulan.api.problems import DENIED, NOT_FOUND, of_rules
from portulan.api.shapes import Shape
from portulan.core.batches import tried
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.say.language import spoken_language

MOST = 1_000
_REFUSALS = (ValidationError, DeniedError, NotFoundError)


def written[Item](
    actor: Actor,
    items: Sequence[Item],
    make: Callable[[Sequence[Item]], Sequence[Any]],
    shape: Shape,
    *,
    each: bool,
) -> list[dict[str, Any]]:
    """Write items together; return the row of each, or why it is refused.

    Unless `each`, raises ValidationError with all that are refused, by place; DeniedError,
    NotFoundError for the first that is.
    """
    if len(items) > MOST:
        raise ValidationError({"items": _("%(most)s éléments au plus à la fois.") % {"most": MOST}})
    refused: dict[int, Exception] = {}
    made: dict[int, Any] = {}
    for rank, one in enumerate(tried(items, transaction.atomic(make), _REFUSALS)):
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
    for rank, one in refused.items():
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
    kind = DENIED if isinstance(error, DeniedError) else NOT_FOUND
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
