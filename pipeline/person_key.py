"""The secret that turns people into pseudonyms: read from a file, or made once per output folder.

Person ids are keyed (semantics, section 8), so nobody without this file can work out an id from an e-mail address.
The same key gives the same ids on every run. Losing it means new ids, and nobody can say which were whose before: that
is never done in silence.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from pipeline.errors import InputError, PublishingError

FORM = re.compile(r"[0-9a-f]{64}")


def read_person_key(named: Path | None, out: Path) -> str:
    """Return the key as 64 hexadecimal digits: from the file `named`, else from `out/person.key`, made if absent.

    Raises InputError if a file is not such a key, or is gone though people are known by it; PublishingError if none can
    be made.
    """
    if named is not None:
        return _read(named)
    own = out / "person.key"
    if not own.exists():
        if any((out / "identity").glob("*.registry")):
            raise InputError(
                "is gone, and the people of earlier runs are known by it",
                where=own.name,
                remedy="restore it from a backup, or name the one that made them by identity.key_file; without it"
                " everybody gets a new id, and moving the folder identity away accepts that",
            )
        _make(own)
    return _read(own)


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="ascii").strip().lower()
    except (OSError, UnicodeDecodeError):
        text = ""
    if not FORM.fullmatch(text):
        raise InputError(
            "is not a readable person key",
            where=path.name,
            remedy="it holds 64 hexadecimal digits: write one with `openssl rand -hex 32`, or restore the old one",
        )
    return text


def _make(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
    except FileExistsError:
        return
    except OSError as error:
        raise PublishingError(
            f"cannot keep a person key in the output folder ({error.strerror})",
            where=path.parent.name,
            remedy="choose a folder you may write to with --out, or name identity.key_file in the incident file",
        ) from None
