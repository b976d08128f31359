"""Organisations, their units, their people, and the accounts people sign in with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Role
from portulan.accounts.features import Feature
from portulan.accounts.labels import CONTENT_LANGUAGES
from portulan.accounts.words import (
    RESERVED,
    AddressProof,
    FactorKind,
    LegalForm,
    MessageKind,
    SirenProof,
)
from portulan.core.models import Sealed, Versioned
from portulan.core.say.country import COUNTRIES, CURRENCIES, is_siren, is_siret

LEGAL_FORMS = {
    LegalForm.TOWN: _("Commune"),
    LegalForm.INTERCOMMUNAL: _("Intercommunalité à fiscalité propre"),
    LegalForm.DEPARTMENT: _("Département"),
    LegalForm.REGION: _("Région"),
    LegalForm.STATE: _("Service de l’État"),
    LegalForm.PUBLIC_BODY: _("Établissement public ou syndicat mixte"),
    LegalForm.HOSPITAL: _("Établissement de santé"),
    LegalForm.UNIVERSITY: _("Établissement d’enseignement supérieur"),
    LegalForm.COMPANY: _("Entreprise"),
    LegalForm.ASSOCIATION: _("Association"),
}
ROLES = {
    Role.READER: _("Lecture"),
    Role.CONTRIBUTOR: _("Pilote d’actions"),
    Role.EDITOR: _("Plan d’action"),
    Role.FINANCE: _("Finances"),
    Role.AUDITOR: _("Audit"),
    Role.ADMIN: _("Administration"),
}


# The articles that French names of bodies take.
ARTICLES = {one: one for one in ("la", "le", "l’", "les")}


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """An account: an address, a password, a language. Names stand in `Person`."""

    email = models.EmailField(_("adresse électronique"), max_length=254)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=2, default="fr")
    # The organisation through whose link the password was chosen: it opens that one alone, until
    # its owner chooses another by a way of their own (docs/adr/0041). A plain identifier: it opens
    # nothing any more once that organisation is gone.
    password_bound_to = models.BigIntegerField(null=True, blank=True)
    # When its owner was known to be who reads this address, and by whom: until then whoever typed
    # it may be anybody (docs/adr/0134).
    proved_at = models.DateTimeField(null=True, blank=True)
    proved_by = models.CharField(
        max_length=8,
        blank=True,
        default="",
        db_default="",
        choices=[(one.value, one.value) for one in AddressProof],
    )

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]

    def __str__(self) -> str:
        return self.email


class Organisation(Versioned):
    """A legal body."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("nom"), max_length=200)
    # « la » région, « l’ »agglomération: how a sentence names it; none where it takes none.
    article = models.CharField(
        _("article"), max_length=4, blank=True, choices=ARTICLES, default="", db_default=""
    )
    # What nobody asked for here (`accounts.features`): told on one page, and nowhere else.
    put_away = models.JSONField(default=list, blank=True)
    legal_form = models.CharField(_("forme juridique"), max_length=20, choices=LEGAL_FORMS)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    # Of which year it is: a threshold of the law looks at a population that is published.
    population_year = models.PositiveSmallIntegerField(
        _("année de la population"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1990), MaxValueValidator(2100)],
    )
    # Full-time equivalents: what a hospital, a university or a firm has in place of inhabitants.
    headcount = models.PositiveIntegerField(_("effectif"), null=True, blank=True)
    siren = models.CharField(
        _("SIREN"),
        max_length=9,
        blank=True,
        validators=[RegexValidator(r"^\d{9}$", _("Un SIREN compte neuf chiffres."))],
    )
    # The SIREN that was proved, and how (`accounts.sirens`): typed, it is but a claim.
    proved_siren = models.CharField(max_length=9, blank=True, default="", db_default="")
    siren_proof = models.CharField(
        max_length=8,
        blank=True,
        default="",
        db_default="",
        choices=[(one.value, one.value) for one in SirenProof],
    )
    # The establishment that buys, which declarations name: empty until one is made.
    siret = models.CharField(_("SIRET"), max_length=14, blank=True, default="", db_default="")
    # What the country and the currency decide of words and figures: `core.say.country`.
    country = models.CharField(_("pays"), max_length=3, default="FRA")
    currency = models.CharField(_("monnaie"), max_length=3, default="EUR")
    # The number of a body of another country than France, as that country writes it.
    body_number = models.CharField(_("numéro d’identification"), max_length=30, blank=True)
    # The country whose electricity its devices use, when it is not its own.
    electricity = models.CharField(_("électricité de"), max_length=3, blank=True)
    # Who gives a second factor on entering: roles, in order.
    factor_roles = models.JSONField(_("second facteur exigé de"), default=list, blank=True)
    # How sure it must be of who acts, by operation (`accounts.levels`); unsaid, the default.
    levels = models.JSONField(default=dict, blank=True, db_default={})
    # One sentence of the public accounts on the page of the board: nobody sees it unless asked for.
    board_floor = models.BooleanField(
        _("phrase des comptes publics sur le tableau de bord"), default=False, db_default=False
    )
    # What people type here is written in: said of it on a page in another language.
    content_language = models.CharField(
        _("langue des textes"), max_length=2, default="fr", db_default="fr"
    )
    fictional = models.BooleanField(default=False)
    # The demonstration stands still at its own date: "today" is asked of the organisation.
    frozen_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proved_siren"],
                condition=~models.Q(proved_siren=""),
                name="siren_proved_once",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_proved_siren(self) -> bool:
        """Tell whether the SIREN that it says now is the one that was proved."""
        return bool(self.siren) and self.siren == self.proved_siren

    def asks_factor(self, roles: Iterable[Role]) -> bool:
        """Tell whether it asks a second factor, on entering, of these roles."""
        return bool(set(self.factor_roles) & {role.value for role in roles})

    @property
    def is_simple(self) -> bool:
        """Nothing was asked for besides actions and money: a town where one person does all."""
        return {Feature.CATALOGUE, Feature.ARBITRATION} <= set(self.put_away)

    @property
    def in_a_sentence(self) -> str:
        """Its name with its article, in French: « la Région Armorique »."""
        if not self.article or get_language() != "fr":
            return self.name
        return f"{self.article}{'' if self.article.endswith('’') else ' '}{self.name}"

    @property
    def electricity_mix(self) -> str:
        """The country whose electricity is taken when an estimate says none."""
        return self.electricity or self.country

    def clean(self) -> None:
        if self._state.adding and self.slug in RESERVED:
            taken = _(
                "«\u00a0%(slug)s\u00a0» est une adresse de Portulan\u00a0: donnez un autre nom."
            )
            raise ValidationError({"slug": taken % {"slug": self.slug}})
        if self.country not in COUNTRIES or self.currency not in CURRENCIES:
            raise ValidationError(_("Ce pays ou cette monnaie n’est pas dans nos listes."))
        if self.content_language not in CONTENT_LANGUAGES:
            unlisted = _("Cette langue n’est pas dans notre liste.")
            raise ValidationError({"content_language": unlisted})
        if self.body_number and not COUNTRIES[self.country].number.holds(self.body_number):
            raise ValidationError(
                {"body_number": _("Ce numéro n’existe pas : vérifiez ses chiffres.")}
            )
        if len(self.siren) == 9 and self.siren.isdecimal() and not is_siren(self.siren):
            raise ValidationError(
                {"siren": _("Ce SIREN n’existe pas : ses neuf chiffres ne vont pas ensemble.")}
            )
        if self.siret and not is_siret(self.siret):
            raise ValidationError(
                {"siret": _("Ce SIRET n’existe pas : ses quatorze chiffres ne vont pas ensemble.")}
            )
        if self.siret and not self.siret.startswith(self.siren):
            raise ValidationError(
                {"siret": _("Ce SIRET n’est pas celui d’un établissement de ce SIREN.")}
            )


class PrivacyNotice(Versioned):
    """What an organisation says of the personal data it keeps here; "" says the default."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="privacy")
    purposes = models.TextField(_("finalités"), blank=True, max_length=2000)
    legal_basis = models.TextField(_("base légale"), blank=True, max_length=500)
    recipients = models.TextField(_("destinataires"), blank=True, max_length=1000)
    contact = models.TextField(_("contact"), blank=True, max_length=500)

    def __str__(self) -> str:
        return f"privacy {self.organisation_id}"


class Unit(Versioned):
    """A part of an organisation, in a tree."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="units")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    name = models.CharField(_("nom"), max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="unit_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class Person(Versioned):
    """Somebody of an organisation, with an account or without. The one table of names."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="people")
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="people")
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="people")
    name = models.CharField(_("nom"), max_length=120, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    function = models.CharField(_("fonction"), max_length=160)
    left_on = models.DateField(_("partie le"), null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=models.Q(user__isnull=False),
                name="person_account_unique",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.function

    @property
    def is_invited(self) -> bool:
        """Tell whether roles wait for the owner of an account to accept them."""
        return self.user_id is None and bool(self.memberships.all())


class Membership(models.Model):
    """A role of a person; it is in force once the person has an account."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=ROLES)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "role"], name="membership_unique")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.role}"


class Delegation(Versioned):
    """Somebody of a group who acts for an organisation of it: until a day, by its own act.

    `person` is who they are here, with the roles that were given; they leave it after `until`. Once
    they accepted, `accepted_by` is who they are in the group `group_id`: plain identifiers, so that
    neither organisation holds a row of the other. `accounts.delegations` writes it.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="delegation")
    group_id = models.BigIntegerField(db_index=True)
    until = models.DateField(_("jusqu’au"))
    given_at = models.DateTimeField()
    given_by = models.BigIntegerField(null=True, blank=True)
    accepted_by = models.BigIntegerField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"delegation {self.pk}"


class SignInLink(models.Model):
    """A one-time link; only the hash of its token is kept.

    It opens one organisation, whose administrator made it, or all those of the account (None): who
    operates made it, on the machine.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="links")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True)
    # The address that it left to by mail, which proves that address once it comes back.
    sent_to = models.EmailField(blank=True, default="", db_default="")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link {self.pk}"


class OwnerMessage(models.Model):
    """What will be written to who reads an address: `accounts.writing` alone makes and sends it.

    What opens is made as it leaves and kept nowhere: neither here, nor in an outbox that others
    read. The row goes with the message. `place_id` is the organisation whose SIREN a code proves.
    """

    kind = models.CharField(max_length=8, choices=[(one.value, one.value) for one in MessageKind])
    address = models.EmailField()
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="messages")
    place_id = models.BigIntegerField(null=True, blank=True)
    language = models.CharField(max_length=2, default="fr")
    details = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MailedCode(models.Model):
    """A code that left to an address: typed back in time, it proves the address, or a SIREN."""

    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="codes")
    place_id = models.BigIntegerField(null=True, blank=True)
    about = models.CharField(max_length=254)  # the address, or the SIREN, that it proves
    code_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"code {self.pk}"


class Invitation(models.Model):
    """The address at which the owner of an account accepts the roles prepared for a person."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="invitation")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Session(AbstractBaseSession):
    """Somebody signed in somewhere; `organisation` is the only one that it opens, if it is bound.

    `accounts.sessions` alone writes it.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=200, blank=True)


class Factor(models.Model):
    """What proves who is there beside a password (TOTP), or in place of it too (passkey).

    One that was made in a session bound to an organisation opens, and counts, there alone, as a
    password does. `factors` and `passkeys` write it. `counter` only rises: the last step of time
    that served, or what the authenticator counts.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="factors")
    kind = models.CharField(max_length=8, choices=[(one.value, one.value) for one in FactorKind])
    name = models.CharField(_("nom"), max_length=80)
    bound_to = models.BigIntegerField(null=True, blank=True)
    secret = models.TextField()  # sealed under the key of the house; of a passkey, it is public
    credential_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    counter = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"factor {self.pk}"


class RecoveryCode(models.Model):
    """What stands in for a second factor, once; only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    bound_to = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_unique")
        ]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class Identity(models.Model):
    """Somebody as a provider of OpenID Connect knows them; `bound_to` as of a factor.

    `name` is how the provider called them when it was linked, to be recognised.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    name = models.CharField(max_length=254, blank=True)
    bound_to = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_unique")
        ]

    def __str__(self) -> str:
        return f"identity {self.pk}"


class Token(models.Model):
    """What a program shows to act for a person in their organisation; only its hash is kept.

    `operations` are those of `access` that it may do, while the person may: `tokens` writes it.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField(_("nom"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    operations = models.JSONField()
    # Of the session that made it (`accounts.levels`).
    level = models.PositiveSmallIntegerField(default=2, db_default=2)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_from = models.CharField(max_length=45, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="token_name_unique")]

    def __str__(self) -> str:
        return f"token {self.pk}"


class Attempt(models.Model):
    """Somebody who gave a password that was not right, or not judged yet: `attempts` writes it.

    `client` is where from (a whole network of IPv6 is one), `account` a digest of the address
    typed: what people type by mistake is kept nowhere.
    """

    at = models.DateTimeField(db_index=True)
    client = models.CharField(max_length=45)
    account = models.CharField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["client", "at"], name="attempt_client"),
            models.Index(fields=["account", "at"], name="attempt_account"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class SecurityEntry(Sealed):
    """One thing that concerns who comes in, as one organisation sees it: `security` writes it.

    People are plain identifiers, as in the trail: `person_id` is who did it, `subject_id` whom it
    was done to. Without organisation it is for who operates.
    """

    at = models.DateTimeField(db_index=True)
    event = models.CharField(max_length=20)
    organisation_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    subject_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=45, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "-id"], name="security_organisation"),
            # Where an account was signed in from: `attempts` asks it.
            models.Index(fields=["user_id", "event", "address"], name="security_places"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"
