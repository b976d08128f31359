"""What actions change for people: stated, corrected, removed; never a number."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import AuditEntry
from portulan.impact.models import SocialEffect
from portulan.impact.social import remove_social_effect, save_social_effect
from portulan.impact.words import Sense, Social
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

SAID = {"kind": Social.ACCESS, "sense": Sense.GAIN, "today": TODAY}


def test_a_social_effect_is_stated_corrected_and_removed(town: Town, elsewhere: Town) -> None:
    plan = make_plan(town)
    action, other = make_action(town, plan), make_action(town, plan)
    effect = save_social_effect(
        town.editor, action=action, statement=" Une voie sans écran ", evidence="Enquête", **SAID
    )
    assert str(effect) == "Une voie sans écran"
    save_social_effect(
        town.editor, action=action, effect=effect, statement="Une voie au guichet", **SAID
    )
    assert SocialEffect.objects.get().evidence == ""
    for wrong in (other, make_action(town, plan)):
        with pytest.raises(NotFoundError):
            remove_social_effect(town.editor, action=wrong, effect=effect)
    with pytest.raises(ValidationError):
        save_social_effect(town.editor, action=action, statement=" ", **SAID)
    with pytest.raises(DeniedError):
        save_social_effect(town.contributor, action=action, statement="x", **SAID)
    with pytest.raises(NotFoundError):
        save_social_effect(elsewhere.editor, action=action, statement="x", **SAID)
    remove_social_effect(town.editor, action=action, effect=effect)
    told = AuditEntry.objects.filter(verb__startswith="social").order_by("pk")
    assert [entry.changes["social effect"] for entry in told] == [
        [None, "Une voie sans écran"],
        ["Une voie sans écran", "Une voie au guichet"],
        ["Une voie au guichet", None],
    ]
