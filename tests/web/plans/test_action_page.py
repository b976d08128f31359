"""The action on one page: all its values at once with a photo, notes, ties, and how it opens."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.writes import add_unit
from portulan.core.errors import DeniedError, NotFoundError
from portulan.evidence.models import Piece
from portulan.indicators.models import MeasurementEvidence
from portulan.indicators.words import Kind, TargetKind
from portulan.indicators.writes import set_target
from portulan.plans.actions.progress import update_progress
from portulan.plans.actions.writes import edit_action
from portulan.plans.commitments.writes import save_deliverable
from portulan.plans.indicators import add_indicator, measure
from portulan.plans.models import Action, ActionNote, Plan
from portulan.plans.notes import save_note
from portulan.plans.relations import tie, ties_of
from portulan.plans.words import CommitmentLevel, Progress, Tie
from tests.browser import Browser
from tests.evidence.test_pictures import jpeg, tiff
from tests.pages import MOST_NODES
from tests.people import Town
from tests.plans.plan_of_town import TODAY, adopt, followed_action, make_action, make_plan

type SignIn = Callable[[Role], Browser]
STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel


@pytest.fixture(autouse=True)
def _place(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)
    town.organisation.frozen_on = TODAY
    town.organisation.save()


@pytest.fixture
def plan(town: Town) -> Plan:
    return make_plan(town)


@pytest.fixture
def action(town: Town, plan: Plan) -> Action:
    action = followed_action(town, plan, pilot=town.people[Role.CONTRIBUTOR])
    for name, kind in (("Serveurs", Kind.COUNT), ("État", Kind.TEXT)):
        add_indicator(town.editor, action=action, name=name, kind=kind)
    return action


def url(action: Action, name: str = "action", *args: Any) -> str:
    plan = action.plan
    return reverse(f"plans:{name}", args=[plan.organisation.slug, plan.slug, action.number, *args])


def words(browser: Browser, answer: Any) -> str:
    return re.sub(r"\s+", " ", browser.tree(answer).text_content())


def test_all_values_and_a_photo_are_one_form_undone_together(
    town: Town, action: Action, signed_in: SignIn
) -> None:
    browser = signed_in(Role.CONTRIBUTOR)
    tree = browser.tree(browser.get(url(action)))
    first = tree.xpath("//main//section")[0]
    assert first.get("id") == "update"  # the pilot's phone begins with the form
    names = tree.xpath("//section[@id='update']//@name")
    others = [name for name in names if "other" in name]
    assert len(others) == 2
    photo = SimpleUploadedFile("IMG.jpg", jpeg(tiff()))
    sent = {"update-value": "1,66", others[0]: "31", others[1]: "en service", "update-file": photo}
    fields = browser.fields(url(action))
    answer = browser.post(url(action, "update"), fields | sent)
    assert answer.status_code == 302
    values = {
        one.indicator.name: one.value if one.value is not None else one.text
        for link in action.indicator_links.all()
        for one in link.indicator.measurements.filter(on=TODAY, withdrawn_at=None)
    }
    assert values == {
        "PUE moyen annuel": Decimal("1.66"),
        "Serveurs": Decimal(31),
        "État": "en service",
    }
    assert MeasurementEvidence.objects.filter(piece=Piece.objects.get()).count() == 3
    page = browser.tree(browser.get(url(action)))
    (undo,) = page.xpath("//main//form[contains(@action, '/undo/')]/@action")
    browser.post(undo)
    left = [
        one
        for link in action.indicator_links.all()
        for one in link.indicator.measurements.filter(on=TODAY, withdrawn_at=None)
    ]
    assert left == []


def test_nothing_changed_is_an_answer_and_news(
    town: Town, action: Action, signed_in: SignIn
) -> None:
    Action.objects.filter(pk=action.pk).update(last_news_on=date(2026, 1, 1))
    browser = signed_in(Role.CONTRIBUTOR)
    fields = browser.fields(url(action))
    browser.post(url(action, "update"), fields | {"nothing": "1", "update-value": "9"})
    action.refresh_from_db()
    assert action.last_news_on == TODAY
    assert not action.indicators.filter(measurements__on=TODAY).exists()


@pytest.mark.parametrize("level", CommitmentLevel)
def test_each_level_opens_on_what_it_commits_to_and_stays_light(
    town: Town, action: Action, signed_in: SignIn, level: CommitmentLevel
) -> None:
    edit_action(
        town.editor, action=action, scope="Trois services", protocol="Même auditeur",
        compared_with="La billetterie, témoin", cost_to_extend="410 à 650 k€",
    )  # fmt: skip
    save_deliverable(
        town.editor, action=action, title="Bilan", due_on=date(2027, 12, 1), today=TODAY
    )
    adopt(town, action, level)
    for number in range(8):
        save_note(town.editor, action=action, text=f"Note {number}", on=TODAY, today=TODAY)
    browser = signed_in(Role.EDITOR)
    answer = browser.get(url(action))
    text = words(browser, answer)
    said = {
        STUDY: ("La réflexion", "Bilan, attendu le 01/12/2027", "Trois issues"),
        EXPERIMENT: ("L’essai", "Même auditeur", "témoin", "410 à 650 k€", "01/12/2027"),
        IMPLEMENTATION: ("Indicateurs",),
    }
    for one in said[level]:
        assert one in text, one
    nodes = [one for one in browser.tree(answer).iter() if isinstance(one.tag, str)]
    inside = browser.tree(answer).xpath("//svg//* | //option")
    assert len(nodes) - len(inside) <= MOST_NODES


def test_a_note_is_written_changed_and_removed(
    town: Town, action: Action, signed_in: SignIn
) -> None:
    browser = signed_in(Role.CONTRIBUTOR)
    browser.fill(url(action, "add-note"), {"text": "Les portes arrivent en retard"})
    note = ActionNote.objects.get()
    browser.fill(url(action, "note", note.pk), {"text": "Les portes sont là"})
    assert "Les portes sont là" in words(browser, browser.get(url(action)))
    assert (
        browser.fill(url(action, "add-note"), {"text": "x", "on": "2027-01-01"}).status_code == 422
    )
    browser.fill(url(action, "remove-note", note.pk), {})
    assert not ActionNote.objects.exists()
    with pytest.raises(DeniedError):
        save_note(town.reader, action=action, text="x", on=TODAY, today=TODAY)


def test_a_tie_is_read_from_both_and_never_turns_round(
    town: Town, elsewhere: Town, plan: Plan, action: Action, signed_in: SignIn
) -> None:
    second, third = make_action(town, plan, "Deux"), make_action(town, plan, "Trois")
    browser = signed_in(Role.EDITOR)
    browser.fill(url(action, "add-tie"), {"kind": "requires", "other": str(second.pk)})
    tie(town.editor, action=second, other=third, kind=Tie.REQUIRES)
    assert [(one.kind, one.said_here) for one in ties_of(second)] == [
        (Tie.REQUIRES, True),
        (Tie.REQUIRES, False),
    ]
    assert "exigée par" in words(browser, browser.get(url(second)))
    for one, other, kind in (
        (third, action, Tie.REQUIRES),
        (action, action, Tie.MERGES),
        (action, second, Tie.REQUIRES),
    ):
        with pytest.raises(ValidationError):
            tie(town.editor, action=one, other=other, kind=kind)
    tie(town.editor, action=action, other=third, kind=Tie.EXCLUDES)
    with pytest.raises(ValidationError, match="déjà dit"):
        tie(town.editor, action=third, other=action, kind=Tie.EXCLUDES)
    foreign = make_action(elsewhere, make_plan(elsewhere))
    with pytest.raises(NotFoundError):
        tie(town.editor, action=action, other=foreign, kind=Tie.REQUIRES)
    browser.post(url(action, "remove-tie", ties_of(action)[0].pk))
    assert len(ties_of(action)) == 1


def test_what_portulan_computes_is_attached_from_the_form(
    town: Town, action: Action, signed_in: SignIn
) -> None:
    browser = signed_in(Role.EDITOR)
    browser.fill(
        url(action, "add-indicator"),
        {"name": "Part NR", "kind": "percentage", "unit": "%", "computed_by": "budget.nr_share"},
    )
    made = action.indicators.get(name="Part NR")
    assert made.computed_by == "budget.nr_share"
    names = browser.tree(browser.get(url(action))).xpath("//section[@id='update']//@name")
    assert f"update-other{made.pk}" not in names  # nobody types over it


def test_a_target_in_words_is_judged_on_its_page(
    town: Town, action: Action, signed_in: SignIn
) -> None:
    indicator = action.indicators.get(name="État")
    target = set_target(town.editor, indicator=indicator, due_on=TODAY, text="tout est prêt")
    browser = signed_in(Role.EDITOR)
    page = url(action, "indicator", indicator.pk)
    assert "pas encore jugée" in words(browser, browser.get(page))
    address = url(action, "judge-target", indicator.pk, target.pk)
    answer = browser.fill(
        address, {"judgement": "in_part", "by": "Comité NR", "why": "Deux sites sur trois"}
    )
    assert answer.status_code == 302
    assert "En partie, Comité NR" in words(browser, browser.get(page))
    again = browser.fill(
        url(action, "target", indicator.pk), {"due_on": str(TODAY), "text": "autre chose"}
    )
    assert again.status_code == 422  # that date has one already: replaced only when asked


def test_a_threshold_of_the_law_comes_with_its_day_value_and_text(
    town: Town, action: Action, signed_in: SignIn
) -> None:
    share = add_indicator(town.editor, action=action, name="Réemploi", kind=Kind.PERCENTAGE)
    browser, address = signed_in(Role.EDITOR), url(action, "target", share.pk)
    offered = words(browser, browser.get(address))
    assert "loi AGEC, article 58 : 25 % (2027)" in re.sub("[\u00a0\u202f]", " ", offered)
    assert browser.fill(address, {"law": "purchases-2027"}).status_code == 302
    (aim,) = share.targets.all()
    assert (aim.kind, aim.due_on, aim.value) == (TargetKind.LEGAL, date(2027, 1, 1), 25)
    assert "décret 2024-134" in aim.reference
    assert browser.fill(address, {}).status_code == 422  # no threshold chosen, no value typed
    town.organisation.country = "CHE"
    town.organisation.save()
    assert "AGEC" not in words(browser, browser.get(address))


def test_a_trial_opens_on_its_result_and_says_what_does_not_work(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    action = followed_action(town, plan, title="Écoconcevoir")
    edit_action(
        town.editor,
        action=action,
        level=EXPERIMENT,
        scope="trois services sur 34",
        protocol="audit avant et après",
        compared_with="un témoin",
        cost_to_extend="410 à 650 k€",
        decided_by="Comité NR",
    )
    browser = signed_in(Role.EDITOR)
    address = reverse("plans:action", args=[town.slug, plan.slug, action.number])

    def page() -> str:
        return re.sub(r"\s+", " ", browser.get(address).content.decode())

    first = page()
    assert "PUE moyen annuel : l’essai passe de 1,85 à 1,71." in first
    assert "Généraliser coûterait 410 à 650 k€ ; tranche : Comité NR, d’ici le" in first
    assert "Résultat à ce jour : un gain de 0,14" in first
    assert "PUE moyen annuel : 1,5" in first  # it succeeds if
    for words in ("trois services sur 34", "audit avant et après", "un témoin", "Comparé à"):
        assert (words in first) == (words != "Comparé à")
    # Worse than before is told as loudly, and a value of its own for each that is compared.
    indicator = action.indicators.get()
    hall = add_unit(town.admin, name="Mairie")
    school = add_unit(town.admin, name="École")
    told = {"action": action, "indicator": indicator, "today": TODAY, "on": date(2026, 10, 31)}
    measure(town.editor, value=Decimal("2.1"), source="Relève", **told)  # type: ignore[arg-type]
    for unit, value in ((hall, "2"), (school, "2.2")):
        measure(town.editor, value=Decimal(value), unit=unit, **told)  # type: ignore[arg-type]
    second = page()
    assert "Résultat à ce jour : un recul de 0,25" in second
    assert "Ne marche pas" in second
    assert "Comparé à" in second
    assert "École" in second


def test_the_history_says_units_and_what_changed_nothing(
    town: Town, plan: Plan, action: Action, signed_in: SignIn
) -> None:
    browser = signed_in(Role.EDITOR)
    share = add_indicator(town.editor, action=action, name="Part", kind=Kind.PERCENTAGE, unit="%")
    measure(
        town.editor, action=action, indicator=share, on=TODAY, today=TODAY,
        value=Decimal("3.6536"),
    )  # fmt: skip
    update_progress(town.editor, action=action, today=TODAY, progress=Progress.TODO)
    address = reverse("plans:history", args=[town.slug, plan.slug, action.number])
    said = [
        " ".join(one.text_content().split())
        for one in browser.tree(browser.get(address)).xpath("//tbody/tr/td[last()]")
    ]
    assert said[:2] == ["rien n’a changé", "24/11/2026 : 3,6536 %"]
