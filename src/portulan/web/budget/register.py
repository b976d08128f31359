"""A register: a table declared by its columns, a form that sets a row or takes it back, a total.

The registers stand in two families, each page with the tabs of its own: what is wanted or reserved
before lines exist, and what stands beside the budget and is never netted in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django import forms
from django.db.models import Model
from django.forms import Form
from django.forms.models import model_to_dict
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.budget.funding.reads import fundable_actions
from portulan.core.errors import NotFoundError
from portulan.core.models import Versioned
from portulan.core.money import known_sum, rounded_together
from portulan.core.say import numbers
from portulan.core.say.country import FRANCE, country
from portulan.plans.models import Action, Plan
from portulan.plans.plan import current_plan
from portulan.web.conflicts import Conflict, overwritten, plain, reconcile, shown_by, version_of
from portulan.web.fields import ActionChoice
from portulan.web.form_tokens import Sent, is_stale, sent_by
from portulan.web.language import page_language
from portulan.web.pages import Context, Said, Typed, called, kept, posted, status_of, succeed
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in, years_beside, years_of

ZERO = Decimal(0)
NUMBER, DAY = "n", "d"  # classes of cells
# A page stays light: the wider its table, the fewer its rows.
MOST_ROWS, MOST_CELLS, AROUND_CELLS = 24, 230, 3


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it says of a row, the class of its cells, what it says below.

    `euros` gives the amount of a row: what is shown of the rows adds up to what is shown below.
    """

    name: Said
    cell: Callable[[Any], Said]
    css: str = ""
    foot: Callable[[Sequence[Any]], str] | None = None
    euros: Callable[[Any], Decimal | None] | None = None

    def cells(self, table: Sequence[Any], shown: Sequence[Any], first: int = 0) -> list[Said]:
        """Return what it says of the rows shown of a table, rounded together with its foot."""
        said = [self.cell(row) for row in shown]
        if self.euros is None or self.foot is None:
            return said
        amounts = [self.euros(row) for row in table]
        known = [amount for amount in amounts if amount is not None]
        if self.foot(table) != euros(known_sum(known)):
            return said  # it adds up to something else
        parts = iter(rounded_together(known))
        fitted = [None if amount is None else euros(next(parts)) for amount in amounts]
        return [
            text or own for text, own in zip(fitted[first : first + len(said)], said, strict=True)
        ]

    def shown(self, said: Said) -> tuple[str, Said, str]:
        """Return a cell: what it says, the name of its column, its class (a known 0 is soft)."""
        text = said if isinstance(said, Typed) else str(said)
        return text, self.name, f"{self.css} z" if text == "0" else self.css


def words(name: Said, of: str | Callable[[Any], Said]) -> Column:
    """Return a column of words: what somebody typed, an attribute, or what is said of each row."""
    if not isinstance(of, str):
        return Column(name, of)
    get = attrgetter(of)
    return Column(name, lambda row: Typed(get(row)))


def day(name: Said, of: str) -> Column:
    get = attrgetter(of)
    return Column(name, lambda row: numbers.date(get(row), page_language()), DAY)


def euros(amount: Decimal | None) -> str:
    """Return an amount without its cents; unknown is a dash."""
    return numbers.number(amount, page_language(), decimals=0)


def amount(
    name: Said,
    of: str | Callable[[Any], Decimal | None],
    *,
    add: bool = False,
    say: Callable[[Decimal | None], str] = euros,
) -> Column:
    """Return a column of amounts; with `add`, what is known of them is added up below."""
    get = attrgetter(of) if isinstance(of, str) else of
    foot = (lambda rows: say(known_sum(map(get, rows)))) if add else None
    return Column(name, lambda row: say(get(row)), NUMBER, foot, get if say is euros else None)


def action_name(action: Action) -> str:
    """Return how tables name an action."""
    return Typed(f"{action.number}. {action.title}")


def url_of_its_action(request: OrganisationRequest, row: Any) -> str:
    """Return where a click on a row leads, nowhere without an action."""
    if row.action is None:
        return ""
    return url_in(request, "plans:action", row.action.plan.slug, row.action.number)


OF_AN_ACTION = words(_("Action"), lambda row: action_name(row.action))


@dataclass(frozen=True, slots=True, kw_only=True)
class Register[F: Form]:
    """A register, declared: its table, and the form that sets one row or takes it back.

    The table: `first` names the rows of `table` (`rows` unless said) and `columns` say the rest;
    `link` is where a click on a name leads, `total` the name of the foot, `note` what must be read
    with the numbers.

    The form: `form` makes it of what was posted and of its initial values, None where there is
    none; `write` calls the service and returns the row as it stands, without key once it is gone.
    `rows` are told apart by the fields `key`; the one that the parameter `pick` names stands in the
    form, else `initial` does. `whole` are rows that the form holds all together. Who `may` do one
    of these has the form, unless it is `closed`.
    """

    tab: str
    title: Said
    caption: Said
    intro: Said
    first: Column
    columns: Sequence[Column]
    year: int
    empty: Said = ""
    table: Sequence[Any] | None = None
    link: Callable[[Any], str] | None = None
    total: Said = ""
    note: Said = ""
    by_year: bool = False
    plan: Plan | None = None
    context: Context = field(default_factory=dict)

    form: Callable[..., F] | None = None
    write: Callable[[F], object] | None = None
    rows: Sequence[Versioned] = ()
    whole: Sequence[Versioned] = ()
    key: tuple[str, ...] = ()
    pick: str = ""
    initial: Mapping[str, Any] = field(default_factory=dict)
    may: Sequence[Operation] = (Operation.EDIT_BUDGET,)
    closed: bool = False
    done: Said = ""

    def answer(self, request: OrganisationRequest) -> HttpResponse:
        if self.form is None or self.write is None:
            readable = request.method == "GET"
            return self._shown(request, None) if readable else HttpResponseNotAllowed(["GET"])
        may_set = any(map(request.actor.holds, self.may)) and not self.closed
        if request.method == "POST" and not may_set:
            request.actor.require(self.may[-1])
        write, picked = self.write, self._picked(request)
        initial = self.initial if picked is None else model_to_dict(picked)
        form = self.form(posted(request), initial=initial)
        conflicts: list[Conflict] = []
        if request.method == "POST" and not is_stale(request):
            conflicts = self._conflicts(form, picked, sent_by(request))
            if not conflicts and (found := kept(form, lambda: write(form))):
                gone = isinstance(found[0], Model) and found[0].pk is None
                succeed(request, self.done or (_("Retiré.") if gone else _("Enregistré.")))
                return redirect(request.path)
        # An empty table says something too: that nobody had written in it.
        stale = is_stale(request)
        form.shown = [("rows",), *map(version_of, () if stale else self.rows)]  # type: ignore[attr-defined]
        if (picked is not None or self.whole) and not stale:
            form.shown += shown_by(form)  # type: ignore[attr-defined]
        return self._shown(request, form if may_set else None, conflicts)

    def _picked(self, request: OrganisationRequest) -> Versioned | None:
        wanted = request.GET.get(self.pick, "") if self.pick else ""
        return next((row for row in self.rows if str(row.pk) == wanted), None)

    def _pick(self, row: Any) -> str:
        return f"?{self.pick}={row.pk}#h-set"

    def _conflicts(self, form: F, picked: Versioned | None, sent: Sent) -> list[Conflict]:
        row = next((row for row in self.rows if self._same(row, form)), None)
        if self.whole or (picked is not None and row in (None, picked)):
            return reconcile(form, sent)
        return [] if row is None or not sent.shown else overwritten(form, row, sent, key=self.key)

    def _same(self, row: Versioned, form: F) -> bool:
        return bool(self.key) and all(
            plain(form.fields[name], getattr(row, name)).casefold()
            == plain(form.fields[name], form[name].data).casefold()
            for name in self.key
        )

    def _shown(
        self, request: OrganisationRequest, form: F | None, conflicts: Iterable[Conflict] = ()
    ) -> HttpResponse:
        table = self.rows if self.table is None else self.table
        per_page = min(MOST_ROWS, MOST_CELLS // (len(self.columns) + AROUND_CELLS))
        page = page_of(request, table, per_page)
        shown, first = list(page), (page.number - 1) * per_page
        said = zip(*(column.cells(table, shown, first) for column in self.columns), strict=True)
        link = self.link if form is not None or self.form is None else None
        if self.pick and form is not None:
            link = self._pick
        context = {
            "sheet": self,
            "page": page,
            "rows": [
                (
                    self.first.cell(row),
                    link(row) if link else "",
                    [column.shown(cell) for column, cell in zip(self.columns, cells, strict=True)],
                )
                for row, cells in zip(shown, said, strict=True)
            ],
            "foot": [
                column.shown(column.foot(table) if column.foot else "") for column in self.columns
            ]
            if self.total and table
            else (),
            "form": form,
            "conflicts": conflicts,
            "year": self.year,
            "years": _years(request, self.tab, self.year) if self.by_year else (),
            **_tabs(request, self.tab, self.year, self.plan),
            **called(self.context),
        }
        return render(request, "budget/sheet.html", context, status=status_of(form, conflicts))


# The two families, each with the names of its pages and the words of its tabs.
_FAMILIES = (
    (
        _("Argent des actions"),
        {
            "money": _("Par action"),
            "landing": _("Atterrissage"),
            "allotments": _("Dotations"),
            "envelopes": _("Enveloppes"),
            "ambitions": _("Ambitions"),
            "forecasts": _("Budgets attendus"),
        },
    ),
    (
        _("À côté du budget"),
        {
            "co-funding": _("Cofinancements"),
            "savings": _("Économies"),
            "staff-time": _("Temps des agents"),
            "day-rates": _("Coût des journées"),
            "green": _("Budget vert"),
            "legal": _("Seuils légaux"),
            "purchases": _("Achats"),
            "gifts": _("Dons reçus"),
        },
    ),
)
_OF_A_PLAN, _OF_NO_YEAR = ("envelopes", "ambitions"), ("forecasts", "day-rates", "legal")
# What comes from French law is shown to nobody else.
_OF_FRANCE = ("green", "legal", "purchases", "gifts")
# These read the lines of a fiscal year: there is nothing before one is open.
_OF_AN_OPEN_YEAR = ("green", "purchases")


def _tabs(
    request: OrganisationRequest, tab: str, year: int, plan: Plan | None
) -> dict[str, list[object]]:
    """Return the tabs of the family of a page, and the way to the other family."""
    plan = plan or current_plan(actor=request.actor, today=request.today)
    tabs: list[object] = []
    elsewhere: list[object] = []
    for family, pages in _FAMILIES:
        links = [
            {"label": label, "url": _url(request, name, year, plan), "current": name == tab}
            for name, label in pages.items()
            if (plan is not None or name not in _OF_A_PLAN)
            and (country() is FRANCE or name not in _OF_FRANCE)
            and (name not in _OF_AN_OPEN_YEAR or year in years_of(request).years)
        ]
        if tab in pages:
            tabs = [*links]
        else:
            elsewhere.append((family, links[0]["url"]))
    return {"tabs": tabs, "elsewhere": elsewhere}


def _url(request: OrganisationRequest, name: str, year: int, plan: Plan | None) -> str:
    of = [] if name in _OF_NO_YEAR else [plan.slug if plan and name in _OF_A_PLAN else year]
    return url_in(request, f"budget:{name}", *of)


def _years(request: OrganisationRequest, tab: str, year: int) -> list[tuple[int, str]]:
    """Return the links to the years around one."""
    around = years_beside(request, year)
    if tab in _OF_AN_OPEN_YEAR:
        around = [other for other in around if other in years_of(request).years]
    return [(other, _url(request, tab, other, None)) for other in around]


class OfAnAction(forms.Form):
    """What a register says of an action."""

    action = ActionChoice(
        label=_("Action"), queryset=Action.objects.none(), empty_label=_("Choisir une action")
    )

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].queryset = fundable_actions(organisation_id)  # type: ignore[attr-defined]


def require_a_year(year: int) -> None:
    """Raise NotFoundError for a number that is no exercice."""
    if not 2000 <= year <= 2100:
        raise NotFoundError(str(year))
