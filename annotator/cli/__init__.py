"""The command line: one module a command, imported only when it is called."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from annotator import __version__
from annotator.cli.options import Project, project_option
from annotator.distribution import CITATION
from annotator.errors import AnnotatorError
from annotator.text.terminal_text import one_line

COMMANDS: dict[str, str] = {
    "init": "Make an empty project.",
    "add": "Add articles from files and folders.",
    "remove": "Take articles out of the project, and put them back.",
    "label": "Open the labelling screen.",
    "keys": "Show the keys of a codebook, and print a card of them.",
    "suggest": "Rank the likely speakers of each paragraph.",
    "status": "Show the progress of each coder.",
    "agreement": "Measure how far coders agree, and show where they disagree.",
    "disagreements": "List what coders disagree about, the costliest first.",
    "estimate": "Estimate shares of categories, also with a model.",
    "adjudicate": "Adjudicate what coders disagree about.",
    "aggregate": "Combine all coders' labels into one layer.",
    "export": "Export articles and codings.",
    "import": "Import an export, or labels made elsewhere.",
    "codebook": "Check, show, compare and change codebooks.",
    "speakers": "Show and change the registry of speakers and targets.",
    "assign": "Assign work: who codes what, in which order.",
    "pack": "Write a file for one coder.",
    "merge": "Merge coders' files.",
    "sync": "Exchange work with a team: folder, bucket, PostgreSQL.",
    "serve": "Open the screens in a browser.",
    "log": "Show the history: who changed what, when.",
    "undo": "Undo a coder's steps.",
    "backup": "Make a snapshot of the project, and list them.",
    "restore": "Restore a backup.",
    "doctor": "Check the project for damage; repair a damaged file.",
    "docs": "Read the manual.",
}
"""Every command with its line in the help; `annotator add` is the module `annotator.cli.commands.add`."""

MODULES = {"import": "import_"}
"""Commands whose name cannot be a module name."""


class Commands(click.Group):
    """The table of commands; a command's module is imported when it is called, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"annotator.cli.commands.{MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the table without importing what it lists."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="annotator", message=f"%(prog)s %(version)s\nCite: {CITATION}")
@project_option
@click.pass_context
def group(ctx: click.Context) -> int:
    """Code news in the terminal: speakers, stances and claim types, statement by statement.

    Without a command the labelling screen opens; in a folder without a project it shows sample articles (samples.db).
    """
    ctx.ensure_object(Project)
    if ctx.invoked_subcommand is None:
        from annotator.cli.commands.label import open_first

        return open_first(ctx.obj)
    return 0


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; an error is one sentence on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        result = group.main(arguments, prog_name="annotator", standalone_mode=False)
    except AnnotatorError as error:
        click.echo(f"Error: {error}", err=True)
        return error.exit_code
    except click.ClickException as error:
        if isinstance(error, click.UsageError) and error.ctx is not None:
            click.echo(error.ctx.get_usage(), err=True)
        click.echo(f"Error: {one_line(error.format_message())}", err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return 130
    except BrokenPipeError:
        # Whoever read the output has gone; nothing more can be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if os.environ.get("ANNOTATOR_DEBUG"):
            raise
        click.echo(f"Error: {_said_by_system(error)}", err=True)
        return 1
    except Exception as error:
        if os.environ.get("ANNOTATOR_DEBUG"):
            raise
        what = f"{type(error).__name__}: {one_line(str(error))[:200]}"
        click.echo(f"Error: this is a fault of the program ({what}); ANNOTATOR_DEBUG=1 shows where.", err=True)
        return 1
    return result if isinstance(result, int) else 0


def _said_by_system(error: OSError) -> str:
    """A refusal of the system that no command expected, with the file that it is about."""
    reason = (error.strerror or "it gave no reason").lower()
    if error.filename is None:
        return f"the system refused: {reason}"
    name = one_line(os.fsdecode(error.filename))
    return f"{name[:80]}{'…' * (len(name) > 80)} cannot be used: {reason}"
