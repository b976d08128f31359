"""The shared frame of what stands beside the lines: one table, one form, and tabs between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.core.paginator import Paginator
from django.db.models import Model
from django.forms import Form
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.access import Operation
from portulan.budget.funding.reads import fundable_actions
from portulan.core.errors import NotFoundError
from portulan.core.models import Versioned
from portulan.core.say import numbers
from portulan.plans.models import Action, Plan
from portulan.plans.plan import current_plan
from portulan.web.conflicts import Conflict, overwritten, plain, reconcile, shown_by, version_of
from portulan.web.fields import ActionChoice
from portulan.web.language import page_language
from portulan.web.pages import kept, posted, status_of, succeed
from portulan.web.requests import OrganisationRequest
from portulan.web.sending import Sent, is_stale, sent_by

NUMBER, WORDS, DAY = "n", "", "d"  # classes of cells


# A page stays light: the wider its table, the fewer its rows.
MOST_ROWS, MOST_CELLS, AROUND_CELLS = 24, 230, 3


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its name, where a click on it leads, and its cells as they are written."""

    name: str
    cells: Sequence[str]
    url: str = ""


class Cell(NamedTuple):
    """What a cell says, the name of its column, and its class."""

    text: str
    name: str
    css: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of the frame; `heads` are names and classes of the columns after the first one.

    `note` is what must be read with the numbers, `total` the cells of the foot.
    """

    tab: str
    title: str
    intro: str
    empty: str
    first: str
    heads: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    total: Sequence[str] = ()
    total_name: str = ""
    caption: str = ""
    note: str = ""

    @property
    def table(self) -> list[tuple[Row, list[Cell]]]:
        """The rows with each cell, the name of its column and its class."""
        return [(row, self._classed(row.cells)) for row in self.rows]

    @property
    def per_page(self) -> int:
        return min(MOST_ROWS, MOST_CELLS // (len(self.heads) + AROUND_CELLS))

    @property
    def foot(self) -> list[Cell]:
        return self._classed(self.total)

    def _classed(self, cells: Iterable[str]) -> list[Cell]:
        return [
            Cell(text, name, f"{css} z" if text == "0" else css)  # a known 0 is a soft 0
            for text, (name, css) in zip(cells, self.heads, strict=True)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Register[F: Form]:
    """A page of the frame, declared: its table, and the form that sets one row or takes it back.

    `form` makes the form of what was posted and of its initial values; `write` calls the service
    and returns the row as it stands, without key once it is gone. `rows` are those of the table,
    told apart by the fields `key`; the one that the parameter `pick` names stands in the form, else
    `initial` does. `whole` are rows that the form holds all together. `may_set` says whether the
    person has the form, and `need` is what is asked of who posts without it.
    """

    sheet: Callable[[], Sheet]
    form: Callable[..., F]
    write: Callable[[F], object]
    year: int
    may_set: bool
    need: Operation = Operation.EDIT_BUDGET
    rows: Sequence[Versioned] = ()
    whole: Sequence[Versioned] = ()
    key: tuple[str, ...] = ()
    pick: str = ""
    initial: Mapping[str, Any] = field(default_factory=dict)
    years: Iterable[tuple[int, str]] = ()
    plan: Plan | None = None
    done: str = ""
    context: Callable[[], Mapping[str, Any]] = dict

    def answer(self, request: OrganisationRequest) -> HttpResponse:
        if request.method == "POST" and not self.may_set:
            request.actor.require(self.need)
        picked = self._picked(request)
        initial = self.initial if picked is None else model_to_dict(picked)
        form = self.form(posted(request), initial=initial)
        conflicts: list[Conflict] = []
        if request.method == "POST" and not is_stale(request):
            conflicts = self._conflicts(form, picked, sent_by(request))
            if not conflicts and (found := kept(form, lambda: self.write(form))):
                gone = isinstance(found[0], Model) and found[0].pk is None
                succeed(request, self.done or (_("Retiré.") if gone else _("Enregistré.")))
                return redirect(request.path)
        # An empty table says something too: that nobody had written in it.
        form.shown = [("rows",), *map(version_of, self.rows)]  # type: ignore[attr-defined]
        if picked is not None or self.whole:
            form.shown += shown_by(form)  # type: ignore[attr-defined]
        return show(
            request,
            self.sheet(),
            form if self.may_set else None,
            year=self.year,
            years=self.years,
            plan=self.plan,
            conflicts=conflicts,
            **self.context(),
        )

    def _picked(self, request: OrganisationRequest) -> Versioned | None:
        wanted = request.GET.get(self.pick, "") if self.pick else ""
        return next((row for row in self.rows if str(row.pk) == wanted), None)

    def _conflicts(self, form: F, picked: Versioned | None, sent: Sent) -> list[Conflict]:
        if picked is not None or self.whole:
            return reconcile(form, sent)
        if not sent.shown:
            return []
        row = next((row for row in self.rows if self._same(row, form)), None)
        return [] if row is None else overwritten(form, row, sent, key=self.key)

    def _same(self, row: Versioned, form: F) -> bool:
        return bool(self.key) and all(
            plain(form.fields[name], getattr(row, name)).casefold()
            == plain(form.fields[name], form[name].data).casefold()
            for name in self.key
        )


def show(
    request: OrganisationRequest,
    sheet: Sheet,
    form: Form | None,
    *,
    year: int,
    years: Iterable[tuple[int, str]] = (),
    plan: Plan | None = None,
    **context: Any,
) -> HttpResponse:
    """Answer a page of the frame; `form` is None for who may not write, `years` are links."""
    plan = plan or current_plan(actor=request.actor, today=request.today)
    families = _families(request, year, plan)
    context |= {
        "sheet": sheet,
        "page": Paginator(sheet.table, sheet.per_page).get_page(request.GET.get("page")),
        "form": form,
        "year": year,
        "years": years,
        "tabs": [
            {"label": label, "url": url, "current": name == sheet.tab}
            for family in families
            if sheet.tab in {name for name, _label, _url in family}
            for name, label, url in family
        ],
        "elsewhere": [
            (label, family[0][2])
            for label, family in zip(
                (_("Argent des actions"), _("À côté du budget")), families, strict=True
            )
            if sheet.tab not in {name for name, _label, _url in family}
        ],
    }
    status = status_of(form, context.get("conflicts", ()))
    return render(request, "budget/sheet.html", context, status=status)


type _Tab = tuple[str, str | Promise, str]


def _families(request: OrganisationRequest, year: int, plan: Plan | None) -> list[list[_Tab]]:
    """Return the tabs of the two families: before the lines, and beside the budget."""
    slug = request.organisation.slug
    before: list[_Tab] = [
        ("money", _("Par action"), reverse("budget:money", args=[slug, year])),
        ("allotments", _("Dotations"), reverse("budget:allotments", args=[slug, year])),
    ]
    if plan is not None:
        before += [
            ("envelopes", _("Enveloppes"), reverse("budget:envelopes", args=[slug, plan.slug])),
            ("ambitions", _("Ambitions"), reverse("budget:ambitions", args=[slug, plan.slug])),
        ]
    before.append(("forecasts", _("Budgets attendus"), reverse("budget:forecasts", args=[slug])))
    beside: list[_Tab] = [
        ("co-funding", _("Cofinancements"), reverse("budget:co-funding", args=[slug, year])),
        ("savings", _("Économies"), reverse("budget:savings", args=[slug, year])),
        ("staff-time", _("Temps des agents"), reverse("budget:staff-time", args=[slug, year])),
        ("day-rates", _("Coût des journées"), reverse("budget:day-rates", args=[slug])),
        ("green", _("Budget vert"), reverse("budget:green", args=[slug, year])),
        ("legal", _("Seuils légaux"), reverse("budget:legal", args=[slug])),
    ]
    return [before, beside]


def other_years(request: OrganisationRequest, name: str, year: int) -> list[tuple[int, str]]:
    """Return the links to the years around one, on the page of that name."""
    return [
        (other, reverse(name, args=[request.organisation.slug, other]))
        for other in (year - 1, year + 1)
    ]


def euros(amount: Decimal | None) -> str:
    """Return an amount without its cents; unknown is a dash."""
    return numbers.number(amount, page_language(), decimals=0)


def action_name(action: Action) -> str:
    """Return how tables name an action."""
    return f"{action.number}. {action.title}"


ZERO = Decimal(0)


class _OfAnAction(forms.Form):
    action = ActionChoice(
        label=gettext_lazy("Action"),
        queryset=Action.objects.none(),
        empty_label=gettext_lazy("Choisir une action"),
    )

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].queryset = fundable_actions(organisation_id)  # type: ignore[attr-defined]


def require_a_year(year: int) -> None:
    """Raise NotFoundError for a number that is no exercice."""
    if not 2000 <= year <= 2100:
        raise NotFoundError(str(year))
