"""Catalogues of good practices, by edition. A code means something only inside one edition."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.catalogue.words import Relation

RELATIONS = {
    Relation.EQUAL: _("Équivalente"),
    Relation.BROADER: _("Plus large"),
    Relation.NARROWER: _("Plus précise"),
    Relation.RELATED: _("Proche"),
    Relation.SUCCESSOR: _("Devient"),
}


class Translated(models.Model):
    """Words kept in the source's language, with translations beside: {"en": {"title": …}}."""

    translations = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    def say(self, field: str) -> str:
        """Return the field in the language of the page, else in the source's."""
        words: dict[str, Any] = self.translations.get(get_language() or "fr") or {}
        return str(words.get(field) or getattr(self, field))


def _say(scale: list[dict[str, str]], key: str) -> str:
    """Return a step of a scale in the language of the page, else the source's own word."""
    step = next((step for step in scale if step["key"] == key), {})
    return step.get(get_language() or "fr", key)


class Catalogue(Translated):
    """A body of practices; without organisation, it is the built-in one, shared by all.

    The title is that of the edition imported last.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="catalogues"
    )
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=250)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="catalogue_slug_unique"),
            models.UniqueConstraint(
                fields=["slug"],
                condition=models.Q(organisation__isnull=True),
                name="catalogue_builtin_slug_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CatalogueVersion(Translated):
    """An edition, with its own title, scales, licence and attribution. Never changed once imported.

    A scale is [{"key": "Facile", "en": "Easy"}, …] from the first step; `pilots` are the functions
    that it cites, in the same form. `digest` is the SHA-256 of the edition's own YAML.
    """

    catalogue = models.ForeignKey(Catalogue, models.CASCADE, related_name="versions")
    version = models.CharField(max_length=60)
    title = models.CharField(max_length=250)
    licence = models.CharField(max_length=120, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    attribution = models.CharField(max_length=500, blank=True)
    priority_scale = models.JSONField(default=list)
    difficulty_scale = models.JSONField(default=list)
    pilots = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "version"], name="version_unique")
        ]

    def __str__(self) -> str:
        return f"{self.catalogue_id} {self.version}"

    def say_priority(self, key: str) -> str:
        return _say(self.priority_scale, key)

    def say_difficulty(self, key: str) -> str:
        return _say(self.difficulty_scale, key)

    def say_pilot(self, key: str) -> str:
        return _say(self.pilots, key)


class Theme(Translated):
    version = models.ForeignKey(CatalogueVersion, models.CASCADE, related_name="themes")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    slug = models.CharField(max_length=120)
    title = models.CharField(max_length=250)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="theme_code_unique")
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.title}"


class Practice(Translated):
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="practices")
    version = models.ForeignKey(CatalogueVersion, models.CASCADE, related_name="practices")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    slug = models.CharField(max_length=160)
    title = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    priority = models.CharField(max_length=60, blank=True)
    difficulty = models.CharField(max_length=60, blank=True)
    pilots = models.JSONField(default=list)
    source_url = models.URLField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="practice_code_unique")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class PracticeIndicator(Translated):
    """An indicator that the source proposes; kind and unit are guesses to be confirmed."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="indicators")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)
    kind = models.CharField(max_length=12)
    unit = models.CharField(max_length=40, blank=True)
    direction = models.CharField(max_length=6, blank=True)

    def __str__(self) -> str:
        return self.text


class PracticeLink(Translated):
    """What an organisation says of two practices: of two catalogues, or of two editions of one.

    `source` is EQUAL to `target`, BROADER, NARROWER, or RELATED; or `target` is its SUCCESSOR in
    the edition `version`, None when it has none there. `ready_made` ones come with Portulan.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    source = models.ForeignKey(Practice, models.CASCADE, related_name="links")
    relation = models.CharField(_("relation"), max_length=10, choices=RELATIONS)
    version = models.ForeignKey(CatalogueVersion, models.CASCADE, related_name="+")
    target = models.ForeignKey(
        Practice,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="reverse_links",
        verbose_name=_("autre pratique"),
    )
    reason = models.CharField(_("motif"), max_length=500, blank=True)
    ready_made = models.BooleanField(default=False)
    person_id = models.BigIntegerField(null=True, blank=True)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "source", "target"],
                condition=models.Q(removed_at=None),
                name="practice_link_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.relation} {self.target_id}"
