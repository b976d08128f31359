"""What the IT budget is spent on: by post, and whether to run or to build."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from portulan.budget.indicator.share import Figure, PostSum
from portulan.budget.labels import POSTS, RUN_BUILD
from portulan.budget.words import Post, RunBuild
from portulan.core.say import numbers
from portulan.web.budget.units import Unit
from portulan.web.language import page_language

ZERO = Decimal(0)
SAID = 3

type _Parts = dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post of the IT budget, amounts in the unit of the page; `percent` of the whole budget.

    What is worth nothing in the last columns is "".
    """

    name: str
    amount: str
    percent: Decimal | None
    run: str
    build: str
    unsaid: str
    nr: str


def post_rows(figure: Figure, unit: Unit) -> list[PostRow]:
    """Return the posts of a figure, the largest first, what has none in last."""
    return [_row(_name(post), sums, figure, unit) for post, sums in _by_post(figure)]


def total_row(figure: Figure, unit: Unit) -> PostRow:
    """Return all posts together: the IT budget."""
    return _row(_("Budget de la DSI"), dict(_melted(figure.by_post.items())), figure, unit)


def posts_sentence(figure: Figure) -> str:
    """Return in one sentence what the IT budget is mostly spent on, "" when it is not known."""
    total = figure.denominator.amount
    if total <= 0:
        return ""
    first = [
        _part(_name(post).lower(), _sum(sums), total) for post, sums in _by_post(figure) if post
    ]
    by_kind = dict(_melted(figure.by_post.items()))
    kinds = [
        _part(str(RUN_BUILD[kind]).lower(), by_kind[kind].amount, total)
        for kind in RunBuild
        if kind in by_kind
    ]
    if not first:
        return ""
    text = _("Surtout %(posts)s.") % {"posts": ", ".join(first[:SAID])}
    return f"{text} {', '.join(kinds).capitalize()}." if kinds else text


def _by_post(figure: Figure) -> list[tuple[str, dict[str, PostSum]]]:
    found: dict[str, dict[str, PostSum]] = defaultdict(dict)
    for (post, run_build), sums in figure.by_post.items():
        found[post][run_build] = sums
    return sorted(found.items(), key=lambda item: (not item[0], -_sum(item[1])))


def _melted(
    parts: Iterable[tuple[tuple[str, str], PostSum]],
) -> Iterable[tuple[str, PostSum]]:
    found: dict[str, PostSum] = defaultdict(PostSum)
    for (_post, run_build), sums in parts:
        before = found[run_build]
        found[run_build] = PostSum(before.amount + sums.amount, before.nr + sums.nr)
    return found.items()


def _row(name: str, sums: dict[str, PostSum], figure: Figure, unit: Unit) -> PostRow:
    amount, total = _sum(sums), figure.denominator.amount
    parts = [sums[kind].amount if kind in sums else ZERO for kind in (*RunBuild, "")]
    run, build, unsaid = (unit.bare(part) if part else "" for part in parts)
    return PostRow(
        name,
        unit.bare(amount),
        100 * amount / total if total > 0 else None,
        run,
        build,
        unsaid,
        unit.bare(sum((part.nr for part in sums.values()), ZERO)),
    )


def _sum(sums: dict[str, PostSum]) -> Decimal:
    return sum((part.amount for part in sums.values()), ZERO)


def _name(post: str) -> str:
    return str(POSTS[Post(post)]) if post else _("Sans poste")


def _part(name: str, amount: Decimal, total: Decimal) -> str:
    return f"{name} {numbers.percent(100 * amount / total, page_language(), decimals=0)}"
