"""Fit the weights of the ranking of targets (`annotator/speakers/targets.py`) to codings.

    uv run python -m benchmarks.fit_targets --article FILE --coding FILE.jsonl [--article … --coding …]

The codings are keyed as by `benchmarks.keys`, which describes their rows; several of one article may be given. A
conditional logistic regression with a ridge then finds the weights that make the wanted target the likeliest among the
entries that have signs. Printed are:
    ranked   hits among the first 1, 3 and 9, for every statement and for those whose target was known by then, with the
             program's weights and with weights fitted to the other articles; in one project, where targets repeat, and
             in a project of its own for each article, where more targets are new
    guessed  for several least chances how many statements get a guess, and how many guesses are right
    weights  the weights fitted to all of them
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annotator.codebook.file import default_codebook
from annotator.codebook.model import Variable
from annotator.session import Session
from annotator.session.suggestions import MOST
from annotator.speakers.targets import SOMETHING_ELSE, WEIGHTS, rank_targets, signs_of
from annotator.store import Store
from benchmarks.keying.typist import Coding, Typist
from benchmarks.keys import read_codings

BY_HAND = ("issue named", "word of its own", "in the paragraph")
"""Signs that keep the weight they have."""

_RIDGE = 2.0
_LEAST = (0.0, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)

Matrix = npt.NDArray[np.float64]


class Case(NamedTuple):
    """A statement whose target is to be ranked.

    Attributes:
        article: Its article's place among the articles.
        names: The entries that have signs.
        signs: Their signs, a row for each, in the order of `WEIGHTS`.
        speakers: Who speaks.
        wanted: The target.
        is_known: Whether the target was an entry by then.
        others: What the program's list has behind them: entries without signs, and names in the text.
    """

    article: int
    names: list[str]
    signs: Matrix
    speakers: tuple[str, ...]
    wanted: str
    is_known: bool
    others: list[str]


class _Watching(Typist):
    """A typist that notes what the ranking knows of each statement before its target is keyed."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.cases: list[Case] = []
        self.article = 0

    def _key_value(self, variable: Variable, wanted: str) -> None:
        if variable is self.hands.session.targets.variable:
            self._note(wanted)
        super()._key_value(variable, wanted)

    def _note(self, wanted: str) -> None:
        session = self.hands.session
        cursor = session.cursor
        statement = cursor.statement
        assert statement is not None
        span = cursor.span_of(statement) or (0, len(cursor.text))
        speakers = tuple(mention.name for mention in statement.speakers)
        known = session.targets.known_of(span, speakers, statement.labels, statement.statement_id)
        found = signs_of(*known)
        rows = [[signs.get(sign, 0.0) for sign in WEIGHTS] for signs in found.values()]
        signs = np.array(rows, dtype=float).reshape(len(found), len(WEIGHTS))
        others = [one.name for one in rank_targets(*known) if one.name not in found]
        is_known = wanted in known[3].names
        self.cases.append(Case(self.article, list(found), signs, speakers, wanted, is_known, others))


def cases(codings: Mapping[int, Coding]) -> list[Case]:
    """The statements of codings that are keyed into one project, each under its article's place."""
    articles = [coding.article for coding in codings.values()]
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.create(Path(folder) / "fit.db", default_codebook(), articles) as store,
    ):
        watching, first = _Watching(Session(store, "typist")), 1
        for watching.article, coding in codings.items():
            watching.hands.session.navigation.go_to(first)
            watching.key(coding)
            first += len(coding.article.paragraphs)
    return watching.cases


def fit(given: Sequence[tuple[Case, float]]) -> Matrix:
    """The weights that make the wanted targets of cases likeliest; each case counts as much as its number says."""
    is_free = np.array([sign not in BY_HAND for sign in WEIGHTS], dtype=float)
    weights: Matrix = np.array([0.0 if free else held for free, held in zip(is_free, WEIGHTS.values(), strict=True)])
    used = [(one, one.names.index(one.wanted), counts) for one, counts in given if one.wanted in one.names]

    def loss(tried: Matrix) -> float:
        fits = sum(counts * np.log(_chances(one.signs @ tried)[at]) for one, at, counts in used)
        return float(_RIDGE * np.sum((is_free * tried) ** 2) / 2 - fits)

    for _ in range(60):
        slope, bend = _RIDGE * is_free * weights, np.diag(np.where(is_free > 0, _RIDGE, 1.0))
        for one, at, counts in used:
            chances = _chances(one.signs @ weights)
            mean = chances @ one.signs
            slope = slope + counts * is_free * (mean - one.signs[at])
            spread = (one.signs * chances[:, None]).T @ one.signs - np.outer(mean, mean)
            bend = bend + counts * spread * np.outer(is_free, is_free)
        step: Matrix = np.linalg.solve(bend, slope)
        before = loss(weights)
        share = 1.0
        while share > 0.001 and loss(weights - share * step) > before:
            share /= 2
        weights = weights - share * step
        if before - loss(weights) < 1e-6:
            break
    return weights


def _chances(scores: Matrix) -> Matrix:
    powers: Matrix = np.exp(scores - scores.max())
    chances: Matrix = powers / powers.sum()
    return chances


class Outcome(NamedTuple):
    """What the ranking gives for a case: the wanted target's rank from 0, the chance of the guess, and the truth."""

    rank: int
    chance: float
    is_right: bool
    is_known: bool


def outcome(case: Case, weights: Matrix) -> Outcome:
    """Rank the entries of a case; the guess is the likeliest that does not speak itself."""
    scores = case.signs @ weights
    order = np.argsort(-scores, kind="stable")
    ranked = [*(case.names[at] for at in order[: MOST - len(case.others)]), *case.others]
    rank = ranked.index(case.wanted) if case.wanted in ranked else 99
    guess = next((at for at in order if case.names[at] not in case.speakers), None)
    if guess is None:
        return Outcome(rank, 0.0, False, case.is_known)
    chance = float(_chances(np.append(scores, SOMETHING_ELSE))[guess])
    return Outcome(rank, chance, case.names[guess] == case.wanted, case.is_known)


def hits(found: Sequence[Outcome]) -> str:
    """The shares of the wanted targets among the first 1, 3 and 9, of all and of those that were known."""
    known = [one for one in found if one.is_known]
    shares = [f"{np.mean([one.rank < n for one in some]):.2f}" for some in (found, known) for n in (1, 3, 9)]
    return f"all {'/'.join(shares[:3])}, known {'/'.join(shares[3:])} ({len(known)} of {len(found)})"


def guesses(found: Sequence[Outcome]) -> Iterator[str]:
    """A line for each least chance."""
    for least in _LEAST:
        made = [one for one in found if one.chance > 0 and one.chance >= least]
        right = sum(one.is_right for one in made)
        yield f"  {least:.2f}: {len(made)} of {len(found)}, right {right}, wrong {len(made) - right}"


def _rounds(codings: Sequence[Coding]) -> list[dict[int, Coding]]:
    """The codings as projects that have each article once: of several codings of an article, one after the other."""
    order = list(dict.fromkeys(coding.article.article_id for coding in codings))
    of = {key: [coding for coding in codings if coding.article.article_id == key] for key in order}
    most = max(len(made) for made in of.values())
    return [{at: of[key][n % len(of[key])] for at, key in enumerate(order)} for n in range(most)]


def main() -> None:
    """Key, fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--article", type=Path, action="append", default=[], help="An article; once for each coding.")
    parser.add_argument("--coding", type=Path, action="append", default=[], help="A coding of the article before it.")
    given = parser.parse_args()
    if not given.article or len(given.article) != len(given.coding):
        parser.error("give as many --coding as --article, at least one of each")
    rounds = _rounds(read_codings(given.article, given.coding))
    together = [one for made in rounds for one in cases(made)]
    alone = [one for made in rounds for at, coding in made.items() for one in cases({at: coding})]
    # A coding counts once, however many rounds it is in.
    times = [len({id(made[at]) for made in rounds}) / len(rounds) for at in range(len(rounds[0]))]
    weighed = [*((one, times[one.article]) for one in together), *((one, times[one.article] / 2) for one in alone)]
    own = np.array(list(WEIGHTS.values()))
    others = [fit([pair for pair in weighed if pair[0].article != at]) for at in range(len(times))]
    for told, some in (("one project", together), ("each article alone", alone)):
        left_out = [outcome(one, others[one.article]) for one in some]
        print(f"ranked, {told}\n  program's weights: {hits([outcome(one, own) for one in some])}")
        print(f"  fitted to the others: {hits(left_out)}")
        print(f"guessed with weights fitted to the others, {told}", *guesses(left_out), sep="\n")
    print("weights", *(f"  {sign}: {weight:.2f}" for sign, weight in zip(WEIGHTS, fit(weighed), strict=True)), sep="\n")


if __name__ == "__main__":
    main()
