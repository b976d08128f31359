from __future__ import annotations

import datetime
import itertools
from dataclasses import replace
from decimal import Decimal
from typing import Any

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from portulan.web.charts.abatement import Abatement, AbatementBar, abatement, in_order
from portulan.web.charts.axis import axis_through_zero
from portulan.web.charts.canvas import ASCENT, DESCENT, Box, Drawing, Shape, text_width
from portulan.web.charts.commitment_ladder import (
    CommitmentLadder,
    LadderMark,
    LadderStep,
    commitment_ladder,
)
from portulan.web.charts.indicator_series import IndicatorSeries, YearValue, indicator_series
from portulan.web.charts.level_dots import level_dots
from portulan.web.charts.money_bars import MoneyBar, MoneyBars, money_bars
from portulan.web.charts.scale_bar import ScaleBar, scale_bar
from portulan.web.charts.stairs import Stair, Stairs, stairs
from portulan.web.charts.trajectory import Trajectory, TrajectoryPoint, joined, trajectory

SVG = "{*}"
TODAY = datetime.date(2026, 11, 24)
LEVELS = ("Réflexion", "Expérimentation", "Réalisation")

# The figures of the demonstration, as the visual language draws them.
SCALE = ScaleBar(
    title="Part dédiée au numérique responsable et son intervalle, 2026",
    value=Decimal("3.654"),
    shape=Shape.HALF,
    lower=Decimal("2.698"),
    upper=Decimal("4.001"),
    aim=Decimal("3.5"),
    lower_word="justifié",
    upper_word="proposé",
    aim_word="ambition",
)
POINTS = (
    TrajectoryPoint(
        2024,
        Decimal("1.497"),
        "mandaté",
        Shape.FULL,
        numerator=Decimal(258_000),
        denominator=Decimal(17_240_000),
    ),
    TrajectoryPoint(
        *(2025, Decimal("2.62"), "mandaté", Shape.FULL),
        lower=Decimal("2.2"),
        upper=Decimal("2.9"),
        ambition=Decimal("2.5"),
    ),
    TrajectoryPoint(
        *(2026, Decimal("3.654"), "ouvert", Shape.HALF),
        lower=Decimal("2.7"),
        upper=Decimal("4.0"),
        ambition=Decimal("3.5"),
    ),
    TrajectoryPoint(
        2027,
        Decimal("2.739"),
        "demandé",
        Shape.HOLLOW,
        ambition=Decimal("4.0"),
        gap=Decimal(227_000),
    ),
)
LADDER = CommitmentLadder(
    title="Échelle des engagements de l’action 19",
    steps=(
        LadderStep(datetime.date(2025, 6, 26), 3, "saut voté"),
        LadderStep(datetime.date(2024, 12, 13), 1, "vote du plan"),
    ),
    levels=LEVELS,
    today=TODAY,
    marks=(LadderMark(datetime.date(2025, 5, 22), "étude remise"),),
    planned_end=datetime.date(2027, 12, 31),
    skipped="sautée, motif consigné",
)
SERIES = IndicatorSeries(
    title="PUE moyen annuel",
    readings=(YearValue(2025, None), YearValue(2026, Decimal("1.71"))),
    baseline=YearValue(2024, Decimal("1.85")),
    target=YearValue(2027, Decimal("1.50")),
    decimals=2,
)
BARS = MoneyBars(
    title="Argent de l’action 19",
    bars=(
        MoneyBar(2025, Decimal(118_000), "mandaté"),
        MoneyBar(2026, Decimal(288_000), "ouvert", envelope=Decimal(240_000)),
        MoneyBar(2027, Decimal(96_000), "demandé", Shape.HOLLOW),
    ),
    envelope_word="voté",
)

STAIRS = Stairs(
    title="Ce que 10 k€ de plus apporteraient",
    stairs=(
        Stair(Decimal(0), Decimal(0), here=True),
        Stair(Decimal(5_000), Decimal(0)),
        Stair(Decimal(10_000), Decimal("1.9"), told="l’action 16 commence un an plus tôt"),
        Stair(Decimal(25_000), Decimal("5.8")),
        Stair(Decimal(50_000), Decimal("5.8"), is_proved=False),
    ),
    amount_word="De plus en 2027",
    gain_word="Gain",
    told_word="Ce que cela change",
)
COSTS = Abatement(
    title="Ce que coûte une tonne",
    bars=(
        AbatementBar("Éteindre la nuit", "14", Decimal("1.6"), Decimal(-420)),
        AbatementBar("Portables six ans", "9", Decimal(24), Decimal(-900)),
        AbatementBar("Smartphones", "12", Decimal(10), Decimal(2100), Decimal(1500), Decimal(3900)),
        AbatementBar("Salle serveur", "19", Decimal("7.6"), Decimal(12600)),
    ),
)


def demonstration() -> list[Drawing]:
    return [
        scale_bar(SCALE, language="fr", prefix="sb"),
        trajectory(Trajectory("Part", POINTS), language="fr", prefix="tr"),
        commitment_ladder(LADDER, language="fr", prefix="la"),
        indicator_series(SERIES, language="fr", prefix="sp"),
        money_bars(BARS, language="fr", prefix="mo"),
        stairs(STAIRS, language="fr", prefix="st"),
        abatement(COSTS, language="fr", prefix="ab"),
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

scales = st.builds(
    ScaleBar,
    title=words,
    value=numbers,
    shape=shapes,
    lower=numbers,
    upper=numbers,
    aim=numbers,
    unit=st.sampled_from(["%", "t", ""]),
    decimals=st.integers(0, 3),
    value_word=words,
    lower_word=words,
    upper_word=words,
    aim_word=words,
    step=numbers,
)
trajectories = st.builds(
    Trajectory,
    title=words,
    points=st.lists(
        st.builds(
            TrajectoryPoint,
            year=years,
            value=numbers,
            stage=words,
            shape=shapes,
            perimeter=st.sampled_from(["", "édition 2"]),
            lower=numbers,
            upper=numbers,
            ambition=numbers,
            gap=numbers,
            numerator=numbers,
            denominator=numbers,
        ),
        max_size=7,
    ).map(tuple),
)
levels = st.sampled_from([1, 2, 3])
ladders = st.builds(
    CommitmentLadder,
    title=words,
    steps=st.lists(st.builds(LadderStep, on=dates, level=levels, label=words), max_size=5).map(
        tuple
    ),
    levels=st.tuples(words, words, words),
    today=dates,
    marks=st.lists(st.builds(LadderMark, on=dates, label=words), max_size=4).map(tuple),
    planned_end=st.none() | dates,
    closed=st.none() | dates,
    skipped=words,
)
readings = st.builds(YearValue, year=years, value=numbers)
series = st.builds(
    IndicatorSeries,
    title=words,
    readings=st.lists(readings, max_size=9).map(tuple),
    baseline=st.none() | readings,
    target=st.none() | readings,
    decimals=st.none() | st.integers(0, 3),
    unit=words,
)
bars = st.builds(
    MoneyBars,
    title=words,
    bars=st.lists(
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
    ).map(tuple),
    envelope_word=words,
)
amounts = st.decimals(0, 10**12, places=2)
flights = st.builds(
    Stairs,
    title=words,
    stairs=st.lists(
        st.builds(
            Stair,
            amount=amounts,
            gain=st.decimals(-99, 10**6, places=3),
            is_proved=st.booleans(),
            told=words,
            here=st.booleans(),
        ),
        max_size=14,
    ).map(tuple),
    amount_word=words,
    gain_word=words,
    told_word=words,
)
costs = st.builds(
    Abatement,
    title=words,
    bars=st.lists(
        st.builds(
            AbatementBar,
            name=words,
            mark=st.text(max_size=4),
            tonnes=amounts,
            cost=st.decimals(-(10**9), 10**9, places=2),
            low=numbers,
            high=numbers,
        ),
        max_size=40,
    ).map(tuple),
)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.tuples(st.just(scale_bar), scales),
        st.tuples(st.just(trajectory), trajectories),
        st.tuples(st.just(commitment_ladder), ladders),
        st.tuples(st.just(indicator_series), series),
        st.tuples(st.just(money_bars), bars),
        st.tuples(st.just(stairs), flights),
        st.tuples(st.just(abatement), costs),
    ),
    languages,
)
def test_any_data_gives_well_formed_svg_with_its_texts_inside(chart: Any, language):
    draw, data = chart
    check(draw(data, language=language, prefix="c"), "c")


def test_the_demonstration_is_drawn_light_and_without_overlaps():
    for drawing, prefix in zip(
        demonstration(), ("sb", "tr", "la", "sp", "mo", "st", "ab"), strict=True
    ):
        check(drawing, prefix)
        assert len(brotli.compress(drawing.svg.encode())) <= 2000
        placed = texts(parsed(drawing.svg))
        for (one, box), (other, second) in itertools.combinations(placed, 2):
            assert box.overlap(second) == 0, (one, other)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(5, 70), st.none() | st.integers(5, 70), shapes),
        min_size=1,
        max_size=4,
    )
)
def test_the_labels_of_four_years_keep_clear_of_each_other(values):
    points = tuple(
        TrajectoryPoint(
            2024 + index,
            Decimal(value) / 10,
            shape.value,
            shape,
            ambition=None if aim is None else Decimal(aim) / 10,
        )
        for index, (value, aim, shape) in enumerate(values)
    )
    placed = texts(parsed(trajectory(Trajectory("", points), language="fr", prefix="t").svg))
    for (one, box), (other, second) in itertools.combinations(placed, 2):
        assert box.overlap(second) == 0, (one, other)


def path_data(drawing: Drawing, classes: str) -> list[str]:
    root = parsed(drawing.svg)
    return [path.get("d") for path in root.iter(SVG + "path") if path.get("class") == classes]


def test_the_demonstration_stands_where_the_visual_language_puts_it():
    scale, share, ladder, indicator, money, *_ = demonstration()
    assert path_data(scale, "i w3") == ["M213 30H312.1"]
    assert path_data(share, "a w2") == ["M180 119H252M320 81H392M460 62H532"]
    assert path_data(share, "i w2") == ["M76 157.1L216 114.4"]
    assert path_data(share, "a da") == ["M496 99.9V65"]
    assert path_data(ladder, "i w2") == ["M229.9 150V30"]
    assert path_data(indicator, "a da") == ["M30 32L264 128"]
    assert path_data(money, "fi") == ["M45 100.4H91V150H45Z", "M140 29H186V150H140Z"]
    assert path_data(money, "a w3") == ["M132 49.2H194"]
    labels = {text for drawing in demonstration() for text, _ in texts(parsed(drawing.svg))}
    assert {
        *("justifié 2,7", "proposé 4,0", "ambition 3,5", "ambition 2,5", "−\u00a0227\u00a0k€"),
        *("aujourd’hui", "fin prévue", "étude remise", "1,71", "voté 240", "2026 ouvert"),
    } <= labels


@given(st.lists(st.sampled_from(POINTS), min_size=2, max_size=2), st.integers(-1, 2), st.booleans())
def test_a_line_joins_only_next_years_of_equal_stage_and_perimeter(pair, step, moved):
    before = replace(pair[0], perimeter="1")
    after = replace(pair[1], year=before.year + step, perimeter="2" if moved else "1")
    alike = (before.stage, before.shape) == (after.stage, after.shape)
    assert joined(before, after) == (alike and step == 1 and not moved)
    # Two policies of what counts of a purchase are two series.
    assert not joined(replace(before, costing="whole"), replace(after, costing="additional"))
    drawing = trajectory(Trajectory("", (before, after)), language="fr", prefix="t")
    drawn = any("L" in d for d in path_data(drawing, "i w2"))
    backwards = step == -1  # drawn in the order of the years, whichever is given first
    assert drawn == (alike and not moved and (step == 1 or backwards))


def test_a_missing_reading_is_dotted_and_never_zero():
    drawing = indicator_series(SERIES, language="fr", prefix="s")
    dotted = [path.get("d") for path in parsed(drawing.svg).iter() if path.get("stroke-dasharray")]
    assert dotted == ["M30 32L186 70.4"]
    assert drawing.rows == (
        ("2024 (référence)", "1,85", "1,85"),
        ("2025", "pas de relevé", "1,73"),
        ("2026", "1,71", "1,62"),
        ("2027 (cible)", "1,50", "–"),
    )


def test_the_tables_say_all_that_the_charts_show():
    rows = trajectory(Trajectory("", POINTS), language="fr", prefix="t").rows
    assert rows[0] == ("2024", "mandaté", "258", "17\u202f240", "1,5\u00a0%", "–")
    assert rows[3] == ("2027", "demandé", "–", "–", "2,7\u00a0%", "4,0\u00a0%")
    unknown = MoneyBars("", (MoneyBar(2026, None, "ouvert", envelope=Decimal(240_000)),))
    assert money_bars(unknown, language="fr", prefix="m").rows == (
        ("2026", "ouvert", "non chiffré", "240"),
    )
    days = [row[0] for row in commitment_ladder(LADDER, language="fr", prefix="l").rows]
    assert days == ["13/12/2024", "22/05/2025", "26/06/2025"]
    english = scale_bar(SCALE, language="en", prefix="s")
    assert ("Ambition", "3.5%") in english.rows


@pytest.mark.parametrize(
    "empty",
    [
        scale_bar(ScaleBar("", None), language="fr", prefix="e"),
        trajectory(Trajectory("", ()), language="fr", prefix="e"),
        commitment_ladder(replace(LADDER, steps=()), language="en", prefix="e"),
        indicator_series(IndicatorSeries(""), language="en", prefix="e"),
        money_bars(MoneyBars("", (MoneyBar(2026, None),)), language="fr", prefix="e"),
        stairs(replace(STAIRS, stairs=STAIRS.stairs[:1]), language="fr", prefix="e"),
        abatement(Abatement("", ()), language="en", prefix="e"),
    ],
)
def test_nothing_known_is_said_and_not_drawn(empty):
    assert empty.svg == ""
    assert empty.description.endswith(".")


def test_what_people_wrote_cannot_break_out():
    hostile = '</text><script>alert("1")</script>&\x00\x1b'
    drawing = scale_bar(
        replace(SCALE, title=hostile, lower_word=hostile), language="fr", prefix="h"
    )
    assert not list(parsed(drawing.svg).iter(SVG + "script"))
    with pytest.raises(ValueError, match="id"):
        scale_bar(SCALE, language="fr", prefix='a" onload="')
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
    drawing = stairs(STAIRS, language="fr", prefix="s")
    assert path_data(drawing, "i w2") == ["M52 172H79.3V172H106.7V126.4H188.7V32.8H325.3V32.8"]
    assert [row[1] for row in drawing.rows] == [
        "0,0\u00a0%", "0,0\u00a0%", "1,9\u00a0%", "5,8\u00a0%", "au moins 5,8\u00a0%"
    ]  # fmt: skip


def test_costs_below_zero_are_not_ranked_by_cost():
    below, over = in_order(COSTS.bars)
    assert [bar.mark for bar in below] == ["9", "14"]
    assert [bar.mark for bar in over] == ["12", "19"]
    drawing = abatement(COSTS, language="fr", prefix="a")
    assert drawing.rows[2] == ("Smartphones", "10,0", "2\u202f100", "1\u202f500 à 3\u202f900")
    assert "non classées" in {text for text, _ in texts(parsed(drawing.svg))}
