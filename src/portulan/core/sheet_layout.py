"""What makes a sheet easy to fill in: widths, lists of values, a filter, a head that stays (pure).

Each part is the markup of one format, put where its schema wants it (ECMA-376 part 1, 18.3.1.99;
ODF 1.3 part 3, 9). A list of values stands on a hidden sheet: within the sheet, Excel takes 255
characters of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.sax.saxutils import escape

from portulan.core.say.text import Text
from portulan.core.spreadsheet import letters

LISTS = Text("Listes", "Lists")  # the sheet of the lists
MOST_LISTED = 2_000  # values of a list: nobody looks further
_LAST_ROW = 1 << 20
_ROOM = 500  # rows under the last one that have the lists too, where a format wants them one by one
_MM = 2.1  # of a character
_ATTRIBUTE = {'"': "&quot;"}


class Choices(NamedTuple):
    """The values of a column; another is refused if the list is `closed`, else it is warned of."""

    values: Sequence[str]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """How a sheet is laid out: `widths` in characters and `choices`, by column from 0.

    A `hidden` sheet is neither shown nor filtered; `lists` is the name of that of the lists.
    """

    widths: Sequence[int] = ()
    choices: Mapping[int, Choices] = field(default_factory=dict)
    hidden: bool = False
    lists: str = LISTS.fr


HIDDEN = Layout(hidden=True)


class Area(NamedTuple):
    """A sheet once written: its name, escaped, its layout, and how far it goes."""

    name: str
    layout: Layout
    rows: int
    columns: int

    @property
    def is_filtered(self) -> bool:
        return not self.layout.hidden and self.rows > 1 and self.columns > 0


class Lists:
    """The lists of values of a workbook, each once, as the columns of a hidden sheet."""

    def __init__(self, layouts: Iterable[Layout], name: str) -> None:
        self.name = name
        every = (one for layout in layouts for one in layout.choices.values())
        self._columns = list(dict.fromkeys(_kept(one) for one in every if one.values))

    def __bool__(self) -> bool:
        return bool(self._columns)

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows of the sheet: it has no heads."""
        for row in range(max(map(len, self._columns), default=0)):
            yield [column[row] if row < len(column) else "" for column in self._columns]

    def place(self, choices: Choices) -> tuple[str, int]:
        """Return the letter of the column of a list, and its last row."""
        values = _kept(choices)
        return letters(self._columns.index(values)), len(values)


def _kept(choices: Choices) -> tuple[str, ...]:
    return tuple(choices.values[:MOST_LISTED])


def _listed(layout: Layout) -> list[tuple[int, Choices]]:
    return [(column, one) for column, one in sorted(layout.choices.items()) if one.values]


# --- XLSX ---------------------------------------------------------------------------------------


def xlsx_columns(layout: Layout) -> str:
    """Return the widths of the columns of a sheet."""
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
        for at, width in enumerate(layout.widths, 1)
    )
    return f"<cols>{columns}</cols>" if columns else ""


def xlsx_after_rows(area: Area, lists: Lists) -> str:
    """Return what comes after the rows of a sheet: its filter, then its lists."""
    found = f'<autoFilter ref="{_range(area)}"/>' if area.is_filtered else ""
    listed = _listed(area.layout)
    if not listed:
        return found
    rules = "".join(_xlsx_rule(column, one, lists) for column, one in listed)
    return f'{found}<dataValidations count="{len(listed)}">{rules}</dataValidations>'


def _xlsx_rule(column: int, choices: Choices, lists: Lists) -> str:
    letter, last = lists.place(choices)
    style = "" if choices.closed else ' errorStyle="warning"'
    return (
        f'<dataValidation type="list"{style} allowBlank="1" showErrorMessage="1"'
        f' sqref="{letters(column)}2:{letters(column)}{_LAST_ROW}">'
        f"<formula1>{_quoted(lists.name)}!${letter}$1:${letter}${last}</formula1></dataValidation>"
    )


def xlsx_names(areas: Sequence[Area]) -> str:
    """Return the names by which Excel knows what is filtered; `areas` are all the sheets."""
    names = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{at}" hidden="1">'
        f"{_quoted(area.name)}!{_range(area, '$')}</definedName>"
        for at, area in enumerate(areas)
        if area.is_filtered
    )
    return f"<definedNames>{names}</definedNames>" if names else ""


def _range(area: Area, fixed: str = "") -> str:
    last = f"{fixed}{letters(area.columns - 1)}{fixed}{area.rows}"
    return f"{fixed}A{fixed}1:{last}"


def _quoted(name: str) -> str:
    """Return the name of a sheet, escaped, as a formula says it."""
    return "'" + name.replace("'", "''") + "'"


# --- ODS ----------------------------------------------------------------------------------------


def ods_styles(layouts: Sequence[Layout]) -> str:
    """Return the styles of the columns of all sheets, and that of a hidden one."""
    widths = sorted({width for layout in layouts for width in layout.widths})
    columns = "".join(
        f'<style:style style:name="w{width}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{round(width * _MM)}mm"/>'
        "</style:style>"
        for width in widths
    )
    hidden = (
        '<style:style style:name="hidden" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    return columns + hidden


def ods_columns(layout: Layout) -> str:
    """Return the columns of a table, as wide as they are to be."""
    return "".join(f'<table:table-column table:style-name="w{one}"/>' for one in layout.widths)


def ods_rules(sheets: Sequence[tuple[str, Layout]], lists: Lists) -> str:
    """Return the lists of all sheets, by name (`ods_rule`)."""
    rules = "".join(
        _ods_rule(sheet, name, column, one, lists)
        for sheet, (name, layout) in enumerate(sheets)
        for column, one in _listed(layout)
    )
    if not rules:
        return ""
    of = 'xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'
    return f"<table:content-validations {of}>{rules}</table:content-validations>"


def _ods_rule(sheet: int, name: str, column: int, choices: Choices, lists: Lists) -> str:
    letter, last = lists.place(choices)
    there = f"{_quoted(lists.name)}.${letter}$1:.${letter}${last}"
    condition = escape(f"of:cell-content-is-in-list([${there}])", _ATTRIBUTE)
    return (
        f'<table:content-validation table:name="{ods_rule(sheet, column)}"'
        f' table:condition="{condition}" table:allow-empty-cell="true"'
        f' table:base-cell-address="{_quoted(name)}.{letters(column)}2">'
        f'<table:error-message table:display="true"'
        f' table:message-type="{"stop" if choices.closed else "warning"}"/>'
        "</table:content-validation>"
    )


def ods_rule(sheet: int, column: int) -> str:
    """Return the name of the list of a column of a sheet, both from 0."""
    return f"v{sheet}.{column}"


def ods_rules_by_column(sheet: int, layout: Layout) -> dict[int, str]:
    """Return what the cells of each column that has a list say of it."""
    return {
        column: f' table:content-validation-name="{ods_rule(sheet, column)}"'
        for column, _choices in _listed(layout)
    }


def ods_room(rules: Mapping[int, str]) -> str:
    """Return rows to be filled under the last one, with their lists."""
    if not rules:
        return ""
    cells = "".join(
        f"<table:table-cell{rules.get(column, '')}/>" for column in range(max(rules) + 1)
    )
    return f'<table:table-row table:number-rows-repeated="{_ROOM}">{cells}</table:table-row>'


def ods_filters(areas: Iterable[Area]) -> str:
    """Return what is filtered of all sheets."""
    found = "".join(
        f'<table:database-range table:name="__Anonymous_Sheet_DB__{at}"'
        f' table:display-filter-buttons="true"'
        f' table:target-range-address="{_quoted(one.name)}.A1'
        f':{_quoted(one.name)}.{letters(one.columns - 1)}{one.rows}"/>'
        for at, one in enumerate(areas)
        if one.is_filtered
    )
    return f"<table:database-ranges>{found}</table:database-ranges>" if found else ""


def ods_settings(names: Iterable[str]) -> str:
    """Return the settings of a document whose sheets keep their first row in sight."""
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    kept = [("HorizontalSplitMode", "short", 0), ("VerticalSplitMode", "short", 2)]
    kept += [("HorizontalSplitPosition", "int", 0), ("VerticalSplitPosition", "int", 1)]
    kept += [
        ("ActiveSplitRange", "short", 2),
        ("PositionTop", "int", 0),
        ("PositionBottom", "int", 1),
    ]
    items = "".join(
        f'<config:config-item config:name="{name}" config:type="{kind}">{value}'
        "</config:config-item>"
        for name, kind, value in kept
    )
    tables = "".join(
        f'<config:config-item-map-entry config:name="{name}">{items}</config:config-item-map-entry>'
        for name in names
    )
    return (
        f'<office:document-settings xmlns:office="{urn}:office:1.0"'
        f' xmlns:config="{urn}:config:1.0" xmlns:ooo="http://openoffice.org/2004/office"'
        ' office:version="1.3"><office:settings>'
        '<config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        '<config:config-item config:name="ViewId" config:type="string">view1</config:config-item>'
        f'<config:config-item-map-named config:name="Tables">{tables}'
        "</config:config-item-map-named></config:config-item-map-entry>"
        "</config:config-item-map-indexed></config:config-item-set>"
        "</office:settings></office:document-settings>"
    )
