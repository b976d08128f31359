"""The meaning of accounts and chapters, by nomenclature."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.accounts_chart import (
    account_rules,
    default_verdict,
    family,
    is_strict,
    section_of,
    strict_accounts,
    tax_basis,
)
from portulan.budget.words import Post, Verdict

NOMENCLATURES = ("M57-M57_A", "M57-M57_D", "M52", "M14-M14_COM_SUP3500", "M4-M43_D", "PCG", None)
CODES = st.text("0123456789", min_size=1, max_size=7)


def test_families() -> None:
    assert [family(name) for name in (*NOMENCLATURES, "M49", " m57_p ", "M832", "")] == [
        "M57", "M57", "M57", "M14", "M4", "PCG", None, "M4", "M57", None, None,
    ]  # fmt: skip
    assert tax_basis("M57-M57_A") == "TTC"
    assert tax_basis("M4-M43_D") == "HT"
    assert tax_basis(None) is None


@pytest.mark.parametrize(
    ("nomenclature", "nature", "label", "verdict", "post"),
    [
        ("M57-M57_D", "2185", None, Verdict.IN, Post.TELECOM),
        ("M14-M14_COM_SUP3500", "2185", None, Verdict.OUT, None),
        (None, "2185", "Cheptel", Verdict.OUT, None),
        (None, "2185", "Matériel de téléphonie", Verdict.IN, Post.TELECOM),
        ("M14-M14_COM_500_3500", "6512", None, Verdict.IN, Post.CLOUD),
        ("M57-M57_A", "6512", None, Verdict.OUT, None),
        (None, "6512", "Droits d’utilisation - Informatique en nuage", Verdict.IN, Post.CLOUD),
        (None, "6512", "Stagiaires de la formation professionnelle", Verdict.OUT, None),
        (None, "651", "Redevances pour licences, logiciels", Verdict.MIXED, Post.SOFTWARE),
        ("M57-M57_A", "65811", None, Verdict.IN, Post.CLOUD),
        ("M57-M57_A", "65818", None, Verdict.MIXED, Post.SOFTWARE),
        ("M57-M57_P", "61358", None, Verdict.MIXED, Post.EQUIPMENT),
        ("M57-M57_P", "61351", None, Verdict.OUT, None),
        ("M57-M57_P", "217838", None, Verdict.MIXED, Post.EQUIPMENT),
        ("M57-M57_P", "626", None, Verdict.MIXED, Post.TELECOM),
        ("M57-M57_P", "205", None, Verdict.MIXED, Post.SOFTWARE),
        ("M57-M57_P", "6261", None, Verdict.OUT, None),
        ("M57-M57_P", "64111", None, Verdict.OUT, Post.STAFF),
        ("M57-M57_P", "28051", None, Verdict.OUT, None),
        ("M57-M57_P", "1641", None, Verdict.OUT, None),
        ("PCG", "2183", None, Verdict.MIXED, Post.EQUIPMENT),
        ("PCG", "6511", None, Verdict.MIXED, Post.CLOUD),
        ("M57-M57_P", None, None, Verdict.UNDECIDED, None),
        ("M57-M57_P", "H6262", None, Verdict.OUT, None),
    ],
)
def test_default_verdict(
    nomenclature: str | None,
    nature: str | None,
    label: str | None,
    verdict: Verdict,
    post: Post | None,
) -> None:
    rule = default_verdict(nomenclature, nature, label)
    assert (rule.verdict, rule.post) == (verdict, post)
    assert rule.label.fr
    assert rule.why.en


@given(
    nomenclature=st.sampled_from(NOMENCLATURES), code=CODES, label=st.sampled_from(["", "Cheptel"])
)
def test_certain_accounts_are_in_and_only_they_and_their_children(
    nomenclature: str | None, code: str, label: str
) -> None:
    rule = default_verdict(nomenclature, code, label)
    if is_strict(nomenclature, code, label):
        assert rule.verdict is Verdict.IN
    if rule.verdict is Verdict.IN:
        assert any(is_strict(nomenclature, code[:size], label) for size in range(1, len(code) + 1))


@pytest.mark.parametrize("nomenclature", NOMENCLATURES)
def test_every_certain_account_has_its_rule(nomenclature: str | None) -> None:
    for code in strict_accounts(nomenclature):
        assert is_strict(nomenclature, code)
        assert default_verdict(nomenclature, code).verdict is Verdict.IN


@pytest.mark.parametrize("name", ["M57", "M14", "M4", "PCG"])
def test_every_rule_says_both_languages_and_refines_something(name: str) -> None:
    rules = account_rules(name)
    assert "" in rules
    for prefix, rule in rules.items():
        assert rule.prefix == prefix
        assert all((*rule.label, *rule.why))
        assert (rule.post is not None) or rule.verdict is Verdict.OUT


@pytest.mark.parametrize(
    ("nomenclature", "chapter", "nature", "section"),
    [
        ("M57-M57", "930", "6225", "F"),
        ("M57-M57", "921", "21828", "I"),
        ("M14-M14_COM_SUP3500", "921", "6225", "F"),
        ("M14-M14_COM_SUP3500", "95", "7", "I"),
        ("M57-M57", "040", "7811", "I"),
        ("M57-M57", "042", "2031", "F"),
        ("M57-M57", "018", "6", "I"),
        (None, "011", "2", "F"),
        (None, "930", "21", "I"),
        (None, None, "022", "F"),
        (None, None, "023", "F"),
        (None, None, "021", "I"),
        (None, None, "6262", "F"),
        (None, None, "458101", "I"),
        (None, None, None, "I"),
    ],
)
def test_section(
    nomenclature: str | None, chapter: str | None, nature: str | None, section: str
) -> None:
    assert section_of(nomenclature, chapter, nature) == section
