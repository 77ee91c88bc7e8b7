"""What the history shows of a study, in sentences for a methods section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from annotator.reports.words.number_text import listed
from annotator.store.read.study_record import PhaseRecord, StudyRecord
from annotator.text.counted import counted


def codebook_words(name: str, version: str, made_under: Mapping[str, int]) -> str:
    """The codebook and the versions that labels were made under, as the end of a sentence."""
    if not made_under or set(made_under) == {version}:
        return f"with the codebook {name}, version {version}"
    under = listed(tuple(f"{counted(n, 'label')} under version {made}" for made, n in made_under.items()))
    return f"with the codebook {name}: {under}. All labels are compared as version {version} reads them"


def blindness_words(record: StudyRecord) -> str:
    """What coders could see of each other's work, as a sentence."""
    said = "While they coded, the program showed each coder only their own codings"
    if record.phases:
        said = "While a phase was open, the program showed each of its coders only their own codings"
    seen = tuple(f"{coder} by `{command}` on {at[:10]}" for coder, at, command in record.unblindings)
    return said + (f", except that others' codings were shown to {listed(seen)}." if seen else ".")


def phase_words(record: StudyRecord) -> Iterator[str]:
    """A sentence or more for every phase."""
    for one in record.phases:
        is_closed = "still open" if one.closed_at is None else f"closed on {one.closed_at[:10]}"
        yield f"Phase {one.phase} ({is_closed}): {'; '.join(_of_phase(one, len(record.versions) > 1))}."


def _of_phase(one: PhaseRecord, has_versions: bool) -> Iterator[str]:
    for draw in one.draws:
        yield f"{'at random ' if draw.n_drawn < len(draw.candidates) or draw.overlapping else ''}{draw.words}"
    if one.not_drawn:
        were = "was" if one.not_drawn == 1 else "were"
        yield f"{counted(one.not_drawn, 'paragraph')} {were} assigned without a stored draw"
    shares = tuple(f"{coder} {share.finished} of {share.given}" for coder, share in one.shares.items())
    yield f"assigned paragraphs finished: {listed(shares)}"
    early = tuple(
        f"{coder} had begun {counted(share.early, 'paragraph')}" for coder, share in one.shares.items() if share.early
    )
    if early:
        yield f"{listed(early)} before the assignment"
    if has_versions and one.versions:
        yield listed(tuple(f"{counted(n, 'label')} under version {made}" for made, n in one.versions.items()))
    for coder, later in one.later.items():
        what = [f"decided {counted(later.changed, 'label')} again"] if later.changed else []
        what += [f"gave {counted(later.new, 'new label')}"] if later.new else []
        done = listed(tuple(what)) if what else "changed or deleted statements"
        yield f"after it was closed, {coder} {done}, in {counted(later.paragraphs, 'paragraph')}"


def training_name(phases: tuple[str, ...]) -> str:
    """The phases of training in words: training, or training (pilot and training)."""
    return "training" if phases == ("training",) else f"training ({listed(phases)})"


def training_words(n: int, phases: tuple[str, ...]) -> str:
    """How many paragraphs were left out because they were coded in training, as a sentence."""
    did = "does" if n == 1 else "do"
    return (
        f"{counted(n, 'paragraph')} that two coders or more finished in {training_name(phases)} {did} not enter these"
        " figures."
    )


def outside_words(outside: Mapping[str, int], *, counts: bool) -> str | None:
    """What was coded outside the assignment, as a sentence; None if nothing was."""
    if not outside:
        return None
    told = listed(tuple(f"{coder} {n}" for coder, n in outside.items()))
    return f"Paragraphs finished outside the assignment {'count' if counts else 'were left out'}: {told}."
