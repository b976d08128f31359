"""A document that has one of everything."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from portulan.charts.ranked_bars import RankedBar, ranked_bars
from portulan.publication.documents.cell import (
    EMPTY,
    NOT_APPLICABLE,
    UNKNOWN,
    Cell,
    Chart,
    Document,
    Prose,
    Quality,
    Section,
    Table,
    Unit,
    amount,
    day,
    text,
)

ROWS = (
    (text("=1+1"), amount(0, source="lignes"), UNKNOWN, day(date(2026, 3, 31)), EMPTY),
    (text("Écrans <b>"), amount(None), amount(3, Unit.PERCENT), day(None), NOT_APPLICABLE),
    (
        Cell("Total", source="somme"),
        amount(1234, Unit.MONEY),
        amount(2, Unit.NUMBER, quality=Quality.ESTIMATED, suffix="t"),
        EMPTY,
        amount(-48_000, Unit.THOUSANDS),
    ),
)


BARS = [RankedBar("Écrans & <b>", Decimal(300)), RankedBar("Serveurs", Decimal(120))]
DRAWN = ranked_bars(BARS, title="Où va l’argent", language="fr", prefix="m")
CHART = Chart("Où va l’argent", str(DRAWN.svg), DRAWN.description)


def whole_document() -> Document:
    table = Table("Ce qui compte", ("Quoi", "€", "Part", "Jour", "k€"), ROWS, True, "Comptes")
    return Document(
        kind="board",
        title="Tout d’un coup",
        organisation="Bourg-les-Flots",
        year=2026,
        on=date(2026, 11, 24),
        language="fr",
        country="FRA",
        currency="EUR",
        sections=(
            Section("Un", (Prose("D’abord.", "lede"), table, Prose("#let $x$ [y]", "item"))),
            Section("Deux", (Prose("Petit.", "small"), CHART)),
        ),
        notices=("Organisation inventée.",),
        cover=(("SIREN", text("239900012")),),
    )
