"""Fit the weights of the second opinion on roles (`annotator/ingest/roles/weights.csv`) to the labelled articles.

    uv run python -m benchmarks.fit_roles            # what unseen articles of the same sets would get: eight folds
    uv run python -m benchmarks.fit_roles --write    # fit to all of them and write the weights

A ridge logistic regression by Newton's method. The signs of a line depend on what became of the lines above it, so it
is fitted first with their true roles and then three times with the roles that it gives itself. A body line weighs as
much as two others, because it costs more to lose one than to keep a line of furniture.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from annotator.ingest.roles import second_opinion
from annotator.ingest.roles.guess import guess, sketch
from annotator.model import Role
from benchmarks.roles import FITTED, TEXT, Labelled, fixtures, measure

_FILE = Path(second_opinion.__file__).with_name("weights.csv")
_HEADING = (
    "# Weights of the signs of lines that are not of the article; fitted by `python -m benchmarks.fit_roles --write`."
)
_FOLDS = 8
_BODY = 2.0
_RIDGE = 1.0

Weights = list[float]


def lines(articles: Sequence[Labelled], weights: Weights | None) -> tuple[npt.NDArray[np.float64], list[Role]]:
    """The signs and true roles of all lines that are weighed; without weights the lines above have their true roles."""
    signs: list[list[float]] = []
    roles: list[Role] = []
    for article in articles:
        draft, _ = sketch([text for _, text in article])
        for at, found in second_opinion.weighed(draft):
            role = article[at][0]
            signs.append(found)
            roles.append(role)
            if role not in TEXT if weights is None else np.dot(weights, found) >= 0:
                draft.roles[at] = "furniture"
    return np.array(signs), roles


def regression(signs: npt.NDArray[np.float64], roles: Sequence[Role]) -> Weights:
    """The weights of a ridge logistic regression of noise on signs."""
    is_noise = np.array([role not in TEXT for role in roles], dtype=float)
    cost = np.array([_BODY if role == "body" else 1.0 for role in roles])
    ridge = np.eye(signs.shape[1]) * _RIDGE
    ridge[0, 0] = 0.01
    weights = np.zeros(signs.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-signs @ weights))
        slope = signs.T @ (cost * (chance - is_noise)) + ridge @ weights
        weights -= np.linalg.solve((signs * (cost * chance * (1 - chance))[:, None]).T @ signs + ridge, slope)
    return [round(float(weight), 2) for weight in weights]


def fit(articles: Sequence[Labelled]) -> Weights:
    weights = regression(*lines(articles, None))
    for _ in range(3):
        weights = regression(*lines(articles, weights))
    return weights


def write(weights: Weights) -> None:
    rows = [f"{sign},{weight}" for sign, weight in zip(second_opinion.SIGNS, weights, strict=True)]
    _FILE.write_text("\n".join([_HEADING, *rows, ""]), "utf-8")


def main() -> None:
    sets = {name: list(fixtures(name)) for name in FITTED}
    articles = [article for found in sets.values() for article in found]
    if "--write" in sys.argv:
        write(fit(articles))
        return
    guessed: dict[str, list[Role]] = {}
    original = second_opinion.read_weights
    for fold in range(_FOLDS):
        weights = fit([article for at, article in enumerate(articles) if at % _FOLDS != fold])
        second_opinion.read_weights = lambda found=weights: found  # type: ignore[assignment]
        for article in articles[fold::_FOLDS]:
            texts = [text for _, text in article]
            guessed["\n".join(texts)] = guess(texts)
    second_opinion.read_weights = original
    for name, found in sets.items():
        measure(name, found, lambda texts: guessed["\n".join(texts)], "-v" in sys.argv)


if __name__ == "__main__":
    main()
