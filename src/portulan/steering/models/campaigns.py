"""Campaigns, the replies of pilots, what they propose, what they accept."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Person, Unit
from portulan.core.models import Versioned
from portulan.evidence.models import Piece
from portulan.indicators.models import Indicator
from portulan.plans.models import Action, Plan
from portulan.steering.labels import (
    ABOUTS,
    CAMPAIGN_KINDS,
    CAMPAIGN_STATES,
    CHANGE_STATUSES,
    CONSENTS,
    WAYS,
)
from portulan.steering.words import (
    CampaignKind,
    CampaignState,
    ChangeStatus,
    Way,
)


class Campaign(Versioned):
    """What the pilots of a plan are asked, until a day; its review is one, whatever the way.

    `durations` are seconds, sorted, of nobody: a median is drawn from five of them or more. `tally`
    is what stays of who was asked once it is closed: counts, by unit, without a name or a function.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="campaigns")
    kind = models.CharField(
        _("objet"), max_length=10, choices=CAMPAIGN_KINDS, default=CampaignKind.UPDATE
    )
    title = models.CharField(_("intitulé"), max_length=160)
    state = models.CharField(max_length=6, choices=CAMPAIGN_STATES, default=CampaignState.DRAFT)
    way = models.CharField(_("par quelle voie"), max_length=7, choices=WAYS, default=Way.LINK)
    actions = models.ManyToManyField(Action, blank=True, related_name="+")
    questions = models.JSONField(_("questions"), default=list, blank=True)
    message = models.CharField(_("votre mot"), max_length=500, blank=True)
    opens_on = models.DateField(_("ouvre le"))
    closes_on = models.DateField(_("ferme le"))
    # Days between two messages to who did not answer; None writes once.
    remind_every = models.PositiveSmallIntegerField(
        _("relancer tous les (jours)"), null=True, blank=True, validators=[MaxValueValidator(90)]
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    durations = models.JSONField(default=list, blank=True)
    tally = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["plan", "-opens_on"], name="campaign_latest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_on__gte=models.F("opens_on")), name="campaign_days"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Reply(Versioned):
    """What a function is asked in a campaign, and whether it answered all of it.

    `key` is in the signed link: another key, and the link of before opens nothing.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="replies")
    function = models.CharField(_("fonction"), max_length=160)
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="campaign_replies"
    )
    key = models.CharField(max_length=24)
    revoked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.function}"


class ActionReply(Versioned):
    """What a function answers of one action: nothing changed, its consent, or changes.

    `was_late` is kept with “nothing changed”: of an action that is late, it is told.
    """

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="parts")
    action = models.ForeignKey(Action, models.CASCADE, related_name="campaign_replies")
    order = models.PositiveSmallIntegerField(default=0)
    way = models.CharField(max_length=7, choices=WAYS, blank=True)
    unchanged = models.BooleanField(_("rien n’a changé"), default=False)
    was_late = models.BooleanField(default=False)
    consent = models.CharField(_("accord"), max_length=8, choices=CONSENTS, blank=True)
    piece = models.ForeignKey(Piece, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reply", "action"], name="action_reply_once")
        ]

    def __str__(self) -> str:
        return f"{self.reply_id}: {self.action_id}"


class Change(Versioned):
    """A change that a pilot proposes: as text, before and after; nothing moves until accepted.

    Numbers are written with a point, days as ISO has them. `unknown` is “I don’t have this figure”.
    """

    part = models.ForeignKey(ActionReply, models.CASCADE, related_name="changes")
    about = models.CharField(max_length=8, choices=ABOUTS)
    indicator = models.ForeignKey(
        Indicator, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Whose value it is; none: the whole organisation’s.
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    before = models.CharField(max_length=500, blank=True)
    after = models.CharField(max_length=1000, blank=True)
    on = models.DateField(null=True, blank=True)
    unknown = models.BooleanField(default=False)
    status = models.CharField(max_length=11, choices=CHANGE_STATUSES, default=ChangeStatus.PROPOSED)
    word = models.CharField(_("votre mot"), max_length=500, blank=True)
    person_id = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["part", "status"], name="change_waiting")]

    def __str__(self) -> str:
        return f"{self.part_id} {self.about}: {self.after}"


class Acceptance(Versioned):
    """What the function that pilots an action was asked, and answered: silence is not a yes."""

    action = models.OneToOneField(Action, models.CASCADE, related_name="acceptance")
    function = models.CharField(_("fonction"), max_length=160)
    consent = models.CharField(_("accord"), max_length=8, choices=CONSENTS, blank=True)
    asked_on = models.DateField(_("demandé le"))
    answered_on = models.DateField(_("répondu le"), null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.action_id}: {self.consent}"
