"""An invented study: its articles, its codebook before and after the revision, and what each coder keys.

Everything follows from the article's number, the paragraph and the coder, so that each figure of the program can be
computed from it a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Any, NamedTuple

CODERS = ("kim", "lou", "mo")
OUTLETS = ("Sandhavn Post", "The Ferry", "Upland Daily")
SPEAKERS = ("Runa Tveit", "Odd Falk", "Mette Lien")
TARGETS = ("the dyke", "the ferry", "the levy")
N_ARTICLES, N_PARAGRAPHS = 12, 4
FRAMES = ("money", "safety", "blame")

_VARIABLES = """
variables:
  - name: frames
    scope: paragraph
    level: set
    key: f
    required: true
    definition: From which sides does the paragraph look at the flood?
    categories:
      - {name: money, key: e, definition: What it costs and who pays.}
      - {name: safety, key: a, definition: Life and limb.}
      - {name: blame, key: b, definition: Whose fault it is.}
  - name: speaker
    level: entity
    multiple: true
  - name: target
    level: entity
    key: t
  - name: stance
    level: ordinal
    categories:
      - {name: oppose, key: o}
      - {name: neutral, key: n}
      - {name: support, key: s}
      - {name: unclear, key: u, outside_scale: true}
  - name: topic
    key: c
    required: true
    definition: What the statement is about; the narrowest category that fits.
    categories:
      - name: economy
        categories:
          - name: prices
          - name: aid
            categories: [{name: loan}, {name: tax}]
      - name: nature
        categories: [{name: storm}, {name: river}]
      - PEOPLE
  - name: strength
    level: interval
    key: i
    minimum: 0
    maximum: 10
    whole: true
    definition: How strongly it is worded, from 0 to 10.
  - name: remedy
    key: d
    when: {topic: [loan, tax]}
    categories: [{name: now}, {name: later}]
  - name: wording
    level: text
    key: p
"""


def codebook(version: str) -> str:
    """The codebook as YAML: 1.0, or 1.1, in which a topic has another name and a rule is new."""
    is_new = version == "1.1"
    rules = "rules:\n  - A question asserts nothing.\n" if is_new else ""
    people = "name: inhabitants, was: people" if is_new else "name: people"
    head = f"name: floods\nversion: '{version}'\ntitle: Floods in the news\n{rules}"
    return head + _VARIABLES.replace("PEOPLE", f"{{{people}}}")


BROAD = {
    "prices": "economy",
    "aid": "economy",
    "loan": "economy",
    "tax": "economy",
    "storm": "nature",
    "river": "nature",
}
MIDDLE = {"loan": "aid", "tax": "aid"}
"""The category above each topic, at the first and at the second level."""

TOPICS = ("loan", "river", "people", "prices", "tax", "storm")
STANCES = ("oppose", "neutral", "support")


class Said(NamedTuple):
    """A statement, resting on one sentence of the paragraph."""

    sentence: int
    speaker: str
    target: str
    stance: str
    topic: str
    strength: int
    remedy: str | None

    @property
    def n_labels(self) -> int:
        """Labels, without the speaker: target, stance, topic, strength, wording, and the remedy if it is asked."""
        return 5 + (self.remedy is not None)


class Coding(NamedTuple):
    """What a coder keys in a paragraph."""

    frames: frozenset[str]
    statements: tuple[Said, ...]

    @property
    def n_labels(self) -> int:
        """Labels of the paragraph and of its statements."""
        return 1 + sum(one.n_labels for one in self.statements)


def article(a: int) -> str:
    """The name of an article, from 1."""
    return f"A{a:02}"


def text(a: int) -> str:
    """An article of four paragraphs, each with two sentences."""
    return "\n".join(
        f"In week {a} the mayor Runa Tveit said that {TARGETS[p % 3]} needs {a + p} more years. "
        f"Odd Falk told the board that pier {a * 4 + p} would stay closed."
        for p in range(N_PARAGRAPHS)
    )


def table() -> str:
    """The articles as a table; the last row has no text."""
    rows = ["id;title;outlet;date;url;text"]
    for a in range(1, N_ARTICLES + 1):
        where = f"{article(a)};Flood report {a};{OUTLETS[a % 3]};2031-03-{a:02};https://example.org/{a}"
        rows.append(f'{where};"{text(a)}"')
    rows.append("A13;Flood report 13;The Ferry;2031-03-13;https://example.org/13;")
    return "\n".join(rows) + "\n"


def truth(a: int, p: int) -> Coding:
    """The right answer."""
    frames = frozenset(name for i, name in enumerate(FRAMES) if (a + p + i) % 3 != 1)
    n = 0 if p == 3 else 1 + (a + p) % 2
    return Coding(frames, tuple(_said(a, p, sentence) for sentence in range(1, n + 1)))


def _said(a: int, p: int, sentence: int) -> Said:
    i = a * 5 + p * 2 + sentence
    topic = TOPICS[i % len(TOPICS)]
    remedy = ("now", "later")[(a + p) % 2] if topic in ("loan", "tax") else None
    return Said(sentence, SPEAKERS[i % 3], TARGETS[(i + p) % 3], STANCES[i % 3], topic, i % 11, remedy)


def keyed(coder: str, a: int, p: int) -> Coding:
    """What a coder keys: the truth, with slips of this coder."""
    right, slip = truth(a, p), a * 7 + p * 3 + 13 * CODERS.index(coder)
    frames, said = right.frames, list(right.statements)
    if slip % 4 == 0:
        frames = frames ^ {"blame"} or frozenset({"money"})
    if slip % 5 == 0 and len(said) > 1:
        said.pop()
    if said and slip % 3 == 0:
        said[0] = _slipped(said[0])
    return Coding(frames, tuple(said))


def _slipped(one: Said) -> Said:
    """Another narrow topic, of the same broad one where there is one; another strength; the stance beside it."""
    near = {"loan": "tax", "tax": "prices", "prices": "loan", "river": "storm", "storm": "river", "people": "river"}
    topic = near[one.topic]
    remedy = (one.remedy or "now") if topic in ("loan", "tax") else None
    stance = {"oppose": "neutral", "neutral": "support", "support": "neutral"}[one.stance]
    return one._replace(topic=topic, remedy=remedy, stance=stance, strength=(one.strength + 2) % 11)


def lines(coding: Coding, people: str = "people") -> list[str]:
    """What the coder types in `label --plain`; `people` is the name of that topic in the coder's file."""
    typed = [f"frames {name}" for name in FRAMES if name in coding.frames]
    for n, one in enumerate(coding.statements):
        typed += ["another"] * (n > 0)
        typed += [f"speaker {one.speaker}", f"evidence {one.sentence}", f"target {one.target}"]
        typed += [f"stance {one.stance}", f"topic {people if one.topic == 'people' else one.topic}"]
        typed += [f"strength {one.strength}", f"wording sentence {one.sentence}"]
        typed += [f"remedy {one.remedy}"] if one.remedy else []
    return [*typed, "" if coding.statements else "no claim"]


# the figures, computed from their definitions

Distance = Callable[[Any, Any], float]


def alpha(units: Iterable[Sequence[Any]], distance: Distance | None = None) -> float | None:
    """Krippendorff's α: 1 − observed / expected disagreement (2018, section 12.3); nominal by default.

    None where only one category was used.
    """
    paired = [unit for unit in units if len(unit) > 1]
    differ = distance or (lambda x, y: float(x != y))
    labels = [label for unit in paired for label in unit]
    if len(set(labels)) < 2:
        return None
    n = len(labels)
    observed = sum(2 * sum(differ(x, y) for x, y in combinations(unit, 2)) / (len(unit) - 1) for unit in paired) / n
    expected = 2 * sum(differ(x, y) for x, y in combinations(labels, 2)) / (n * (n - 1))
    return 1 - observed / expected


def squared(x: float, y: float) -> float:
    """The distance of two numbers."""
    return float((x - y) ** 2)


def masi(x: frozenset[str], y: frozenset[str]) -> float:
    """The distance of two sets (Passonneau 2006)."""
    if x == y:
        return 0.0
    both, either = x & y, x | y
    monotone = 2 / 3 if both in (x, y) and both else 1 / 3 if both else 0.0
    return 1 - len(both) / len(either) * monotone


def ordinal(labels: Sequence[str], scale: Sequence[str]) -> Distance:
    """The distance of two ranks, which depends on how often each rank between them was used."""
    times = [labels.count(name) for name in scale]

    def distance(x: str, y: str) -> float:
        low, high = sorted((scale.index(x), scale.index(y)))
        return float((sum(times[low : high + 1]) - (times[low] + times[high]) / 2) ** 2)

    return distance


def matched(a: Coding, b: Coding) -> list[tuple[Said, Said]]:
    """The statements that two coders both have: those that rest on the same sentence."""
    of_b = {one.sentence: one for one in b.statements}
    return [(one, of_b[one.sentence]) for one in a.statements if one.sentence in of_b]
