"""The current codebook and its keys, with the changes of the coder's key file."""

from __future__ import annotations

from annotator.codebook.labels import in_language, languages
from annotator.codebook.model import Codebook, Variable
from annotator.errors import KeymapError
from annotator.session.keys.custom_keys import Keymap, Keys
from annotator.store.tables.codebooks import Codebooks


class Instrument:
    """The coder's instrument.

    Attributes:
        codebook: The codebook in force, with the keys that hold.
        keys: Every key of the labelling screen.
    """

    def __init__(self, codebooks: Codebooks, keymap: Keymap) -> None:
        """Read the codebook.

        Raises:
            KeymapError: The custom keys collide with each other or with the codebook's keys.
        """
        self._codebooks = codebooks
        self._keymap = keymap
        self._codebook_id = codebooks.current_id()
        self._use(keymap.keys(self._read()))

    def reload(self) -> str:
        """Read the codebook again, if the project has another one.

        Returns:
            Why the coder's own keys do not apply any more; empty if nothing changed for them.
        """
        current = self._codebooks.current_id()
        if current == self._codebook_id:
            return ""
        self._codebook_id = current
        version = self._read()
        trouble = ""
        try:
            keys = self._keymap.keys(version)
        except KeymapError as error:
            self._keymap = Keymap()
            keys = self._keymap.keys(version)
            trouble = f"custom keys are off, the codebook's keys apply: {error}"
        self._use(keys)
        return trouble

    def _read(self) -> Codebook:
        """The codebook in force, with its labels in the coder's language."""
        return in_language(self._codebooks.version(self._codebook_id), languages())

    def _use(self, keys: Keys) -> None:
        self.keys = keys
        self.codebook: Codebook = keys.codebook

    @property
    def switched_off(self) -> tuple[Variable, ...]:
        """The variables that the codebook keeps without asking for them."""
        return tuple(variable for variable in self.codebook.variables if not variable.enabled)
