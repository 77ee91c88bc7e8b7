"""How far coders agree and why not: coefficients, intervals, matching and diagnostics, on numpy arrays alone.

    from annotator.agreement import bootstrap_alpha, krippendorff_alpha
    krippendorff_alpha(data, level="ordinal")   # data: (coders, units), nan where a coder gave no value

Names are imported from their modules when they are first used, so that a part costs only what it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from annotator.agreement.aggregation import Aggregation as Aggregation
    from annotator.agreement.aggregation import dawid_skene as dawid_skene
    from annotator.agreement.aggregation import mace as mace
    from annotator.agreement.aggregation import majority as majority
    from annotator.agreement.alignment import gamma as gamma
    from annotator.agreement.bootstrap import Bootstrap as Bootstrap
    from annotator.agreement.bootstrap import bootstrap_alpha as bootstrap_alpha
    from annotator.agreement.coefficient import Coefficient as Coefficient
    from annotator.agreement.coefficient import Interval as Interval
    from annotator.agreement.coefficient import verdict as verdict
    from annotator.agreement.diagnostics import alpha_by_group as alpha_by_group
    from annotator.agreement.diagnostics import coder_influence as coder_influence
    from annotator.agreement.diagnostics import coincidence_matrix as coincidence_matrix
    from annotator.agreement.diagnostics import confusions as confusions
    from annotator.agreement.diagnostics import mergers as mergers
    from annotator.agreement.diagnostics import prevalence as prevalence
    from annotator.agreement.diagnostics import unit_disagreement as unit_disagreement
    from annotator.agreement.diagnostics import units_still_needed as units_still_needed
    from annotator.agreement.gwet import brennan_prediger as brennan_prediger
    from annotator.agreement.gwet import fleiss_kappa as fleiss_kappa
    from annotator.agreement.gwet import gwet_ac1 as gwet_ac1
    from annotator.agreement.intervals import alpha_interval as alpha_interval
    from annotator.agreement.kappa import cohen_kappa as cohen_kappa
    from annotator.agreement.kappa import scott_pi as scott_pi
    from annotator.agreement.krippendorff import alpha_per_category as alpha_per_category
    from annotator.agreement.krippendorff import krippendorff_alpha as krippendorff_alpha
    from annotator.agreement.live import LiveCounts as LiveCounts
    from annotator.agreement.matching import MATCHING_RULE as MATCHING_RULE
    from annotator.agreement.matching import Matching as Matching
    from annotator.agreement.matching import match_statements as match_statements
    from annotator.agreement.matching import presence_alpha as presence_alpha
    from annotator.agreement.matching import presence_patterns as presence_patterns
    from annotator.agreement.matching import statement_f1 as statement_f1
    from annotator.agreement.patterns import Patterns as Patterns
    from annotator.agreement.percent import percent_agreement as percent_agreement
    from annotator.agreement.reliability import ReliabilityData as ReliabilityData
    from annotator.agreement.report import VariableReport as VariableReport
    from annotator.agreement.report import variable_report as variable_report
    from annotator.agreement.sets import set_distances as set_distances
    from annotator.agreement.statements import MatchedParagraph as MatchedParagraph
    from annotator.agreement.statements import alpha_with_unmatched as alpha_with_unmatched
    from annotator.agreement.statements import attribute_data as attribute_data
    from annotator.agreement.unitizing import Continuum as Continuum
    from annotator.agreement.unitizing import alpha_u as alpha_u
    from annotator.agreement.unitizing import bar_u_alpha as bar_u_alpha
    from annotator.agreement.unitizing import merge_overlaps as merge_overlaps
    from annotator.agreement.unitizing import u_alpha as u_alpha

_HOME = {
    "Aggregation": "aggregation",
    "Bootstrap": "bootstrap",
    "Coefficient": "coefficient",
    "Continuum": "unitizing",
    "Interval": "coefficient",
    "LiveCounts": "live",
    "MATCHING_RULE": "matching",
    "MatchedParagraph": "statements",
    "Matching": "matching",
    "Patterns": "patterns",
    "ReliabilityData": "reliability",
    "VariableReport": "report",
    "alpha_by_group": "diagnostics",
    "alpha_interval": "intervals",
    "alpha_per_category": "krippendorff",
    "alpha_u": "unitizing",
    "alpha_with_unmatched": "statements",
    "attribute_data": "statements",
    "bar_u_alpha": "unitizing",
    "bootstrap_alpha": "bootstrap",
    "brennan_prediger": "gwet",
    "coder_influence": "diagnostics",
    "cohen_kappa": "kappa",
    "coincidence_matrix": "diagnostics",
    "confusions": "diagnostics",
    "dawid_skene": "aggregation",
    "fleiss_kappa": "gwet",
    "gamma": "alignment",
    "gwet_ac1": "gwet",
    "krippendorff_alpha": "krippendorff",
    "mace": "aggregation",
    "majority": "aggregation",
    "match_statements": "matching",
    "merge_overlaps": "unitizing",
    "mergers": "diagnostics",
    "percent_agreement": "percent",
    "presence_alpha": "matching",
    "presence_patterns": "matching",
    "prevalence": "diagnostics",
    "scott_pi": "kappa",
    "set_distances": "sets",
    "statement_f1": "matching",
    "u_alpha": "unitizing",
    "unit_disagreement": "diagnostics",
    "units_still_needed": "diagnostics",
    "variable_report": "report",
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
