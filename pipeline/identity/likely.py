"""Pairs of subjects that may be one person, weighed by Splink on DuckDB: proposals for a human, never merges.

An optional extra (`pip install scope-pipeline[fuzzy]`); Splink is imported here alone and only when asked. The model is
learnt from the subjects themselves: how often values agree by chance, by expectation maximisation how often among true
pairs. This room knows subjects and nothing of incidents.
"""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import UsageError

MODELLED = ("given_name", "family_name", "birth_date", "postcode", "address", "city", "email")
_NEEDED = 2
_SEED = 20260328


def weigh(subjects: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """Return pairs of `subjects` (subject_number and `MODELLED` columns, texts or null) that Splink finds likely.

    Columns: subject_number, other_subject_number, match_probability, match_weight and a `weight_of_…` for each modelled
    column that is held at all; the most likely first. Raises UsageError where the extra is not installed.
    """
    held = [name for name in MODELLED if subjects[name].n_unique() > _NEEDED]
    if len(held) < _NEEDED or not any(_is_shared(subjects, (name,)) for name in held):
        return pl.DataFrame(schema={"subject_number": pl.Int64, "other_subject_number": pl.Int64})
    try:
        from splink.backends.duckdb import DuckDBAPI
    except ImportError:
        raise UsageError(
            "proposals need Splink, which is not installed", remedy="pip install 'scope-pipeline[fuzzy]'"
        ) from None
    logging.getLogger("splink").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = _predict(DuckDBAPI(), subjects.select("subject_number", *held), held, threshold)
    weights = {f"mw_{name}": f"weight_of_{name}" for name in held if f"mw_{name}" in found.columns}
    pairs = found.rename({"subject_number_l": "subject_number", "subject_number_r": "other_subject_number"} | weights)
    columns = ["subject_number", "other_subject_number", "match_probability", "match_weight", *weights.values()]
    order = ["match_weight", "subject_number", "other_subject_number"]
    return pairs.select(columns).sort(order, descending=[True, False, False])


def _predict(api: Any, subjects: pl.DataFrame, held: list[str], threshold: float) -> pl.DataFrame:
    from splink import Linker, SettingsCreator, block_on

    comparisons = _comparisons()
    names = [name for name in ("given_name", "family_name") if name in held]
    ways = [("birth_date",), ("email",), tuple(names), ("family_name", "postcode"), ("given_name", "postcode"),
            ("address",)]  # fmt: skip
    ways = [way for way in ways if way and set(way) <= set(held) and _is_shared(subjects, way)]
    rules: list[Any] = [block_on(*way) for way in ways]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="subject_number",
        comparisons=[comparisons[name] for name in held],
        blocking_rules_to_generate_predictions=rules,
        retain_intermediate_calculation_columns=True,
    )
    linker = Linker(api.register(subjects.to_arrow()), settings, log_level=None)
    surest = (("given_name", "family_name", "birth_date"), ("email",))
    sure = [way for way in surest if set(way) <= set(held) and _is_shared(subjects, way)]
    if sure:
        linker.training.estimate_probability_two_random_records_match([block_on(*way) for way in sure], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=_SEED)
    for way in (("birth_date",), tuple(names), ("email",)):
        if way in ways:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*way))
    predicted = linker.inference.predict(threshold_match_probability=threshold)
    return pl.DataFrame(pl.from_arrow(predicted.as_duckdbpyrelation().to_arrow_table()))


def _is_shared(subjects: pl.DataFrame, way: tuple[str, ...]) -> bool:
    """Tell whether any two subjects are equal in these columns; Splink can learn nothing where none are."""
    return bool(subjects.select(way).drop_nulls().is_duplicated().any())


def _comparisons() -> dict[str, Any]:
    import splink.comparison_library as library

    return {
        "given_name": library.JaroWinklerAtThresholds("given_name", [0.92, 0.8]),
        "family_name": library.JaroWinklerAtThresholds("family_name", [0.92, 0.8]),
        "birth_date": library.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
        "postcode": library.DamerauLevenshteinAtThresholds("postcode", [1]),
        "address": library.JaroWinklerAtThresholds("address", [0.9]),
        "city": library.JaroWinklerAtThresholds("city", [0.9]),
        "email": library.JaroWinklerAtThresholds("email", [0.92, 0.85]),
    }


def read_subjects(path: Path) -> pl.DataFrame:
    """Read subjects from a Parquet file for `weigh`: subject_number and the `MODELLED` columns."""
    return pl.read_parquet(path, columns=["subject_number", *MODELLED])
