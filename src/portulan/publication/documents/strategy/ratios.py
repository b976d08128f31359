"""The ratios that other laws ask for, beside the strategy: their terms, and the threshold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from portulan.budget.legal.rules import law_of, stand
from portulan.budget.models import LegalFigure
from portulan.budget.purchases.reads import is_begun, purchases_of
from portulan.budget.purchases.rules import Bought, readings
from portulan.budget.purchases.schema import IT_CATEGORY
from portulan.budget.words import LegalRatio
from portulan.catalogue.obligations import BY_KEY, Key
from portulan.core.say.text import Text
from portulan.publication.documents.cell import (
    NOT_APPLICABLE,
    NOT_GIVEN,
    Block,
    Cell,
    Prose,
    Quality,
    Unit,
    amount,
)
from portulan.publication.documents.strategy.means import euros
from portulan.publication.documents.strategy.strategy import Cells, Strategy

AGEC = Text(
    "Achats d’informatique et de téléphonie (loi AGEC, article 58), en euros HT, année civile",
    "IT and telephony purchases (loi AGEC, article 58), in euros HT, civil year",
)
REEN = Text(
    "Matériels informatiques réformés et réemployés (loi REEN, article 16)",
    "IT equipment disposed of and reused (loi REEN, article 16)",
)
HEADS = (
    Text("Terme", "Term"),
    Text("{before}", "{before}"),
    Text("{year}", "{year}"),
    Text("Source ou texte", "Source or text"),
)
TOTAL = Text("Total des achats qualifiés, HT", "All purchases qualified, HT")
WAITS = Text(
    "Reste à qualifier, en euros des comptes", "Still to be qualified, in euros of the accounts"
)
REUSE = Text("Issus du réemploi ou de la réutilisation, HT", "From reuse, HT")
GIFTS = Text("Dons, au forfait", "Gifts, flat value")
RECYCLED = Text("Intégrant des matières recyclées, HT", "With recycled materials, HT")
WITH_GIFTS = Text(
    "Part, dons au numérateur et au dénominateur", "Share, gifts in numerator and denominator"
)
GIFTS_ABOVE = Text("Part, dons au numérateur seulement", "Share, gifts in the numerator only")
WITHOUT_GIFTS = Text("Part, sans les dons", "Share, without gifts")
TYPED_WHOLE = Text("Total saisi à la main, HT", "Total, typed by hand, HT")
TYPED_PART = Text(
    "Réemploi et matières recyclées, saisis à la main, HT",
    "Reuse and recycled materials, typed by hand, HT",
)
TYPED_SHARE = Text("Part saisie à la main", "Share typed by hand")
THRESHOLD = Text("Seuil de l’année", "Threshold of the year")
QUALIFIED = Text("achats qualifiés ligne à ligne", "purchases qualified line by line")
EXCLUDED = Text(
    "Hors du compte\u00a0: les matériels de plus de dix ans, ceux qui sont classifiés et ceux que"
    " la sécurité retient (loi REEN, article 16). Un rapport au-dessus de 100\u00a0% est"
    " possible\u00a0: ce qui est réformé dans l’année s’ajoute à ce qui était en stock.",
    "Left out: equipment of more than ten years, classified or kept back for security (loi REEN,"
    " article 16). A ratio above 100% is possible: what is disposed of in the year comes on top of"
    " what was in stock.",
)
NO_JUDGEMENT = Text(
    "Ce document donne le ratio et le seuil\u202f; il ne dit pas si la loi est respectée.",
    "This document gives the ratio and the threshold; it does not say whether the law is kept.",
)

type ByYear = Mapping[int, LegalFigure]


def ratios(strategy: Strategy) -> list[Block]:
    """Return the terms of both ratios, for the year and the one before, never judged."""
    asked = strategy.asked
    typed = LegalFigure.objects.filter(organisation=asked.organisation, year__in=_years(strategy))
    by_ratio: dict[str, dict[int, LegalFigure]] = {ratio: {} for ratio in LegalRatio}
    for one in typed:
        by_ratio[one.ratio][one.year] = one
    return [
        strategy.table(AGEC, HEADS, _agec(by_ratio[LegalRatio.AGEC_PURCHASES], strategy)),
        strategy.table(REEN, HEADS, _reen(by_ratio[LegalRatio.REEN_REUSE], strategy)),
        Prose(asked.say(EXCLUDED), "small"),
        Prose(asked.say(NO_JUDGEMENT), "small"),
    ]


def _years(strategy: Strategy) -> tuple[int, int]:
    return strategy.asked.year - 1, strategy.asked.year


def _agec(typed: ByYear, strategy: Strategy) -> Iterator[Cells]:
    """Yield the terms of purchases qualified line by line, then what was typed by hand."""
    place = strategy.asked.organisation.pk
    years = [
        purchases_of(place, year) if is_begun(place, year) else None for year in _years(strategy)
    ]
    bought = [None if one is None else one.kinds.get(IT_CATEGORY, Bought()) for one in years]
    source = Cell(strategy.asked.say(QUALIFIED))
    for words, name in (
        (TOTAL, "total"),
        (REUSE, "reuse"),
        (GIFTS, "gifts"),
        (RECYCLED, "recycled"),
    ):
        cells = (NOT_GIVEN if one is None else euros(getattr(one, name)) for one in bought)
        yield Cell(strategy.asked.say(words)), *cells, source
    for words, name in (
        *((WITH_GIFTS, "with_gifts"), (GIFTS_ABOVE, "gifts_above")),
        (WITHOUT_GIFTS, "without_gifts"),
    ):
        shares = (None if one is None else getattr(readings(one), name) for one in bought)
        yield Cell(strategy.asked.say(words)), *map(_percent, shares), source
    left = (NOT_GIVEN if one is None else euros(one.waiting_amount) for one in years)
    yield Cell(strategy.asked.say(WAITS)), *left, source
    yield from _typed(typed, (TYPED_PART, TYPED_WHOLE, TYPED_SHARE), Unit.MONEY, strategy)
    yield _threshold(Key.PURCHASES, strategy)


def _percent(value: Decimal | None) -> Cell:
    return NOT_GIVEN if value is None else amount(value, Unit.PERCENT)


def _reen(typed: ByYear, strategy: Strategy) -> Iterator[Cells]:
    law = law_of(LegalRatio.REEN_REUSE)
    words = (
        Text(f"A\u00a0: {law.numerator.fr}", f"A: {law.numerator.en}"),
        Text(f"B\u00a0: {law.denominator.fr}", f"B: {law.denominator.en}"),
        Text("A/B", "A/B"),
    )
    yield from _typed(typed, words, Unit.NUMBER, strategy)
    yield _threshold(Key.REUSE, strategy)


def _typed(
    typed: ByYear, words: tuple[Text, Text, Text], unit: Unit, strategy: Strategy
) -> Iterator[Cells]:
    """Yield the two terms of a ratio and the ratio, as typed, with their source."""
    say, figures = strategy.asked.say, [typed.get(year) for year in _years(strategy)]
    source = "\u202f; ".join(f"{one.year}\u00a0: {one.source}" for one in figures if one)
    said = Cell(source) if source else NOT_GIVEN
    for name, term in zip(("numerator", "denominator"), words, strict=False):
        terms = (
            NOT_GIVEN if one is None else amount(getattr(one, name), unit, quality=Quality.DECLARED)
            for one in figures
        )
        yield Cell(say(term)), *terms, said
    shares = (
        None
        if one is None
        else stand(
            LegalRatio(one.ratio), one.year, numerator=one.numerator, denominator=one.denominator
        ).value
        for one in figures
    )
    yield Cell(say(words[2])), *map(_percent, shares), said


def _threshold(key: Key, strategy: Strategy) -> Cells:
    law = BY_KEY[key]
    found = [law.threshold(year) for year in _years(strategy)]
    cells = (NOT_APPLICABLE if one is None else _percent(one.percent) for one in found)
    return Cell(strategy.asked.say(THRESHOLD)), *cells, Cell(law.source)
