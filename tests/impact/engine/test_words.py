"""What a person reads: two significant figures, a band, and a formula that can be redone."""

from __future__ import annotations

from typing import Any

import pytest

from portulan.cli.impact.summary import page
from portulan.core.contracts import to_json
from portulan.impact.engine.archetype import View
from portulan.impact.engine.archetypes import ARCHETYPES
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.reckoning import reckon
from portulan.impact.engine.request import Estimate, Request
from portulan.impact.engine.samples import Quantiles
from portulan.impact.engine.tracing import trace
from portulan.impact.engine.wording import in_words, plain
from tests.impact.asking import outcome

LAPTOPS: dict[str, Any] = {"device": "laptop", "count": 1200, "life_before": 4, "life_after": 6}


@pytest.mark.parametrize(
    ("found", "indicator", "french", "english"),
    [
        (
            (11_700, 3_300, 27_600),
            "gwp",
            "environ 12 tCO₂e/an (3 à 28)",
            "about 12 tCO₂e a year (3 to 28)",
        ),
        ((5.648, 5.648, 5.648), "gwp", "environ 5,6 kgCO₂e/an", "about 5.6 kgCO₂e a year"),
        ((-1_741, -1_741, -1_741), "electricity", "environ −1,7 MWh/an", "about −1.7 MWh a year"),
        (
            (123_456, 1_000, 2e6),
            "weee",
            "environ 120 t/an (0 à 2 000)",
            "about 120 t a year (0 to 2,000)",
        ),
        ((0.86, 0.5, 1.2), "adpe", "environ 0,86 kgSb eq/an (0,50 à 1,20)", None),
        (
            (1_346, 1_345.8, 1_346.1),
            "adpe",
            "environ 1 300 kgSb eq/an",
            "about 1,300 kgSb eq a year",
        ),
        ((0, 0, 0), "gwp", "environ 0 kgCO₂e/an", "about 0 kgCO₂e a year"),
        ((0, -20, 30), "weee", "environ 0 kg/an (−20 à 30)", "about 0 kg a year (−20 to 30)"),
    ],
)
def test_two_significant_figures(
    found: tuple[float, float, float], indicator: str, french: str, english: str | None
) -> None:
    middle, low, high = found
    numbers = Quantiles(middle, low, middle, high)
    told = [
        in_words(numbers, Indicator(indicator), View.AMORTISED, "fr"),
        in_words(numbers, Indicator(indicator), View.AMORTISED, "en"),
    ]
    told = [words.replace("\u00a0", " ").replace("\u202f", " ") for words in told]
    assert told[0] == french
    assert english is None or told[1] == english
    assert "/an" not in in_words(numbers, Indicator(indicator), View.PURCHASE, "fr")


def test_numbers_are_written_as_their_readers_do() -> None:
    assert plain(-18509.04, "fr") == "−18\u202f509,04"
    assert plain(18509.04, "en") == "18,509.04"
    assert plain(0.000235334, "en") == "0.000235334"


def test_a_trace_is_a_sentence_with_its_numbers_and_its_sources() -> None:
    found = trace(outcome("device-life", **LAPTOPS, achieved=0.95, parts_kg=2, use_drift=0.05))
    french, english = (" ".join(found.sentences(lang)) for lang in ("fr", "en"))
    assert (
        "1\u202f200 × 0,95 × (1/4 − 1/6) = 95 achats évités (ordinateur portable) par an" in french
    )
    assert "× 185,09 kgCO₂e ≈ 17\u202f600 kgCO₂e par an" in french
    assert "1,200 × 0.95 × (1/4 − 1/6) = 95 purchases avoided (laptop) a year" in english
    for said in (french, english):
        assert "ADEME" in said
        assert "2025" in said
        assert "laptop.gwp.manufacturing" in said
    own = trace(outcome("cloud-off", kwh=100, share=0.5, factors={"electricity.gwp.FRA": 0.1}))
    assert "Donné dans la demande" in " ".join(own.sentences("fr"))


EVERY: dict[str, dict[str, Any]] = {
    "device-life": LAPTOPS,
    "device-removed": {"device": "laptop", "count": 5, "owned": False},
    "device-replaced": {"count": 5, "from": "desktop_pro", "to": "laptop"},
    "refurbished": {"device": "laptop", "count": 5, "second_life": 3},
    "reuse": {"device": "laptop", "count": 5, "second_life": 3, "replacement_rate": 0.5},
    "switch-off": {"count": 5, "watts": 50, "hours_per_day": 14, "days": 220},
    "host-switch-off": {"hosts": 5, "watts": 400, "pue": 1.5, "owned": False},
    "vm-removal": {"vms": 50, "vcpu": 4, "host_vcpu": 96, "watts": 400, "pue": 1.5},
    "pue": {"it_kwh": 1000, "pue_before": 1.8, "pue_after": 1.5},
    "cloud-region": {"kwh": 1000, "from": "POL", "to": "FRA"},
    "cloud-off": {"kwh": 1000, "share": 0.5},
    "paper": {"sheets": 1000},
    "storage": {"gb": 1000, "capacity_released": True},
    "web": {"views": 1000, "mb_saved": 1},
    "purchases-avoided": {"device": "laptop", "count": 5},
    "enabling": {},
}


@pytest.mark.parametrize("view", View)
def test_every_archetype_explains_itself_in_both_languages(view: View) -> None:
    assert set(EVERY) == set(ARCHETYPES)
    shared = frozenset({"everything"})
    request = Request(
        "FRA",
        tuple(Estimate(name, name, inputs, shared) for name, inputs in EVERY.items()),
        draws=20,
        view=view,
    )
    reckoning = reckon(request)
    for result in reckoning.results:
        french, english = (result.trace.sentences(language) for language in ("fr", "en"))
        assert len(french) == len(english)
        assert not any("{" in sentence for sentence in [*french, *english])
        assert bool(french) == (result.id != "enabling")
    for language in ("fr", "en"):
        written = page(reckoning, language)
        assert "{" not in written
        assert all(name in written for name in EVERY)
    told = to_json(reckoning, lang="fr")
    assert set(told) == {"results", "overlaps"}
