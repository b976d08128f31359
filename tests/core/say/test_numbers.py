from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest
from django.contrib.messages.storage.base import Message
from django.template import engines
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portulan.core.say import numbers
from portulan.core.say.text import Language
from portulan.web.templatetags.portulan import undo_url

LANGUAGES: tuple[Language, ...] = ("fr", "en")
amounts = st.decimals(-(10**15), 10**15, places=4, allow_nan=False, allow_infinity=False)
languages = st.sampled_from(LANGUAGES)


def read_back(text: str, language: Language) -> Decimal:
    """Read a formatted number as a form does."""
    found = numbers.parse(text.replace("k", ""), language, units=("€", "%"))
    assert found is not None
    return found


huge = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40)


@given(huge | amounts, languages)
def test_what_a_field_shows_it_reads_back(value, language):
    assert numbers.parse(numbers.number(value, language), language) == value
    cents = numbers.rounded(value, 2)
    shown = numbers.money(cents, language)
    assert numbers.parse(shown, language, units=["€"], decimals=2) == cents
    tenths = numbers.rounded(value, 1)
    assert numbers.parse(numbers.percent(tenths, language), language, units=["%"]) == tenths


@given(st.dates(), languages)
def test_a_day_that_is_shown_is_read_back(day, language):
    for shown in (numbers.date(day, language), numbers.long_date(day, language), f"{day}"):
        assert numbers.parse_date(shown, language) == day


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        ("1,250", "1.25", "1250"),
        ("1.250", ("1,25", "1\u202f250"), "1.25"),
        ("1,25", "1.25", ("1.25", "125")),
        ("-12,5", "-12.5", ("\u221212.5", "\u2212125")),
        ("12.5", "12.5", "12.5"),
        ("0,125", "0.125", ("0.125", "125")),
        ("0.125", "0.125", "0.125"),
        ("1.234,56", "1234.56", "1234.56"),
        ("1,234.56", "1234.56", "1234.56"),
        ("1\u202f234,5\u00a0€", "1234.5", "1234.5"),
        ("\u2212€5", "-5", "-5"),
        ("(1 000)", "-1000", "-1000"),
        ("1,23,4", (), ()),
        ("1e5", (), ()),
        ("douze", (), ()),
        ("$5", (), ()),
        ("–", None, None),
    ],
)
def test_a_number_is_read_in_its_language_or_both_its_readings_are_told(text, french, english):
    for language, meant in (("fr", french), ("en", english)):
        if isinstance(meant, tuple):
            with pytest.raises(numbers.MistypedError) as refused:
                numbers.parse(text, language, units=["€"])
            assert refused.value.readings == meant
            assert all(reading in refused.value.sentence(language) for reading in meant)
        else:
            found = numbers.parse(text, language, units=["€"])
            assert found == (None if meant is None else Decimal(meant))


def test_three_decimals_of_an_amount_may_be_thousands():
    for text, language in (("720,000", "fr"), ("720.000", "en")):
        assert numbers.parse(text, language) == 720
        with pytest.raises(numbers.MistypedError) as refused:
            numbers.parse(text, language, decimals=2)
        assert len(refused.value.readings) == 2


@given(languages, st.text(st.sampled_from("0123456789.,' -€%()/ab"), max_size=12))
def test_any_text_is_a_number_or_a_sentence(language, text):
    refused = []
    for read in (numbers.parse, numbers.parse_date):
        try:
            read(text, language)
        except numbers.MistypedError as error:
            refused.append(error)
    assert all(len(error.readings) in {0, 2} for error in refused)
    assert all(text.split()[0] in error.sentence(language) for error in refused)


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        ("03/04/2026", "2026-04-03", None),
        ("24/11/2026", "2026-11-24", "2026-11-24"),
        ("11/24/2026", None, "2026-11-24"),
        ("3 april 2026", "2026-04-03", "2026-04-03"),
        ("1er févr. 2026", "2026-02-01", "2026-02-01"),
        ("3 ju 2026", None, None),
        ("31/02/2026", None, None),
    ],
)
def test_a_day_that_could_be_two_is_refused(text, french, english):
    for language, meant in (("fr", french), ("en", english)):
        if meant is None:
            with pytest.raises(numbers.MistypedError):
                numbers.parse_date(text, language)
        else:
            assert f"{numbers.parse_date(text, language)}" == meant


@given(amounts, languages, st.integers(0, 4))
def test_a_number_reads_back_as_its_rounding(value, language, decimals):
    text = numbers.number(value, language, decimals=decimals)
    assert read_back(text, language) == numbers.rounded(value, decimals)
    assert read_back(numbers.number(value, language), language) == value


@given(amounts, languages, st.sampled_from(["€", "k€"]))
def test_money_never_breaks_nor_says_zero_for_a_known_cent(amount, language, unit):
    cents = numbers.rounded(amount, 2)
    text = numbers.money(cents, language, unit=unit)
    assert " " not in text
    assert "-" not in text
    assert (read_back(text, language) == 0) == (cents == 0)
    groups = re.findall(r"\d+", text.partition("," if language == "fr" else ".")[0])
    assert all(len(group) == 3 for group in groups[1:])


@given(amounts, st.integers(0, 3))
def test_rounding_is_half_up_and_symmetric(value, decimals):
    kept = numbers.rounded(value, decimals)
    assert abs(kept - value) * 2 <= Decimal(1).scaleb(-decimals)
    assert numbers.rounded(-value, decimals) == -kept


@pytest.mark.parametrize(
    ("french", "english", "write"),
    [
        ("1\u202f234,56\u00a0€", "€1,234.56", lambda to: numbers.money(Decimal("1234.555"), to)),
        (
            "18\u202f420\u00a0k€",
            "€18,420k",
            lambda to: numbers.money(Decimal(18_420_499), to, unit="k€"),
        ),
        ("0,4\u00a0k€", "€0.4k", lambda to: numbers.money(400, to, unit="k€")),
        (
            "\u2212\u00a0227\u00a0k€",
            "\u2212€227k",
            lambda to: numbers.money(-227_000, to, unit="k€", signed=True),
        ),
        ("18\u202f420", "18,420", lambda to: numbers.thousands(18_420_000, to)),
        ("3,7\u00a0%", "3.7%", lambda to: numbers.percent(Decimal("3.65"), to)),
        ("12,5\u00a0%", "12.5%", lambda to: numbers.share(Decimal("0.1250"), to)),
        ("60\u00a0%", "60%", lambda to: numbers.share(Decimal("0.6"), to)),
        ("+\u00a01,2", "+1.2", lambda to: numbers.number(Decimal("1.20"), to, signed=True)),
        ("0", "0", lambda to: numbers.number(Decimal("-0.4"), to, decimals=0, signed=True)),
        ("100", "100", lambda to: numbers.number(Decimal("1E+2"), to)),
        (
            "24/11/2026",
            "24 Nov 2026",
            lambda to: numbers.date(datetime.date(2026, 11, 24), to),
        ),
        (
            "13\u00a0décembre 2024",
            "13\u00a0December 2024",
            lambda to: numbers.long_date(datetime.date(2024, 12, 13), to),
        ),
        (
            "1er\u00a0août 2025",
            "1\u00a0August 2025",
            lambda to: numbers.long_date(datetime.date(2025, 8, 1), to),
        ),
    ],
)
def test_written_as_in_each_country(french, english, write):
    assert write("fr") == french
    assert write("en") == english


def test_an_unknown_day_is_a_dash():
    assert numbers.long_date(None, "fr") == "–"


@pytest.mark.parametrize(
    "write",
    [
        *(numbers.number, numbers.money, numbers.thousands, numbers.percent, numbers.share),
        numbers.date,
    ],
)
def test_unknown_is_a_dash_or_a_word_never_zero(write):
    assert write(None, "fr") == "–"
    assert write(None, "en", none="not costed") == "not costed"


def test_filters_follow_the_language_of_the_page():
    template = engines["django"].from_string(
        "{{ a|money }}|{{ a|money:0 }}|{{ a|keuros }}|{{ a|thousands }}|{{ p|percent }}"
        "|{{ s|share }}|{{ a|number:1 }}|{{ p|signed:1 }}|{{ d|shortdate }}|{{ d|longdate }}"
        "|{{ none|keuros }}|{{ none|shortdate }}|{{ word|number }}"
    )
    context = {
        "a": Decimal("1234.5"),
        "p": 3.65,
        "s": "0.125",
        "d": datetime.datetime(2026, 12, 31, 23, 30, tzinfo=datetime.UTC),
        "none": None,
        "word": "beaucoup",
    }
    with translation.override("fr"):
        assert template.render(context) == (
            "1\u202f234,50\u00a0€|1\u202f235\u00a0€|1,2\u00a0k€|1,2|3,7\u00a0%|12,5\u00a0%"
            "|1\u202f234,5|+\u00a03,7|01/01/2027|1er\u00a0janvier 2027|–|–|–"
        )
    with translation.override("en-gb"):
        assert template.render(context) == (
            "€1,234.50|€1,235|€1.2k|1.2|3.7%|12.5%|1,234.5|+3.7|1 Jan 2027|1\u00a0January 2027"
            "|–|–|–"
        )


@pytest.mark.parametrize(
    ("tags", "path"),
    [
        ("undo /armorique/undo/3/", "/armorique/undo/3/"),
        ("undo //ailleurs.example/", ""),
        ("undo https://ailleurs.example/", ""),
        ("undo /\\ailleurs.example", ""),
        ("undo", ""),
        ("autre /chemin/", ""),
        (None, ""),
    ],
)
def test_only_a_path_of_this_site_undoes(tags, path):
    assert undo_url(Message(25, "Fait.", tags)) == path
