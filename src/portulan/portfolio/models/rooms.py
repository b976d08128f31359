"""What a room would choose of a scenario: its ballots while it votes, shuffled once it closed."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.plans.models.rooms import OpenToPhones
from portulan.portfolio.models.scenarios import Scenario
from portulan.portfolio.words import Voted

VOTED = {
    Voted.APPROVAL: _("Par approbation : chacun coche ce qu’il soutient"),
    Voted.POINTS: _("Par points : chacun en répartit dix"),
}
LONGEST_VOTE = timedelta(days=31)


class RoomChoice(OpenToPhones):
    """A vote of phones on the actions of a scenario.

    `projects` are frozen when it opens: {"id", "title", "cost" in euros, "value" in points a year},
    in the order of their numbers, which settles ties; `left_out`: {"title", "reason"}. `ballots`,
    once closed, are {id: points} in the order of what they say, none under ten; `best` is the plan
    of most value, null where it was not proved.
    """

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="room_choices")
    voted = models.CharField(_("vote"), max_length=8, choices=VOTED, default=Voted.APPROVAL)
    envelope = models.PositiveBigIntegerField(_("enveloppe"))
    projects = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    voters = models.PositiveSmallIntegerField(default=0)
    ballots = models.JSONField(default=list)
    best = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scenario"],
                condition=models.Q(closed_at=None),
                name="room_choice_one_open",
            ),
            models.UniqueConstraint(
                fields=["code"], condition=~models.Q(code=""), name="room_choice_code_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id} {self.opened_at:%Y-%m-%d}"


class RoomBallot(models.Model):
    """What one phone says while the vote is open: nobody's name, no hour; gone once it closes."""

    choice = models.ForeignKey(RoomChoice, models.CASCADE, related_name="votes")
    mark = models.CharField(max_length=64)
    content = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["choice", "mark"], name="room_ballot_once")]

    def __str__(self) -> str:
        return str(self.choice_id)
