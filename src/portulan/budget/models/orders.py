"""The orders that detail the lines of an account."""

from __future__ import annotations

from django.db import models

from portulan.budget.models.fields import money
from portulan.budget.models.lines import ImportBatch
from portulan.budget.models.years import FiscalYear


class Order(models.Model):
    """An order, as its file says it: its amounts are in the lines already, never added to them."""

    fiscal_year = models.ForeignKey(FiscalYear, models.CASCADE, related_name="orders")
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="orders")
    row = models.PositiveIntegerField()
    nature = models.CharField(max_length=12, blank=True)
    chapter = models.CharField(max_length=12, blank=True)
    function = models.CharField(max_length=12, blank=True)
    service = models.CharField(max_length=40, blank=True)
    manager = models.CharField(max_length=80, blank=True)
    supplier = models.CharField(max_length=160, blank=True)
    contract_ref = models.CharField(max_length=60, blank=True)
    order_ref = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=300, blank=True)
    committed = money()
    realised = money()

    class Meta:
        indexes = [models.Index(fields=["fiscal_year", "nature"], name="order_of_account")]

    def __str__(self) -> str:
        return self.order_ref or self.label
