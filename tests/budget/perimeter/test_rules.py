from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.accounts_chart import default_verdict
from portulan.budget.lines.facts import LineFacts
from portulan.budget.perimeter.rules import (
    Answers,
    Rule,
    Speaker,
    judge,
    reason_words,
    share_of,
)
from portulan.budget.words import Post, RunBuild, Verdict

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


def test_school_equipment_of_an_account_that_mixes_it_is_told_by_the_function() -> None:
    schools = {
        "M14": ("21", "211", "212", "213", "22", "90212", "9222"),
        "M57": ("21", "211", "221", "222", "24", "90212", "93221", "9024"),
        "M57_A": ("212", "222"),
        None: ("211", "22"),
    }
    for nomenclature, functions in schools.items():
        for function in functions:
            told = {"nomenclature": nomenclature, "function": function}
            assert verdict("2183", **told) == OUT, told
            assert verdict("21783", **told)[0] == Verdict.OUT
            assert verdict("2183", answers=Answers(with_school_equipment=True), **told) == IN
            assert verdict("2051", **told) == IN  # licences are nobody's equipment
    others = {
        "M14": ("", "020", "01", "20", "23", "24", "251", "90020", "2"),
        "M57": ("", "020", "23", "25", "28", "2", "902"),
        "PCG": ("21", "212"),
    }
    for nomenclature, functions in others.items():
        for function in functions:
            told = {"nomenclature": nomenclature, "function": function}
            assert verdict("2183", **told) == verdict("2183", nomenclature=nomenclature), told
    # The department's own code does not make it its own purchase.
    assert verdict("2183", function="212", service="DSI", answers=DSI, nomenclature="M14") == OUT


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


def test_who_speaks_is_said_with_the_post_of_the_account_where_the_rule_names_none() -> None:
    ours = Rule(Verdict.IN, None, "à nous", label="licence", run_build=RunBuild.BUILD)
    other = Rule(Verdict.IN, None, "poste", function="020", post=Post.TELECOM)
    answers = Answers(frozenset({"DSI"}), with_school_equipment=False)
    account = default_verdict("M57", "2051").post
    assert account not in {None, Post.TELECOM}

    def ruled(nature: str = "2051", **facts: str) -> tuple[object, ...]:
        found = judge(
            LineFacts(nature, **facts), rules=(ours, other), answers=answers, nomenclature="M57"
        )
        # What speaks of a staff or school account knows its post as the account says it.
        assert found.post == (
            Post.TELECOM if found.rule == 2 else default_verdict("M57", nature).post
        )
        return found.speaker, found.rule, found.run_build, found.share

    assert ruled(label="LICENCES") == (Speaker.RULE, 1, RunBuild.BUILD, 1)
    assert ruled(label="licence", function="020") == (Speaker.RULE, 1, RunBuild.BUILD, 1)
    assert ruled(function="0201") == (Speaker.RULE, 2, None, 1)
    assert ruled("6811", label="licence") == (Speaker.NEVER, 0, None, 0)
    assert ruled("64111", service="DSI") == (Speaker.STAFF, 0, None, 0)
    assert ruled("21831", service="DSI") == (Speaker.SCHOOLS, 0, None, 0)
    assert ruled(service="DSI") == ruled(manager="dsi") == (Speaker.SERVICE, 0, None, 1)
    assert ruled(service="RH") == ruled(manager="RH") == (Speaker.SERVICE, 0, None, 0)
    assert ruled() == (Speaker.ACCOUNT, 0, None, 1)


CRITERIA = {
    "nature_prefix": ("nature", "2051", "205"),
    "service": ("service", "Dsi", "DSI"),
    "function": ("function", "0201", "020"),
    "supplier": ("supplier", "Société Nuage", "nuage"),
    "label": ("label", "Réemploi", "reemploi"),
    "operation": ("operation", "OP12", "OP1"),
}


@given(st.sets(st.sampled_from(sorted(CRITERIA))), st.sets(st.sampled_from(sorted(CRITERIA))))
def test_a_rule_holds_when_each_of_its_criteria_does(asked: set[str], met: set[str]) -> None:
    rule = Rule(Verdict.IN, None, "", **{name: CRITERIA[name][2] for name in asked})  # type: ignore[arg-type]
    facts = {CRITERIA[name][0]: CRITERIA[name][1] for name in met}
    assert rule.matches(LineFacts(**{"nature": ""} | facts)) is (asked <= met)


def test_a_share_is_that_of_the_verdict_and_a_mixed_line_has_its_own() -> None:
    own = Decimal("0.4")
    assert {verdict: share_of(verdict, own) for verdict in Verdict} == {
        Verdict.IN: 1,
        Verdict.OUT: 0,
        Verdict.INTERNAL: 0,
        Verdict.MIXED: own,
        Verdict.UNDECIDED: None,
    }
