"""The accounts of a budget, as a reader says them, turned into the rows of the table."""

from __future__ import annotations

from collections.abc import Iterator

from portulan.observatory import models
from portulan.observatory.certain import TELECOM, comparable
from portulan.observatory.readers.records import Accounts, Movements

LINE = ("account", "certain", *Movements._fields)


def row_of(file: models.PublicFile | None, one: Accounts) -> models.PublicAccounts:
    """Return the row of a budget, its sums made of its lines."""
    telecom = one.certain.get(TELECOM)
    return models.PublicAccounts(
        file=file,
        year=one.year,
        siren=one.siren,
        budget=one.budget,
        ident=one.ident,
        name=one.name[:200],
        nomenclature=one.nomenclature[:12],
        family=comparable(one.nomenclature),
        form=one.form,
        department=one.department[:3],
        region=one.region[:3],
        rows=one.rows,
        whole=one.whole,
        certain=sum(its.spent for its in one.certain.values()),
        telecom=telecom.spent if telecom else 0,
        mixed=sum(its.spent for its in one.mixed.values()),
        operating=one.operating,
        equipment=one.equipment,
        paid_to_grouping=one.paid_to_grouping,
        received_by_grouping=one.received_by_grouping,
    )


def lines_in(one: Accounts) -> Iterator[tuple[str | bool | int, ...]]:
    """Yield the IT accounts of a budget, as the columns of `LINE`."""
    for certain, lines in ((True, one.certain), (False, one.mixed)):
        for account, its in lines.items():
            yield (account[:12], certain, *its)


def lines_of(row: models.PublicAccounts, one: Accounts) -> Iterator[models.PublicAccountLine]:
    """Yield the IT accounts of a budget as rows that nobody keeps."""
    for line in lines_in(one):
        yield models.PublicAccountLine(accounts=row, **dict(zip(LINE, line, strict=True)))
