"""Columns of money and of shares, exact decimals."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

_FRACTION = [MinValueValidator(0), MaxValueValidator(1)]


def money() -> models.DecimalField[Decimal | None, Decimal | None]:
    """Return a column of euros to the cent; null is unknown, never 0."""
    return models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)


def share() -> models.DecimalField[Decimal, Decimal]:
    """Return a column of a fraction of 1, precise enough for a cent of ten million euros."""
    return models.DecimalField(max_digits=12, decimal_places=10, validators=_FRACTION)


def unsure_share() -> models.DecimalField[Decimal | None, Decimal | None]:
    """Return a column of a fraction of 1, null while nobody decided."""
    return models.DecimalField(
        max_digits=12, decimal_places=10, null=True, blank=True, validators=_FRACTION
    )
