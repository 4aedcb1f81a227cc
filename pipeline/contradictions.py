"""What contradicts itself in the inputs, so that nobody could say whose customer somebody is: the run stops there.

Which rows those are is SQL; this room only says where the first of them lies and what to do (semantics, section 12).
"""

from __future__ import annotations

from pipeline.engines.base import Engine
from pipeline.errors import InputError
from pipeline.problems import show

# Tables that are empty where the inputs are sound.
CONTRADICTIONS = ("stg_overlapping_records", "stg_overlapping_brands", "stg_unknown_decisions")


def refuse_contradictions(engine: Engine) -> None:
    """Raise InputError where one key stands for two records at once, one brand for two, or a decision for nobody."""
    unknown = engine.rows("select file, line from stg_unknown_decisions order by file, line limit 1")
    if unknown:
        raise InputError(
            "decides on a record that no dataset holds",
            where=f"{unknown[0][0]}:{unknown[0][1]}",
            remedy="write dataset, record_key and subject as the inputs have them, or take the line out",
        )
    brands = engine.rows("select brand, other_brand from stg_overlapping_brands order by brand limit 1")
    if brands:
        one, other = brands[0]
        raise InputError(
            f"the brand {show(one)} is also spelled {show(other)}",
            where="datasets",
            remedy="spell it one way in the exports, or write each dataset's brand as a constant",
        )
    found = engine.rows(
        "select dataset, file, line, earlier_file, earlier_line, is_brand_overlap, count(*) over ()"
        " from stg_overlapping_records order by dataset, file, line limit 1"
    )
    if found:
        dataset, file, line, earlier_file, earlier_line, is_brand_overlap, count = found[0]
        what = "two brands at once for one key" if is_brand_overlap else "a record key that is already taken"
        raise InputError(
            f"{what} in dataset {dataset}: the same key stands at {earlier_file}:{earlier_line} ({count} such lines)",
            where=f"{file}:{line}",
            remedy="keep one line per key, or map valid_from and valid_to so that versions do not overlap",
        )
