"""One table of a ledger, understood: its columns, the rows that are sums, what must be asked of it.

An account may come in several sheets (operating and investment, one per service): they are pieces
of one account when they are written alike and hold different lines. A sheet whose amounts are the
sums of the others is a summary; one that holds the same lines again is an overlap, which is asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain

from portulan.budget.accounts_chart import default_verdict
from portulan.budget.readers.currencies import require_euros
from portulan.budget.readers.ledger_amounts import Years, settle
from portulan.budget.readers.ledger_columns import (
    AMOUNT_FIELDS,
    MONEY_FIELDS,
    NETTED,
    REVENUE_WORDS,
    SIDES,
    Field,
    gives_amounts,
    phrase_of,
    tax_basis_of,
    unit_of,
)
from portulan.budget.readers.ledger_entities import Entities, entity_columns
from portulan.budget.readers.ledger_headings import under_headings
from portulan.budget.readers.ledger_mapping import NOT_READ, TOGETHER, mapped, place_of
from portulan.budget.readers.ledger_measures import measured
from portulan.budget.readers.ledger_parts import Plan, said_as
from portulan.budget.readers.ledger_piece import Piece
from portulan.budget.readers.ledger_questions import (
    BASIS_CONTRADICTED,
    IN_UNITS,
    MARK_UNSURE,
    NO_STAGE,
    OTHER_SHEETS,
    SHEETS_ADDED,
    SUMMARY,
    Asked,
)
from portulan.budget.readers.ledger_roles import Explaining
from portulan.budget.readers.ledger_rows import Layout
from portulan.budget.readers.ledger_scan import KEYS, is_journal, scan
from portulan.budget.readers.ledger_selection import Rows
from portulan.budget.readers.ledger_shapes import shaped
from portulan.budget.readers.ledger_signs import flow_column, movement_column, sign_column
from portulan.budget.readers.ledger_titles import (
    NO_TITLES,
    Titles,
    basis_above,
    unit_above,
    year_place,
    years_said,
)
from portulan.budget.readers.ledger_totals import Found
from portulan.budget.readers.ledger_words import Sections
from portulan.budget.readers.lines import Answer, ColumnUse, Question
from portulan.budget.words import Verdict
from portulan.core.money import TaxBasis
from portulan.core.say.text import Problem, UnusableInputError
from portulan.core.tables.amounts import DecimalMark, guess_mark
from portulan.core.tables.cells import text_of
from portulan.core.tables.delimited import first_rows
from portulan.core.tables.tabular import Row, Table

_SAMPLE_ROWS = 1000
_SEVERAL = 3  # columns that say no stage: each is then proposed at few of them
_THOUSANDS = 3  # figures that stand after the mark of thousands


def open_piece(
    table: Table,
    titles: Titles,
    asked: Asked,
    *,
    file_name: str = "",
    sections: Sections | None = None,
) -> Piece:
    """Understand a table. Raises UnusableInputError when it has no amounts at all."""
    sample = first_rows(table.rows_after(titles.last_row), _SAMPLE_ROWS)
    problems: list[Problem] = []
    keys, said = _keys(titles, asked, sample)
    mark, unsure = _mark(keys, titles, sample, asked)
    entities = entity_columns(titles.titles, sample, keys, asked.entity)
    aside = _aside(titles, entities)
    titles, shape, before = shaped(titles, sample, keys, mark, asked, aside)
    sample = shape.rows(sample)
    keys, said = _keys(titles, asked, sample)
    said_years, basis, siret = years_said(
        table, titles, file_name, asked.year, insists=asked.insists
    )
    taken = [*keys.values(), *entities.codes(sample), *aside[len(entities.columns) :]]
    plan = _plan(titles, asked, taken, said, sample, mark, said_years, basis)
    fields: dict[Field, int] = {**keys}
    fields |= {stage: places[0] for stage, places in plan.stages.items()}
    if "realised" not in fields and not asked.is_whole:
        fields |= {side: titles.guess.fields[side] for side in SIDES if side in titles.guess.fields}
    questions = unsure or before or list(plan.questions)
    if not questions and not gives_amounts(fields):
        questions.append(_no_stage(titles, plan))
    amounts = [titles.titles[fields[name]] for name in MONEY_FIELDS if name in fields]
    require_euros(amounts, titles.above)
    questions += [] if questions else _contradicted(titles, amounts, asked)
    units = _units(amounts, asked.unit, table, titles)
    _add_flow(fields, titles, sample, asked)
    its_budget = entities.name if entities.budget is None else entities.budget
    if its_budget is not None:
        fields["budget"] = its_budget
    rows = Rows(table, titles, sample, asked, entities, shape)
    layout = Layout(
        fields=fields,
        titles=titles.titles,
        factors={n: units[titles.titles[fields[n]]] for n in MONEY_FIELDS if n in fields},
        mark=mark,
        default_flow="revenue" if _speak_of_revenue([*amounts, table.name]) else None,
        sections=sections or Sections(),
        added={stage: tuple(places[1:]) for stage, places in plan.stages.items() if places[1:]},
        movement_at=movement_column(titles, sample, fields),
        debt=asked.answers.get("debt"),
        is_negated=asked.answers.get("negative") == "spent",
    )
    if all(name in fields for name in SIDES):
        debit, credit = (titles.titles[fields[name]] for name in SIDES)
        problems.append(NETTED.at(debit=debit, credit=credit))
    problems.extend(plan.notes)
    sign_at = sign_column(titles, sample, fields, shape.kinds_at)
    if sign_at is not None:
        if fields.get("flow") == sign_at:
            fields.pop("flow")
        layout = replace(layout, sign_at=sign_at)
    scanned = scan(rows.read(), layout, watched=entities.columns)
    year = rows.year or plan.year
    below = under_headings(scanned, titles, asked, year)
    questions += below.questions
    if below.others:
        rows.leave(below.others)
        scanned = scan(rows.read(), layout, watched=entities.columns)
        year = below.year or year
    entities.told_above(below.body, siret)
    if scanned.unit_said is not None and asked.unit is None and set(units.values()) == {1}:
        units = dict.fromkeys(units, scanned.unit_said)
        layout = replace(layout, factors=dict.fromkeys(layout.factors, scanned.unit_said))
    problems.extend(
        IN_UNITS.at(title=title, factor=factor) for title, factor in units.items() if factor != 1
    )
    entities.look(scanned.values, questions)
    layout = replace(layout, is_journal=SIDES[0] not in fields and is_journal(scanned))
    piece = Piece(
        table,
        titles,
        layout,
        rows,
        Found(),
        scanned,
        year=year,
        tax_basis=_basis(asked.answers.get("basis", plan.basis), titles, amounts, basis),
        siret=entities.siret or siret,
        siren=entities.siren,
        columns=_uses(titles, layout, plan, entities),
        problems=problems,
        questions=questions,
    )
    if not questions:
        Explaining(piece, asked).explain()
    return piece


def _add_flow(
    fields: dict[Field, int], titles: Titles, sample: Sequence[Row], asked: Asked
) -> None:
    """Add the column that says expenses and revenue, where no title names it."""
    if "flow" not in fields and not asked.is_whole:
        flow_at = flow_column(titles, sample, fields)
        fields |= {} if flow_at is None else {"flow": flow_at}


def _uses(titles: Titles, layout: Layout, plan: Plan, entities: Entities) -> tuple[ColumnUse, ...]:
    """Return what becomes of each column that has a title."""
    fields: dict[int, str] = {at: name for name, at in layout.fields.items()}
    fields |= {
        ~at if at < 0 else at: stage for stage, places in plan.stages.items() for at in places
    }
    fields |= {at: "entity" for at in (entities.code, entities.name) if at is not None}
    for name, place in (
        ("budget", entities.budget),
        ("sign", layout.sign_at),
        ("movement", layout.movement_at),
    ):
        if place is not None:
            fields.setdefault(place, name)
    return tuple(
        ColumnUse(at, title, fields.get(at), None if at in fields else plan.left.get(at))
        for at, title in enumerate(titles.titles)
        if title
    )


def _aside(titles: Titles, entities: Entities) -> list[int]:
    """Return the columns that say whose the rows are, then the one of their year."""
    dated = year_place(titles.titles)
    return [*entities.columns, *([] if dated is None else [dated])]


def _contradicted(titles: Titles, amounts: Sequence[str], asked: Asked) -> list[Question]:
    """Return what is asked where the words above the titles say another tax basis than these."""
    above, own = basis_above(titles), tax_basis_of(amounts)
    if above is None or own is None or own == basis_of(above) or "basis" in asked.answers:
        return []
    title = next(title for title in amounts if tax_basis_of([title]) == own)
    answers = (Answer({"basis": "ttc"}), Answer({"basis": "ht"}))
    return [Question(BASIS_CONTRADICTED.at(above=above.upper(), title=title), answers)]


def _basis(
    said: str | None, titles: Titles, amounts: Sequence[str], nomenclature: str | None
) -> TaxBasis | None:
    """Return the tax basis: said by a person, by the titles, above them, by the nomenclature."""
    return (
        basis_of(said)
        or tax_basis_of(amounts)
        or basis_of(basis_above(titles))
        or basis_of(nomenclature)
    )


def basis_of(word: str | None) -> TaxBasis | None:
    return None if word is None else TaxBasis(word.upper())


# Columns


def _keys(
    titles: Titles, asked: Asked, sample: Sequence[Row]
) -> tuple[dict[Field, int], dict[Field, int | None]]:
    """Return the columns of codes and words, and those of amounts that a person said."""
    said: dict[Field, int | None] = {}
    wanted = dict(asked.fields)
    for stage in AMOUNT_FIELDS:
        if wanted.get(stage) == NOT_READ:
            said[stage] = None
            wanted.pop(stage)
    unread = {name for name in KEYS if wanted.get(name) == NOT_READ}
    wanted = {name: column for name, column in wanted.items() if name not in unread}
    chosen = mapped(titles.titles, wanted) if wanted else {}
    said |= {name: at for name, at in chosen.items() if name in MONEY_FIELDS}
    if asked.is_whole:
        return {name: at for name, at in chosen.items() if name not in MONEY_FIELDS}, said
    keys = {
        name: at
        for name, at in titles.guess.fields.items()
        if name not in MONEY_FIELDS and name not in unread
    }
    for name in [name for name in keys if name in _MAY_BE_MONEY]:
        if _has_amounts(sample, keys[name]):
            keys.pop(name)
    _told_by_values(keys, titles, sample, set(titles.guess.fields.values()) | set(chosen.values()))
    if not keys:
        raise UnusableInputError(NO_TITLES.at())
    return keys, said


_FEW = 3
# Codes whose titles are those of amounts too: Commandé, Marché.
_MAY_BE_MONEY: tuple[Field, ...] = ("order", "contract", "operation", "function")
_CENTS = re.compile(r"-?[0-9][0-9 \u00a0\u202f.,']*[.,][0-9]{2}(?: ?€)?")
_CODE = re.compile(r"(?:[267][0-9]{1,7}|0[0-9]{2})(?!\w)")
_AN_ACCOUNT = re.compile(r"[1267][0-9]{1,7}(?:\s*[-:]\s*\S.*)?")


def _told_by_values(
    keys: dict[Field, int], titles: Titles, sample: Sequence[Row], taken: set[int]
) -> None:
    """Add the account, then the label, where a column without a known title has such values."""
    if "account" in keys:
        return
    if {"label", "service", "chapter"} & keys.keys():
        for at in range(len(titles.titles)):
            if at not in taken and _are_accounts(sample, at):
                keys["account"] = at
                return
        return
    for at in range(len(titles.titles)):
        if at in taken:
            continue
        texts = [t for _, cells in sample if at < len(cells) and (t := text_of(cells[at]))]
        if not texts:
            continue
        accounts = sum(_AN_ACCOUNT.fullmatch(text) is not None for text in texts)
        if accounts * 2 >= len(texts):
            keys["account"] = at
            return
        if sum(any(map(str.isalpha, text)) for text in texts) * 2 > len(texts):
            keys.setdefault("label", at)


def _has_amounts(sample: Sequence[Row], at: int) -> bool:
    """Return whether most cells of a column are amounts, to the cent."""
    cells = [cells[at] for _, cells in sample if at < len(cells) and text_of(cells[at])]
    cents = sum(
        not cell.is_integer() if isinstance(cell, float) else bool(_CENTS.fullmatch(str(cell)))
        for cell in cells
    )
    return cents * 2 > len(cells)


def _are_accounts(sample: Sequence[Row], at: int) -> bool:
    """Return whether a column whose title says nothing has accounts, and some of them of IT.

    Numbers of pieces look like accounts: they seldom are those of what may be IT spending.
    """
    texts = [t for _, cells in sample if at < len(cells) and (t := text_of(cells[at]))]
    codes = [found[0] for text in texts if (found := _CODE.match(text))]
    if len(codes) < _FEW or len(codes) * 4 < len(texts) * 3:
        return False
    long = [code for code in codes if len(code) > 2]
    may_be = sum(default_verdict(None, code).verdict is not Verdict.OUT for code in long)
    return may_be * 4 > len(long)


def _plan(
    titles: Titles,
    asked: Asked,
    taken: Collection[int],
    said: Mapping[Field, int | None],
    sample: Sequence[Row],
    mark: DecimalMark | None,
    years: Years,
    basis: str | None,
) -> Plan:
    if asked.is_whole:
        stages = {name: [at] for name, at in said.items() if at is not None}
        # Who chose “Mandaté 2022” for the year that is read meant it, unless the file says another.
        year = asked.year
        if not (asked.insists or (asked.year and years.outside is None)):
            year = years.outside or _year_said(titles, stages)
        read = {at for places in stages.values() for at in places}
        others = measured(titles.titles, sample, {*taken, *read}, mark)
        return Plan(stages, year=year, left={column.at: "asked" for column in others})
    named = filter(None, asked.answers.get("ignore", "").split(TOGETHER["ignore"]))
    places = (_place_said(titles.titles, name) for name in named)
    columns = measured(titles.titles, sample, taken, mark)
    return settle(
        columns,
        years,
        said=said,
        basis=asked.answers.get("basis", basis),
        ignored=[at for at in places if at is not None],
        answers=asked.answers,
        sides=[titles.guess.fields[side] for side in SIDES if side in titles.guess.fields],
    )


def _place_said(titles: Sequence[str], name: str) -> int | None:
    at = place_of(titles, name)
    return int(name) if at is None and name.isdecimal() and int(name) < len(titles) else at


def _year_said(titles: Titles, stages: Mapping[Field, list[int]]) -> int | None:
    from portulan.budget.readers.ledger_columns import said_by

    years = {said_by(titles.titles[places[0]]).year for places in stages.values()} - {None}
    (year,) = years if len(years) == 1 else (None,)
    return year if year and year > 1900 else None


def _no_stage(titles: Titles, plan: Plan) -> Question:
    """Return what is asked of a table that has no amount whose stage is known."""
    title = titles.guess.generic
    if title is not None:
        named: list[int | str] = [
            title if title and titles.titles.count(title) == 1 else titles.titles.index(title)
        ]
    else:
        named = [said_as(column, plan.unread) for column in plan.unread]
    if not named or len(named) > _SEVERAL:  # a table of something else
        raise UnusableInputError(NO_TITLES.at())
    stages = AMOUNT_FIELDS if len(named) < _SEVERAL else ("realised", "voted")
    answers = tuple(Answer({stage: name}) for name in named for stage in stages)
    shown = ", ".join(titles.titles[name] if isinstance(name, int) else name for name in named)
    return Question(NO_STAGE.at(title=title if title is not None else shown), answers)


def _units(
    amounts: Sequence[str], asked: Decimal | None, table: Table, titles: Titles
) -> dict[str, Decimal]:
    """Return by what the amounts under each title are multiplied: asked, else said by the title,
    else said above all titles, or by the sheet."""
    if asked is not None:
        return dict.fromkeys(amounts, asked)
    said = {title: unit_of(title) for title in amounts}
    if all(unit == 1 for unit in said.values()) and not any("€" in title for title in amounts):
        return dict.fromkeys(amounts, unit_above(table, titles) or Decimal(1))
    return said


def _mark(
    keys: Mapping[Field, int], titles: Titles, sample: Sequence[Row], asked: Asked
) -> tuple[DecimalMark | None, list[Question]]:
    """Return the decimal mark of the amounts written as text, or what is asked of it.

    Where each has three figures behind its mark, they are thousands if smaller amounts have none.
    """
    from portulan.budget.readers.ledger_columns import said_by

    money = set(titles.guess.fields.values()) - set(keys.values())
    money |= {
        at for at, title in enumerate(titles.titles) if said_by(title).kind in ("stage", "part")
    } - set(keys.values())
    cells = (cells[at] for _, cells in sample for at in money if at < len(cells))
    texts = [cell for cell in cells if isinstance(cell, str)]
    mark, unsure = guess_mark(texts)
    said = asked.answers.get("mark")
    if not unsure or said == "thousands":
        return mark, []
    if said == "decimals":
        return ("." if mark == "," else ","), []
    if any(text.isdecimal() and len(text) <= _THOUSANDS and text != "0" for text in texts):
        return mark, []
    text = next(text for text in texts if "," in text or "." in text)
    answers = (Answer({"mark": "thousands"}), Answer({"mark": "decimals"}))
    return mark, [Question(MARK_UNSURE.at(text=text), answers)]


def _speak_of_revenue(titles: Sequence[str]) -> bool:
    return any((phrase_of(title) or "").startswith(REVENUE_WORDS) for title in titles)


# Columns of two to five words


# Several sheets


def pieces_of(
    opened: Sequence[Piece], asked: Asked, problems: list[Problem]
) -> tuple[list[Piece], list[Question]]:
    """Return the pieces that make the account, or a question."""
    if len(opened) == 1:
        return list(opened), []
    years = {piece.titles.sheet: piece.year for piece in opened}
    if len(set(years.values())) > 1 and None not in years.values():
        wanted = [piece for piece in opened if piece.year == asked.year]
        if not wanted:
            return [opened[0]], [_which_sheet(opened)]
        opened = wanted
        if len(opened) == 1:
            return list(opened), []
    are_said = len(asked.sheets) > 1
    is_told = are_said or asked.answers.get("sheets") == "added"
    if asking := [piece for piece in opened if piece.questions]:
        if is_told or opened[0].questions:
            return asking[:1], []
        return list(opened[:1]), [_which_sheet(opened)]
    kept = list(opened) if are_said else _without_summary(opened, problems)
    if len(kept) == 1:
        return kept, []
    if not is_told and not _add_up(kept):
        return kept[:1], [_which_sheet(opened)]
    names = ", ".join(f"« {piece.titles.sheet} »" for piece in kept)
    problems.append(SHEETS_ADDED.at(sheets=names))
    return kept, []


def _which_sheet(opened: Sequence[Piece]) -> Question:
    names = [piece.titles.sheet or "" for piece in opened]
    answers = tuple(Answer({"sheet": name}) for name in names)
    if all(piece.layout.fields.keys() == opened[0].layout.fields.keys() for piece in opened):
        answers += (Answer({"sheets": "added"}),)
    return Question(OTHER_SHEETS.at(sheets=", ".join(names)), answers)


def _without_summary(opened: Sequence[Piece], problems: list[Problem]) -> list[Piece]:
    """Return the pieces that are not the sums of all the others."""
    totals = [piece.totals() for piece in opened]
    for at, piece in enumerate(opened):
        others = [total for other, total in enumerate(totals) if other != at]
        mine = totals[at]
        fewer = len(piece.lines_at) < sum(len(p.lines_at) for p in opened) - len(piece.lines_at)
        if (
            fewer
            and any(mine.values())
            and all(
                amount == sum(other.get(stage, Decimal(0)) for other in others)
                for stage, amount in mine.items()
            )
        ):
            problems.append(SUMMARY.at(sheet=piece.titles.sheet))
            return [other for other in opened if other is not piece]
    return list(opened)


def _add_up(pieces: Sequence[Piece]) -> bool:
    """Return whether pieces are written alike and hold different lines."""
    first = pieces[0]
    if any(piece.layout.fields.keys() != first.layout.fields.keys() for piece in pieces):
        return False
    keys = [set(piece.keys()) for piece in pieces]
    every = Counter(chain.from_iterable(keys))
    return all(
        sum(every[key] > 1 for key in mine) * 2 < max(1, len(mine)) or not mine for mine in keys
    )
