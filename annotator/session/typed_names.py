"""Names typed in `--plain`: the entry that they stand for, or a question where a similar entry exists."""

from __future__ import annotations

from annotator.errors import UsageError
from annotator.session.session import Session
from annotator.text.terminal_text import one_line


class TypedNames:
    """Asks once about a new name that is much like another, or part of one, as the screen's list shows it.

    The same name said again is meant.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._asked = ""

    def speaker(self, name: str) -> str:
        """The name of a speaker.

        Raises:
            UsageError: It is new, and much like that of an entry.
        """
        return self._meant(name, issues=False)

    def entry(self, name: str) -> str:
        """The name of an entry of the registry, which may be an issue.

        Raises:
            UsageError: It is new, and much like that of an entry.
        """
        return self._meant(name, issues=True)

    def _meant(self, name: str, *, issues: bool) -> str:
        suggestions = self._session.suggestions
        same = suggestions.same(name, issues=issues)
        if same is not None:
            return same
        like = suggestions.doubtful(name, issues=issues) or suggestions.named_by(name, issues=issues)
        asked, self._asked = self._asked, name
        if like and name != asked:
            others = " or ".join(map(one_line, like))
            raise UsageError(f"{one_line(name)} is much like {others}; name that, or type the same line again")
        return name
