"""Plans for double coding: against Bloch and Kraemer (1989), Krippendorff's table, and α itself."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from annotator.agreement import krippendorff_alpha
from annotator.agreement.planning import Design, _study, krippendorff_units, parse_shares, plan
from annotator.errors import AgreementError

BINARY = Design((0.5, 0.5), ("no", "yes"))


@pytest.mark.parametrize(
    ("smallest", "share", "n"),
    [(0.8, 1 / 4, 139), (0.667, 1 / 4, 81), (0.8, 1 / 2, 103), (0.667, 1 / 2, 60)],
)
def test_the_rule_gives_the_numbers_of_krippendorffs_table(smallest: float, share: float, n: int) -> None:
    """Krippendorff (2018), table 12.2, at p = .05."""
    assert krippendorff_units(smallest, share) == n


@pytest.mark.parametrize(("share", "alpha"), [(0.5, 0.8), (0.1, 0.8), (0.3, 0.6)])
def test_two_coders_and_two_categories_need_what_the_variance_of_kappa_says(share: float, alpha: float) -> None:
    """Bloch and Kraemer (1989): var κ = (1-κ)/n · ((1-κ)(1-2κ) + κ(2-κ) / (2p(1-p)))."""
    found = plan(Design((share, 1 - share), ("yes", "no"), alpha=alpha), 200)

    spread = (1 - alpha) * ((1 - alpha) * (1 - 2 * alpha) + alpha * (2 - alpha) / (2 * share * (1 - share)))
    n = spread * (NormalDist().inv_cdf(0.975) / 0.05) ** 2
    assert found.n_units == pytest.approx(n, rel=0.05)
    assert found.half_width == pytest.approx(0.05, rel=0.01)
    assert found.mean_interval[0] < alpha < found.mean_interval[1]
    assert found.half_width < found.half_width_most < 1.2 * found.half_width


@pytest.mark.parametrize(
    ("level", "per_article"), [("nominal", 1), ("ordinal", 1), ("interval", 1), ("ratio", 1), ("nominal", 5)]
)
def test_simulated_studies_have_the_alpha_that_is_wanted(level: str, per_article: int) -> None:
    design = Design((0.2, 0.5, 0.3), (1.0, 2.0, 4.0), 3, 0.7, level=level, per_article=per_article)

    alphas = [_study(design, 20_000, np.random.default_rng(seed)).value for seed in range(5)]

    assert float(np.mean([a for a in alphas if a is not None])) == pytest.approx(0.7, abs=0.01)


def test_more_coders_need_fewer_units_and_articles_need_more() -> None:
    two = plan(BINARY, 60)
    three = plan(Design((0.5, 0.5), ("no", "yes"), 3), 60)
    articles = plan(Design((0.5, 0.5), ("no", "yes"), per_article=10), 60)

    assert three.n_units < 0.75 * two.n_units
    assert articles.n_units > 1.1 * two.n_units
    assert articles.n_units % 10 == 0
    assert (two.rule, three.rule) == ((60, 103), None)


def test_a_seed_gives_the_same_plan() -> None:
    design = Design((0.5, 0.5), ("no", "yes"), precision=0.15)
    found = plan(design, 40, seed=3)

    assert plan(design, 40, seed=3) == found
    assert plan(design, 40, seed=4).half_width_most != found.half_width_most


def test_one_simulated_study_is_as_krippendorff_defines_alpha() -> None:
    design = Design((0.4, 0.6), ("a", "b"), 2, 0.5)
    chance = np.random.default_rng(8)
    value, guess = chance.choice(2, (50, 1), p=design.shares), chance.choice(2, (50, 2), p=design.shares)
    labels = np.where(chance.random((50, 2)) < np.sqrt(0.5), value, guess)

    assert _study(design, 50, np.random.default_rng(8)).value == pytest.approx(
        krippendorff_alpha(labels.T.astype(float), "nominal").value
    )


@pytest.mark.parametrize(
    ("design", "message"),
    [
        (Design((1.0,), ("a",)), "two categories"),
        (Design((0.5, 0.6), ("a", "b")), "sum to 1"),
        (Design((0.5, 0.5), ("a", "b"), alpha=1.0), "between 0 and 1"),
        (Design((0.5, 0.5), ("a", "b"), precision=0.0), "half width"),
        (Design((0.5, 0.5), ("a", "b"), n_coders=1), "two coders"),
        (Design((0.5, 0.5), ("a", "b"), precision=0.001), "more than 100000 units"),
    ],
)
def test_what_cannot_be_planned_is_said(design: Design, message: str) -> None:
    with pytest.raises(AgreementError, match=message):
        plan(design, 20)


@pytest.mark.parametrize(
    ("text", "names", "shares"),
    [
        ("a=.5,b=.3, c=.2", ("a", "b", "c"), (0.5, 0.3, 0.2)),
        ("a = 50%,b=50", ("a", "b"), (0.5, 0.5)),
        (".25,.75", ("1", "2"), (0.25, 0.75)),
        ("a,b", ("a", "b"), (0.5, 0.5)),
        ("x=1=.5,y=.5", ("x=1", "y"), (0.5, 0.5)),
    ],
)
def test_shares_are_read_as_people_write_them(text: str, names: tuple[str, ...], shares: tuple[float, ...]) -> None:
    found = parse_shares(text)

    assert found[0] == names
    assert found[1] == pytest.approx(shares)


@pytest.mark.parametrize("text", ["a=.5,b=.6", "a=.5,b", "a=x,b=.5", "a=-1,b=2"])
def test_bad_shares_are_refused(text: str) -> None:
    with pytest.raises(AgreementError):
        parse_shares(text)
