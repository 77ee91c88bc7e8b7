"""What it takes to let one coder exchange: a folder of their own, and who must do what for it."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from annotator.errors import UsageError
from annotator.sync.coder_folders import OUT, make
from annotator.sync.connect import is_bucket, open_objects
from annotator.sync.postgresql.find import address_of, is_hub


class Invitation(NamedTuple):
    """A place for a coder.

    Attributes:
        place: The coder's own target; for a database with the coder's password.
        for_administrator: What the administrator needs: the policy of the coder's key for a bucket, SQL for a database;
            None for a folder.
    """

    place: str
    for_administrator: str | None


def invite(target: str, coder: str, *, is_lead: bool = False) -> Invitation:
    """Make a place for a coder in the lead's target, unless it is there.

    Args:
        target: The lead's target.
        coder: The coder's name.
        is_lead: Whether a database is to be set up, and the coder leads the study.

    Raises:
        OfflineError: The target cannot be reached.
        RefusedError: The target does not let the lead write.
        UsageError: Only a database is told who leads.
    """
    if is_hub(target):
        from annotator.sync.postgresql import invite as hub  # only with a database

        member = hub.invite(coder, address_of(target), is_lead=is_lead)
        return Invitation(member.address, (hub.setup_sql() + "\n" if is_lead else "") + member.sql)
    if is_lead:
        raise UsageError("--lead is for a database; in a folder or bucket, the whole project is the lead's")
    with closing(open_objects(target)) as objects:
        folder = make(objects, coder)
    if not is_bucket(target):
        return Invitation(str(Path(target).expanduser() / folder), None)
    place = f"{target.rstrip('/')}/{folder}"
    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    return Invitation(place, json.dumps(_policy(bucket, prefix), indent=2))


def _policy(bucket: str, prefix: str) -> dict[str, object]:
    """May list and read the coder's prefix, and write where the coder sends; nothing else, and no deletion."""
    arn = f"arn:aws:s3:::{bucket}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": arn,
                "Condition": {"StringLike": {"s3:prefix": [f"{prefix}/*"]}},
            },
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{arn}/{prefix}/*"},
            {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"{arn}/{prefix}/{OUT}/*"},
        ],
    }
