"""How many units to code twice: simulated studies of a given α, and Krippendorff's rule beside them."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator.agreement.coefficients.result import RELIABLE, TENTATIVE, Coefficient
from annotator.agreement.data.clusters import ClusterCounts
from annotator.agreement.data.patterns import Patterns
from annotator.agreement.intervals.alpha import alpha_interval
from annotator.errors import AgreementError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

STUDIES = 400
"""Studies that are simulated for the figures, by default."""
ALIKE = 0.1
"""How alike the difficulty of units of one article is: the intraclass correlation of the simulated articles."""
MOST_UNITS = 100_000
"""More units than this are not planned for."""

RULE = (
    "Krippendorff (2018, section 12.4), after Bloch and Kraemer (1989, equation 3.7): units on which two coders can "
    "show at p = .05 that α of the rarest category against the rest is at least .667, or .800"
)
"""Where the rule beside the simulation comes from."""

_SEARCH_STUDIES = 100
_ROUNDS = 4
_MOST_AT_FIRST = 20_000
_MOST_LABELS = 30_000_000
"""Labels that one round of simulation draws at most."""


@dataclass(frozen=True)
class Design:
    """What is known before the coding."""

    shares: tuple[float, ...]
    """How often each category will be used; they sum to 1."""
    categories: tuple[Hashable, ...]
    """Their names in their order; numbers at the interval and ratio level."""
    n_coders: int = 2
    alpha: float = 0.8
    """The α that the coders are expected to have."""
    precision: float = 0.05
    """The half width that the interval shall have."""
    level: str = "nominal"
    per_article: int = 1
    """Units of one article; with 1, units are independent."""


@dataclass(frozen=True)
class Plan:
    """What the simulated studies say."""

    design: Design
    n_units: int
    """Units to be coded by all coders: the fewest with intervals of that half width, on average."""
    n_studies: int
    """Simulated studies of that many units."""
    n_undefined: int
    """Those of them in which α or its interval was undefined."""
    half_width: float
    """The mean half width of their intervals."""
    half_width_most: float
    """The half width that nine of ten studies stay below."""
    mean_interval: tuple[float, float]
    """The mean of the lower and of the upper limits."""
    above: tuple[float, float]
    """The share of studies whose lower limit is at least .667, and .800."""
    rule: tuple[int, int] | None
    """Units by `RULE`, for .667 and .800; None for other than two coders, or on a scale."""
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        one = self.design
        return {
            "n_units": self.n_units,
            "design": {
                "coders": one.n_coders,
                "categories": [str(category) for category in one.categories],
                "shares": list(one.shares),
                "level": one.level,
                "alpha": one.alpha,
                "precision": one.precision,
                "units_per_article": one.per_article,
                "alike": ALIKE if one.per_article > 1 else 0.0,
            },
            "half_width": self.half_width,
            "half_width_of_nine_in_ten": self.half_width_most,
            "interval": list(self.mean_interval),
            "lower_limit_at_least": {"667": self.above[0], "800": self.above[1]},
            "rule": None if self.rule is None else {"667": self.rule[0], "800": self.rule[1], "source": RULE},
            "studies": self.n_studies,
            "undefined": self.n_undefined,
            "seed": self.seed,
        }


def plan(design: Design, n_studies: int = STUDIES, seed: int = 0) -> Plan:
    """Find the number of units by simulation.

    In a simulated study each unit has a value, drawn by the shares. A coder sees it with probability √α and guesses by
    the shares otherwise. Two coders who both see it agree, so that the expected disagreement is (1 - α) of that by
    chance, at every level: the study's population has exactly the α that is wanted. In articles of several units the
    probability differs from article to article, with the intraclass correlation `ALIKE` and the same mean. Each
    study's interval is computed as in a report.

    Args:
        design: What is known.
        n_studies: Studies that are simulated for the figures.
        seed: Of the simulation.

    Raises:
        AgreementError: The design cannot be simulated, or more than `MOST_UNITS` units would be needed.
    """
    _check(design)
    n = _whole_articles(
        min(_MOST_AT_FIRST, max(100.0, 30 / min(share for share in design.shares if share > 0))), design
    )
    studies = _Studies.of(design, n, _SEARCH_STUDIES, seed)
    for attempt in range(1, _ROUNDS + 1):
        n = _whole_articles(n * (studies.half_width / design.precision) ** 2, design)
        if n > MOST_UNITS:
            raise AgreementError(
                f"Intervals of ± {design.precision:g} would need more than {MOST_UNITS} units; allow wider ones."
            )
        some = n_studies if attempt == _ROUNDS else _SEARCH_STUDIES
        studies = _Studies.of(design, n, some, seed + attempt)
    needed = _whole_articles(n * (studies.half_width / design.precision) ** 2, design)
    scale = math.sqrt(n / needed)
    low, high = studies.low.mean(), studies.high.mean()
    return Plan(
        design,
        needed,
        studies.low.size + studies.n_undefined,
        studies.n_undefined,
        studies.half_width * scale,
        float(np.quantile(studies.high - studies.low, 0.9)) / 2 * scale,
        (float(low), float(high)),
        (float((studies.low >= TENTATIVE).mean()), float((studies.low >= RELIABLE).mean())),
        required_units(design) if design.n_coders == 2 and design.level == "nominal" else None,
        seed,
    )


def krippendorff_units(smallest: float, share: float, significance: float = 0.05) -> int:
    """Units for which an α of at least `smallest` can be shown, of a category with this share and two coders.

    N = 2 z² ((1 + α)(3 - α) / (4 (1 - α) p (1 - p)) - α) (Bloch & Kraemer 1989, eq. 3.7; Krippendorff 2018).
    """
    z = NormalDist().inv_cdf(1 - significance)
    spread = (1 + smallest) * (3 - smallest) / (4 * (1 - smallest) * share * (1 - share))
    return math.ceil(2 * z * z * (spread - smallest))


def required_units(design: Design) -> tuple[int, int]:
    """Units by `RULE` for the rarest category, for .667 and .800."""
    rarest = min(share for share in design.shares if share > 0)
    return krippendorff_units(TENTATIVE, rarest), krippendorff_units(RELIABLE, rarest)


def _check(design: Design) -> None:
    used = [share for share in design.shares if share > 0]
    if len(design.shares) != len(design.categories) or len(used) < 2 or abs(sum(design.shares) - 1) > 1e-6:
        raise AgreementError("A plan needs the shares of two categories or more, which sum to 1.")
    if not 0 < design.alpha < 1:
        raise AgreementError("The expected α must lie between 0 and 1.")
    if not 0 < design.precision < 0.5:
        raise AgreementError("The precision is the half width of the interval, between 0 and .5.")
    if design.n_coders < 2 or design.per_article < 1:
        raise AgreementError("A plan needs two coders or more, and articles of one unit or more.")


def _whole_articles(n: float, design: Design) -> int:
    """Units in whole articles, of which there are at least three."""
    return max(3, math.ceil(n / design.per_article)) * design.per_article


@dataclass(frozen=True, eq=False)
class _Studies:
    """The intervals of simulated studies of one size."""

    low: Floats
    high: Floats
    n_undefined: int

    @classmethod
    def of(cls, design: Design, n_units: int, n_studies: int, seed: int) -> _Studies:
        """Simulate them."""
        chance = np.random.default_rng(seed)
        n_units = _whole_articles(n_units, design)
        fewer = max(20, min(n_studies, _MOST_LABELS // (n_units * design.n_coders)))
        found = [_study(design, n_units, chance).ci for _ in range(fewer)]
        limits = np.array([ci for ci in found if ci is not None], np.float64).reshape(-1, 2)
        if 2 * len(limits) < fewer:
            raise AgreementError("In most simulated studies α is undefined, because the other categories are too rare.")
        return cls(limits[:, 0], limits[:, 1], fewer - len(limits))

    @property
    def half_width(self) -> float:
        """The mean half width."""
        return float((self.high - self.low).mean()) / 2


def _study(design: Design, n_units: int, chance: np.random.Generator) -> Coefficient:
    """One simulated study: α with its interval."""
    q, m = len(design.shares), design.n_coders
    value = chance.choice(q, (n_units, 1), p=design.shares)
    guess = chance.choice(q, (n_units, m), p=design.shares)
    labels = np.where(chance.random((n_units, m)) < np.sqrt(_alphas(design, n_units, chance)), value, guess)
    counts = np.stack([(labels == category).sum(axis=1) for category in range(q)], axis=1)
    kinds, index, times = np.unique(counts, axis=0, return_inverse=True, return_counts=True)
    patterns = Patterns.of_matrix(kinds, times, design.categories, m)
    clusters = None
    if design.per_article > 1:
        article = np.arange(n_units) // design.per_article
        clusters = ClusterCounts.of(article, index.ravel(), len(kinds), "article")
    return alpha_interval(patterns, design.level, clusters=clusters)


def _alphas(design: Design, n_units: int, chance: np.random.Generator) -> Floats:
    """The α of each unit's article, shape (units, 1)."""
    if design.per_article == 1:
        return np.full((n_units, 1), design.alpha)
    size = 1 / ALIKE - 1
    of_article = chance.beta(design.alpha * size, (1 - design.alpha) * size, n_units // design.per_article)
    return np.repeat(of_article, design.per_article)[:, None]


def parse_shares(text: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Names and shares of categories as a person writes them: `a=.5,b=.3,c=.2`, or shares alone, or names alone.

    Shares in percent are taken as such; names without shares are used equally often.

    Raises:
        AgreementError: A share is missing or not a number, or they do not sum to 1.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    numbers = [_number(part) for part in parts]
    if parts and all(number is not None for number in numbers):
        return tuple(str(i) for i in range(1, len(parts) + 1)), _to_one([n for n in numbers if n is not None])
    if not any("=" in part for part in parts):
        return tuple(parts), _to_one([1 / len(parts)] * len(parts)) if parts else ()
    names, shares = [], []
    for part in parts:
        name, _, share = part.rpartition("=")
        number = _number(share.strip())
        if not name or number is None:
            raise AgreementError(f"{part} does not say a category and its share, as in oppose=.3.")
        names.append(name.strip())
        shares.append(number)
    return tuple(names), _to_one(shares)


def _number(text: str) -> float | None:
    try:
        found = float(text.removesuffix("%"))
    except ValueError:
        return None
    return found if math.isfinite(found) and found >= 0 else None


def _to_one(shares: Sequence[float]) -> tuple[float, ...]:
    """Shares that sum to 1 exactly."""
    total = sum(shares)
    if min(abs(total - 1), abs(total - 100) / 100) > 0.011:
        raise AgreementError(f"The shares sum to {total:g}; they must sum to 1, or to 100 %.")
    return tuple(share / total for share in shares)
