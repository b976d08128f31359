"""The rules of commitments (pure)."""

from __future__ import annotations

from portulan.plans.funding import Funding as Funding
from portulan.plans.funding import FundingYear as FundingYear
