"""Withdrawing an estimate takes a reason."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Motif"), max_length=500)
