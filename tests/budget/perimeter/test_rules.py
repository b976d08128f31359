from __future__ import annotations

from decimal import Decimal

from portulan.budget.lines.facts import LineFacts
from portulan.budget.perimeter.rules import Answers, Rule, judge, reason_words
from portulan.budget.words import Verdict

NOTHING_ASKED = Answers()
DSI = Answers(service_codes=frozenset({"DSI"}))


def verdict(
    nature: str,
    *,
    rules: tuple[Rule, ...] = (),
    answers: Answers = NOTHING_ASKED,
    nomenclature: str | None = "M57",
    **facts: str,
) -> tuple[Verdict, Decimal | None]:
    ruling = judge(
        LineFacts(nature, **facts), rules=rules, answers=answers, nomenclature=nomenclature
    )
    return ruling.verdict, ruling.share


IN, OUT = (Verdict.IN, Decimal(1)), (Verdict.OUT, Decimal(0))


def test_accounts_by_nature_are_the_fallback() -> None:
    assert verdict("2051") == IN
    assert verdict("611") == (Verdict.MIXED, None)
    assert verdict("60611") == OUT
    assert verdict("") == (Verdict.UNDECIDED, None)
    # The same code means telephony or livestock.
    assert verdict("2185") == IN
    assert verdict("2185", nomenclature="M14") == OUT


def test_the_service_code_is_the_best_source() -> None:
    assert verdict("2313", answers=DSI, service="dsi") == IN
    assert verdict("611", answers=DSI, manager="DSI") == IN
    assert verdict("2051", answers=DSI, service="DRH") == OUT
    # A file without service codes falls back on accounts.
    assert verdict("611", answers=DSI) == (Verdict.MIXED, None)


def test_what_is_never_spending_of_the_year_stays_out_even_for_the_dsi() -> None:
    assert verdict("6811", answers=DSI, service="DSI") == OUT
    everything = Rule(Verdict.IN, None, "tout", service="DSI")
    assert verdict("6811", rules=(everything,), service="DSI") == OUT
    assert verdict("1641", answers=DSI, service="DSI") == OUT


def test_staff_and_school_equipment_follow_the_answers() -> None:
    assert verdict("64111", answers=DSI, service="DSI") == OUT
    with_staff = Answers(frozenset({"DSI"}), with_staff=True)
    assert verdict("64111", answers=with_staff, service="DSI") == IN
    assert verdict("21831") == OUT
    assert verdict("21831", answers=Answers(with_school_equipment=True)) == IN


def test_own_rules_come_first_and_the_first_that_matches_holds() -> None:
    rules = (
        Rule(Verdict.MIXED, Decimal("0.6"), "effacement", nature_prefix="611", label="réemploi"),
        Rule(Verdict.OUT, None, "pas de 611", nature_prefix="611"),
    )
    assert verdict(
        "611", rules=rules, label="REEMPLOI : effacement des données", answers=DSI, service="DSI"
    ) == (Verdict.MIXED, Decimal("0.6"))
    assert verdict("6111", rules=rules, answers=DSI, service="DSI") == OUT
    assert verdict("2051", rules=rules, answers=DSI, service="DSI") == IN


def test_a_reason_of_ours_is_said_in_both_languages_and_a_person_s_as_written() -> None:
    for service, nature in (("DSI", "611"), ("EDU", "611"), ("DSI", "64111"), ("DSI", "")):
        facts = LineFacts(nature, service=service)
        ruling = judge(facts, rules=(), answers=DSI, nomenclature="M57")
        assert reason_words(ruling.reason.fr) == ruling.reason
    ruling = judge(LineFacts(""), rules=(), answers=NOTHING_ASKED, nomenclature="M57")
    assert reason_words(ruling.reason.fr).en == "The line has no account by nature."
    assert reason_words("Clé 2026") == ("Clé 2026", "Clé 2026")
