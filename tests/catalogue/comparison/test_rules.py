"""Following practices from an edition to the next."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.catalogue.comparison.rules import Step, compare, document_of, steps_of
from portulan.catalogue.readers.content import (
    CatalogueContent,
    PracticeContent,
    Scales,
    SuccessorContent,
    Term,
)
from portulan.catalogue.readers.edition_file import load_builtin
from portulan.core.folding import fold
from tests.catalogue.editions import editions
from tests.catalogue.imports.test_writes import content

HARDER = Scales(priority=(Term("Fort"), Term("Faible")))


def with_practices(edition: CatalogueContent, *practices: PracticeContent) -> CatalogueContent:
    return replace(edition, practices=practices)


def test_what_came_went_and_was_said_otherwise() -> None:
    old = content("2025", "Éteindre", "Garder", "Prêter")
    first, second, third = old.practices
    new = with_practices(
        old,
        replace(first, title="Tout éteindre"),
        replace(second, priority="Faible", pilots=("Achats",), indicators=second.indicators[:1]),
        replace(third, code="a.4", slug="p4", title="Donner"),
    )
    found = compare(old, new)
    assert [(one.old.code, one.changed) for one in found.matches] == [
        ("a.1", ("title",)),
        ("a.2", ("priority", "pilots", "indicators")),
    ]
    assert (found.retitled, found.rated_again, found.moved, found.same) == (1, 1, 0, 0)
    assert [one.code for one in found.added] == ["a.4"]
    assert [(one.practice.code, one.twin) for one in found.removed] == [("a.3", None)]


def test_the_table_beats_the_codes_that_changed_hands() -> None:
    old = content("2025", "Stratégie", "Budget", "Charte")
    _strategy, budget, charter = old.practices
    new = with_practices(
        old, replace(budget, code="a.1"), replace(charter, code="a.2"), replace(charter, code="a.3")
    )
    steps = [Step("a.2", "a.1", "Le budget passe devant"), Step("a.3", "a.2"), Step("a.3", "a.3")]
    found = compare(old, new, steps)
    assert [(one.old.code, one.new.code) for one in found.matches] == [
        ("a.2", "a.1"),
        ("a.3", "a.2"),
        ("a.3", "a.3"),
    ]
    # a.1 of 2025 is not a.1 of today, which the table gives to the budget.
    assert [one.practice.code for one in found.removed] == ["a.1"]
    assert found.added == ()
    assert (found.moved, found.same) == (2, 1)
    gone = compare(
        old, old, [Step("a.1", None, "Sans suite"), Step("a.9", "a.1"), Step("a.2", "z")]
    )
    assert [(one.practice.code, one.step and one.step.reason) for one in gone.removed] == [
        ("a.1", "Sans suite")
    ]
    assert [one.code for one in gone.added] == ["a.1"]


def test_a_twin_is_a_guess_and_no_match() -> None:
    old = content("2025", "Éteindre la nuit", "Garder")
    new = with_practices(old, replace(old.practices[0], code="a.7"))
    found = compare(old, new)
    assert found.matches == ()
    assert [one.twin and one.twin.code for one in found.removed] == ["a.7", None]


def test_two_scales_are_never_compared() -> None:
    old = replace(content("2025"), scales=HARDER)
    first, second = old.practices
    words = with_practices(old, replace(first, priority="Faible"), second)
    assert compare(old, words).rated_again == 1
    other = replace(words, scales=Scales(priority=(Term("Faible"), Term("Fort"))))
    found = compare(old, other)
    assert (found.same_priorities, found.same_difficulties) == (False, True)
    assert (compare(old, words).same_priorities, compare(old, words).of("a.1")[1]) == (True, None)
    assert found.rated_again == 0
    assert found.matches[0].priority.old != found.matches[0].priority.new


def test_what_is_said_of_two_editions() -> None:
    old = content("2025", "Éteindre", "Garder", "Allumer", "Rendre")
    first, second, _third, fourth = old.practices
    new = with_practices(
        replace(old, version="2026"),
        replace(fourth, body="Autrement"),
        replace(second, code="a.1", difficulty="Dur"),
        replace(first, code="a.7", slug="ailleurs", title="ÉTEINDRE"),
    )
    found = compare(old, new, [Step("a.2", "a.1", "Passe devant"), Step("a.3", None, "Sans suite")])
    unlike = [None, "Dur"]
    assert document_of(found) == {
        "old": {"slug": "maison", "version": "2025"},
        "new": {"slug": "maison", "version": "2026"},
        "same_scales": {"priority": True, "difficulty": True},
        "counts": {
            "same": 0, "changed": 2, "retitled": 0, "rated_again": 1, "moved": 1, "added": 1,
            "removed": 2,
        },
        "changed": [
            {
                "old": "a.4", "new": "a.4", "changed": ["text"], "title": ["Rendre", "Rendre"],
                "priority": ["Fort", "Fort"], "difficulty": [None, None], "reason": "",
            },
            {
                "old": "a.2", "new": "a.1", "changed": ["difficulty"], "title": ["Garder"] * 2,
                "priority": ["Fort", "Fort"], "difficulty": unlike, "reason": "Passe devant",
            },
        ],
        "added": [{"code": "a.7", "title": "ÉTEINDRE"}],
        "removed": [
            {"code": "a.1", "title": "Éteindre", "reason": "", "looks_like": "a.7"},
            {"code": "a.3", "title": "Allumer", "reason": "Sans suite", "looks_like": None},
        ],
    }  # fmt: skip
    assert [one.practice.code for one in [found.of("a.3")[1]] if one] == ["a.3"]
    assert found.of("a.9") == ((), None)


def test_the_table_of_a_file_is_the_one_of_that_edition_alone() -> None:
    old, new = content("2025"), content("2026")
    said = [
        SuccessorContent("".join(("20", "25")), "a.1", "a.2", "Réuni"),  # equal, and not one object
        SuccessorContent("2024", "a.2", "a.1"),
        SuccessorContent("2025", "a.2", None),
    ]
    found = steps_of(replace(new, successors=tuple(said)), old)
    assert found == [Step("a.1", "a.2", "Réuni"), Step("a.2", None)]


def test_the_guide_from_its_consultation_to_its_first_version() -> None:
    """Three practices came, two were rated again and nothing moved (journal of the guide)."""
    guide = load_builtin()
    came = {"a.8", "c.3", "f.8"}
    before = with_practices(
        replace(guide, version="beta"),
        *(
            replace(one, difficulty="Difficile") if one.code in {"a.2", "a.6"} else one
            for one in guide.practices
            if one.code not in came
        ),
    )
    found = compare(before, guide)
    assert {one.code for one in found.added} == came
    assert (found.removed, found.rated_again, found.same) == ((), 2, 54)


@settings(max_examples=40, deadline=None)
@given(old=editions(), new=editions(), data=st.data())
def test_every_practice_is_told_once_whatever_the_table(
    old: CatalogueContent, new: CatalogueContent, data: st.DataObject
) -> None:
    codes = st.sampled_from([one.code for one in (*old.practices, *new.practices)])
    steps = data.draw(
        st.lists(st.builds(Step, codes, st.one_of(st.none(), codes)), max_size=4, unique=True)
    )
    found = compare(old, new, steps)
    gone = [one.practice.code for one in found.removed]
    assert {one.code for one in old.practices} == {one.old.code for one in found.matches} | set(
        gone
    )
    assert not {one.old.code for one in found.matches} & set(gone)
    come = {one.code for one in found.added}
    assert {one.code for one in new.practices} == {one.new.code for one in found.matches} | come
    assert not {one.new.code for one in found.matches} & come
    assert compare(old, old).same == len(old.practices)
    assert all(
        found.of(one.old.code)[0] and found.of(one.old.code)[1] is None for one in found.matches
    )
    for one in found.removed:
        alike = [
            other
            for other in found.added
            if other.slug == one.practice.slug or fold(other.title) == fold(one.practice.title)
        ]
        assert one.twin == (alike[0] if alike else None)
