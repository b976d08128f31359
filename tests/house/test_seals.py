"""Every seal of the product: changing any one of its inputs changes it, and nothing else does.

A value is sealed whole: each of its leaves is changed in turn, however deep, and a field that the
sample leaves empty fails, so that a new one must be added here.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from django.conf import settings

import portulan
from portulan.accounts.links import find_link, make_link
from portulan.accounts.models import SignInLink
from portulan.accounts.sessions import name_of
from portulan.api.versions import meets, moved, tag_of
from portulan.budget.decisions.columns import Column, Left, left_as, line_key
from portulan.budget.imports import kept_lines
from portulan.budget.imports.answers import tool_of
from portulan.budget.imports.kept_lines import lines_path
from portulan.budget.imports.uploads import keep_upload
from portulan.budget.indicator.reads import YearFigure
from portulan.budget.indicator.share import Figure
from portulan.budget.lines.sums import Heap, Kind, Sums
from portulan.budget.models import BudgetLine, FiscalYear, ImportBatch, ITPerimeter
from portulan.budget.purchases.schema import is_known
from portulan.budget.queue.following import Following
from portulan.budget.words import Costing, Stage, Verdict
from portulan.catalogue.imports.writes import digest_of as edition_digest
from portulan.catalogue.readers.content import (
    CatalogueContent,
    CatalogueTranslation,
    IndicatorContent,
    LinkContent,
    PracticeContent,
    PracticeTranslation,
    Scales,
    SuccessorContent,
    Term,
    ThemeContent,
)
from portulan.cli.backups.archive import _copy
from portulan.cli.backups.backup import sha256_of
from portulan.cli.moving.rows import Scale
from portulan.core.contracts import to_json
from portulan.core.fields import Field
from portulan.core.fields import Kind as FieldKind
from portulan.core.left_as import Leaving, Row
from portulan.core.money import TaxBasis
from portulan.impact.engine.draws import Streams, Triangle, _shuffle
from portulan.impact.estimates.stored import digest_of as estimate_digest
from portulan.impact.estimates.writes import estimate_action
from portulan.indicators.fields import INDICATOR
from portulan.indicators.words import Kind as IndicatorKind
from portulan.indicators.words import OverTime
from portulan.observatory.readers.files import identity_of
from portulan.plans.fields import ACTION
from portulan.plans.files.document import (
    ActionPieceText,
    ActionText,
    ChoicePieceText,
    ChoiceText,
    DecisionText,
    DeliverableText,
    EditionText,
    IndicatorText,
    MilestoneText,
    MoneyText,
    Origin,
    PastWeightText,
    PlanFolder,
    PlanText,
    ReadingPieceText,
    ReadingText,
    StakeholderText,
    TargetText,
    TieText,
    UnitPartText,
)
from portulan.plans.files.document import seal as plan_seal
from portulan.plans.tables.opening import digest_of as table_digest
from portulan.plans.words import ActorKind, CommitmentLevel, Guess, Outcome, Progress, Tie
from portulan.plans.words import Choice as PlanChoice
from portulan.portfolio.engine.model import _mark
from portulan.portfolio.engine.pathways import Pathway
from portulan.portfolio.engine.problem import (
    Action,
    Coverage,
    Exclusion,
    Fairness,
    Group,
    LevelOption,
    Measure,
    Must,
    Overlap,
    PortfolioProblem,
    Prerequisite,
    Resource,
    Step,
    Target,
    Wish,
    digest,
)
from portulan.publication.documents.cell import digest as document_seal
from portulan.publication.documents.judging import Standing
from portulan.publication.groups.copies import (
    LevelCount,
    Shared,
    SharedAction,
    SharedReading,
    SharedShare,
)
from portulan.publication.groups.copies import kept as shared_kept
from portulan.publication.public.edition import (
    AccountLine,
    ActionLine,
    AmbitionLine,
    ChangeLine,
    DroppedLine,
    Edition,
    EffectLine,
    HouseLine,
    PlanLine,
    ReadingLine,
    SentenceLine,
    ShareLine,
    SpanLine,
    ThemeLine,
)
from portulan.publication.public.edition import digest as edition_seal
from portulan.publication.public.figure import (
    BundleLine,
    FigureContent,
    GroupLine,
    RuleLine,
    line_digest,
    salt_of,
)
from portulan.publication.words import Extent, Licence, Part
from portulan.steering.sealed.document import canonical
from tests.impact.asked import longer_life
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan
from tests.publication.documents.samples import whole_document

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel
# The modules that hash: each has its test below.
SEALING = {
    "api/versions.py",
    "steering/calendars/addresses.py",
    "steering/committees/minutes.py",  # of a file that came back signed
    "steering/calendars/ics.py",
    "accounts/openid.py",
    "accounts/passkeys.py",
    "accounts/tokens.py",
    "accounts/sessions.py",
    "api/answering.py",
    "api/limits.py",  # who calls, told from others in memory
    "budget/decisions/columns.py",
    "budget/imports/answers.py",
    "budget/imports/kept_lines.py",
    "budget/indicator/reads.py",
    "budget/purchases/schema.py",
    "budget/queue/following.py",
    "catalogue/imports/writes.py",
    "accounts/migrations/0019_chained_journals.py",  # as `core/journals/sealing.py` did that day
    "cli/backups/archive.py",
    "cli/backups/backup.py",
    "cli/backups/one.py",  # a file received is what its name says (tests/cli/backups/test_one.py)
    "cli/checks/database.py",
    "cli/moving/rows.py",
    "cli/directory.py",
    "publication/directory/bodies.py",
    "publication/directory/making.py",
    "cli/site.py",
    "core/left_as.py",
    "core/uploads.py",
    "impact/engine/draws.py",
    "impact/estimates/stored.py",
    "observatory/readers/files.py",
    "portfolio/engine/model.py",
    "portfolio/engine/problem.py",
    "steering/sealed/document.py",
    "plans/tables/opening.py",
    "sources/apis.py",
    "sources/snapshot.py",
    "publication/documents/cell.py",
    "publication/export/folder.py",
    "core/guards.py",  # the order of guards (tests/cli/test_journal.py)
    "core/journals/sealing.py",  # its own tests hold each change (tests/core/test_journals.py)
    "core/merge/digests.py",
    "publication/public/edition.py",
    "publication/public/figure.py",
    "publication/public/tables.py",
    "publication/public/writes.py",
    "plans/files/document.py",
    "web/form_tokens.py",
}


SHARED = Shared(
    name="Bourg",
    siren="217700018",
    on=date(2026, 11, 1),
    extent=Extent.TEXTS,
    plan="Plan",
    first_year=2025,
    last_year=2027,
    actions=3,
    silent=1,
    late=1,
    vacant=1,
    themes=8,
    renewals=2,
    renewal_on=date(2027, 1, 15),
    themes_covered=2,
    last_news_on=date(2026, 10, 1),
    next_on=date(2026, 12, 1),
    levels=(LevelCount(3, 2, 1),),
    shares=(
        SharedShare(
            year=2026,
            stage="opened",
            basis="TTC",
            numerator="1",
            denominator="2",
            published_on=date(2026, 9, 1),
            value="50",
            coverage="80",
        ),
    ),
    texts=(
        SharedAction(
            "1",
            "Garder",
            3,
            "todo",
            "DGS",
            "moins",
            date(2026, 12, 1),
            SharedReading("Âge", "ans", "4", date(2026, 9, 1), "6", date(2027, 9, 1)),
        ),
    ),
)
HOUSE = HouseLine("Bourg", "le Bourg", "217700018", "FRA", "EUR", True)
EDITION = Edition(
    organisation=HOUSE,
    number=2,
    published_on=TODAY,
    parts=(Part.SHARE, Part.MONEY),
    licence=Licence.LO,
    plan=PlanLine("Plan", 2025, 2027, TODAY, "Conseil"),
    contact="dsi",
    note="corrigé",
    answer_days=10,
    shares=(
        ShareLine(
            year=2026,
            stage="OPENED",
            numerator="1",
            denominator="2",
            value="50",
            lower="40",
            upper="60",
            coverage="80",
            ambition="45",
            basis="TTC",
            perimeter=1,
            published_on=TODAY,
            figure="a",
            joined=True,
        ),
    ),
    ambitions=(AmbitionLine(2026, "45"),),
    accounts=(AccountLine(2026, "2051", "Logiciels", "Software", "1", "2"),),
    themes=(ThemeLine(2026, "Achats", "1"),),
    actions=(
        ActionLine(
            *(1, "A-1", "Réparer", 1, "todo", Standing.TO_DO, "Axe", "DSI", TODAY, TODAY, 1),
            *(TODAY, "Conseil", "motif"),
            ReadingLine("Pannes", "u", "count", "1", "un", TODAY, "0", "zéro", TODAY),
        ),
    ),
    trouble=(SentenceLine(1, "late", "fr", "en"),),
    dropped=(DroppedLine("a.1", "Vendre", "motif"),),
    changes=(ChangeLine(2025, "OPENED", "1", "2"),),
    effects=(EffectLine(1, "A-1", "Réparer", False, "ex_ante", "1", "2", "3", TODAY),),
    together=SpanLine("1", "2", "3"),
    unestimated=1,
)
FIGURE = FigureContent(
    organisation=HOUSE,
    year=2026,
    stage="OPENED",
    basis="TTC",
    perimeter=1,
    published_on=TODAY,
    value="50",
    lower="40",
    upper="60",
    coverage="80",
    numerator="1",
    denominator="2",
    inputs="0",
    rest="1",
    rules=(
        RuleLine(
            order=1,
            verdict="in",
            share="1",
            account="2",
            function="0",
            service="DSI",
            hidden=True,
            reason="x",
        ),
    ),
    lines=(BundleLine("2051", "I", "1", "1", "1", "0", "0", "in", "d", (1,), ("clé",)),),
    group=GroupLine(2, "1", "1", "0", "0", ("d",)),
)


def test_the_weight_of_a_table_is_of_every_value_and_of_their_order() -> None:
    at, day = datetime(2026, 11, 26, 3, tzinfo=UTC), date(2026, 11, 26)
    row = (1, "a", Decimal("1.50"), at, day, True, None, {"b": [1, {"c": 2}]})
    changed = (2, "b", Decimal("1.51"), at + timedelta(1), day + timedelta(1), False, 0, {"b": [1]})

    def weight(*rows: tuple[Any, ...]) -> str:
        scale = Scale(ImportBatch)
        scale._sums = {}
        list(scale.passing(rows, lambda _one: None))
        return scale.weight.sha256

    seen = {weight(row), weight(row, row), weight()}
    for place, value in enumerate(changed):
        seen.add(weight((*row[:place], value, *row[place + 1 :])))
    assert len(seen) == 3 + len(row)
    assert weight(row, changed) != weight(changed, row)
    # As each kind of database gives it back: another zone, another scale, another order of keys.
    elsewhere = at.astimezone(timezone(timedelta(hours=1)))
    alike = (1, "a", Decimal("1.5000"), elsewhere, day, True, None, {"b": [1.0, {"c": 2}]})
    assert weight(alike) == weight(row)


def test_what_a_workbook_left_as_is_of_its_place_its_thing_its_field_and_its_value() -> None:
    leaving = Leaving("plan:1", b"key")
    digests = {
        leaving.digest("1", "title", "a"),
        leaving.digest("2", "title", "a"),
        leaving.digest("1", "axis", "a"),
        leaving.digest("1", "title", "b"),
        Leaving("plan:2", b"key").digest("1", "title", "a"),
        Leaving("plan:1", b"other").digest("1", "title", "a"),
    }
    assert len(digests) == 6
    row = Row("1", {"title": "a", "axis": "b"}, {"number": "1.1"})
    head, cells = leaving.sheet({"title": "Titre", "axis": "Axe"}, [row], "fr").rows
    told = [[str(cell) for cell in line] for line in (head, cells)]
    assert leaving.read(told) is not None
    for at in range(4):
        forged = [*told[1][:at], f"{told[1][at]}x", *told[1][at + 1 :]]
        assert leaving.read([told[0], forged]) is None
    for at in (0, 1, 2):
        assert leaving.read([[*told[0][:at], "x", *told[0][at + 1 :]], told[1]]) is None


def test_the_version_of_a_row_is_of_every_member_and_says_which_moved() -> None:
    said = {"version": 1, "title": "a", "level": None, "goals": [1]}
    tag = tag_of(said)
    for name, value in {"title": "b", "level": 2, "goals": [1, 2]}.items():
        now = said | {name: value, "version": 2}
        assert tag_of(now) != tag
        assert not meets(tag_of(now), {tag})
        assert moved(now, {tag}) == [name]
    assert meets(tag, {tag_of(dict(said))})
    assert moved(said | {"more": 1}, {tag}) == []  # of another shape: nothing tells


def test_every_module_that_hashes_is_here() -> None:
    root = Path(portulan.__file__).parent
    assert {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "hashlib" in path.read_text(encoding="utf-8")
    } == SEALING


def changes(value: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Yield a value with one of its leaves changed, or one of its items gone, and where."""
    if is_dataclass(value):
        for one in fields(value):
            for place, other in changes(getattr(value, one.name), f"{where}.{one.name}"):
                yield place, replace(value, **{one.name: other})  # type: ignore[type-var]
    elif isinstance(value, Mapping):
        assert value, f"the sample says nothing of {where}"
        for key in value:
            yield f"{where}[{key}] gone", {k: v for k, v in value.items() if k != key}
            for place, other in changes(value[key], f"{where}[{key}]"):
                yield place, {**value, key: other}
    elif isinstance(value, tuple | list):
        yield from _changes_of_items(value, where)
    else:
        yield where, _other(value, where)


def _changes_of_items(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    assert value, f"the sample says nothing of {where}"
    named = hasattr(value, "_fields")
    remade = value._make if named else type(value)
    for at, name in enumerate(value._fields if named else range(len(value))):
        if not named:
            yield f"{where}[{at}] gone", remade((*value[:at], *value[at + 1 :]))
        for place, other in changes(value[at], f"{where}.{name}"):
            yield place, remade((*value[:at], other, *value[at + 1 :]))


def _other(value: Any, where: str) -> Any:
    if isinstance(value, Enum):
        return next(other for other in type(value) if other is not value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"{value}x"
    assert value is not None, f"the sample says nothing of {where}"
    return value + (timedelta(1) if isinstance(value, date) else 1)


def unmoved(seal: Callable[[Any], object], value: Any) -> set[str]:
    """Return what of a value can change without its seal; what cannot be sealed is no value."""
    sealed, found = seal(value), set()
    assert seal(value) == sealed
    for place, other in changes(value):
        with suppress(IndexError):
            if seal(other) == sealed:
                found.add(place)
    return found


PROBLEM = PortfolioProblem(
    years=(2027, 2028),
    resources=(
        Resource("money", (5, 6), unit="€", money=True, carry_over=2, smoothing=4),
        Resource("days", (7, 8), unit="j", money=True, carry_over=1, smoothing=5),
    ),
    actions=(
        Action(
            "a",
            (
                LevelOption(STUDY, 1, {"money": (1,)}, {"days": 2}, 3, {"t": 1}),
                LevelOption(IMPLEMENTATION, 2, {"money": (1, 2)}, {"days": 4}, 9, {"t": 2}),
            ),
            theme="energy",
            unit="it",
            gate=STUDY,
            after=2026,
            must=Must(IMPLEMENTATION, 2028),
            lock=Step(STUDY, 2027),
        ),
        Action(
            "b",
            (LevelOption(EXPERIMENT, 1, {"days": (3,)}, {"money": 1}, 2, {"t": 3}),),
            theme="energy",
            unit="it",
            gate=EXPERIMENT,
            after=2026,
            must=Must(EXPERIMENT, 2027),
            lock="out",
        ),
    ),
    prerequisites=(Prerequisite("a", IMPLEMENTATION, "b", EXPERIMENT, 1),),
    exclusions=(Exclusion(IMPLEMENTATION, ("a", "b")),),
    coverage=(Coverage("energy", STUDY, 1),),
    overlaps=(Overlap(("a", "b"), 9),),
    measures=(Measure("t", unit="tonne"),),
    units=(Group("it", 4),),
    themes=(Group("energy", 5),),
    targets=(Target("t", 2028, 2, "energy", "it"),),
    fairness=(Fairness("unit", "days", 50, 200),),
    objective=("money", "value"),
    residual_years=3,
    scale=10,
    wish=Wish("a", True),
    spending=12,
)


def test_a_portfolio_problem_and_what_else_decides_of_its_answer() -> None:
    assert unmoved(digest, PROBLEM) == set()
    settings = {"solver": "HiGHS 1", "seconds": 10, "nodes": 3}
    assert unmoved(lambda said: digest(PROBLEM, **said), settings) == set()


EDITION = CatalogueContent(
    slug="maison",
    title="Référentiel",
    version="2026",
    scales=Scales(
        (Term("Fort", {"en": "High"}), Term("Faible", {"en": "Low"})),
        (Term("Aisé", {"en": "Easy"}), Term("Dur", {"en": "Hard"})),
    ),
    themes=(ThemeContent("a", "energie", "Énergie", 10, "k", "Texte", {"en": "Energy"}),),
    practices=(
        PracticeContent(
            "a.1",
            "nuit",
            "a",
            "Éteindre",
            "Fort",
            "Aisé",
            ("Exploitation",),
            (IndicatorContent("Part éteinte", "percentage", "%", "up"),),
            10,
            "Résumé",
            "Corps",
            "source",
            {"en": PracticeTranslation("Switch off", "Summary", ("Share",))},
        ),
    ),
    pilots=(Term("Exploitation", {"en": "Operations"}),),
    licence="MIT",
    source_url="source",
    attribution="Ville",
    translations={"en": CatalogueTranslation("Frame", "Town")},
    links=(LinkContent("a.1", "equal", "guide", "v1", "f.8", "La nuit", {"en": "Night"}),),
    successors=(SuccessorContent("2025", "a.0", "a.1", "Fusion", {"en": "Merged"}),),
)


def test_an_edition_of_a_catalogue_but_what_others_say_about_it() -> None:
    # Places are said by the order of the file; a theme's key and text are kept nowhere.
    unkept = {".practices.0.order", *(f".themes.0.{name}" for name in ("order", "key", "body"))}
    said_about = {
        place for place, _ in changes(EDITION) if place.startswith((".links", ".successors"))
    }
    assert unmoved(edition_digest, EDITION) == unkept | said_about
    practices = (*EDITION.practices, replace(EDITION.practices[0], code="a.2"))
    orders = (replace(EDITION, practices=found) for found in (practices, practices[::-1]))
    assert len(set(map(edition_digest, orders))) == 2


class Pile(NamedTuple):
    kind: Kind
    heap: Heap


def test_a_run_of_the_indicator_but_the_posts_that_change_no_figure() -> None:
    heap = Heap(*(Decimal(rank) if rank % 2 else rank for rank in range(2, 13)))
    inputs = {
        "year": 2026,
        "stage": Stage.OPENED,
        "basis": TaxBasis.TTC,
        "edition": 1,
        "costing": Costing.WHOLE,
        "heaps": [
            Pile(Kind("F", Verdict.IN, Decimal("0.5"), True, True, "post", "run"), heap),
            Pile(Kind("I", Verdict.MIXED, Decimal("0.3"), False, False, "post", "run"), heap),
        ],
        "actions": {1: Decimal(3)},
        "outside": {2: Decimal(4)},
        "over": [7],
        "without_amount": 1,
    }

    def seal(said: dict[str, Any]) -> str:
        sums = Sums()
        sums.heaps, sums.actions, sums.outside = (
            dict(said.get("heaps", ())), said.get("actions", {}), said.get("outside", {}),
        )  # fmt: skip
        sums.over, sums.without_amount = set(said.get("over", ())), said.get("without_amount", 0)
        year = FiscalYear(
            year=said.get("year", 0), tax_basis=said.get("basis", ""), costing=said.get("costing")
        )
        perimeter = ITPerimeter(edition=said["edition"]) if "edition" in said else None
        stage = said.get("stage", Stage.VOTED)
        return YearFigure(year, stage, perimeter, Figure(), sums).inputs_hash

    posts = {f"[heaps].{at}.kind.{name}" for at in (0, 1) for name in ("post", "run_build")}
    assert unmoved(seal, inputs) == posts


@pytest.mark.django_db
def test_what_an_estimate_rests_on_and_says(town: Town) -> None:
    action = make_action(town, make_plan(town))
    kept = estimate_action(town.editor, action=action, request=longer_life(), today=TODAY)
    sealed = [kept.engine, kept.request, kept.factors, kept.result]
    assert kept.digest == estimate_digest(*sealed)
    # As it is read back, after its passage in the database.
    kept.refresh_from_db()
    assert kept.digest == estimate_digest(kept.engine, kept.request, kept.factors, kept.result)
    sample = ["1", {"draws": 5, "estimates": [{"id": "a"}]}, {"f": {"value": 1.5}}, {"gwp": 2}]
    assert unmoved(lambda said: estimate_digest(*said), sample) == set()
    assert estimate_digest("1", {"a": 1, "b": 2}) == estimate_digest("1", {"b": 2, "a": 1})


class Drawn(NamedTuple):
    seed: int
    size: int
    name: str
    bounds: Triangle


def test_the_streams_of_draws() -> None:
    def drawn(said: Drawn) -> object:
        return Streams(said.seed, said.size).triangular(said.name, said.bounds).draws

    assert unmoved(drawn, Drawn(7, 400, "watts", Triangle(1, 4, 9))) == set()
    ranks = range(400)
    assert len({_shuffle(*said)(ranks) for said in ((7, 400, 1), (8, 400, 1), (7, 400, 2))}) == 3


class Found(NamedTuple):
    upload: str
    name: str
    mapping: dict[str, int | str]


def test_the_place_of_the_lines_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Found("0" * 64, "gl.csv", {"label": 1, "amount": "D"})
    assert unmoved(lambda other: lines_path(*other), said) == set()
    places = {lines_path(*said)}
    monkeypatch.setattr(kept_lines, "__version__", "another")
    places.add(lines_path(*said))
    monkeypatch.setattr(kept_lines.SourceLine, "_fields", ("another",))
    assert len({*places, lines_path(*said)}) == 3


def test_the_key_of_a_line_and_what_its_cells_left_as() -> None:
    said = ["I", "20", "2051", "020", "", "DSI", "", "BC-1", "M-1", "Licences"]
    assert unmoved(line_key, said) == set()
    left = partial(left_as, "L1", Column.SHARE, key=b"key")
    assert unmoved(left, ["mixed", "0.6", "clé DSI", False]) == set()
    elsewhere = {
        left_as("L2", Column.SHARE, said, key=b"key"),
        left_as("L1", Column.REASON, said, key=b"key"),
        left_as("L1", Column.SHARE, said, key=b"other"),
    }
    assert len({left(said), *elsewhere}) == 4
    # A spreadsheet takes neither for a number.
    assert not line_key(said)[0].isdigit()
    assert not Left({Column.SHARE: left(said)}, None).state()[0].isdigit()


def test_the_mark_that_orders_equal_plans() -> None:
    pathway = Pathway("a", (Step(STUDY, 0), Step(IMPLEMENTATION, 1)), 1, 1, 1, {}, {}, {}, {})
    named = unmoved(
        lambda said: _mark(replace(pathway, action=said[0], steps=said[1])),
        (pathway.action, pathway.steps),
    )
    assert named == set()
    # What it brings or costs is weighed apart.
    assert _mark(replace(pathway, value=2, money=2, lateness=2)) == _mark(pathway)


@pytest.mark.django_db
def test_a_sign_in_link_opens_with_its_token_alone(town: Town) -> None:
    user = town.people[next(iter(town.people))].user
    assert user is not None
    token = make_link(user=user)
    assert find_link(token=token) is not None
    assert token not in json.dumps(list(SignInLink.objects.values_list("token_hash", flat=True)))
    for at in range(len(token)):
        other = token[:at] + ("a" if token[at] != "a" else "b") + token[at + 1 :]
        assert find_link(token=other) is None
        assert find_link(token=token[:at]) is None


def test_a_session_is_shown_by_a_name_that_is_not_its_key() -> None:
    names = {name_of(key) for key in ("a" * 32, "a" * 31 + "b", "b" + "a" * 31, "a" * 31)}
    assert len(names) == 4
    assert all(len(name) == 16 and name not in "a" * 32 for name in names)


def test_bytes_kept_and_saved_have_one_seal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "UPLOADS", tmp_path)
    sealed = set()
    for content in (b"abc", b"abd", b"ab", b"abc\n"):
        name, size = keep_upload(io.BytesIO(content))
        path = tmp_path / name[:2] / name
        member = _copy(io.BytesIO(content), None)
        public = identity_of(io.BytesIO(content), "balances.csv")
        assert (public.sha256, public.size) == (name, size)
        assert (sha256_of(path), member.sha256, member.size, size) == (
            name,
            name,
            size,
            len(content),
        )
        sealed.add(name)
    assert len(sealed) == 4


DAY = date(2026, 3, 31)
PIECE = {
    "title": "Rapport",
    "reference": "DN-2",
    "dated_on": DAY,
    "expires_on": DAY,
    "sha256": "2" * 64,
}
FOLDER = PlanFolder(
    PlanText(
        slug="plan",
        title="Plan",
        first_year=2026,
        last_year=2028,
        adopted_on=DAY,
        adopted_by="Conseil",
        stale_after_days=90,
        units={"Direction": "Services"},
        axes={"sobriete": "Sobriété"},
        goals={"moins": "Moins"},
        editions=(EditionText("guide", "v1", "Guide", "0" * 64, {"a.1": "Désigner"}),),
        choices=(ChoiceText("guide/v1/a.1", PlanChoice.KEEP, DAY, "Voulu"),),
        unit_days={"Direction": Decimal(3)},
        stakeholders={"Atelier": StakeholderText(ActorKind.PRIVATE, "Réparer")},
        evidence=(ChoicePieceText(**PIECE, practice="guide/v1/a.1"),),
        origin=Origin("Ville", "200000008", "1" * 64),
    ),
    {
        "pannes": IndicatorText(
            name="Pannes",
            kind=IndicatorKind.COUNT,
            unit="pannes",
            description="Comptées",
            computed_by="rien",
            targets=(
                TargetText(
                    DAY,
                    value=Decimal(3),
                    text="trois",
                    reference="loi",
                    judgement="reached",
                    judged_on=DAY,
                    judged_by="Comité",
                    judged_why="Vu",
                ),
            ),
            readings=(
                ReadingText(
                    DAY,
                    value=Decimal(5),
                    text="cinq",
                    numerator=Decimal(1),
                    denominator=Decimal(2),
                    source="parc",
                    note="sûr",
                    unit="Mairie",
                    restated_for=DAY,
                    refused_why="compte double",
                ),
            ),
            frequency="year",
            over_time=OverTime.FLOW,
            over_units="sum",
            scale=("faible", "bonne"),
            review_on=DAY,
            unit_parts={
                "Direction": UnitPartText(Decimal(2), DAY, DAY, (PastWeightText(DAY, Decimal(1)),))
            },
            evidence=(ReadingPieceText(**PIECE, day=DAY, unit="Mairie"),),
        )
    },
    (
        ActionText(
            number=1,
            title="Réparer",
            level=STUDY,
            progress=Progress.TODO,
            pilot_function="Support",
            own_number="A-1",
            short_title="Réparer",
            vacant_since=DAY,
            unit="Direction",
            follow_up_function="Délégué",
            sponsor_function="Élu",
            contributors=("Achats",),
            axis="sobriete",
            goals=("moins",),
            practices=("guide/v1/a.1",),
            seen={"guide/v1/a.1": "v2"},
            scope="Mairie",
            starts_on=DAY,
            due_on=DAY,
            days_per_year=Decimal(4),
            impact_guess=Guess.LOW,
            effort_guess=Guess.HIGH,
            blocked_by="Rien",
            last_news_on=DAY,
            indicators=("pannes",),
            milestones=(MilestoneText("Marché", DAY, DAY),),
            deliverables=(
                DeliverableText("etude", "Étude", DAY, DAY, "vue", "tous", "oui", "DN-1"),
            ),
            decisions=(DecisionText(DAY, Outcome.ADOPT, STUDY, "Conseil", STUDY, "Voté", "etude"),),
            money=(MoneyText(2026, "F", amount=Decimal("10.00")),),
            description="Réparer d’abord.",
            protocol="Deux sites",
            compared_with="Un an avant",
            cost_to_extend="10 k€",
            ties=(TieText(Tie.REQUIRES, 2, "D’abord"),),
            evidence=(ActionPieceText(**PIECE, deliverable="etude", decision=1),),
        ),
    ),
)


def in_full[T: (ActionText, IndicatorText)](text: T, declared: Iterable[Field]) -> T:
    """Return a text that says each declared field, those that come later too."""
    unsaid = [one for one in declared if one.in_files and not getattr(text, one.name)]
    samples: dict[FieldKind, Any] = {
        FieldKind.LINES: ("Dit",),
        FieldKind.DAY: DAY,
        FieldKind.NUMBER: Decimal(4),
        FieldKind.ONE: "Direction",
    }
    said = {
        one.name: next(iter(one.steps), samples.get(one.kind, f"Dit de {one.name}"))
        for one in unsaid
    }
    return replace(text, **said)


def test_the_seal_of_a_plan_holds_all_but_where_it_came_from() -> None:
    folder = replace(
        FOLDER,
        actions=tuple(in_full(one, ACTION) for one in FOLDER.actions),
        indicators={key: in_full(one, INDICATOR) for key, one in FOLDER.indicators.items()},
    )
    assert {place.partition("origin")[0] for place in unmoved(plan_seal, folder)} == {".plan."}


def test_a_session_and_a_table_have_a_name_each() -> None:
    assert name_of("a" * 32) == name_of("a" * 32) != name_of("b" * 32)
    assert table_digest(io.BytesIO(b"a;b")) == hashlib.sha256(b"a;b").hexdigest()
    assert table_digest(io.BytesIO(b"a;c")) != table_digest(io.BytesIO(b"a;b"))


def test_what_a_year_takes_of_another_is_what_was_shown() -> None:
    def taken(pk: int = 1, verdict: Verdict = Verdict.IN, share: str = "1") -> str:
        line = BudgetLine(pk=pk)
        proposal = SimpleNamespace(verdict=verdict, share=Decimal(share))
        return Following(FiscalYear(), FiscalYear(), ((line, proposal),), ()).digest  # type: ignore[arg-type]

    assert taken() == taken()
    assert len({taken(), taken(pk=2), taken(verdict=Verdict.MIXED), taken(share="0.5")}) == 4


def test_a_tool_is_known_by_its_titles_and_not_by_their_years() -> None:
    def tool(*titles: str) -> str:
        return tool_of({"columns": [{"title": title} for title in titles]})

    assert tool("Compte", "Mandaté 2025") == tool("Compte", "Mandaté 2026")
    assert len({tool("Compte"), tool("Compte", "Mandaté"), tool("Mandaté", "Compte"), tool()}) == 4
    assert tool() == ""


def test_the_seal_of_a_document() -> None:
    assert unmoved(document_seal, whole_document()) == set()


def test_the_seal_of_a_public_edition() -> None:
    assert unmoved(lambda one: edition_seal(canonical(to_json(one)).decode()), EDITION) == set()


def test_the_seal_of_what_a_member_shares() -> None:
    assert unmoved(lambda one: edition_seal(canonical(to_json(one)).decode()), SHARED) == set()
    assert shared_kept(SHARED) == canonical(to_json(SHARED)).decode()


def test_the_seal_of_a_published_share_and_the_digest_of_each_of_its_lines() -> None:
    """The sums of files (`export`, `site`, tables) are held where they are written."""
    assert unmoved(lambda one: edition_seal(canonical(to_json(one)).decode()), FIGURE) == set()
    row = ["gl.csv", 2, "Licences", "2051", "020", "I", "10", "in", "1", "0.5", [["declared"]]]
    assert unmoved(lambda one: line_digest(one, "salt"), row) == set()
    assert len({line_digest(row, "salt"), line_digest(row, "other")}) == 2
    assert len({salt_of("a", 1), salt_of("a", 2), salt_of("b", 1)}) == 3


def test_the_schema_of_purchases_is_known_to_the_byte() -> None:
    path = Path(portulan.__file__).parent / "budget" / "purchases" / "data" / "agec-schema.json"
    content = path.read_bytes()
    assert is_known(content)
    assert not any(is_known(one) for one in (content[:-1], content + b"\n", b""))
