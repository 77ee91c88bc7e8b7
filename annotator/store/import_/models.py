"""Models whose labels were made elsewhere: what they were made with, and a new run for labels that differ."""

from __future__ import annotations

from collections.abc import Mapping

from annotator.errors import UsageError
from annotator.model import ModelRun
from annotator.store.import_.context import ImportContext
from annotator.store.tables.study.model_runs import MODEL, model_key, model_run
from annotator.text.terminal_text import one_line


class FrozenModelError(Exception):
    """An import would change the codings of models that are there already; `names` are theirs."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(*names)
        self.names = names

    def next_runs(self, runs: Mapping[str, str]) -> dict[str, str]:
        """The names to try next, by the names in the rows."""
        first = {run: name for name, run in runs.items()}
        return {**runs, **{first.get(name, name): _next(name) for name in self.names}}


def _next(name: str) -> str:
    """The name of the run after one: gpt, gpt (run 2), gpt (run 3)."""
    head, found, number = name.rpartition(" (run ")
    if found and number.endswith(")") and number[:-1].isdigit():
        return f"{head} (run {int(number[:-1]) + 1})"
    return f"{name} (run 2)"


def record_models(context: ImportContext, given: ModelRun | None, runs: Mapping[str, str]) -> None:
    """Record what the labels of the models in the rows were made with, and say what is not known.

    Raises:
        UsageError: Something is given, and no row is of a model.
        FrozenModelError: A model that was there before would change.
    """
    if given is not None and not context.models:
        raise UsageError("--model-version, --prompt, --temperature and --model-date describe a model: add --as model")
    changed = [name for name in context.models if not context.is_new(name) and _differs(context, name, given)]
    if changed:
        raise FrozenModelError(changed)
    first = {run: name for name, run in runs.items()}
    for name in context.models:
        known = model_run(context.connection, name)
        run = known if given is None else given.completed(known)
        if run is not None and run != known:
            context.put(context.store.program(), MODEL, model_key(name), run.model_dump())
        if context.is_new(name) and name in first:
            context.remarks.append(
                f"{one_line(first[name])} has codings already, and a model's codings are frozen:"
                f" these labels are another run, {one_line(name)}"
            )
        if run is None or run.missing:
            context.remarks.append(_not_known(name, run))


def _differs(context: ImportContext, name: str, given: ModelRun | None) -> bool:
    known = model_run(context.connection, name)
    return context.has_touched(name) or (given is not None and known is not None and not given.agrees(known))


def _not_known(name: str, run: ModelRun | None) -> str:
    missing = list((run or ModelRun()).missing)
    options = {"version": "--model-version", "prompt": "--prompt FILE", "temperature": "--temperature"}
    options["date"] = "--model-date"
    said = f"{', '.join(missing[:-1])} and {missing[-1]}" if len(missing) > 1 else missing[0]
    named = ", ".join(options[one] for one in missing)
    return (
        f"not recorded for the model {one_line(name)}: {said}; nobody can repeat its labels without."
        f" Import the file again with {named}"
    )
