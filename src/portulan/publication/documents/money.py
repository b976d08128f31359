"""The money of a year, by stage and by post, why the share moved, and what stands beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from portulan.budget.indicator.comparing import compare
from portulan.budget.indicator.reads import YearFigure
from portulan.budget.indicator.sentences import same_day_words
from portulan.budget.labels import OBSTACLES, POSTS, RUN_BUILD, STAGES, stage_word
from portulan.budget.legal.rules import law_of, stand
from portulan.budget.models import CoFunding, LegalFigure, StaffTime
from portulan.budget.savings import savings
from portulan.budget.words import LegalRatio, Post, RunBuild
from portulan.core.money import known_sum
from portulan.core.say import numbers
from portulan.core.say.country import tax_words
from portulan.core.say.text import Text
from portulan.observatory.proof import part_proved
from portulan.plans.actions.reads import beside_of
from portulan.publication.board import Dashboard
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.cell import (
    EMPTY,
    Block,
    Cell,
    Prose,
    Quality,
    Table,
    Unit,
    amount,
    cost,
    text,
)
from portulan.publication.documents.charts import spending_of

NO_ACCOUNTS = Text(
    "L’exercice {} n’a pas de comptes\u00a0: ses montants ne sont pas connus.",
    "The year {} has no accounts: its amounts are not known.",
)
STAGES_CAPTION = Text(
    "Budget informatique et part NR, par stade ({}, périmètre édition {})",
    "IT budget and responsible digital share, by stage ({}, perimeter edition {})",
)
BY_POST = Text("Par poste, au stade {}", "By post, at the stage {}")
MOVED = Text(
    "Depuis {before}, la part bouge de {total}\u00a0: {numerator} par les dépenses NR,"
    " {denominator} par le budget informatique.",
    "Since {before} the share moves by {total}: {numerator} from responsible digital spending,"
    " {denominator} from the IT budget.",
)
NOT_COMPARED = Text(
    "{after} ne se compare pas à {before}\u00a0: {what}.",
    "{after} does not compare with {before}: {what}.",
)
POINT = Text("{} point", "{} points")
BESIDE = Text(
    "À côté du budget informatique, jamais ajouté", "Beside the IT budget, never added to it"
)
ELSEWHERE = Text(
    "Effort payé par d’autres services, hors du budget informatique ({})",
    "Effort that other departments pay, outside the IT budget ({})",
)
PROVED = Text(
    "{} des dépenses du stade « {} » viennent de fichiers prouvés par leurs totaux.",
    "{} of the expenses at the stage “{}” come from files proved by their totals.",
)
LEGAL = Text("Ratios que la loi demande", "Ratios that the law asks for")


def money_of(board: Dashboard, asked: Asked) -> list[Block]:
    """Return the tables of a year's money; what is not known says so."""
    year = asked.fiscal_year
    first = asked.known.shown.get(asked.year)
    if year is None or first is None:
        return [Prose(asked.say(NO_ACCOUNTS).format(asked.year)), *_beside(board, asked)]
    by_stage = asked.known.by_stage(year)
    figures = list(by_stage.values())
    edition = figures[0].perimeter.edition if figures[0].perimeter else "–"
    heads = (
        Text("Stade", "Stage"),
        Text("Budget informatique", "IT budget"),
        Text("Dédié au NR", "Dedicated"),
        Text("Part", "Share"),
        Text("Justifié seul", "Justified only"),
        Text("Avec le proposé", "With proposals"),
        Text("Couverture", "Coverage"),
    )
    rows = tuple(
        (
            Cell(str(STAGES[one.stage])),
            amount(one.figure.denominator.amount, Unit.THOUSANDS),
            amount(
                None if one.figure.is_unknown else one.figure.numerator,
                Unit.THOUSANDS,
                quality=Quality.DECLARED,
            ),
            *(
                amount(value, Unit.PERCENT)
                for value in (one.figure.value, one.figure.lower, one.figure.upper)
            ),
            EMPTY if one.figure.typed else amount(one.figure.coverage, Unit.PERCENT),
        )
        for one in figures
    )
    basis = tax_words(year.tax_basis, asked.language)
    caption = asked.say(STAGES_CAPTION).format(basis, edition)
    named = Text("Stades", "Stages").say(asked.language)
    shown = by_stage[first]
    return [
        Table(caption, tuple(map(asked.say, heads)), rows, sheet=named),
        *_proved(shown, asked),
        *spending_of(board.rows, shown.figure.by_action, asked, str(STAGES[shown.stage])),
        *_by_post(shown, asked),
        *_variation(shown, asked),
        *_beside(board, asked),
    ]


def _proved(shown: YearFigure, asked: Asked) -> list[Prose]:
    """Say what part of the expenses of the stage shown comes from files that prove themselves."""
    part = None if asked.fiscal_year is None else part_proved(asked.fiscal_year, shown.stage)
    if part is None:
        return []
    said = numbers.share(part, asked.language)
    return [Prose(asked.say(PROVED).format(said, STAGES[shown.stage]), "small")]


def _by_post(shown: YearFigure, asked: Asked) -> list[Table]:
    posts = sorted(shown.figure.by_post.items(), key=lambda item: -item[1].amount)
    if not posts:
        return []
    unsaid = Text("pas dit", "not said").say(asked.language)
    rows = tuple(
        (
            Cell(str(POSTS[Post(post)]) if post else unsaid),
            Cell(str(RUN_BUILD[RunBuild(run)]) if run else unsaid),
            amount(sums.amount, Unit.THOUSANDS),
            amount(sums.nr, Unit.THOUSANDS, quality=Quality.DECLARED),
        )
        for (post, run), sums in posts
    )
    heads = (
        Text("Poste", "Post"),
        Text("Exploitation ou projet", "Run or build"),
        Text("Budget informatique", "IT budget"),
        Text("Dédié au NR", "Dedicated"),
    )
    caption = asked.say(BY_POST).format(STAGES[shown.stage])
    return [Table(caption, tuple(map(asked.say, heads)), rows)]


def _variation(shown: YearFigure, asked: Asked) -> list[Prose]:
    found = compare(shown, asked.known)
    if found.compared is None:
        what = ", ".join(str(OBSTACLES[one]) for one in found.obstacles)
        told = {"before": asked.year - 1, "after": asked.year, "what": what}
        return [Prose(asked.say(NOT_COMPARED).format(**told), "small")]
    moved = found.compared.variation
    said = {
        "total": moved.total,
        "numerator": moved.numerator_effect,
        "denominator": moved.denominator_effect,
    }
    words = {
        name: asked.say(POINT).format(
            numbers.number(value, asked.language, decimals=1, signed=True)
        )
        for name, value in said.items()
    }
    text = asked.say(MOVED).format(before=asked.year - 1, **words)
    return [Prose(text + same_day_words(found.compared.until))]


def _beside(board: Dashboard, asked: Asked) -> list[Table]:
    """Return what others pay, savings, days, co-funding, and the ratios of the law."""
    plan = board.plan
    kept = [one for one in savings(actor=asked.actor, year=asked.year) if one.action.plan == plan]
    days = StaffTime.objects.filter(action__plan=plan, year=asked.year)
    funds = CoFunding.objects.filter(action__plan=plan, year=asked.year)
    rows = (
        (
            Text("Économies attendues, sur hypothèse", "Savings expected, on an assumption"),
            amount(_sum(kept, "potential"), Unit.THOUSANDS, quality=Quality.ESTIMATED),
        ),
        (
            Text("Économies constatées, avec preuve", "Savings noted, with evidence"),
            amount(_sum(kept, "realised"), Unit.THOUSANDS, quality=Quality.JUSTIFIED),
        ),
        (
            Text("Jours d’agents faits", "Staff days done"),
            amount(_sum(days, "done"), Unit.NUMBER, quality=Quality.DECLARED),
        ),
        (
            Text("Jours d’agents prévus", "Staff days planned"),
            amount(_sum(days, "planned"), Unit.NUMBER, quality=Quality.DECLARED),
        ),
        (
            Text("Cofinancements accordés", "Co-funding granted"),
            amount(_sum(funds, "granted"), Unit.THOUSANDS, quality=Quality.DECLARED),
        ),
    )
    heads = (Text("Quoi", "What"), Text("Combien", "How much"))
    said = [
        Table(
            asked.say(BESIDE),
            tuple(map(asked.say, heads)),
            (*_elsewhere(board, asked), *((Cell(asked.say(name)), cell) for name, cell in rows)),
        )
    ]
    if asked.organisation.country == "FRA" and (legal := _legal(asked)):
        said.append(legal)
    return said


def _elsewhere(board: Dashboard, asked: Asked) -> Iterator[tuple[Cell, Cell]]:
    """Yield what other services than the IT department pay for actions, by stage."""
    for paid in beside_of(board.rows, asked.year):
        yield (Cell(asked.say(ELSEWHERE).format(stage_word(paid.stage))), cost(paid))


def _sum(rows: Iterable[object], name: str) -> Decimal | None:
    return known_sum(getattr(row, name) for row in rows)


def _legal(asked: Asked) -> Table | None:
    found = LegalFigure.objects.filter(organisation=asked.organisation, year__lte=asked.year)
    latest = {item.ratio: item for item in found.order_by("ratio", "year")}
    rows = []
    for item in latest.values():
        ratio = LegalRatio(item.ratio)
        law = law_of(ratio)
        in_money = ratio is LegalRatio.AGEC_PURCHASES
        basis = f" ({tax_words('HT', asked.language)})" if in_money else ""
        unit, suffix = (Unit.MONEY, "") if in_money else (Unit.NUMBER, asked.say(law.unit))
        standing = stand(ratio, item.year, numerator=item.numerator, denominator=item.denominator)
        rows.append(
            (
                Cell(f"{asked.say(law.title)}{basis}, {item.year}"),
                amount(item.numerator, unit, quality=Quality.DECLARED, suffix=suffix),
                amount(item.denominator, unit, quality=Quality.DECLARED, suffix=suffix),
                amount(standing.value, Unit.PERCENT),
                amount(standing.threshold, Unit.PERCENT, quality=Quality.DECLARED),
                text(item.source),
            )
        )
    heads = (
        Text("Ratio", "Ratio"),
        Text("Part", "Part"),
        Text("Tout", "Whole"),
        Text("En %", "In %"),
        Text("Seuil légal", "Legal threshold"),
        Text("Source", "Source"),
    )
    return Table(asked.say(LEGAL), tuple(map(asked.say, heads)), tuple(rows)) if rows else None
