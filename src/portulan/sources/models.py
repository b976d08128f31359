"""Sources, what they feed, what they said on a day, and the readings that this proposes."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portulan.accounts.models import Organisation, Person
from portulan.core.models import Versioned
from portulan.indicators.models import FREQUENCIES, Indicator, Measurement
from portulan.sources.apis import Api
from portulan.sources.feeding import Agreement, Entrance, Manner
from portulan.sources.figure import Thresholds
from portulan.sources.outcomes import Failure, Stop

API_NAMES = {
    Api.GLPI: _("GLPI, première API (9 à 11)"),
    Api.GLPI_V2: _("GLPI, API v2 (11)"),
    Api.SNIPE_IT: _("Snipe-IT"),
    Api.GRIST: _("Table Grist"),
}
ENTRANCES = {
    Entrance.FILE: _("Un fichier donné"),
    Entrance.DEPOSIT: _("Un dépôt"),
    Entrance.ADDRESS: _("Une adresse lue"),
}
MANNERS = {
    Manner.PROPOSE: _("Proposé, puis accepté"),
    Manner.AUTOMATIC: _("Inscrit sans question"),
}
ANSWERS = {
    Agreement.PENDING: _("Attend une réponse"),
    Agreement.ACCEPTED: pgettext_lazy("a reading", "Accepté"),
    Agreement.REFUSED: pgettext_lazy("a reading", "Refusé"),
    Agreement.CHECK: _("À vérifier"),
    Agreement.SUPERSEDED: _("Remplacé"),
}
STOPS = {
    Stop.PERSON: _("Arrêtée par quelqu’un."),
    Stop.SECRET: _("Son secret n’est pas ici : redonnez-le pour qu’elle reprenne."),
}
FAILURES = {
    Failure.UNREADABLE: _("La dernière réponse, ou le dernier fichier, n’était pas lisible."),
    Failure.UNREACHED: _("Personne ne répond à cette adresse : vérifiez-la, et son certificat."),
    Failure.INSIDE: _(
        "Cette adresse est dans un réseau fermé : l’exploitant l’ouvre par PORTULAN_SOURCE_HOSTS."
    ),
    Failure.SLOW: _("L’outil a mis trop de temps à répondre : une lecture la nuit aide."),
    Failure.REFUSED: _("Le secret n’ouvre plus rien : redonnez-en un, pris dans l’outil."),
    Failure.EXPIRED: _("Le secret a passé sa date : redonnez-en un, pris dans l’outil."),
    Failure.RIGHT: _("Le compte n’a pas le droit de lire : complétez son profil dans l’outil."),
    Failure.PERSONAL: _(
        "Le compte est celui d’une personne, ou peut écrire : faites un compte de service qui"
        " ne fait que lire."
    ),
    Failure.BUSY: _("L’outil reçoit trop de demandes : la lecture reprendra le lendemain."),
    Failure.BROKEN: _("L’outil est en panne : la lecture reprendra le lendemain."),
    Failure.CUT: _("La réponse s’est coupée : rien n’en est pris."),
    Failure.SIGN_IN: _(
        "L’adresse rend une page de connexion et non des données : donnez celle de l’API."
    ),
    Failure.MOVED: _("L’adresse renvoie ailleurs, où rien n’est envoyé : donnez la bonne."),
    Failure.BIG: _("La réponse est trop grande : rien n’en est pris. Donnez un fichier."),
    Failure.CHANGED: _("La liste a changé pendant la lecture : rien n’en est pris."),
    Failure.UNCOUNTED: _("L’outil ne dit pas combien d’éléments il tient : rien n’en est pris."),
}
AHEAD = _("Elle est datée d’un jour à venir : une horloge s’est trompée, à relire.")


class Source(Versioned):
    """A tool or a file that feeds indicators: how it comes in, how often, who answers for it.

    `meanings` is what was said of its words, in the shape of `sources.meanings`. A deposit has a
    token, kept as a hash; an address that is read has a `secret`, sealed under the key of the
    machine, that never leaves. `mark` is what tells that nothing moved there.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sources")
    name = models.CharField(_("nom"), max_length=80)
    # What it comes from, as readers name it; blank: recognised by itself.
    kind = models.CharField(_("genre"), max_length=20, blank=True)
    entrance = models.CharField(_("arrivée"), max_length=7, choices=ENTRANCES)
    every = models.CharField(_("fréquence"), max_length=7, choices=FREQUENCIES, blank=True)
    function = models.CharField(_("fonction qui répond"), max_length=160, blank=True)
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="sources"
    )
    scope = models.CharField(_("périmètre"), max_length=250, blank=True)
    # The share that must be known, in percent: under the first no figure, under the other a doubt.
    refused_under = models.PositiveSmallIntegerField(
        _("aucun chiffre sous"), default=50, db_default=50
    )
    warned_under = models.PositiveSmallIntegerField(
        _("une question sous"), default=80, db_default=80
    )
    meanings = models.JSONField(_("sens des mots"), default=dict, blank=True)
    said_by = models.BigIntegerField(null=True, blank=True)
    said_at = models.DateTimeField(null=True, blank=True)
    # An address for deposits: what it is called there, and what opens it.
    key = models.CharField(max_length=16, unique=True)
    token_hash = models.CharField(max_length=64, blank=True)
    token_until = models.DateTimeField(null=True, blank=True)
    api = models.CharField(_("ce qui s’y parle"), max_length=8, choices=API_NAMES, blank=True)
    url = models.CharField(_("adresse"), max_length=500, blank=True)
    secret = models.TextField(blank=True)
    secret_until = models.DateField(_("secret valable jusqu’au"), null=True, blank=True)
    mark = models.CharField(max_length=200, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    holder = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(_("échec"), max_length=16, choices=FAILURES, blank=True)
    stopped = models.CharField(_("arrêt"), max_length=8, choices=STOPS, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="source_name_unique")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def limits(self) -> Thresholds:
        """The coverage that its figures need."""
        return Thresholds(Decimal(self.refused_under) / 100, Decimal(self.warned_under) / 100)


class SourceFeed(Versioned):
    """What a source says of an indicator: by which formula, proposed or taken by itself."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="feeds")
    formula = models.CharField(_("formule"), max_length=40)
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="feeds")
    manner = models.CharField(_("accord"), max_length=9, choices=MANNERS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "indicator"], name="feed_once_an_indicator")
        ]

    def __str__(self) -> str:
        return f"{self.formula}: {self.indicator_id}"


class ReceivedFile(models.Model):
    """A file of a source that waits: for the meaning of its words, a week at most.

    Sealed under the key of the machine: it may name people. It never leaves.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="received")
    rank = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    secret = models.BinaryField()
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ItemsSnapshot(models.Model):
    """What a source said on a day, kept as evidence: counts and figures, never the items."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="snapshots")
    on = models.DateField(_("date"))
    kind = models.CharField(_("genre"), max_length=20)
    digest = models.CharField(_("sceau"), max_length=64)
    read = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()
    dropped = models.JSONField(default=dict)
    words = models.JSONField(default=list)
    figures = models.JSONField(default=list)
    # What an inventory counts by kind of device, and by invoice (`sources.counts`).
    held = models.JSONField(default=list)
    invoices = models.JSONField(default=list)
    # What moved since the snapshot of `moved_since`, in counts (`sources.moves`).
    moved = models.JSONField(default=list)
    moved_since = models.DateField(null=True, blank=True)
    problems = models.JSONField(default=list)
    scope = models.CharField(_("périmètre"), max_length=250, blank=True)
    entities = models.JSONField(default=list)
    meanings = models.CharField(max_length=64)
    version = models.CharField(max_length=40)
    entrance = models.CharField(max_length=7, choices=ENTRANCES)
    taken_at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["source", "-taken_at"], name="snapshot_of_source")]

    def __str__(self) -> str:
        return f"{self.source_id}, {self.on}"


class FleetMarks(models.Model):
    """The keyed marks of the devices of a source: of its last snapshot, and of the accepted one.

    The key is sealed under that of the machine, and both go with the source. They never leave.
    """

    source = models.OneToOneField(Source, models.CASCADE, related_name="marks")
    key = models.TextField()
    on = models.DateField()
    last = models.BinaryField()
    accepted_on = models.DateField(null=True, blank=True)
    accepted = models.BinaryField(default=bytes)

    def __str__(self) -> str:
        return f"{self.source_id}, {self.on}"


class ProposedReading(Versioned):
    """A reading that a snapshot proposes for an indicator, and what was answered."""

    snapshot = models.ForeignKey(ItemsSnapshot, models.CASCADE, related_name="proposals")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="proposals")
    formula = models.CharField(max_length=40)
    on = models.DateField(_("date"))
    before = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    value = models.DecimalField(_("valeur"), max_digits=18, decimal_places=4)
    numerator = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    coverage = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    questions = models.JSONField(default=list, blank=True)
    answer = models.CharField(_("réponse"), max_length=10, choices=ANSWERS, default="pending")
    why = models.CharField(_("motif"), max_length=250, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    person_id = models.BigIntegerField(null=True, blank=True)
    measurement = models.ForeignKey(
        Measurement, models.SET_NULL, null=True, blank=True, related_name="proposals"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "indicator"], name="proposal_once")
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.value}"
