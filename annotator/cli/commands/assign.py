"""`annotator assign`: draw who codes what, show it, put it in force, close phases, and recheck coders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotator.cli import assign_recode
from annotator.cli.assign_recode import print_recoded
from annotator.cli.blindness import caller, refuse_blind, unblind_option, visible_coders
from annotator.cli.confirm import ask, dry_run_option, yes_option
from annotator.cli.json_text import json_text
from annotator.cli.known_coder import known_or_new, new_coder_option
from annotator.cli.merge_report import outside
from annotator.cli.options import Project, json_option, pass_project, project_option
from annotator.errors import UsageError
from annotator.model import PHASES
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.importing.uncertainty import Doubt
    from annotator.reports.coder_checks.recall import RecallEstimate
    from annotator.reports.coder_checks.training import Trainee
    from annotator.reports.project import ProjectReport
    from annotator.store import Store
    from annotator.store.changes.draw_sample import Drawn


unit_option = click.option(
    "--unit",
    "kind",
    type=click.Choice(["article", "paragraph"]),
    default="article",
    help="Unit of the assignment (article).",
)
seed_option = click.option("--seed", type=click.IntRange(0), default=0, help="Seed of the random draw (0).")


@click.group("assign")
def command() -> None:
    """Assign work: who codes what, in which order. Without assignments everybody codes everything.

    In an open phase each coder sees only their own codings. A closed one shows them to all.
    """


@command.command("draw")
@click.option("--coder", "coders", metavar="NAME", multiple=True, required=True, help="Who codes; can be repeated.")
@click.option(
    "--overlap", metavar="N|P%", help="Units that everybody codes, as a number or a share (0; with --feedback all)."
)
@click.option("--number", type=click.IntRange(1), help="Assign only this many units.")
@click.option("--article", "articles", metavar="ID", multiple=True, help="Assign this article, by id or name.")
@click.option("--stratify", type=click.Choice(["source", "date"]), help="Sample each outlet, or month, by its share.")
@click.option(
    "--by-uncertainty",
    "uncertainty",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Draw what a model is uncertain of with higher probability: CSV or JSONL with article_id, paragraph and"
    " uncertainty (or confidence), 0 to 1.",
)
@click.option(
    "--floor",
    type=click.FloatRange(0.05, 1),
    help="With --by-uncertainty: the least probability, as a share of that in an equal draw (.3).",
)
@click.option("--one-per-group", is_flag=True, help="Of articles that are reprints of each other, only the first.")
@click.option("--phase", type=click.Choice(PHASES[:3]), default="main", help="Name of the phase (main).")
@click.option("--feedback", is_flag=True, help="Show gold beside the coder's own answer, once a paragraph is done.")
@click.option("--batch", metavar="NAME", help="Name of this batch (the day).")
@new_coder_option
@click.option("--again", is_flag=True, help="Withdraw work that nobody in the phase has begun, and draw it again.")
@unit_option
@seed_option
@dry_run_option
@yes_option
@project_option
@pass_project
def draw(
    project: Project,
    coders: tuple[str, ...],
    overlap: str | None,
    number: int | None,
    articles: tuple[str, ...],
    stratify: Any,
    one_per_group: bool,
    uncertainty: Path | None,
    floor: float | None,
    phase: str,
    feedback: bool,
    batch: str | None,
    new_coder: bool,
    again: bool,
    kind: Any,
    seed: int,
    dry_run: bool,
    yes: bool,
) -> None:
    """Draw a plan from unassigned work, show it, and use it after you confirm.

    Everybody gets the overlap; the rest is shared out so that loads are equal. The same seed draws the same plan. The
    probability of each unit is stored, so that `annotator estimate` can use it.

    --feedback trains coders: of a paragraph with gold they see it, with the codebook's rule, as soon as they are done,
    and their first answer stays. It draws articles with gold that these coders have not had; others may have had them.
    `assign report` then compares each coder with gold.
    """
    doubts = _doubts(uncertainty, floor, stratify, articles, number)
    from annotator.store.changes.assignment_plan import AssignmentPlan, today

    with project.open() as store:
        try:
            coders = tuple(known_or_new(store, name, is_new=new_coder) for name in coders)
            with store.connection.write():
                plan = AssignmentPlan(store)
                n_back = plan.withdraw(phase) if again else 0
                drawn = plan.draw(
                    coders,
                    kind=kind,
                    overlap=overlap or ("100%" if feedback else "0"),
                    number=number,
                    stratum=stratify,
                    one_per_group=one_per_group,
                    seed=seed,
                    articles=articles,
                    feedback=feedback,
                    doubts=doubts,
                    **({} if floor is None else {"floor": floor}),
                )
                _show(drawn, kind)
                _show_chances(drawn)
                if feedback:
                    click.echo(f"{plan.n_gold(drawn)} of these paragraphs have gold; the others give no feedback yet.")
                if n_back:
                    click.echo(f"{n_back} assignments that nobody has begun are withdrawn first.", err=True)
                if dry_run:
                    raise _Nothing
                ask(f"Use this plan as the phase {phase}?", yes=yes)
                plan.put(drawn, phase, batch or (plan.new_batch(phase) if feedback else today()), feedback=feedback)
        except _Nothing:
            click.echo("Nothing was changed.", err=True)
            return
    click.echo("The plan is in force; `annotator pack --coder NAME` writes a coder's file.", err=True)


def _doubts(
    path: Path | None, floor: float | None, stratify: Any, articles: tuple[str, ...], number: int | None
) -> list[Doubt] | None:
    """The rows of the file of a model's uncertainty, if there is one."""
    if path is None:
        if floor is not None:
            raise UsageError("--floor works with --by-uncertainty")
        return None
    if stratify is not None:
        raise UsageError("--stratify and --by-uncertainty are two ways to draw: choose one")
    if articles:
        raise UsageError("--article chooses, --by-uncertainty draws: use one of them")
    if number is None:
        raise UsageError("--by-uncertainty needs --number: how many units to draw")
    from annotator.importing.uncertainty import read_doubts

    return read_doubts(path)


def _show_chances(drawn: Drawn) -> None:
    """Say how far the probabilities differ."""
    record = drawn.record
    if record is None or record.chances is None:
        return
    free = record.chances[: len(record.candidates)]
    click.echo(f"drawn with probabilities from {min(free):.3g} to {max(free):.3g}, which are stored", err=True)


class _Nothing(Exception):  # noqa: N818 (it ends a dry run)
    pass


def _show(drawn: Drawn, kind: str) -> None:
    from annotator.cli.tables import print_table

    if kind == "paragraph":
        print_table(["coder", "paragraphs"], [[one_line(coder), len(units)] for coder, units in drawn.units.items()])
        click.echo(f"everybody codes {len(drawn.overlap)} of them")
        return
    rows = [[one_line(coder), len(units), drawn.load(coder)] for coder, units in drawn.units.items()]
    print_table(["coder", "articles", "paragraphs"], rows)
    click.echo(
        f"everybody codes {len(drawn.overlap)} of them ({counted(sum(u.size for u in drawn.overlap), 'paragraph')})"
    )


@command.command("list")
@click.option("--coder", metavar="NAME", help="Only this coder's.")
@unblind_option
@json_option
@project_option
@pass_project
def list_(project: Project, coder: str | None, unblind: bool, as_json: bool) -> None:
    """Show each coder's assignments, how much is left, and how they were drawn.

    A coder in an open phase sees their own, without what comes back to be coded again.
    """
    from annotator.store.changes.assignment_plan import AssignmentPlan

    with project.open(read_only=True) as store:
        visible = visible_coders(store, unblind=unblind)
        given = [one for one in AssignmentPlan(store).given() if coder in (None, one.coder)]
        if visible is not None:
            given = [one for one in given if one.coder in visible and one.phase != "recheck"]
        closed, feedback = AssignmentPlan(store).closed(), AssignmentPlan(store).feedback()
        # What is drawn for others, and what comes back, is hidden from a coder in an open phase.
        draws = [one for one in AssignmentPlan(store).draws() if coder in (None, *one.loads)] if visible is None else []
        others = {one["coder"]: one["outside"] for one in store.status()["coders"] if one["outside"]}
    seen = [one for one in others if (visible is None or one in visible) and coder in (None, one)]
    others = {one: others[one] for one in seen}
    if as_json:
        listed = [one._asdict() for one in given]
        found = {"assignments": listed, "closed": closed, "feedback": feedback, "outside": others}
        found["draws"] = [{**one.summary(), "repeatable": AssignmentPlan.is_repeatable(one)} for one in draws]
        click.echo(json_text(found, indent=2))
        return
    from annotator.cli.tables import print_table

    sums: dict[tuple[str, str, str], list[int]] = {}
    for one in given:
        total = sums.setdefault((one.coder, one.phase, one.batch), [0, 0, 0])
        for i, n in enumerate((1, one.last - one.first + 1, one.n_left)):
            total[i] += n
    marks = dict.fromkeys(feedback, " (feedback)") | dict.fromkeys(closed, " (closed)")
    rows = [
        [one_line(name), phase + marks.get(phase, ""), one_line(batch), *n] for (name, phase, batch), n in sums.items()
    ]
    print_table(
        ["coder", "phase", "batch", "units", "paragraphs", "left"],
        rows,
        empty="There are no assignments." if visible is None else "You have no assignments.",
    )
    for record in draws:
        click.echo(f"{record.phase}, batch {one_line(record.batch)}: drew {one_line(record.words)}", err=True)
    for name, n in others.items():
        click.echo(outside(name, n), err=True)


@command.command("withdraw")
@click.argument("phase", type=click.Choice(PHASES))
@yes_option
@project_option
@pass_project
def withdraw(project: Project, phase: str, yes: bool) -> None:
    """Withdraw work that nobody has begun in a phase."""
    from annotator.store.changes.assignment_plan import AssignmentPlan

    with project.open() as store:
        ask(f"Withdraw work that nobody has begun in the phase {phase}?", yes=yes)
        click.echo(f"{AssignmentPlan(store).withdraw(phase)} assignments were withdrawn.", err=True)


@command.command("close")
@click.argument("phase", type=click.Choice(PHASES))
@click.option("--reopen", is_flag=True, help="Open it again.")
@project_option
@pass_project
def close(project: Project, phase: str, reopen: bool) -> None:
    """Close a phase: from then on its coders may see each other's codings."""
    from annotator.store.changes.assignment_plan import AssignmentPlan

    with project.open() as store:
        AssignmentPlan(store).close(phase, is_closed=not reopen, by=caller(store))
    click.echo(f"The phase {phase} is {'open again' if reopen else 'closed'}.", err=True)


@command.command("recheck")
@click.option("--coder", metavar="NAME", required=True, help="The coder who codes again.")
@click.option("--after", "days", type=click.FloatRange(0), default=14, help="Days between the two codings (14).")
@click.option("--number", type=click.IntRange(1), required=True, help="Number of units.")
@unit_option
@seed_option
@project_option
@pass_project
def recheck(project: Project, coder: str, days: float, number: int, kind: Any, seed: int) -> None:
    """Let a coder code some of their work again, hidden among the rest; `assign report` says how far they agree."""
    from annotator.store.changes.assignment_plan import AssignmentPlan

    with project.open() as store:
        if coder not in [one.name for one in store.coders()]:
            raise UsageError(f"there is no coder {one_line(coder)} in this project")
        drawn = AssignmentPlan(store).recheck(coder, days=days, number=number, kind=kind, seed=seed)
    n = sum(unit.size for unit in drawn)
    click.echo(
        f"{counted(len(drawn), kind)} ({counted(n, 'paragraph')}) to come back {days:g} days after they were done.",
        err=True,
    )


@command.command("recall")
@click.option("--coder", "coders", metavar="NAME", multiple=True, required=True, help="Who reads; can be repeated.")
@click.option("--share", metavar="P%", required=True, help="Share of the skipped paragraphs to read again, such as 5%.")
@click.option("--after", "days", type=click.FloatRange(0), default=14, help="Days since the last coding (14).")
@seed_option
@dry_run_option
@yes_option
@project_option
@pass_project
def recall(
    project: Project, coders: tuple[str, ...], share: str, days: float, seed: int, dry_run: bool, yes: bool
) -> None:
    """Let coders read some of the paragraphs again that everybody skipped, to estimate the statements that all missed.

    The paragraphs are drawn at random and come back among as many others that hold statements. Readers are not told
    which is which. `assign report` gives the estimate.
    """
    from annotator.store.changes.recall import Recall

    with project.open(read_only=dry_run) as store:
        refuse_blind(store)
        plan = Recall(store).draw(coders, share, seed=seed)
        click.echo(
            f"{plan.n_drawn} of {counted(plan.n_skipped, 'paragraph')} that everybody skipped come back, among"
            f" {counted(plan.n_beside, 'other')} with statements"
        )
        if dry_run:
            click.echo("Nothing was changed.", err=True)
            return
        ask("Use this plan?", yes=yes)
        Recall(store).put(plan, days=days)
    click.echo(f"They come back {days:g} days after they were coded; `annotator assign report` estimates.", err=True)


@command.command("report")
@click.option("--coder", "coders", metavar="NAME", multiple=True, help="Only this coder; can be repeated.")
@click.option("--pass", "mark", type=click.FloatRange(0, 1), help="Pass mark of coders in training, such as .80.")
@unblind_option
@json_option
@project_option
@pass_project
def report(project: Project, coders: tuple[str, ...], mark: float | None, unblind: bool, as_json: bool) -> None:
    """Compare coders in training with gold, and rechecked coders with themselves.

    It estimates what everybody missed, and says what a new rule changed.

    Of training: for each coder and variable α with gold, precision, recall and F1 of each category, what was taken for
    what, and the articles in their order. With --pass a coder passes if F1 of the statements and α of each variable
    reach the mark in the last batch, and it is done; the exit code is 1 if somebody does not pass. A coder in an open
    phase sees only their own training. Of `assign recall`: how many of the skipped paragraphs hold a statement.
    """
    # numpy and the coefficients, which no other part of this command needs
    from annotator.records import Selection
    from annotator.reports.coder_checks.recall import recall_report
    from annotator.reports.coder_checks.recoded import recoded
    from annotator.reports.coder_checks.training import training_report
    from annotator.reports.project import project_report
    from annotator.store.changes.assignment_plan import AssignmentPlan

    rechecks = {}
    with project.open(read_only=True) as store:
        own = _own_training(store, unblind=unblind)
        trainees = training_report(store, coders if own is None else (own,))
        recalls = recall_report(store) if own is None and not coders else ()
        for coder, second in AssignmentPlan(store).rechecks() if own is None else ():
            if not coders or coder in coders:
                rechecks[coder] = project_report(store, Selection(coders=(coder, second)))
        batches = [one for one in recoded(store) if not coders or one.coder in coders] if own is None else []
    if as_json:
        training = {one.coder: one.to_dict(mark) for one in trainees}
        again = {coder: one.to_dict() for coder, one in rechecks.items()}
        estimates, changed = [one.to_dict() for one in recalls], [one.to_dict() for one in batches]
        found = {"training": training, "rechecks": again, "recalls": estimates, "recoded": changed}
        click.echo(json_text(found, indent=2))
    else:
        if trainees or rechecks or recalls or not batches:
            _print_reports(trainees, mark, rechecks, recalls)
        print_recoded(batches)
    if mark is not None and any(one.last.below(mark) for one in trainees):
        raise click.exceptions.Exit(1)


def _own_training(store: Store, *, unblind: bool) -> str | None:
    """The caller, if their phase is open and gives feedback: they may see their own training alone; None for all.

    Raises:
        UsageError: The caller's phase is open and gives no feedback.
    """
    from annotator.store.changes.assignment_plan import AssignmentPlan

    name = caller(store)
    phases = () if name is None or unblind else store.blindness(name).open_phases
    if set(phases) & set(AssignmentPlan(store).feedback()):
        visible_coders(store)
        return name
    refuse_blind(store, unblind=unblind)
    return None


def _print_reports(
    trainees: tuple[Trainee, ...],
    mark: float | None,
    rechecks: dict[str, ProjectReport],
    recalls: tuple[RecallEstimate, ...],
) -> None:
    from annotator.reports.coder_checks.recall import recall_blocks
    from annotator.reports.coder_checks.training_page import training_page
    from annotator.reports.pages import overview
    from annotator.reports.render.terminal import print_blocks

    if not trainees and not rechecks and not recalls:
        click.echo(
            "No coder was rechecked or trained: `annotator assign recheck` lets a coder code some of their work again,"
            " `annotator assign draw --feedback` gives articles with gold."
        )
    for trainee in trainees:
        print_blocks(training_page(trainee, mark))
    for coder, one in rechecks.items():
        click.echo(f"{one_line(coder)} with themselves")
        print_blocks(overview(one))
    if recalls:
        print_blocks(recall_blocks(recalls))


@command.command("judge")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--anybody", is_flag=True, help="Let anybody adjudicate again.")
@json_option
@project_option
@pass_project
def judge(project: Project, names: tuple[str, ...], anybody: bool, as_json: bool) -> None:
    """Name the people who may adjudicate; without a name, show them.

    The names replace those before; the history keeps the change. Nobody becomes a coder by it: gold never enters
    agreement, and somebody who only adjudicates is not listed among the coders.
    """
    from annotator.store.changes.adjudication import judges, name_judges

    if names and anybody:
        raise UsageError("give names or --anybody, not both")
    with project.open(read_only=not (names or anybody)) as store:
        if names or anybody:
            name_judges(store, names, by=caller(store))
        found = judges(store)
    if as_json:
        click.echo(json_text({"judges": list(found)}))
    else:
        click.echo(f"Only {' and '.join(map(one_line, found))} may adjudicate." if found else "Anybody may adjudicate.")


command.add_command(assign_recode.command)
