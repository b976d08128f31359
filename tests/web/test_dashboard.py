"""The sentence of the dashboard: what a board reads first, in both languages."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.utils import translation

from portulan.budget.indicator.reads import YearFigure
from portulan.budget.indicator.trajectory import TrajectoryYear
from portulan.budget.words import Stage
from portulan.web.publication.board.views import Lede, lede_of

D = Decimal
NBSP = "\u00a0"


def year(
    number: int, value: str | None, ambition: str | None = None, **more: Any
) -> TrajectoryYear:
    """A year whose IT budget is 10 M€."""
    share = None if value is None else D(value)
    return TrajectoryYear(
        year=number,
        stage=None,
        numerator=None if share is None else share * 100_000,
        denominator=D(10_000_000),
        value=share,
        lower=None,
        upper=None,
        ambition=None if ambition is None else D(ambition),
        perimeter=1,
        **more,
    )


def figure(number: int, value: str | None = "2.5", *, provisional: bool = False) -> YearFigure:
    share = None if value is None else D(value)
    said = SimpleNamespace(value=share, is_unknown=False, provisional=provisional,
                           coverage=D("71.4"))  # fmt: skip
    return cast(
        "YearFigure", SimpleNamespace(figure=said, fiscal_year=SimpleNamespace(year=number))
    )


def said(language: str, **known: Any) -> Lede:
    nothing = {"current": None, "following": None, "latest": None, "may_give_accounts": False}
    with translation.override(language):
        return lede_of(name="Bourg", **(nothing | known))


@pytest.mark.parametrize(
    ("stage", "lower", "ambition", "fr", "en"),
    [
        (Stage.OPENED, "3.7", None, ".", "."),
        (
            *(Stage.OPENED, "3.7", "5"),
            f"{NBSP}: c’est moins que l’ambition votée, 5,0{NBSP}%.",
            ": less than the voted ambition, 5.0%.",
        ),
        (
            *(Stage.OPENED, "3.7", "3"),
            f"{NBSP}: l’ambition votée, 3,0{NBSP}%, est prévue, pas encore démontrée.",
            ": the voted ambition, 3.0%, is foreseen, not proved yet.",
        ),
        (
            *(Stage.REALISED, "2.9", "3"),
            f"{NBSP}: l’ambition votée, 3,0{NBSP}%, n’est pas encore démontrée.",
            ": the voted ambition, 3.0%, is not proved yet.",
        ),
        (
            *(Stage.REALISED, "3", "3"),
            f"{NBSP}: l’ambition votée, 3,0{NBSP}%, est tenue.",
            ": the voted ambition, 3.0%, is held.",
        ),
        (
            *(Stage.REALISED, "3.7", "5"),
            f"{NBSP}: l’ambition votée, 5,0{NBSP}%, n’est pas tenue.",
            ": the voted ambition, 5.0%, is not held.",
        ),
    ],
)
def test_the_share_stands_beside_its_ambition(
    stage: Stage, lower: str, ambition: str | None, fr: str, en: str
) -> None:
    current = replace(year(2026, "3.71", ambition), stage=stage, lower=D(lower))
    french, english = (said(language, current=current) for language in ("fr", "en"))
    realised = stage is Stage.REALISED
    does = ("a consacré", "dedicated") if realised else ("prévoit de consacrer", "foresees giving")
    assert french.sentence == (
        f"En 2026, Bourg {does[0]} 3,7{NBSP}% du budget de la DSI au numérique responsable{fr}"
    )
    assert english.sentence == (
        f"In 2026, Bourg {does[1]} 3.7% of the IT budget to responsible digital{en}"
    )
    assert not any((french.link, french.reserve, french.warning))


def test_a_provisional_share_says_so() -> None:
    current = year(2026, "3.71", computed=figure(2026, provisional=True))
    assert said("fr", current=current).reserve == (
        f"Part provisoire{NBSP}: 71{NBSP}% des montants sont qualifiés."
    )
    assert "71%" in said("en", current=current).reserve
    assert said("fr", current=year(2026, "3.71", computed=figure(2026))).reserve == ""


def test_without_accounts_of_the_plan_the_last_share_known_is_said() -> None:
    assert said("fr", latest=figure(2024)).sentence == (
        f"Les années du plan n’ont pas encore de comptes. En 2024, Bourg a consacré 2,5{NBSP}% du"
        " budget de la DSI au numérique responsable."
    )
    assert "In 2024, Bourg" in said("en", latest=figure(2024), current=year(2026, None)).sentence


def test_without_any_share_it_says_what_is_missing_and_leads_who_may_give_it() -> None:
    nobody, finance = said("fr"), said("fr", may_give_accounts=True, latest=figure(2024, None))
    assert nobody.sentence.endswith(f"calculable{NBSP}: ses comptes ne sont pas donnés.")
    assert nobody.link == ""
    assert finance.sentence.endswith(f"calculable{NBSP}: ")
    assert finance.link == "donnez les comptes"
    assert said("en", may_give_accounts=True).link == "give the accounts"


@pytest.mark.parametrize(
    ("now", "then", "fr", "en"),
    [
        (
            "3.7",
            "2.0",
            "Sans nouvelle décision, la part retombe à 2,0",
            "the share falls back to 2.0%",
        ),
        ("3.7", "3.7", "En 2027, il manque", "In 2027, another"),
        (None, "2.0", "En 2027, il manque", "In 2027, another"),
    ],
)
def test_the_year_to_come_is_warned_of(now: str | None, then: str, fr: str, en: str) -> None:
    known = {"current": year(2026, now), "following": year(2027, then, "5")}
    gap = (D(5) - D(then)) * 100
    assert said("fr", **known).warning.startswith(fr)
    assert f"{gap:.0f}{NBSP}k€ pour tenir 5,0{NBSP}%." in said("fr", **known).warning
    assert en in said("en", **known).warning
    assert f"€{gap:.0f}k" in said("en", **known).warning


@pytest.mark.parametrize("ambition", [None, "2", "1"])
def test_an_ambition_that_is_held_warns_of_nothing(ambition: str | None) -> None:
    known = {"current": year(2026, "3.7"), "following": year(2027, "2", ambition)}
    assert said("fr", **known).warning == ""
