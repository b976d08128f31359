"""What the IT budget is spent on: by post, and whether to run or to build."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from portulan.budget.indicator.share import Figure, PostSum
from portulan.budget.labels import POSTS, RUN_BUILD
from portulan.budget.words import Post, RunBuild
from portulan.core.money import rounded_together
from portulan.core.say import numbers
from portulan.web.budget.units import Unit
from portulan.web.language import page_language

ZERO = Decimal(0)
SAID = 3
_DECIMALS = 10_000  # euros: below, thousands are shown with decimals

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
    shown = _by_post(_rounded(figure, unit))
    total = figure.denominator.amount
    exact = {post: _sum(sums) for post, sums in _by_post(figure.by_post)}
    return [_row(_name(post), sums, unit, exact[post], total) for post, sums in shown]


def total_row(figure: Figure, unit: Unit) -> PostRow:
    """Return all posts together: the IT budget."""
    shown = dict(_melted(_rounded(figure, unit).items()))
    total = figure.denominator.amount
    return _row(_("Budget de la DSI"), shown, unit, total, total)


def _rounded(figure: Figure, unit: Unit) -> dict[tuple[str, str], PostSum]:
    """Return the cells of the table as they are shown: what is shown of each adds up."""
    cells, places = figure.by_post, -3 if unit.in_thousands else 0
    told = [amount for its in cells.values() for amount in its if amount]
    if unit.in_thousands and any(abs(amount) < _DECIMALS for amount in told):
        return cells  # shown with decimals: nothing is lost
    amounts = rounded_together([its.amount for its in cells.values()], places)
    shares = rounded_together([its.nr for its in cells.values()], places)
    return dict(zip(cells, map(PostSum, amounts, shares), strict=True))


def posts_sentence(figure: Figure) -> str:
    """Return in one sentence what the IT budget is mostly spent on, "" when it is not known."""
    total = figure.denominator.amount
    if total <= 0:
        return ""
    first = [
        _part(_name(post).lower(), _sum(sums), total)
        for post, sums in _by_post(figure.by_post)
        if post
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


def _by_post(
    cells: Mapping[tuple[str, str], PostSum],
) -> list[tuple[str, dict[str, PostSum]]]:
    found: dict[str, dict[str, PostSum]] = defaultdict(dict)
    for (post, run_build), sums in cells.items():
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


def _row(
    name: str, sums: Mapping[str, PostSum], unit: Unit, exact: Decimal, total: Decimal
) -> PostRow:
    parts = [sums[kind].amount if kind in sums else ZERO for kind in (*RunBuild, "")]
    run, build, unsaid = (unit.bare(part) if part else "" for part in parts)
    return PostRow(
        name,
        unit.bare(_sum(sums)),
        100 * exact / total if total > 0 else None,
        run,
        build,
        unsaid,
        unit.bare(sum((part.nr for part in sums.values()), ZERO)),
    )


def _sum(sums: Mapping[str, PostSum]) -> Decimal:
    return sum((part.amount for part in sums.values()), ZERO)


def _name(post: str) -> str:
    return str(POSTS[Post(post)]) if post else _("Sans poste")


def _part(name: str, amount: Decimal, total: Decimal) -> str:
    return f"{name} {numbers.percent(100 * amount / total, page_language(), decimals=0)}"
