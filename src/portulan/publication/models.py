"""What was produced and is kept as it was; what is public, and what others say of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.budget.models import IndicatorRun
from portulan.core.models import Versioned
from portulan.evidence.models import EvidenceLink
from portulan.plans.models import Action, Plan
from portulan.publication.services.criteria import ANSWERS, Answer
from portulan.publication.words import LICENCES, Extent, Licence, Reception


class KeptDocument(models.Model):
    """A document as it was produced: its cells on a day, never changed.

    `content` is `documents.cell.kept`: a text, so that no database puts its keys in another order
    and the same cells are written as the same bytes for ever. `digest` is its SHA-256.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=2)
    on = models.DateField()
    digest = models.CharField(max_length=64)
    content = models.TextField()
    # How many texts it says are to be completed: one that the law asks for is then not met.
    to_write = models.PositiveSmallIntegerField(default=0, db_default=0)
    made_at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            # Asked for twice with nothing changed, it is one document.
            models.UniqueConstraint(fields=["organisation", "digest"], name="document_kept_once")
        ]
        indexes = [models.Index(fields=["organisation", "kind", "-id"], name="document_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year} {self.on}"


class AuthoredText(Versioned):
    """What a person said in the documents of a year: a foreword, the sentence of a part, a reason.

    `part` is the name of its place in a kind of document, "" being all kinds; `action` is the one
    that it is about. An empty text says that nothing stands there, whatever a past year said.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="authored_texts")
    kind = models.CharField(max_length=20, blank=True)
    year = models.PositiveSmallIntegerField()
    part = models.SlugField(max_length=60)
    action = models.ForeignKey(
        Action, models.CASCADE, null=True, blank=True, related_name="authored_texts"
    )
    text = models.TextField(_("texte"), max_length=4000, blank=True)
    written_at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "year", "part"],
                condition=models.Q(action__isnull=True),
                name="authored_text_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind", "year", "part", "action"],
                condition=models.Q(action__isnull=False),
                name="authored_text_of_action_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year} {self.part}".strip()


class Presentation(Versioned):
    """What an assembly did with a document that is kept: it was presented to it, or adopted by it.

    `debate_on` is the day of the debate on the draft budget, before which the law wants it.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="presentations")
    document = models.OneToOneField(KeptDocument, models.CASCADE, related_name="presentation")
    on = models.DateField(_("présenté le"))
    body = models.CharField(_("organe"), max_length=200)
    adopted = models.BooleanField(_("adopté"), default=False)
    reference = models.CharField(_("délibération"), max_length=100, blank=True)
    debate_on = models.DateField(_("débat budgétaire le"), null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.on} {self.body}"


class PublicChoice(Versioned):
    """What an organisation wants to show to everybody, until it publishes: nothing at first."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="public_choice")
    # `words.Part`s.
    parts = models.JSONField(default=list, blank=True)
    licence = models.CharField(
        _("licence"),
        max_length=20,
        choices={licence.value: terms.title.fr for licence, terms in LICENCES.items()},
        default=Licence.LO,
    )
    # A function, an address: whom to write to. No person.
    contact = models.CharField(_("à qui écrire"), max_length=200, blank=True)
    answer_days = models.PositiveSmallIntegerField(_("réponse sous (jours)"), default=10)
    # Search engines are told to pass unless somebody wants otherwise.
    indexed = models.BooleanField(_("moteurs de recherche admis"), default=False)

    def __str__(self) -> str:
        return f"public {self.organisation_id}"


class Withdrawable(models.Model):
    """Something public, that may be withdrawn: its address then says why."""

    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.BigIntegerField(null=True, blank=True)
    withdrawal_reason = models.CharField(_("motif du retrait"), max_length=500, blank=True)

    class Meta:
        abstract = True


class PublicEdition(Withdrawable):
    """The public page as it was published: never changed, but to be withdrawn (guard).

    `content` is `public.edition.kept`, `digest` its SHA-256.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="public_editions")
    number = models.PositiveIntegerField()
    published_on = models.DateField()
    published_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    content = models.TextField()
    person_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="public_edition_number")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} public {self.number}"


class PublicFigure(models.Model):
    """What a published share is made of, at an address of its own; never changed (guard).

    `content` is `public.figure.kept`, `seal` its SHA-256. `secret` makes the salts of its lines.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="public_figures")
    run = models.OneToOneField(IndicatorRun, models.RESTRICT, related_name="public_figure")
    seal = models.CharField(max_length=64)
    content = models.TextField()
    secret = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "seal"], name="public_figure_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.seal[:8]}"


class PublicDocument(Withdrawable):
    """A kept document that everybody may read."""

    document = models.OneToOneField(KeptDocument, models.CASCADE, related_name="public")
    published_on = models.DateField()
    person_id = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"public {self.document_id}"


class ErrorReport(Versioned):
    """An error that somebody says there is in what is public, and what is answered.

    Nobody says who they are: `token` is in the address where the answer will be. `message` is read
    by the organisation and by who has that address; the answer is public.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="error_reports")
    token = models.CharField(max_length=43, unique=True)
    edition = models.PositiveIntegerField()
    # The figure that it is about: `share-2026`, `action-12`, or the page.
    about = models.CharField(max_length=40)
    message = models.TextField(max_length=2000)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    answer = models.TextField(_("réponse"), max_length=2000, blank=True)
    corrects = models.BooleanField(_("l’erreur est reconnue"), default=False)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            # Sent twice, it is one.
            models.UniqueConstraint(fields=["organisation", "digest"], name="error_told_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.about}"


class GroupMember(Versioned):
    """Whom a group says its members are: whether one of this SIREN is here is told to nobody.

    `founded_id` is the organisation that the group had made for it: a plain identifier, that opens
    nothing.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="group_members")
    siren = models.CharField(_("SIREN"), max_length=9)
    name = models.CharField(_("nom"), max_length=200)
    founded_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "siren"], name="group_member_unique")
        ]
        indexes = [models.Index(fields=["siren"], name="group_member_siren")]

    def __str__(self) -> str:
        return f"{self.siren} {self.name}"


class Sharing(Versioned):
    """What an organisation lets a group read of it, by its administrator's act, until it ends.

    `receiver` is the group. One that ended stays, as what was agreed and when; its copy is gone.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sharings")
    receiver = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    extent = models.CharField(
        max_length=8, choices={extent.value: extent.value for extent in Extent}
    )
    since = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    person_id = models.BigIntegerField(null=True, blank=True)
    # The SIREN under which the group counts the member among its own; "" until it does.
    accepted_siren = models.CharField(max_length=9, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "receiver"],
                condition=models.Q(ended_on__isnull=True),
                name="sharing_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(organisation=models.F("receiver")), name="sharing_with_others"
            ),
        ]

    def __str__(self) -> str:
        return f"sharing {self.pk}"


class SharedCopy(models.Model):
    """What a group reads of a member: written by the member's services alone (guard).

    `organisation` is the group, that owns the copy; `content` is `groups.document.kept`, `seal` its
    SHA-256. It goes with its sharing.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="copies")
    sharing = models.OneToOneField(Sharing, models.CASCADE, related_name="copy")
    siren = models.CharField(max_length=9)
    is_proved = models.BooleanField(default=False, db_default=False)
    name = models.CharField(max_length=200)
    on = models.DateField()
    made_at = models.DateTimeField()
    content = models.TextField()
    seal = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["organisation", "name"], name="shared_copy_by_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.on}"


class SentPlan(models.Model):
    """A plan that a group proposes to a member: nothing is made before the member takes it.

    It goes with the sharing; `content` is the plan as files say it, without what happened to it.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sent_plans")
    sharing = models.ForeignKey(Sharing, models.CASCADE, related_name="received_plans")
    title = models.CharField(_("titre"), max_length=200)
    content = models.TextField()
    seal = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True, blank=True)
    reception = models.CharField(
        max_length=8,
        choices={one.value: one.value for one in Reception},
        default=Reception.WAITING,
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="sent_plan_latest")]

    def __str__(self) -> str:
        return f"{self.title} {self.pk}"


class DigitalService(Versioned):
    """A digital service that the organisation answers for, and its last assessment (RGESN).

    Who answers for it, and who assessed it, are functions or bodies: never persons.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="digital_services")
    slug = models.SlugField(max_length=60)
    name = models.CharField(_("nom du service"), max_length=160)
    url = models.URLField(_("adresse"), max_length=300, blank=True)
    owner_function = models.CharField(_("fonction qui en répond"), max_length=160, blank=True)
    # What was looked at: a service is assessed by its main journeys.
    units = models.CharField(_("parcours évalués"), max_length=500, blank=True)
    assessed_on = models.DateField(_("évalué le"), null=True, blank=True)
    assessed_by = models.CharField(_("évalué par"), max_length=160, blank=True)
    review_on = models.DateField(_("prochaine évaluation"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="service_slug_unique")
        ]

    def __str__(self) -> str:
        return self.name


class AssessedCriterion(models.Model):
    """How a service stands to one criterion; without row, it is still to be assessed."""

    service = models.ForeignKey(DigitalService, models.CASCADE, related_name="criteria")
    criterion = models.CharField(max_length=5)
    answer = models.CharField(
        _("réponse"),
        max_length=8,
        choices={one.value: words.fr for one, words in ANSWERS.items()},
        default=Answer.OPEN,
    )
    comment = models.CharField(_("commentaire"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "criterion"], name="criterion_once"),
            models.CheckConstraint(
                # Without a reason, what is said not to apply raises the score for nothing.
                condition=~models.Q(answer=Answer.ABSENT) | ~models.Q(comment=""),
                name="criterion_absent_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.criterion}"


class LabelCriterion(Versioned):
    """A criterion of a label, as the candidate copied it from its own contract, and their answer.

    It is of a plan, that the label judges; it belongs to no file of the plan.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="label_criteria")
    code = models.CharField(_("code"), max_length=20)
    title = models.CharField(_("intitulé"), max_length=500)
    # A sentence; unknown while it is empty.
    answer = models.CharField(_("réponse"), max_length=500, blank=True)
    actions = models.ManyToManyField(Action, related_name="label_criteria", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="label_criterion_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class CriterionEvidence(EvidenceLink):
    proved = models.ForeignKey(LabelCriterion, models.CASCADE, related_name="evidence_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proved", "piece"], name="criterion_evidence_once")
        ]


class ObligationMet(Versioned):
    """That an obligation was met outside Portulan: for which year, on which day, and where."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="obligations_met")
    key = models.CharField(_("obligation"), max_length=16)
    year = models.PositiveSmallIntegerField(_("année"))
    on = models.DateField(_("faite le"))
    reference = models.CharField(_("référence ou adresse"), max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key", "year"], name="obligation_met_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.year}"
