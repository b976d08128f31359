from __future__ import annotations

import datetime
import itertools
import re
from dataclasses import replace
from decimal import Decimal
from functools import partial
from types import SimpleNamespace
from typing import Any

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from portulan.budget.indicator.trajectory import TrajectoryYear
from portulan.budget.words import Obstacle, Stage
from portulan.charts.abatement import abatement, in_order
from portulan.charts.axis import axis_through_zero
from portulan.charts.canvas import ASCENT, DESCENT, Box, Drawing, Shape, text_width
from portulan.charts.commitment_ladder import commitment_ladder
from portulan.charts.effects import Effect, effects_chart
from portulan.charts.indicator_series import indicator_series
from portulan.charts.level_dots import level_dots
from portulan.charts.money_bars import MoneyBar, money_bars
from portulan.charts.public_years import public_years
from portulan.charts.ranked_bars import RankedBar, ranked_bars
from portulan.charts.replies import replies_by_day
from portulan.charts.scale_bar import scale_bar
from portulan.charts.stages import stage_shape
from portulan.charts.stairs import Stair, stairs
from portulan.charts.strip import strip
from portulan.charts.trajectory import joined, trajectory
from portulan.observatory.reads import PastYear
from portulan.portfolio.abatement.reads import ActionWorth
from portulan.portfolio.abatement.rules import Worth

SVG = "{*}"
TODAY = datetime.date(2026, 11, 24)
LEVELS = ("Réflexion", "Expérimentation", "Réalisation")


def worth(
    number: int, title: str, kilograms: Any, cost: Any, low: Any = None, high: Any = None
) -> ActionWorth:
    money = dict.fromkeys(("kilograms", "cost", "savings", "climate", "net", "kg_per_euro"))
    known = Worth(
        a_year=Decimal(kilograms),
        per_tonne=Decimal(cost),
        per_tonne_low=low,
        per_tonne_high=high,
        **money,
    )
    return ActionWorth(SimpleNamespace(number=number, title=title), 2026, known)


def year(year: int, value: Any, stage: Stage | None, **more: Any) -> TrajectoryYear:
    known = dict.fromkeys(
        ("numerator", "denominator", "lower", "upper", "ambition", "perimeter"), None
    )
    return TrajectoryYear(year=year, value=value, stage=stage, **known | more)


# The figures of the demonstration, as the visual language draws them.
scale = partial(
    scale_bar,
    Decimal("3.654"),
    title="Part dédiée au numérique responsable et son intervalle, 2026",
    shape=Shape.HALF,
    lower=Decimal("2.698"),
    upper=Decimal("4.001"),
    aim=Decimal("3.5"),
    lower_word="justifié",
    upper_word="proposé",
    aim_word="ambition",
)
POINTS = (
    year(
        2024,
        Decimal("1.497"),
        Stage.REALISED,
        numerator=Decimal(258_000),
        denominator=Decimal(17_240_000),
    ),
    year(
        *(2025, Decimal("2.62"), Stage.REALISED),
        lower=Decimal("2.2"),
        upper=Decimal("2.9"),
        ambition=Decimal("2.5"),
    ),
    year(
        *(2026, Decimal("3.654"), Stage.OPENED),
        lower=Decimal("2.7"),
        upper=Decimal("4.0"),
        ambition=Decimal("3.5"),
    ),
    year(
        *(2027, Decimal("2.739"), None),
        ambition=Decimal("4.0"),
        numerator=Decimal(493_000),
        denominator=Decimal(18_000_000),
    ),
)
EVENTS = (
    (datetime.date(2025, 6, 26), 3, "saut voté"),
    (datetime.date(2024, 12, 13), 1, "vote du plan"),
    (datetime.date(2025, 5, 22), None, "étude remise"),
)
ladder = partial(
    commitment_ladder,
    title="Échelle des engagements de l’action 19",
    levels=LEVELS,
    today=TODAY,
    planned_end=datetime.date(2027, 12, 31),
    skipped="sautée, motif consigné",
)
indicator = partial(
    indicator_series,
    {2025: None, 2026: Decimal("1.71")},
    title="PUE moyen annuel",
    baseline=(2024, Decimal("1.85")),
    target=(2027, Decimal("1.50")),
    decimals=2,
)
money = partial(
    money_bars,
    (
        MoneyBar(2025, Decimal(118_000), "mandaté"),
        MoneyBar(2026, Decimal(288_000), "ouvert", envelope=Decimal(240_000)),
        MoneyBar(2027, Decimal(96_000), "demandé", Shape.HOLLOW),
    ),
    title="Argent de l’action 19",
    envelope_word="voté",
)
STAIRS = (
    Stair(Decimal(0), Decimal(0), here=True),
    Stair(Decimal(5_000), Decimal(0)),
    Stair(Decimal(10_000), Decimal("1.9"), told="l’action 16 commence un an plus tôt"),
    Stair(Decimal(25_000), Decimal("5.8")),
    Stair(Decimal(50_000), Decimal("5.8"), is_proved=False),
)
flight = partial(
    stairs,
    title="Ce que 10 k€ de plus apporteraient",
    columns=("De plus en 2027", "Gain", "Ce que cela change"),
)
COSTS = (
    worth(14, "Éteindre la nuit", 1_600, -420),
    worth(9, "Portables six ans", 24_000, -900),
    worth(12, "Smartphones", 10_000, 2100, Decimal(1500), Decimal(3900)),
    worth(19, "Salle serveur", 7_600, 12600),
)

spread = partial(
    strip,
    [Decimal(cents) / 100 for cents in range(320, 3400, 8)],
    own=Decimal("15.10"),
    quartiles=(Decimal("8.90"), Decimal("12.10"), Decimal("16.70")),
    name="Port-Armel",
    title="Comptes certains par habitant",
)
answering = partial(
    replies_by_day,
    [
        (datetime.date(2026, 11, 10), 1),
        (datetime.date(2026, 11, 13), 4),
        (datetime.date(2026, 11, 24), 12),
    ],
    asked=15,
    first=datetime.date(2026, 11, 10),
    last=datetime.date(2026, 11, 24),
    reminders=[datetime.date(2026, 11, 17), datetime.date(2026, 11, 21)],
)
PAST = (
    PastYear(2021, "M14", Decimal("11.90"), Decimal("10.10")),
    PastYear(2022, "M14", Decimal("12.40"), Decimal("10.50")),
    PastYear(2023, "M14", Decimal("13.00"), None),
    PastYear(2024, "M57", Decimal("15.10"), Decimal("12.12")),
)


WENT = (
    RankedBar("Salle serveur et centre de données", Decimal(329_000)),
    RankedBar("Phase d’usage, administration et paramétrages", Decimal(37_000)),
)
SPARED = (
    Effect("9. Portables six ans", Decimal("9.4"), Decimal("23.6"), Decimal("50.4")),
    Effect("12. Smartphones", *[Decimal("10.3")] * 3),
    Effect("14. Éteindre la nuit", *map(Decimal, ("1.1", "1.6", "2.2")), Shape.FULL),
    Effect("15. Trier les fichiers", *map(Decimal, ("-3.1", "-0.6", "0.2")), Shape.HALF),
)


def demonstration() -> list[Drawing]:
    return [
        scale(language="fr", prefix="sb"),
        shares(POINTS, title="Part", language="fr", prefix="tr"),
        ladder(EVENTS, language="fr", prefix="la"),
        indicator(language="fr", prefix="sp"),
        money(language="fr", prefix="mo"),
        flight(STAIRS, language="fr", prefix="st"),
        abatement(COSTS, title="Ce que coûte une tonne", language="fr", prefix="ab"),
        spread(language="fr", prefix="rp"),
        public_years(PAST, title="Par habitant", language="fr", prefix="py"),
        answering(language="fr", prefix="rd"),
        ranked_bars(WENT, title="Où va l’argent", language="fr", prefix="rb"),
        effects_chart(SPARED, title="Ce que cela épargne", language="fr", prefix="ef"),
    ]


def parsed(svg: str) -> etree._Element:
    assert "style=" not in svg
    return etree.fromstring(svg.encode())


def texts(root: etree._Element) -> list[tuple[str, Box]]:
    """The texts with the box each takes, from its anchor, as a browser would lay it out."""
    found = []
    for element in root.iter(SVG + "text"):
        names = (element.get("class") or "").split()
        width = text_width(element.text, bold=not {"ta", "tb"}.isdisjoint(names))
        x, y = float(element.get("x")), float(element.get("y"))
        left = x - (width / 2 if "mid" in names else width if "end" in names else 0)
        found.append((element.text, Box(left, y - ASCENT, left + width, y + DESCENT)))
    return found


def check(drawing: Drawing, prefix: str) -> None:
    """Well-formed, named, described, and every text inside the view."""
    if not drawing.svg:
        assert drawing.description
        return
    root = parsed(drawing.svg)
    left, top, width, height = map(float, root.get("viewBox").split())
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert ids == [f"{prefix}-t", f"{prefix}-d"]
    assert root.get("aria-labelledby").split() == ids
    for text, box in texts(root):
        assert left - 0.2 <= box.left, text
        assert box.right <= left + width + 0.2, text
        assert top - 0.2 <= box.top, text
        assert box.bottom <= top + height + 0.2, text
    assert all(len(row) == len(drawing.columns) for row in drawing.rows)


numbers = st.none() | st.decimals(-99, 99, places=2) | st.decimals(-(10**18), 10**18, places=6)
words = st.text(max_size=40)
years = st.integers(1990, 2050)
dates = st.dates()
languages = st.sampled_from(["fr", "en"])
shapes = st.sampled_from(Shape)

amounts = st.decimals(0, 10**12, places=2)
levels = st.sampled_from([1, 2, 3])
points = st.tuples(years, st.decimals(-(10**18), 10**18, places=6))


def shares(points: Any, **given: Any) -> Drawing:
    return trajectory(points, stage_name=str, stage_shape=stage_shape, **{"title": "", **given})


def drawn(draw: Any, *values: Any, **given: Any) -> st.SearchStrategy[Drawing]:
    return st.builds(draw, *values, language=languages, prefix=st.just("c"), title=words, **given)


charts = st.one_of(
    drawn(
        effects_chart,
        st.lists(
            st.builds(Effect, words, *[st.decimals(-(10**18), 10**18, places=6)] * 3, shape=shapes),
            max_size=9,
        ),
    ),
    drawn(
        ranked_bars,
        st.lists(st.builds(RankedBar, words, st.decimals(-(10**18), 10**18, places=6)), max_size=9),
    ),
    drawn(
        scale_bar,
        numbers,
        shape=shapes,
        lower=numbers,
        upper=numbers,
        aim=numbers,
        value_word=words,
        lower_word=words,
        upper_word=words,
        aim_word=words,
        unit=st.sampled_from(["%", "t", "kg"]),
    ),
    drawn(
        shares,
        st.lists(
            st.builds(
                year,
                year=years,
                value=numbers,
                stage=st.none() | st.sampled_from(Stage),
                perimeter=st.none() | st.integers(1, 3),
                lower=numbers,
                upper=numbers,
                ambition=numbers,
                numerator=numbers,
                denominator=numbers,
            ),
            max_size=7,
        ),
    ),
    drawn(
        commitment_ladder,
        st.lists(st.tuples(dates, st.none() | levels, words), max_size=9),
        levels=st.tuples(words, words, words),
        today=dates,
        planned_end=st.none() | dates,
        closed=st.none() | dates,
        skipped=words,
    ),
    drawn(
        indicator_series,
        st.dictionaries(years, numbers, max_size=9),
        baseline=st.none() | points,
        target=st.none() | points,
        decimals=st.none() | st.integers(0, 3),
        unit=words,
    ),
    drawn(
        money_bars,
        st.lists(
            st.builds(
                MoneyBar,
                year=years,
                amount=numbers,
                stage=words,
                shape=shapes,
                envelope=numbers,
                added=numbers,
                past=st.booleans(),
            ),
            max_size=8,
        ),
        envelope_word=words,
    ),
    drawn(
        stairs,
        st.lists(
            st.builds(
                Stair,
                amount=amounts,
                gain=st.decimals(-99, 10**6, places=3),
                is_proved=st.booleans(),
                told=words,
                here=st.booleans(),
            ),
            max_size=14,
        ),
        columns=st.tuples(words, words, words),
    ),
    drawn(
        abatement,
        st.lists(
            st.builds(
                worth,
                st.integers(1, 9999),
                words,
                amounts,
                st.decimals(-(10**9), 10**9, places=2),
                numbers,
                numbers,
            ),
            max_size=40,
        ),
    ),
    drawn(
        strip,
        st.lists(st.decimals(-99, 10**6, places=2), min_size=1, max_size=700),
        own=st.decimals(-99, 10**6, places=2),
        quartiles=st.none()
        | st.tuples(*[st.decimals(-99, 10**6, places=2)] * 3).map(lambda three: sorted(three)),
        name=words,
    ),
    drawn(
        replies_by_day,
        st.lists(st.tuples(dates, st.integers(0, 10**6)), max_size=30).map(sorted),
        asked=st.integers(0, 10**6),
        first=dates,
        last=dates,
        reminders=st.lists(dates, max_size=5),
    ),
    drawn(
        public_years,
        st.lists(
            st.builds(PastYear, years, st.sampled_from(["M14", "M57"]), numbers, numbers),
            max_size=8,
        ),
    ),
)


def test_a_reading_in_the_year_of_the_baseline_leaves_the_line_to_the_target_on_the_paper():
    far = Decimal(10) ** 18
    drawing = indicator_series(
        {2024: Decimal(1), 2025: Decimal("1.000001")},
        baseline=(2024, far),
        target=(2027, Decimal(1)),
        title="",
        language="fr",
        prefix="c",
    )
    check(drawing, "c")
    places = re.findall(r"[ML]-?[\d.]+ (-?[\d.]+)", drawing.svg)
    assert places
    assert all(0 <= float(y) <= 200 for y in places)


@settings(max_examples=400, deadline=None)
@given(charts)
def test_any_data_gives_well_formed_svg_with_its_texts_inside(drawing):
    check(drawing, "c")


def test_the_demonstration_is_drawn_light_and_without_overlaps():
    prefixes = ("sb", "tr", "la", "sp", "mo", "st", "ab", "rp", "py", "rd", "rb", "ef")
    for drawing, prefix in zip(demonstration(), prefixes, strict=True):
        check(drawing, prefix)
        assert len(brotli.compress(drawing.svg.encode())) <= 2000
        placed = texts(parsed(drawing.svg))
        for (one, box), (other, second) in itertools.combinations(placed, 2):
            assert box.covered([second]) == 0, (one, other)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(5, 70),
            st.none() | st.integers(5, 70),
            st.sampled_from([Stage.REALISED, Stage.OPENED, None]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_the_labels_of_four_years_keep_clear_of_each_other(values):
    points = tuple(
        year(
            2024 + index,
            Decimal(value) / 10,
            stage,
            ambition=None if aim is None else Decimal(aim) / 10,
        )
        for index, (value, aim, stage) in enumerate(values)
    )
    placed = texts(parsed(shares(points, language="fr", prefix="t").svg))
    for (one, box), (other, second) in itertools.combinations(placed, 2):
        assert box.covered([second]) == 0, (one, other)


def path_data(drawing: Drawing, classes: str) -> list[str]:
    root = parsed(drawing.svg)
    return [path.get("d") for path in root.iter(SVG + "path") if path.get("class") == classes]


def test_the_demonstration_stands_where_the_visual_language_puts_it():
    part, share, rungs, series, bars, *_ = demonstration()
    assert path_data(part, "i w3") == ["M213 30H312.1"]
    assert path_data(share, "a w2") == ["M180 119H252M320 81H392M460 62H532"]
    assert path_data(share, "i w2") == ["M76 157.1L216 114.4"]
    assert path_data(share, "a da") == ["M496 99.9V65"]
    assert path_data(rungs, "i w2") == ["M229.9 150V30"]
    assert path_data(series, "a da") == ["M30 32L264 128"]
    assert path_data(bars, "fi") == ["M45 100.4H91V150H45Z", "M140 29H186V150H140Z"]
    assert path_data(bars, "a w3") == ["M132 49.2H194"]
    labels = {text for drawing in demonstration() for text, _ in texts(parsed(drawing.svg))}
    assert {
        *("justifié 2,7", "proposé 4,0", "ambition 3,5", "ambition 2,5", "−\u00a0227\u00a0k€"),
        *(
            "aujourd’hui",
            "fin prévue",
            "étude remise, 22/05/2025",
            "1,71",
            "voté 240",
            "2026 ouvert",
        ),
    } <= labels


@given(st.lists(st.sampled_from(POINTS), min_size=2, max_size=2), st.integers(-1, 2), st.booleans())
def test_a_line_joins_only_next_years_of_equal_stage_and_perimeter(pair, step, moved):
    apart = (Obstacle.PERIMETER,) if moved else ()
    before = replace(pair[0], obstacles=apart)  # it is the later one where the step is backwards
    after = replace(pair[1], year=before.year + step, obstacles=apart)
    alike = before.stage == after.stage
    assert joined(before, after) == (alike and step == 1 and not moved)
    drawing = shares((before, after), language="fr", prefix="t")
    drawn = any("L" in d for d in path_data(drawing, "i w2"))
    backwards = step == -1  # drawn in the order of the years, whichever is given first
    assert drawn == (alike and not moved and (step == 1 or backwards))


def test_a_missing_reading_is_dotted_and_never_zero():
    drawing = indicator(language="fr", prefix="s")
    dotted = [path.get("d") for path in parsed(drawing.svg).iter() if path.get("stroke-dasharray")]
    assert dotted == ["M30 32L186 70.4"]
    assert drawing.rows == (
        ("2024 (référence)", "1,85", "1,85"),
        ("2025", "pas de relevé", "1,73"),
        ("2026", "1,71", "1,62"),
        ("2027 (cible)", "1,50", "–"),
    )


def test_the_tables_say_all_that_the_charts_show():
    rows = shares(POINTS, language="fr", prefix="t").rows
    assert rows[0] == ("2024", "REALISED", "258", "17\u202f240", "1,5\u00a0%", "–")
    assert rows[3] == ("2027", "None", "493", "18\u202f000", "2,7\u00a0%", "4,0\u00a0%")
    unknown = MoneyBar(2026, None, "ouvert", envelope=Decimal(240_000))
    assert money_bars([unknown], title="", language="fr", prefix="m").rows == (
        ("2026", "ouvert", "non chiffré", "240"),
    )
    days = [row[0] for row in ladder(EVENTS, language="fr", prefix="l").rows]
    assert days == ["13/12/2024", "22/05/2025", "26/06/2025"]
    tonnes = scale_bar(
        Decimal("7.6"), title="", language="fr", prefix="t", lower=Decimal("6.8"), unit="t"
    )
    assert tonnes.rows == (("Bas de l’intervalle", "6,8\u00a0t"), ("Valeur", "7,6\u00a0t"))
    english = scale(language="en", prefix="s")
    assert ("Ambition", "3.5%") in english.rows


@pytest.mark.parametrize(
    "empty",
    [
        scale_bar(None, title="", language="fr", prefix="e"),
        shares((), language="fr", prefix="e"),
        ladder(EVENTS[2:], language="en", prefix="e"),
        indicator_series({}, title="", language="en", prefix="e"),
        money_bars([MoneyBar(2026, None)], title="", language="fr", prefix="e"),
        flight(STAIRS[:1], language="fr", prefix="e"),
        abatement((), title="", language="en", prefix="e"),
    ],
)
def test_nothing_known_is_said_and_not_drawn(empty):
    assert empty.svg == ""
    assert empty.description.endswith(".")


def test_what_people_wrote_cannot_break_out():
    hostile = '</text><script>alert("1")</script>&\x00\x1b'
    drawing = scale(title=hostile, lower_word=hostile, language="fr", prefix="h")
    assert not list(parsed(drawing.svg).iter(SVG + "script"))
    with pytest.raises(ValueError, match="id"):
        scale(language="fr", prefix='a" onload="')
    assert "<script" not in level_dots([1], label=hostile)


@given(st.lists(levels, max_size=40))
def test_level_dots_show_every_level_firmest_first(chosen):
    svg = level_dots(chosen)
    if not chosen:
        assert svg == ""
        return
    circles = [circle.get("class") for circle in parsed(svg).iter(SVG + "circle")]
    shown = [int(name.split()[1][1]) for name in circles]
    counted = sorted(chosen, reverse=True)
    assert shown == (counted if len(chosen) <= 12 else sorted(set(chosen), reverse=True))


@given(st.lists(st.decimals(-(10**12), 10**12, places=3), min_size=1, max_size=8))
def test_an_axis_has_few_round_ticks_zero_and_every_value(values):
    axis = axis_through_zero(values)
    assert 2 <= len(axis.ticks) <= 7
    assert 0 in axis.ticks
    assert all(0 <= axis.ratio(value) <= 1 for value in values)
    assert axis.step.normalize().as_tuple().digits[0] in (1, 2, 5)


def test_stairs_rise_only_where_a_gain_was_computed():
    drawing = flight(STAIRS, language="fr", prefix="s")
    assert path_data(drawing, "i w2") == ["M52 172H79.3V172H106.7V126.4H188.7V32.8H325.3V32.8"]
    assert [row[1] for row in drawing.rows] == [
        "0,0\u00a0%", "0,0\u00a0%", "1,9\u00a0%", "5,8\u00a0%", "au moins 5,8\u00a0%"
    ]  # fmt: skip


def test_costs_below_zero_are_not_ranked_by_cost():
    below, over = in_order(COSTS)
    assert [row.action.number for row, _ in below] == [9, 14]
    assert [row.action.number for row, _ in over] == [12, 19]
    drawing = abatement(COSTS, title="", language="fr", prefix="a")
    assert drawing.rows[2] == ("12. Smartphones", "10,0", "2\u202f100", "1\u202f500 à 3\u202f900")
    assert "non classées" in {text for text, _ in texts(parsed(drawing.svg))}
