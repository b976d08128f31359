"""What persons said the columns of a tool’s export are."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation


class ColumnMapping(models.Model):
    """The columns of one tool’s export, by title: proposed for the next file that has them."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="column_mappings")
    tool = models.CharField(_("outil"), max_length=80)
    # {"realised": "Mandaté", …, "unit": "1000"}
    columns = models.JSONField()
    person_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "tool"], name="column_mapping_of_tool")
        ]

    def __str__(self) -> str:
        return self.tool
