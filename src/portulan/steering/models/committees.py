"""Bodies, their sessions, what is on their agendas and what is decided."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.core.models import Versioned
from portulan.plans.models import Action, Deliverable, Plan
from portulan.steering.labels import (
    COMMITTEE_STATES,
    DECISION_STATUSES,
    MATTERS,
    POWERS,
)
from portulan.steering.words import (
    NEEDS,
    TO_BE_KNOWN,
    CommitteeState,
    DecisionStatus,
    Matter,
    Power,
)


class Body(Versioned):
    """A body that advises, decides or votes; `members` are functions, never names."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="bodies")
    name = models.CharField(_("nom"), max_length=160)
    power = models.PositiveSmallIntegerField(_("pouvoir"), choices=POWERS, default=Power.VOTE)
    members = models.JSONField(_("membres"), default=list, blank=True)
    quorum = models.PositiveSmallIntegerField(
        _("quorum"), default=0, validators=[MaxValueValidator(500)]
    )
    # The act that made it; and whether its own rule asks who abstained to be named.
    founded_by = models.CharField(_("institué par"), max_length=200, blank=True, default="")
    names_abstentions = models.BooleanField(_("abstentions nommées"), default=False)

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
    # Of the minutes: their rank in the year of their body, who held the session and the pen, who
    # closed them and when; the seal of the file that came back signed.
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    chair = models.CharField(_("présidence"), max_length=160, blank=True, default="")
    secretary = models.CharField(_("secrétaire"), max_length=160, blank=True, default="")
    minutes_by = models.CharField(_("arrêté par"), max_length=160, blank=True, default="")
    minutes_on = models.DateField(_("arrêté le"), null=True, blank=True)
    signed_seal = models.CharField(max_length=64, blank=True, default="")
    convened_on = models.DateField(_("convoqué le"), null=True, blank=True)
    # A vote is executory once it is sent to the State and published, each on its day.
    transmitted_on = models.DateField(_("transmis le"), null=True, blank=True)
    published_on = models.DateField(_("publié le"), null=True, blank=True)
    executory_on = models.DateField(_("exécutoire le"), null=True, blank=True)

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

    @property
    def counted(self) -> list[str]:
        """Who is there and votes: its members, or all where it has no list of them."""
        here, members = list(self.present), list(self.body.members)
        return [one for one in here if one in members] if members else here

    @property
    def waits(self) -> str:
        """What the act of the session still waits for to be executory."""
        if not self.act_number:
            return str(_("attend le numéro de son acte"))
        if self.transmitted_on is None:
            return str(_("attend d’être transmis"))
        if self.published_on is None:
            return str(_("attend d’être publié"))
        if self.executory_on is None:
            return str(_("transmis et publié : la date exécutoire reste à dire"))
        return ""

    @property
    def called(self) -> str:
        """The number of its minutes, in a series that is not one of acts: 2026-4."""
        return f"{self.held_on.year}-{self.number}" if self.number else ""


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

    @property
    def informs(self) -> bool:
        """Whether it is only to be known: nothing is decided of it."""
        return self.source.startswith(TO_BE_KNOWN)


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
    # Which of the options that were computed; who voted how, None where nobody counted.
    option = models.CharField(max_length=30, blank=True, default="")
    in_favour = models.PositiveSmallIntegerField(_("pour"), null=True, blank=True)
    against = models.PositiveSmallIntegerField(_("contre"), null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField(_("abstentions"), null=True, blank=True)
    abstained = models.CharField(_("qui s’est abstenu"), max_length=250, blank=True, default="")
    by_consensus = models.BooleanField(_("sans vote, par consensus"), default=False)
    # What the minutes say in place of the sentence that is made.
    wording = models.TextField(_("rédaction"), blank=True, default="")
    # What the plan said before it was applied: an undone session gives it back.
    before = models.JSONField(default=dict, blank=True)
    done_on = models.DateField(_("faite le"), null=True, blank=True)
    adopted_in = models.ForeignKey(
        Committee, models.SET_NULL, null=True, blank=True, related_name="adopted"
    )
    person_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.item_id}: {self.matter}"

    @property
    def is_rejected(self) -> bool:
        """Whether it was put to the vote and not adopted."""
        return self.in_favour is not None and self.in_favour <= (self.against or 0)
