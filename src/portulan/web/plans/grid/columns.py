"""The columns of the grid: what each shows of an action, and the field that opens in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from portulan.accounts.reads import people_of
from portulan.core.fields import Kind as FieldKind
from portulan.core.say import numbers
from portulan.indicators.words import Kind
from portulan.plans.actions.listing import FROM_THE_TOP
from portulan.plans.actions.reads import Row
from portulan.plans.bulk.cells import SHEET, Field, declared
from portulan.plans.models import LEVELS, PROGRESSES, Action, Plan
from portulan.plans.tables.values import end_of, start_of
from portulan.plans.words import Progress
from portulan.web.fields import CostField, DayField, EndField, NumberField, field_of
from portulan.web.indicators.values import Named, with_unit
from portulan.web.language import page_language

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

THOUSAND = Decimal(1000)
# The days that may be said in words, and which day of a quarter or a year is meant.
_READS = {Field.STARTS: start_of, Field.DUE: end_of}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the address, its head, what sorts it, what changes in it."""

    name: str
    head: _StrOrPromise
    sort: str = ""
    field: Field | None = None
    number: bool = False

    @property
    def to(self) -> str:
        """The table of the rows that it holds."""
        return SHEET[self.field].to if self.field in SHEET else ""

    def title(self, year: int) -> str:
        """Return its head; the money is of a year."""
        return str(self.head) % {"year": year} if self.name == "money" else str(self.head)


# Columns that no field of the sheet declares.
_OWN = (
    Column("level", _("Niveau"), "level"),
    Column("progress", _("Avancement et état"), "progress", Field.PROGRESS),
    Column("person", _("Personne"), "", Field.PERSON),
    Column("news", _("Dernière nouvelle"), "news", number=True),
    Column("reading", _("Dernier relevé"), "", Field.READING, number=True),
    Column("target", _("Cible"), "", number=True),
    Column("money", _("Demandé %(year)s (k€)"), "money", Field.MONEY, number=True),
)
_ORDER = (
    *("level", "progress", "pilot", "person", "follow_up", "unit", "axis", "starts", "due"),
    *("news", "impact", "effort", "days"),
)
_LAST = ("reading", "target", "money")


def _column(field: Field) -> Column:
    """Return the column of a field of the sheet."""
    one = SHEET[field]
    head = lazy(lambda: one.column.say(page_language()), str)()
    number = one.kind in {FieldKind.DAY, FieldKind.NUMBER}
    return Column(one.asked, head, one.asked, field, number=number)


def _in_order() -> tuple[Column, ...]:
    """Return the columns; those of fields that come since stand before the last ones."""
    known = {column.name: column for column in (*_OWN, *map(_column, SHEET))}
    since = [name for name in known if name not in (*_ORDER, *_LAST)]
    return tuple(known[name] for name in (*_ORDER, *since, *_LAST))


COLUMNS = _in_order()
BY_NAME = {column.name: column for column in COLUMNS}
BY_FIELD = {column.field: column for column in COLUMNS if column.field}
USUAL = ("level", "progress", "pilot", "due", "reading", "target", "money")
# What a page may hold: cells and fields, and elements around and for each row.
MOST_CELLS, MOST_ROWS = 240, 25
_AROUND, _A_ROW, _A_CELL = 165, 8, 1.75


def chosen(names: Iterable[str]) -> list[Column]:
    """Return the columns asked for in the order of the grid, the usual ones when none is."""
    wanted = set(names) & BY_NAME.keys() or set(USUAL)
    return [column for column in COLUMNS if column.name in wanted]


def rows_for(columns: list[Column]) -> int:
    """Return how many rows a page holds with these columns."""
    cells = MOST_CELLS // (len(columns) + 2)
    nodes = int((370 - _AROUND) / (_A_ROW + _A_CELL * len(columns)))
    return max(5, min(MOST_ROWS, cells, nodes))


def heads(columns: list[Column], sort: str, year: int) -> list[dict[str, Any]]:
    """Return the heads; `sort` is what a link asks for, `order` how the column is sorted now."""
    backwards, now = sort.startswith("-"), sort.removeprefix("-")
    found = []
    for column in columns:
        down = not backwards if column.sort == now else column.sort in FROM_THE_TOP
        order = "descending" if backwards else "ascending"
        found.append(
            {
                "label": str(column.head) % {"year": year}
                if column.name == "money"
                else column.head,
                "sort": f"{'-' if down else ''}{column.sort}" if column.sort else "",
                "order": order if column.sort and column.sort == now else "",
                "number": column.number,
            }
        )
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """What a cell shows: its text, a line under it, the field in its place, the head of it."""

    column: Column
    text: str = ""
    note: str = ""
    widget: str = ""
    head: str = ""


def shown(row: Row, column: Column, year: int) -> Shown:
    """Return a cell of an action as it is read."""
    read = _READ.get(column.name)
    if read is not None:
        text, note = read(row, year)
    else:
        text, note = _told_of(row.action, column), ""
    return Shown(column, text, note, head=column.title(year))


def _told_of(action: Action, column: Column) -> str:
    """Return what an action says of a field of its sheet."""
    value = getattr(action, str(column.field))
    if value is None or value == "":
        kind = SHEET[Field(str(column.field))].kind
        is_guess = kind in {FieldKind.STEP, FieldKind.NUMBER}
        return gettext("inconnu") if is_guess else "–"
    return told(Field(str(column.field)), value)


def told(field: Field, value: Any) -> str:
    """Return a value of a field of the sheet, as it is read."""
    language = page_language()
    match declared(field):
        case FieldKind.DAY:
            return numbers.date(value, language)
        case FieldKind.NUMBER:
            return numbers.number(value, language)
        case FieldKind.STEP:
            column: Any = Action._meta.get_field(field.value)
            return str(dict(column.flatchoices)[value])
    return str(value)


def must_hold(field: Field) -> bool:
    """Tell whether a cell may not be emptied."""
    column: Any = Action._meta.get_field(field.value) if field in SHEET else None
    return field is Field.PROGRESS or (column is not None and not (column.blank or column.null))


def _day(day: date | None) -> str:
    return numbers.date(day, page_language()) if day else "–"


def _reading(row: Row, _year: int) -> tuple[str, str]:
    last = row.series.last_known if row.series else None
    if row.main is None:
        return "–", ""
    if last is None:
        return gettext("pas de relevé"), ""
    return with_unit(row.main, last), _day(last.on)


def _target(row: Row, _year: int) -> tuple[str, str]:
    aim = row.series.target if row.series else None
    if row.main is None or aim is None:
        return "–", ""
    return with_unit(row.main, aim), str(aim.due_on.year)


def _money(row: Row, year: int) -> tuple[str, str]:
    item = row.funding.of(year)
    if not item.planned_said:
        return "–", ""
    unknown = gettext("non chiffré")
    return numbers.at_least(item.asked, page_language(), none=unknown), ""


_READ: dict[str, Callable[[Row, int], tuple[str, str]]] = {
    "level": lambda row, _y: (
        str(LEVELS[row.level]),
        "" if row.adopted else gettext("proposé"),
    ),
    "progress": lambda row, _y: (str(PROGRESSES[row.progress]), ""),
    "person": lambda row, _y: (row.action.pilot.name if row.action.pilot else "–", ""),
    "news": lambda row, _y: (_day(row.action.last_news_on), ""),
    "reading": _reading,
    "target": _target,
    "money": _money,
}


class ThousandsField(CostField):
    """Thousands of euros: empty says nothing, `?` that it is not known."""

    decimals = 5

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return found * THOUSAND if isinstance(found, Decimal) else found


class Fields:
    """The fields of cells of a plan: what they offer is read once for a page."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._made: dict[Any, forms.Field] = {}

    def of(self, field: Field, indicator: Named | None = None) -> forms.Field:
        """Return the field of a form for a cell; of a reading, as its indicator wants it."""
        if field is Field.READING:
            return _reading_field(indicator)
        if field not in self._made:
            self._made[field] = self._field(field)
        return self._made[field]

    def _field(self, field: Field) -> forms.Field:
        match field:
            case Field.PROGRESS:
                pairs = [pair for pair in PROGRESSES.items() if pair[0] is not Progress.DROPPED]
                return forms.TypedChoiceField(choices=pairs, coerce=Progress)
            case Field.PERSON:
                people = people_of(self._plan.organisation_id)
                return _choice({one.pk: (one.name or one.function, one) for one in people})
        if field not in SHEET:
            return ThousandsField(required=False)
        one = SHEET[field]
        if one.kind is FieldKind.STEP:
            column: Any = Action._meta.get_field(field.value)
            return _choice({key.value: (words, key) for key, words in column.flatchoices})
        if one.to == "units":
            units = self._plan.organisation.units.order_by("name")
            return _choice({unit.pk: (unit.name, unit) for unit in units})
        if one.to == "axes":
            axes = self._plan.axes.order_by("order", "id")
            return _choice({axis.pk: (axis.title, axis) for axis in axes})
        if field in _READS:  # “end of 2027” is said of all at once
            return EndField(required=False, widget=DayField.widget, reads=_READS[field])
        return field_of(Action, field.value)  # type: ignore[no-any-return]


def _choice(options: dict[Any, tuple[Any, Any]]) -> forms.TypedChoiceField:
    choices = [("", "–"), *((str(pk), words) for pk, (words, _value) in options.items())]
    named = {str(pk): one for pk, one in options.items()}
    return forms.TypedChoiceField(
        choices=choices,
        coerce=lambda key: named[key][1],
        empty_value=None,
        required=False,
    )


def _reading_field(indicator: Named | None) -> forms.Field:
    kind = Kind(indicator.kind) if indicator else Kind.QUANTITY
    if kind is Kind.YES_NO:
        pairs = [("", "–"), ("oui", gettext_lazy("oui")), ("non", gettext_lazy("non"))]
        return forms.ChoiceField(choices=pairs, required=False)
    if kind is Kind.SCALE and indicator is not None and indicator.scale:
        words = [("", "–"), *((word, word) for word in indicator.scale)]
        return forms.ChoiceField(choices=words, required=False)
    if kind in {Kind.TEXT, Kind.SCALE}:
        return forms.CharField(max_length=250, required=False)
    return NumberField(required=False)


def value_in_field(field: Field, action: Action, asked: Decimal | None, *, said: bool) -> Any:
    """Return what a cell that opens holds: a reading is always to be typed."""
    if field is Field.READING:
        return None
    if field is Field.MONEY:
        if not said:
            return None
        return "?" if asked is None else asked / THOUSAND
    if field is Field.PERSON or declared(field) is FieldKind.ONE:
        return getattr(action, f"{field.value}_id")
    return getattr(action, field.value)


def cleaned(field: Field, form_field: forms.Field, raw: str) -> Any:
    """Return the value of a cell as typed. Raises ValidationError."""
    value = form_field.clean(raw)
    if field is Field.READING and value == "":
        return None
    return value
