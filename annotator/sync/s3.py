"""A bucket that speaks S3. Keys come from the environment or the person's AWS profile, never from the project."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from configparser import ConfigParser, Error
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotFoundError,
    NotSupportedError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import S3Store

from annotator.errors import OfflineError, RefusedError
from annotator.text.terminal_text import one_line

_URL = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([^?#]*))?")
# The library raises Python's own errors in place of some of its own, depending on its version.
_MISSING = (NotFoundError, FileNotFoundError)
_TAKEN = (AlreadyExistsError, PreconditionError, FileExistsError)
_FORBIDDEN = (PermissionDeniedError, UnauthenticatedError, PermissionError)
_UNKNOWN = (NotSupportedError, NotImplementedError)
_FAILED = (BaseError, OSError, NotImplementedError)
_KEY_CODES = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken")
_LOCAL = ("localhost", "127.0.0.1", "::1")


class BucketObjects:
    """Objects of a bucket under a prefix.

    Attributes:
        name: The URL as it was typed.
    """

    def __init__(self, url: str) -> None:
        """Use a bucket; nothing is asked of it yet.

        Raises:
            RefusedError: The URL is not one of a bucket, or the bucket would be reached without encryption.
        """
        self.name = url.rstrip("/")
        match = _URL.fullmatch(self.name)
        if match is None:
            raise RefusedError(f"{one_line(url)[:80]} does not name a bucket; write s3://BUCKET/PREFIX")
        self._created: str | None = None
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
        try:
            self._store = S3Store(
                match[1],
                prefix=match[2] or None,
                client_options={"connect_timeout": "5s", "timeout": "30s", "allow_http": _is_local(endpoint)},
                retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=30)},
                **_settings(endpoint),
            )
        except BaseError as error:
            raise RefusedError(f"the settings for {one_line(self.name)} in the environment are not valid") from error

    def files(self, folder: str) -> list[str]:
        """The names of the objects below a prefix."""
        return sorted(one["path"].rpartition("/")[2] for one in self._list(folder)["objects"])

    def folders(self, folder: str) -> list[str]:
        """The next parts of the names below a prefix."""
        return sorted(one.rstrip("/").rpartition("/")[2] for one in self._list(folder)["common_prefixes"])

    def _list(self, folder: str) -> Any:
        with self._in_words():
            return obstore.list_with_delimiter(self._store, folder or None)

    def read(self, name: str) -> bytes | None:
        """The bytes of an object; None if there is none."""
        with self._in_words():
            try:
                return bytes(obstore.get(self._store, name).bytes())
            except _MISSING:
                return None

    def create(self, name: str, data: bytes) -> None:
        """Write a new object.

        Raises:
            FileExistsError: Something has that name.
        """
        with self._in_words():
            try:
                obstore.put(self._store, name, data, mode="create", use_multipart=False)
            except _TAKEN as error:
                raise FileExistsError(name) from error
        self._created = name

    def now(self) -> datetime | None:
        """The time that the bucket gave the last object that was written here; None if none was."""
        if self._created is None:
            return None
        with self._in_words():
            found, self._created = obstore.head(self._store, self._created)["last_modified"], None
            return found

    def close(self) -> None:
        """Nothing is held."""

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        name = one_line(self.name)
        try:
            yield
        except FileExistsError:
            raise
        except _FAILED as error:
            code = _code(error)
            if isinstance(error, _MISSING) or code == "NoSuchBucket":
                raise RefusedError(f"there is no bucket {name}; correct the name") from error
            if isinstance(error, _FORBIDDEN) or code in _KEY_CODES:
                raise RefusedError(
                    f"{name} does not accept your key, or not for this; ask its administrator"
                ) from error
            if isinstance(error, _UNKNOWN):
                raise RefusedError(
                    f"{name} cannot refuse to replace an object, which is needed; use another store"
                ) from error
            raise OfflineError(f"{name} does not answer ({code or 'no connection'})") from error


def _is_local(endpoint: str | None) -> bool:
    return endpoint is not None and urlsplit(endpoint).hostname in _LOCAL


def _settings(endpoint: str | None) -> dict[str, Any]:
    """Key, region and endpoint: of the environment, else of the profile in ~/.aws."""
    found: dict[str, Any] = {} if endpoint is None else {"endpoint": endpoint}
    if "AWS_ACCESS_KEY_ID" in os.environ:
        return found
    profile = os.environ.get("AWS_PROFILE", "default")
    config = ConfigParser(interpolation=None)
    for variable, file in (("AWS_SHARED_CREDENTIALS_FILE", "credentials"), ("AWS_CONFIG_FILE", "config")):
        with suppress(OSError, Error, UnicodeDecodeError):
            config.read(os.environ.get(variable) or Path.home() / ".aws" / file, encoding="utf-8")
    names = {
        "aws_access_key_id": "access_key_id",
        "aws_secret_access_key": "secret_access_key",
        "aws_session_token": "session_token",
        "region": "region",
    }
    for section in (profile, f"profile {profile}"):
        if config.has_section(section):
            found |= {names[key]: value for key, value in config.items(section) if key in names}
    return found


def _code(error: Exception) -> str:
    """The code with which the store answered; empty without an answer. The error's own text has addresses in it."""
    found = re.search(r"<Code>(\w{1,60})</Code>", str(error))
    return found[1] if found else ""
