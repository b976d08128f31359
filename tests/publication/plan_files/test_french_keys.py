"""The files of a plan with French keys say the same, and hold the same seal."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from portulan.plans.files.document import PlanFolder, seal
from portulan.publication.plan_files.french_keys import _CODE, FRENCH, _plain
from portulan.publication.plan_files.reading import read
from portulan.publication.plan_files.texts import texts

ACTION = """---
numéro: 1
Titre: Éteindre
niveau: study
avancement: todo
pilote: DSI
bonnes_pratiques: [guide/2022-02/a.5]
echeance: 2027-12-31
jalons:
  - titre: Dire quand
    fin prévue: 2027-01-31
indicateurs: [ecrans]
---

La nuit.
"""
INDICATOR = "nom: Écrans éteints\nnature: count\nunité: écrans\n"
PLAN = """format: portulan-plan/1
adresse: plan
titre: Plan 2025-2027
première année: 2025
dernière_année: 2027
axes:
  titre: Sobriété
éditions:
  - référentiel: guide
    édition: 2022-02
    titre: Guide
    bonnes pratiques:
      a.5: Éteindre
"""


def folder(**changed: str) -> dict[str, bytes]:
    files = {"plan.yaml": PLAN, "indicators/ecrans.yaml": INDICATOR, "actions/001.md": ACTION}
    return {path: text.encode() for path, text in (files | changed).items()}


def test_french_keys_say_the_same_and_seal_the_same() -> None:
    found, problems = read(folder())
    assert found is not None, [problem.message() for problem in problems]
    action = found.actions[0]
    assert (action.title, action.pilot_function, str(action.due_on)) == (
        "Éteindre",
        "DSI",
        "2027-12-31",
    )
    assert action.practices == ("guide/2022-02/a.5",)
    assert [one.title for one in action.milestones] == ["Dire quand"]
    assert found.indicators["ecrans"].unit == "écrans"
    assert found.plan.axes == {"titre": "Sobriété"}  # a key of theirs is theirs
    written = {path: text.encode() for path, text in texts(found).items()}
    again, _problems = read(written)
    assert again == found
    assert seal(again) == seal(found)
    assert b"pilot_function: DSI" in written["actions/001.md"]


def test_what_is_wrong_is_told_on_its_line() -> None:
    wrong = ACTION.replace("echeance: 2027-12-31", "echeance: demain")
    found, problems = read(folder(**{"actions/001.md": wrong}))
    assert found is None
    assert [problem.line for problem in problems] == [8]


def test_a_key_in_both_languages_is_written_twice() -> None:
    both = ACTION.replace("pilote: DSI", "pilote: DSI\npilot_function: DRH")
    found, problems = read(folder(**{"actions/001.md": both}))
    assert found is None
    assert [(one.kind.code, one.line) for one in problems] == [("yaml-key-twice", 7)]


def test_every_field_of_the_format_has_its_french_name() -> None:
    names = {one.name for shape in _shapes(PlanFolder) for one in fields(shape)}
    assert names - {"plan", "actions"} == FRENCH.keys() - {"format"}
    words = [_plain(word) for said in FRENCH.values() for word in said]
    assert len(words) == len(set(words)) == len(_CODE)
    # A French name that is a name of the format says that very field.
    assert all(_CODE.get(_plain(code), code) == code for code in FRENCH)


def _shapes(shape: Any) -> set[Any]:
    found: set[Any] = {shape}
    waiting = [*get_type_hints(shape, include_extras=False).values()]
    while waiting:
        kind = waiting.pop()
        waiting += get_args(kind)
        if is_dataclass(kind) and kind not in found:
            found.add(kind)
            waiting += get_type_hints(kind).values()
    return found
