"""Precision, recall and F1 of a model, with intervals."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.agreement import category_scores
from annotator.agreement.data.clusters import Clusters


def test_the_figures_are_those_of_the_table() -> None:
    """20 units: 6 found, 2 missed, 3 wrongly found."""
    reference = np.array([[True] * 8 + [False] * 12])
    model = np.array([[True] * 6 + [False] * 2 + [True] * 3 + [False] * 9])

    (one,) = category_scores(reference, model, ["claim"])

    assert (one.precision.value, one.recall.value, one.f1.value) == pytest.approx((6 / 9, 6 / 8, 12 / 17))
    assert (one.n_reference, one.n_model) == (8, 9)
    for figure in (one.precision, one.recall, one.f1):
        assert figure.ci is not None
        assert 0 < figure.ci[0] < float(figure) < figure.ci[1] < 1


def test_a_category_that_never_occurs_is_undefined_in_words() -> None:
    none = np.zeros((1, 5), bool)

    (one,) = category_scores(none, none, ["rare"])

    assert one.precision.undefined == "undefined: the model never says it"
    assert one.recall.undefined == "undefined: the reference never has it"
    assert one.f1.undefined == "undefined: neither ever has it"


def test_a_perfect_model_has_an_exact_bound_that_counts_each_article_once() -> None:
    yes = np.ones((1, 40), bool)
    articles = Clusters(np.arange(40) // 4, "article")

    (one,) = category_scores(yes, yes, ["claim"], articles)

    assert one.recall.ci == pytest.approx((0.05 ** (1 / 10), 1.0))
    assert one.recall.ci_method == "exact bound over 10 articles"


@pytest.mark.slow
def test_the_intervals_cover_also_where_articles_differ() -> None:
    rng, n, hits = np.random.default_rng(5), 0, np.zeros(3)
    true_precision = 0.3 * 0.8 / (0.3 * 0.8 + 0.7 * 0.1)
    truth = (true_precision, 0.8, 2 * 0.24 / (0.3 + 0.31))
    for _ in range(400):
        article = np.repeat(np.arange(40), rng.integers(2, 12, 40))
        share = rng.beta(3, 7, 40)[article]
        reference = rng.random(article.size) < share
        model = rng.random(article.size) < np.where(reference, 0.8, 0.1)
        (one,) = category_scores(reference[None], model[None], ["x"], Clusters(article, "article"))
        figures = (one.precision, one.recall, one.f1)
        hits += [ci[0] <= value <= ci[1] for value, ci in zip(truth, (f.ci or (0, 0) for f in figures), strict=True)]
        n += 1
    assert (hits / n >= 0.92).all(), hits / n
