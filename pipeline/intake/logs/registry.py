"""The log formats by name, and which of them a file is.

This room chooses; what a format means is its own file's matter.
"""

from __future__ import annotations

from pipeline.config import Log
from pipeline.errors import InputError
from pipeline.intake.files import InputFile
from pipeline.intake.logs.formats import Format, Sample
from pipeline.intake.logs.object_formats import OBJECT_FORMATS
from pipeline.intake.logs.sampling import take_sample
from pipeline.intake.logs.text_formats import TEXT_FORMATS

_ALL: tuple[Format, ...] = (*TEXT_FORMATS, *OBJECT_FORMATS)

FORMATS: dict[str, Format] = {one.name: one for one in _ALL}


def choose_format(log: Log, files: list[InputFile], where: str) -> Format | None:
    """Find the format of a log's files: the named one, else the one that claims the first file; null if mapped.

    Raises InputError where no format or more than one claims it, or another than the named one, with the candidates
    named.
    """
    if log.is_mapped:
        return None
    if log.format != "auto" and log.pattern is not None:
        return FORMATS[log.format]  # lines of an own layout may look like anything
    found = claimants(take_sample(files[0]))
    if log.format != "auto":
        if found and log.format not in found:
            remedy = f"write format: {found[0]}, or take the file out of `path`"
            where = f"{files[0].name} ({where})"
            raise InputError(f"is no {log.format} log, but {' or '.join(found)}", where=where, remedy=remedy)
        return FORMATS[log.format]
    if len(found) == 1:
        return FORMATS[found[0]]
    known = ", ".join(sorted(FORMATS))
    if not found:
        remedy = f"write format: with one of {known}; or map its columns: time, ip, resource …"
        raise InputError("its log format is not recognised", where=f"{files[0].name} ({where})", remedy=remedy)
    remedy = "write format: with the one it is"
    raise InputError(f"could be {' or '.join(found)}", where=f"{files[0].name} ({where})", remedy=remedy)


def claimants(sample: Sample) -> list[str]:
    """Name the formats that claim a file which begins like this."""
    return sorted(name for name, one in FORMATS.items() if one.recognise(sample))
