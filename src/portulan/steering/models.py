"""The tables of steering: seals, committees, campaigns, alerts, what leaves by itself."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation, Person, Unit
from portulan.core.models import Versioned
from portulan.evidence.models import Piece
from portulan.indicators.models import Indicator
from portulan.plans.models import Action, Deliverable, Plan
from portulan.steering.labels import (
    ABOUTS,
    CAMPAIGN_KINDS,
    CAMPAIGN_STATES,
    CHANGE_STATUSES,
    COMMITTEE_STATES,
    CONSENTS,
    DECISION_STATUSES,
    DELIVERY_STATUSES,
    MATTERS,
    OCCASIONS,
    POWERS,
    PROMISES,
    STOPPED,
    WAYS,
)
from portulan.steering.words import (
    NEEDS,
    CampaignKind,
    CampaignState,
    ChangeStatus,
    CommitteeState,
    DecisionStatus,
    DeliveryStatus,
    Matter,
    Power,
    Way,
)


class SealedPlan(models.Model):
    """A plan as it was on a day, with its seal: never changed, never removed (guard).

    `content` is canonical JSON (RFC 8785), kept as text: its bytes are what `seal` is computed
    from. `number` is its place in the chain of the organisation, `previous` the seal before it.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sealed_plans")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="sealed")
    number = models.PositiveIntegerField(_("numéro"))
    occasion = models.CharField(_("occasion"), max_length=12, choices=OCCASIONS)
    title = models.CharField(_("intitulé"), max_length=160)
    sealed_on = models.DateField(_("scellé le"))
    sealed_at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True)
    previous = models.CharField(max_length=64, blank=True)
    seal = models.CharField(_("sceau"), max_length=64)
    content = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="seal_number_unique")
        ]
        indexes = [models.Index(fields=["plan", "-number"], name="seal_latest")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Stamp(models.Model):
    """The RFC 3161 answer of an authority on a seal: it proves the date to a third party."""

    sealed = models.OneToOneField(SealedPlan, models.CASCADE, related_name="stamp")
    token = models.TextField()  # base64
    authority = models.CharField(max_length=250)
    stamped_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sealed_id}: {self.stamped_at}"


class CommitmentVerdict(Versioned):
    """What is said of a commitment at the end of the plan; it is sealed when the plan is closed."""

    action = models.OneToOneField(Action, models.CASCADE, related_name="commitment_verdict")
    verdict = models.CharField(_("engagement"), max_length=8, choices=PROMISES)
    reason = models.CharField(_("motif"), max_length=500, blank=True)
    person_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.action_id}: {self.verdict}"


class Body(Versioned):
    """A body that advises, decides or votes; `members` are functions, never names."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="bodies")
    name = models.CharField(_("nom"), max_length=160)
    power = models.PositiveSmallIntegerField(_("pouvoir"), choices=POWERS, default=Power.VOTE)
    members = models.JSONField(_("membres"), default=list, blank=True)
    quorum = models.PositiveSmallIntegerField(
        _("quorum"), default=0, validators=[MaxValueValidator(500)]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="body_name_unique")
        ]

    def __str__(self) -> str:
        return self.name

    def may(self, matter: Matter) -> bool:
        """Tell whether the body may do that itself; else it proposes it."""
        return self.power >= NEEDS.get(matter, Power.ADVISE)


class Committee(Versioned):
    """A meeting of a body about a plan: prepared, opened, then its minutes are closed."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="committees")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="committees")
    held_on = models.DateField(_("date"))
    place = models.CharField(_("lieu"), max_length=160, blank=True)
    state = models.CharField(
        max_length=10, choices=COMMITTEE_STATES, default=CommitteeState.PREPARING
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    present = models.JSONField(_("présents"), default=list, blank=True)
    observations = models.TextField(_("observations"), blank=True)
    act_number = models.CharField(_("numéro de l’acte"), max_length=60, blank=True)
    act_page = models.CharField(_("page"), max_length=40, blank=True)
    votes = models.CharField(_("voix"), max_length=160, blank=True)

    class Meta:
        indexes = [models.Index(fields=["plan", "-held_on"], name="committee_latest")]
        constraints = [
            # Nobody is present and nothing is answered before the session is opened.
            models.CheckConstraint(
                condition=~models.Q(state=CommitteeState.PREPARING) | models.Q(opened_at=None),
                name="committee_opened_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.held_on}"


class AgendaItem(Versioned):
    """A subject, and why it is there: drawn from the plan (`source`), or typed (no source)."""

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField(_("ordre"), default=0)
    source = models.CharField(max_length=60, blank=True)
    action = models.ForeignKey(
        Action, models.SET_NULL, null=True, blank=True, related_name="agenda_items"
    )
    # What another body proposed, or what was decided and waits.
    about = models.ForeignKey(
        "Decision", models.CASCADE, null=True, blank=True, related_name="back_in"
    )
    title = models.CharField(_("sujet"), max_length=250)
    why = models.TextField(_("pourquoi"), blank=True)
    duration = models.PositiveSmallIntegerField(
        _("durée (minutes)"), null=True, blank=True, validators=[MaxValueValidator(600)]
    )
    kept = models.BooleanField(_("au programme"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "source"],
                condition=~models.Q(source=""),
                name="agenda_source_once",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Decision(Versioned):
    """What a committee answers to an item; beyond the powers of its body it is a proposal.

    `adopted_in` is the committee of the body that voted or refused the proposal: its act is what
    “voted” means. A task has `due_on`, and `done_on` once it is done.
    """

    item = models.OneToOneField(AgendaItem, models.CASCADE, related_name="decision")
    matter = models.CharField(_("décision"), max_length=10, choices=MATTERS)
    status = models.CharField(
        max_length=10, choices=DECISION_STATUSES, default=DecisionStatus.DRAFT
    )
    reason = models.TextField(_("motif"), blank=True)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    scope = models.CharField(max_length=300, blank=True)
    follow_up_function = models.CharField(max_length=160, blank=True)
    deliverable = models.ForeignKey(
        Deliverable, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    function = models.CharField(_("fonction"), max_length=160, blank=True)
    due_on = models.DateField(_("pour le"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("exercice"), null=True, blank=True)
    amount = models.DecimalField(
        _("montant (€)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    words = models.CharField(_("en mots"), max_length=500, blank=True)
    done_on = models.DateField(_("faite le"), null=True, blank=True)
    adopted_in = models.ForeignKey(
        Committee, models.SET_NULL, null=True, blank=True, related_name="adopted"
    )
    person_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.item_id}: {self.matter}"


class Digest(Versioned):
    """The weekly message to pilots; without a day, nothing is written to anybody."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="digest")
    # Monday is 1.
    weekday = models.PositiveSmallIntegerField(
        _("jour"), null=True, blank=True, validators=[MaxValueValidator(7)]
    )
    hour = models.PositiveSmallIntegerField(
        _("heure"), default=9, validators=[MaxValueValidator(23)]
    )

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.weekday} {self.hour} h"


class MailRefusal(models.Model):
    """Somebody who asked not to be written to."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="mail_refusal")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id}"


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


class AlertThresholds(Versioned):
    """From where an organisation wants to be alerted; None says that it does not.

    `roles` are whom the weekly message tells of what concerns the whole plan.
    """

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, related_name="alert_thresholds"
    )
    share = models.DecimalField(
        _("part sous l’ambition, au-delà de (points)"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        default=Decimal(0),
        validators=[MaxValueValidator(100)],
    )
    coverage = models.DecimalField(
        _("couverture sous (%)"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        default=Decimal(80),
        validators=[MaxValueValidator(100)],
    )
    law_days = models.PositiveSmallIntegerField(
        _("ce que la loi demande, combien de jours avant"),
        null=True,
        blank=True,
        default=180,
        validators=[MaxValueValidator(1000)],
    )
    due_days = models.PositiveSmallIntegerField(
        _("échéances, combien de jours avant"),
        null=True,
        blank=True,
        default=30,
        validators=[MaxValueValidator(1000)],
    )
    evidence_days = models.PositiveSmallIntegerField(
        _("preuves qui expirent, combien de jours avant"),
        null=True,
        blank=True,
        default=60,
        validators=[MaxValueValidator(1000)],
    )
    roles = models.JSONField(_("qui le lit chaque semaine"), default=list, blank=True)

    def __str__(self) -> str:
        return f"{self.organisation_id}"


class RaisedAlert(models.Model):
    """An alert that stands, and since when; it goes once what it says holds no more.

    `key` says what it is about: nobody is told twice of one thing.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="raised_alerts")
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=8)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="alert_raised_once")
        ]

    def __str__(self) -> str:
        return self.key


class AlertTold(models.Model):
    """Somebody whose weekly message told of an alert."""

    alert = models.ForeignKey(RaisedAlert, models.CASCADE, related_name="told")
    person = models.ForeignKey(Person, models.CASCADE, related_name="alerts_told")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "person"], name="alert_told_once")]

    def __str__(self) -> str:
        return f"{self.alert_id}: {self.person_id}"


class Look(models.Model):
    """How far somebody said that they had looked at what changed in a plan: an entry of the trail.

    Looking writes nothing: they say it.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="looks")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="looks")
    entry = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "plan"], name="look_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.entry}"


class CalendarAddress(models.Model):
    """Where a calendar reads the dates of what somebody pilots, or of a plan; it is kept as a hash.

    It opens while the person is there and may read the plan.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="calendar_addresses"
    )
    person = models.ForeignKey(Person, models.CASCADE, related_name="calendar_addresses")
    plan = models.ForeignKey(
        Plan, models.CASCADE, null=True, blank=True, related_name="calendar_addresses"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar {self.pk}"


class Webhook(Versioned):
    """An address of others that is told of what happens, by messages that are signed.

    `secret` is sealed under the key of the machine. Entries of the trail up to `seen_entry` were
    looked at. `failing_since` is when it began to fail, None when it answered well last.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="webhooks")
    name = models.CharField(_("nom"), max_length=80)
    url = models.CharField(_("adresse"), max_length=500)
    secret = models.TextField()
    subjects = models.JSONField(_("de quoi le prévenir"), default=list)
    seen_entry = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    stopped = models.CharField(_("arrêt"), max_length=8, choices=STOPPED, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="webhook_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """A message to a webhook: what it says, how often it was tried, what was answered.

    `message_id` is the same at each try, so that who receives it twice counts it once. `key` says
    what it is about. `holder` is the process that sends it (`core.processes`).
    """

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=120)
    message_id = models.CharField(max_length=40, unique=True)
    subject = models.CharField(max_length=20)
    body = models.TextField()
    status = models.CharField(
        max_length=9, choices=DELIVERY_STATUSES, default=DeliveryStatus.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    code = models.PositiveSmallIntegerField(null=True, blank=True)
    failure = models.CharField(max_length=120, blank=True, default="")
    holder = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "key"], name="delivery_once")]
        indexes = [models.Index(fields=["status", "due_at"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.status}"
