"""How far coders agree and why not: coefficients, intervals, matching and diagnostics, on numpy arrays alone.

    from annotator.agreement import bootstrap_alpha, krippendorff_alpha
    krippendorff_alpha(data, level="ordinal")   # data: (coders, units), nan where a coder gave no value

Names are imported from their modules when they are first used, so that a part costs only what it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from annotator.agreement.bootstrap import Bootstrap as Bootstrap
    from annotator.agreement.bootstrap import bootstrap_alpha as bootstrap_alpha
    from annotator.agreement.coefficient import Coefficient as Coefficient
    from annotator.agreement.coefficient import Interval as Interval
    from annotator.agreement.coefficient import verdict as verdict
    from annotator.agreement.gwet import brennan_prediger as brennan_prediger
    from annotator.agreement.gwet import fleiss_kappa as fleiss_kappa
    from annotator.agreement.gwet import gwet_ac1 as gwet_ac1
    from annotator.agreement.intervals import alpha_interval as alpha_interval
    from annotator.agreement.kappa import cohen_kappa as cohen_kappa
    from annotator.agreement.kappa import scott_pi as scott_pi
    from annotator.agreement.krippendorff import alpha_per_category as alpha_per_category
    from annotator.agreement.krippendorff import krippendorff_alpha as krippendorff_alpha
    from annotator.agreement.matching import MATCHING_RULE as MATCHING_RULE
    from annotator.agreement.matching import Matching as Matching
    from annotator.agreement.matching import match_statements as match_statements
    from annotator.agreement.matching import presence_alpha as presence_alpha
    from annotator.agreement.matching import presence_patterns as presence_patterns
    from annotator.agreement.matching import statement_f1 as statement_f1
    from annotator.agreement.patterns import Patterns as Patterns
    from annotator.agreement.percent import percent_agreement as percent_agreement
    from annotator.agreement.reliability import ReliabilityData as ReliabilityData

_HOME = {
    "Bootstrap": "bootstrap",
    "Coefficient": "coefficient",
    "Interval": "coefficient",
    "MATCHING_RULE": "matching",
    "Matching": "matching",
    "Patterns": "patterns",
    "ReliabilityData": "reliability",
    "alpha_interval": "intervals",
    "alpha_per_category": "krippendorff",
    "bootstrap_alpha": "bootstrap",
    "brennan_prediger": "gwet",
    "cohen_kappa": "kappa",
    "fleiss_kappa": "gwet",
    "gwet_ac1": "gwet",
    "krippendorff_alpha": "krippendorff",
    "match_statements": "matching",
    "percent_agreement": "percent",
    "presence_alpha": "matching",
    "presence_patterns": "matching",
    "scott_pi": "kappa",
    "statement_f1": "matching",
    "verdict": "coefficient",
}
"""The module each public name lives in."""

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
