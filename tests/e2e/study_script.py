"""A whole study with a leader and three coders, through the real command line; each figure is checked.

    python -m tests.e2e.study_script --log study.log

writes what was typed and what came back. `tests/e2e/test_study.py` runs the same.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, TextIO

from tests.e2e import study_plan as plan
from tests.e2e.coder import ANNOTATOR, ROOT

Place = tuple[int, int]
"""The number of an article and the position of a paragraph."""


class Study:
    """A folder with the leader's project, and a log of what everybody types.

    Attributes:
        n_checked: How many figures were compared with what was keyed.
    """

    def __init__(self, folder: Path, log: TextIO | None = None) -> None:
        self.folder = folder
        self.n_checked = 0
        self._log = log
        self.done: dict[str, dict[Place, plan.Coding]] = {coder: {} for coder in plan.CODERS}
        """What each coder keyed in the phases pilot and main."""
        self.labels: Counter[str] = Counter()
        """Labels made in the phases pilot and main, by the version of the codebook."""

    def say(self, words: str) -> None:
        """Write a line into the log."""
        if self._log is not None:
            print(words, file=self._log, flush=True)

    def run(
        self, *arguments: str, by: str = "lead", typed: Sequence[str] | None = None, status: int = 0
    ) -> tuple[str, str]:
        """Type a command; give back what it wrote to standard output and standard error."""
        self.say(f"{by}$ annotator {' '.join(repr(one) if ' ' in one else one for one in arguments)}")
        done = subprocess.run(
            [*ANNOTATOR, *arguments],
            cwd=self.folder,
            input=None if typed is None else "\n".join(typed) + "\n",
            stdin=subprocess.DEVNULL if typed is None else None,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
            env={**os.environ, "ANNOTATOR_CODER": by, "PYTHONPATH": str(ROOT), "COLUMNS": "120"},
        )
        shown = done.stdout.splitlines()
        if "--json" in arguments:
            shown = [f"({len(shown)} lines of JSON)"]
        for line in (*(f"> {one}" for one in typed or ()), *shown, *done.stderr.splitlines()):
            self.say(f"    {line}")
        assert done.returncode == status, f"{arguments}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout, done.stderr

    def json(self, *arguments: str, by: str = "lead") -> Any:
        """What a command writes as JSON."""
        return json.loads(self.run(*arguments, "--json", by=by)[0])

    def check(self, what: str, found: object, expected: object) -> None:
        """Compare a figure of the program with what was keyed."""
        is_near = isinstance(found, float) and isinstance(expected, float) and abs(found - expected) < 1e-9
        assert is_near or found == expected, f"{what}: the program says {found!r}, keyed was {expected!r}"
        self.n_checked += 1
        self.say(f"  = {what}: {found if not isinstance(found, float) else round(found, 4)}")

    def given(self, phase: str) -> dict[str, list[int]]:
        """The articles that each coder was given in a phase, in the coder's order."""
        found: dict[str, list[int]] = {coder: [] for coder in plan.CODERS}
        for one in self.json("assign", "list")["assignments"]:
            if one["phase"] == phase:
                found[one["coder"]].append(int(one["article"][1:]))
        return found

    def code(self, coder: str, articles: Sequence[int], project: str, *, version: str, people: str = "people") -> None:
        """Let a coder code articles, as planned; the codings count as those of the pilot and the main phase."""
        typed = []
        for a in articles:
            typed.append(f"go {plan.article(a)}")
            for p in range(plan.N_PARAGRAPHS):
                coding = plan.keyed(coder, a, p)
                typed += plan.lines(coding, people)
                self.done[coder][a, p] = coding
                self.labels[version] += coding.n_labels
        out, _ = self.run("--project", project, "label", "--coder", coder, "--plain", by=coder, typed=typed)
        assert "Not done" not in out

    def units(self) -> Iterator[list[tuple[str, plan.Coding]]]:
        """The paragraphs that two coders or more are done with: who keyed what."""
        for place in sorted({place for mine in self.done.values() for place in mine}):
            both = [(coder, mine[place]) for coder, mine in self.done.items() if place in mine]
            if len(both) > 1:
                yield both


def run_study(folder: Path, log: TextIO | None = None) -> Study:
    """Run the whole study in an empty folder.

    Raises:
        AssertionError: A command failed, or a figure is not what was keyed.
    """
    study = Study(folder, log)
    for step in (_begin, _train, _pilot, _revise_and_code, _after_closing, _recheck, _agree, _settle, _tell, _export):
        study.say(f"\n== {(step.__doc__ or '').splitlines()[0]}")
        step(study)
    study.say(f"\n{study.n_checked} figures are what was keyed.")
    return study


def _begin(study: Study) -> None:
    """The leader makes the project."""
    (study.folder / "floods.yaml").write_text(plan.codebook("1.0"), encoding="utf-8")
    (study.folder / "articles.csv").write_text(plan.table(), encoding="utf-8")
    study.run("codebook", "check", "floods.yaml")
    study.run("init", "--codebook", "floods.yaml")
    out, err = study.run("add", "articles.csv", "--no-reprints")
    study.check("rows without a text that are named", (out + err).count("has no text"), 1)
    status = study.json("status")
    study.check("articles", status["n_articles"], plan.N_ARTICLES)
    study.check("paragraphs", status["n_paragraphs"], plan.N_ARTICLES * plan.N_PARAGRAPHS)


def _train(study: Study) -> None:
    """Coders train on an article with gold, with feedback."""
    with (study.folder / "gold.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["article", "paragraph", "state", "frames", *"speakers topic stance strength evidence reason".split()]
        )
        for p in range(plan.N_PARAGRAPHS):
            right = plan.truth(1, p)
            sentences = plan.text(1).splitlines()[p].split(". ")
            frames = "|".join(name for name in plan.FRAMES if name in right.frames)
            for one in right.statements:
                row = [one.speaker, one.topic, one.stance, one.strength, sentences[one.sentence - 1].rstrip(".") + "."]
                writer.writerow(["A01", p, "coded", frames, *row, "see the definition"])
            if not right.statements:
                writer.writerow(["A01", p, "no claim", frames, "", "", "", "", "", "see the definition"])
    study.run("import", "gold.csv", "--as", "gold", "--coder", "lead", "--yes")
    coders = [option for coder in plan.CODERS for option in ("--coder", coder)]
    study.run("assign", "draw", *coders, "--phase", "training", "--feedback", "--article", "A01", "--yes")
    for coder in plan.CODERS:
        typed = ["go A01"]
        for p in range(plan.N_PARAGRAPHS):
            typed += [*plan.lines(plan.keyed(coder, 1, p)), ""]  # gold is shown; Enter goes on
        out, _ = study.run("label", "--coder", coder, "--plain", by=coder, typed=typed)
        study.check(f"paragraphs in which {coder} was shown gold", out.casefold().count("see the definition") > 0, True)
    study.run("assign", "report")
    study.run("assign", "close", "training")


def _pilot(study: Study) -> None:
    """The pilot: everybody codes two articles in a file of their own."""
    coders = [option for coder in plan.CODERS for option in ("--coder", coder)]
    draw = ["--overlap", "100%", "--number", "2", "--stratify", "source", "--seed", "11", "--batch", "pilot-1"]
    study.run("assign", "draw", *coders, *draw, "--phase", "pilot", "--yes")
    given = study.given("pilot")
    for coder in plan.CODERS:
        study.run("pack", "--coder", coder, "--out", f"{coder}-pilot.db")
        study.code(coder, given[coder], f"{coder}-pilot.db", version="1.0")
    study.run("merge", *(f"{coder}-pilot.db" for coder in plan.CODERS))
    study.run("assign", "close", "pilot")
    _check_agreement(study, "pilot")


def _revise_and_code(study: Study) -> None:
    """The revision, and the main phase: one file is renamed, one merged twice, one is late and on the old codebook."""
    coders = [option for coder in plan.CODERS for option in ("--coder", coder)]
    study.run("assign", "draw", *coders, "--overlap", "3", "--number", "8", "--seed", "5", "--batch", "main-1", "--yes")
    given = study.given("main")
    study.run("pack", "--coder", "mo")
    (study.folder / "floods-2.yaml").write_text(plan.codebook("1.1"), encoding="utf-8")
    study.run("codebook", "apply", "floods-2.yaml", "--dry-run")
    codings = [plan.keyed(coder, 1, p) for coder in plan.CODERS for p in range(plan.N_PARAGRAPHS)]
    codings += [coding for mine in study.done.values() for coding in mine.values()]
    out, err = study.run("codebook", "apply", "floods-2.yaml", "--recheck", "topic/tax", "--yes")
    study.check("labels to decide again", f"{_n_tax(codings)} to decide again" in out + err, True)
    for coder in ("kim", "lou"):
        study.run("pack", "--coder", coder)
        study.code(coder, given[coder], f"{coder}.db", version="1.1", people="inhabitants")
    (study.folder / "kim.db").rename(study.folder / "from kim (final).db")
    study.run("merge", "from kim (final).db")
    study.run("merge", "lou.db")
    before = study.json("status")
    out, _ = study.run("merge", "lou.db")
    study.check("the second merge of one file brings nothing", "no new work" in out, True)
    study.check("and changes nothing", study.json("status"), before)
    study.run("agreement", "--unblind", "--as", "methods", by="lou")
    study.run("assign", "close", "main")
    study.code("mo", given["mo"], "mo.db", version="1.0")
    out, err = study.run("merge", "mo.db")
    study.check("the late file is said to be on an older codebook", "floods 1.0" in out + err, True)
    study.check("and its phase to be closed", "closed" in out + err, True)
    for coder in study.json("status")["coders"]:
        if coder["coder"] in plan.CODERS:
            study.check(f"paragraphs left for {coder['coder']}", coder["left"], 0)


def _after_closing(study: Study) -> None:
    """After the phase is closed a label is decided again, and a paragraph is coded outside the assignment."""
    a = study.given("main")["kim"][0]
    p = next(p for p in range(plan.N_PARAGRAPHS) if plan.keyed("kim", a, p).statements)
    first = plan.keyed("kim", a, p).statements[0]
    again = first._replace(strength=(first.strength + 1) % 11)
    typed = [f"go {plan.article(a)}", *["forward"] * p, "statement 1", f"strength {again.strength}"]
    study.run("label", "--coder", "kim", "--plain", by="kim", typed=typed)
    old = study.done["kim"][a, p]
    study.done["kim"][a, p] = old._replace(statements=(again, *old.statements[1:]))
    everybody = {a for phase in ("training", "pilot", "main") for mine in study.given(phase).values() for a in mine}
    (free,) = set(range(1, plan.N_ARTICLES + 1)) - everybody
    typed = [f"go {plan.article(free)}", *plan.lines(plan.keyed("lou", free, 0), "inhabitants")]
    study.run("label", "--coder", "lou", "--plain", by="lou", typed=typed)
    study.check("paragraphs outside the assignment", study.json("assign", "list")["outside"], {"lou": 1})


def _recheck(study: Study) -> None:
    """One coder codes an article again, without seeing the first answer."""
    study.run("assign", "recheck", "--coder", "kim", "--after", "0", "--number", "1", "--seed", "2")
    again = study.given("recheck")["kim"]
    typed, frames = [], []
    for a in again:
        typed.append(f"go {plan.article(a)}")
        for p in range(plan.N_PARAGRAPHS):
            first = study.done["kim"].get((a, p), plan.keyed("kim", a, p))
            second = first if p else first._replace(frames=first.frames ^ {"safety"} or frozenset({"money"}))
            typed += plan.lines(second, "inhabitants")
            frames.append([first.frames, second.frames])
    study.run("label", "--coder", "kim", "--plain", by="kim", typed=typed)
    found = study.json("assign", "report", "--coder", "kim")
    report = found.get("rechecks", found)["kim"]
    measure = next(one for one in report["paragraph"] if one["variable"] == "frames")
    study.check("units coded again", measure["n_units_paired"], plan.N_PARAGRAPHS * len(again))
    study.check("α of frames of kim with themselves", _alpha(measure), plan.alpha(frames, plan.masi))


def _agree(study: Study) -> None:
    """Agreement over pilot and main phase, against what was keyed."""
    _check_agreement(study, "pilot", "main")
    study.run("agreement", "--phase", "pilot", "--phase", "main")


def _check_agreement(study: Study, *phases: str) -> None:
    options = [option for phase in phases for option in ("--phase", phase)]
    report = study.json("agreement", "--cluster", "none", *options)
    units = list(study.units())
    study.check("units", report["units"]["n_units"], len(units))
    study.check("paragraphs drawn for everybody", report["units"]["n_shared_drawn"], len(units))
    by_name = {one["variable"]: one for one in report["paragraph"]}
    sets = [[coding.frames for _, coding in unit] for unit in units]
    study.check("α of frames (MASI)", _alpha(by_name["frames"]), plan.alpha(sets, plan.masi))
    claims = [[bool(coding.statements) for _, coding in unit] for unit in units]
    study.check("α of claim or not", _alpha(by_name["claim"]), plan.alpha(claims))
    pairs = [(a, b) for unit in units for (_, a), (_, b) in combinations(unit, 2)]
    both = [pair for a, b in pairs for pair in plan.matched(a, b)]
    alone = sum(len(a.statements) + len(b.statements) for a, b in pairs) - 2 * len(both)
    study.check("matched statements", report["statements"]["matched"], len(both))
    study.check("statements of one coder alone", report["statements"]["unmatched"], alone)
    said = {one["variable"]: one for one in report["attributes"]}
    topics = [[one.topic for one in pair] for pair in both]
    for level, above in zip(said["topic"]["by_level"], (plan.BROAD, plan.MIDDLE, {}), strict=True):
        read = [[above.get(topic, topic) for topic in pair] for pair in topics]
        what = f"α of topic at level {level['depth']}"
        study.check(what, level["krippendorff_alpha"]["value"], plan.alpha(read))
    stances = [one.stance for pair in both for one in pair]
    distance = plan.ordinal(stances, plan.STANCES)
    study.check("α of stance", _alpha(said["stance"]), plan.alpha([[a.stance, b.stance] for a, b in both], distance))
    strengths = [[a.strength, b.strength] for a, b in both]
    study.check("α of strength", _alpha(said["strength"]), plan.alpha(strengths, plan.squared))
    speakers = [[a.speaker, b.speaker] for a, b in both]
    study.check("α of speaker", _alpha(said["speaker"]), plan.alpha(speakers))
    targets = [[a.target, b.target] for a, b in both]
    study.check("α of target", _alpha(said["target"]), plan.alpha(targets))
    remedies = [[one.remedy for one in pair if one.remedy] for pair in both]
    study.check("α of remedy, where both asked", _alpha(said["remedy"]), plan.alpha(remedies))


def _alpha(measure: Any) -> Any:
    return measure["coefficients"]["krippendorff_alpha"]["value"]


def _settle(study: Study) -> None:
    """What all coded alike becomes gold."""
    alike = [len({coding for _, coding in unit}) == 1 for unit in study.units()]
    out, err = study.run("adjudicate", "--alike", "--coder", "lead")
    study.check("paragraphs that all coded alike", int((out + err).split()[0]), sum(alike))
    study.run("adjudicate", "--status")


def _tell(study: Study) -> None:
    """The methods paragraph says what the history shows."""
    said, _ = study.run("agreement", "--phase", "pilot", "--phase", "main", "--as", "methods")
    draws = {one["phase"]: one for one in study.json("assign", "list")["draws"]}
    study.check("plans that can be drawn again", [one["repeatable"] for one in draws.values()], [True] * len(draws))
    given = study.given("main")
    late = sum(study.done["mo"][a, p].n_labels for a in given["mo"] for p in range(plan.N_PARAGRAPHS))
    finished = _listed([f"{coder} {4 * len(mine)} of {4 * len(mine)}" for coder, mine in given.items()])
    old, new = study.labels["1.0"], study.labels["1.1"]
    doubtful = [coding for (a, _), coding in study.done["mo"].items() if a in given["mo"]]
    doubtful += [
        plan.keyed(coder, a, p) for coder, mine in study.given("pilot").items() for a in mine for p in range(4)
    ]
    for words in (
        f"{_n_tax(doubtful)} labels were in doubt since the codebook changed",
        f"coded with the codebook floods: {old} labels under version 1.0 and {new} labels under version 1.1.",
        "at random 2 of 11 articles, 2 of them (100%) for every coder, stratified by source, seed 11",
        "at random 8 of 9 articles, 3 of them for every coder, seed 5",
        f"assigned paragraphs finished: {finished}",
        "after it was closed, kim decided 1 label again, in 1 paragraph",
        f"after it was closed, mo gave {late} new labels, in {4 * len(given['mo'])} paragraphs",
        "except that others' codings were shown to lou by `agreement`",
    ):
        study.check(f"the methods paragraph says “{words}”", words in said, True)
    assert "independently" not in said
    whole, _ = study.run("agreement", "--as", "methods")
    study.check("work outside is told", "outside the assignment were left out: lou 1" in whole, True)


def _export(study: Study) -> None:
    """The exports hold every statement, the categories above, and the inclusion probabilities."""
    study.run("export", "jsonl", "--phase", "pilot", "--phase", "main", "--out", "jsonl")
    study.run("export", "csv", "--phase", "pilot", "--phase", "main", "--out", "csv")
    rows = [json.loads(line) for line in (study.folder / "jsonl" / "statements.jsonl").read_text("utf-8").splitlines()]
    keyed = {coder: sum(len(coding.statements) for coding in mine.values()) for coder, mine in study.done.items()}
    study.check("statements in JSONL", Counter(row["coder"] for row in rows), Counter(keyed))
    told = Counter((row["coder"], row["topic"], row["stance"], row["strength"], row["remedy"]) for row in rows)
    planned = Counter(
        (coder, "inhabitants" if one.topic == "people" else one.topic, one.stance, float(one.strength), one.remedy)
        for coder, mine in study.done.items()
        for coding in mine.values()
        for one in coding.statements
    )
    study.check("labels in JSONL", told == planned, True)
    with (study.folder / "csv" / "statements.csv").open(encoding="utf-8", newline="") as file:
        parents = {row["topic"]: row["topic.parent"] for row in csv.DictReader(file)}
    study.check("categories above in CSV", {t: p for t, p in parents.items() if p}, _parents(parents))
    lines = (study.folder / "jsonl" / "assignments.jsonl").read_text("utf-8").splitlines()
    chances = [json.loads(line)["probability"] for line in lines]
    study.check("assigned paragraphs with a probability", len(chances), sum(map(len, study.done.values())))
    study.check("their inclusion probability", {round(chance, 12) for chance in chances}, {round(10 / 11, 12)})
    out, err = study.run("doctor")
    study.check("the project is sound", "The project is sound." in out + err, True)


def _n_tax(codings: Sequence[plan.Coding]) -> int:
    """The labels that the revision puts in doubt."""
    return sum(one.topic == "tax" for coding in codings for one in coding.statements)


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _parents(used: Sequence[str] | dict[str, str]) -> dict[str, str]:
    above = {"prices": "economy", "aid": "economy", "loan": "aid", "tax": "aid", "storm": "nature", "river": "nature"}
    return {topic: above[topic] for topic in used if topic in above}


def main() -> None:
    """Run the study, in a folder of its own or in a given one, and print its log."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", type=Path, help="Where the log goes; to standard output by default.")
    parser.add_argument("--folder", type=Path, help="An empty folder to work in, which is kept.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if given.log is None:
            run_study(folder, sys.stdout)
            return
        with given.log.open("w", encoding="utf-8") as log:
            study = run_study(folder, log)
        print(f"{study.n_checked} figures are what was keyed; the log is {given.log}")


if __name__ == "__main__":
    main()
