"""Start the program: `annotator` and `python -m annotator`."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    # What the modules make while they load is not garbage; looking for it takes a tenth of the start.
    gc.set_threshold(50_000, 20, 50)
    # Nothing installed beside this program is asked to take part in its models.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from annotator.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
