"""What a column's name says and what its values look like → one proposal, with how sure it is and why.

This room weighs; it must not know spelling or shapes. A person confirms every proposal: `sure` means that name or
values say so plainly, `perhaps` that a look is needed first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.onboarding.names import propose_by_names
from pipeline.onboarding.shapes import shares_of

SURE, PERHAPS = "sure", "perhaps"
_MOST, _FEW, _ENOUGH = 0.8, 0.1, 3
_TELLING = ("email", "iban", "card_number", "social_security_number", "ip_address")
_STATES = ("hashed", "masked", "tokenised")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a column seems to hold: a field of the catalogue, in which state, how sure that is and by what."""

    field: str
    state: str
    confidence: str
    basis: str


def propose_fields(
    source: str, columns: Sequence[str], values: Mapping[str, Sequence[str]] | None = None
) -> dict[str, Proposal]:
    """Propose fields for the columns of one export: column → proposal, in the columns' order.

    `values` are some cells of each column, looked at and forgotten; without them names alone decide.
    """
    by_names = propose_by_names(source, columns)
    found: dict[str, Proposal] = {}
    for column in columns:
        named = by_names.get(column)
        cells = (values or {}).get(column, ())
        shares = shares_of(cells) if len(cells) >= _ENOUGH else {}
        made = _weigh(named.field if named else None, named.is_sure if named else False, shares)
        if made is not None:
            found[column] = made
    return found


def _weigh(field: str | None, is_sure: bool, shares: Mapping[str, float]) -> Proposal | None:
    told = next((name for name in _TELLING if shares.get(name, 0) >= _MOST), None)
    state = next((name for name in _STATES if shares.get(name, 0) >= _MOST), "clear")
    if told is not None and (field is None or told == field):
        return Proposal(told, "clear", SURE, "name and values" if field else "values")
    if told is not None and field is not None:
        # A user name or a contact's value that is an e-mail address is one, whatever the column is called.
        return Proposal(told, "clear", SURE, "values")
    if field is None:
        return None
    if state == "clear" and _is_denied(field, shares):
        return Proposal(field, "clear", PERHAPS, "name, but its values do not look like it")
    return Proposal(field, state, SURE if is_sure else PERHAPS, "name" if state == "clear" else "name and values")


def _is_denied(field: str, shares: Mapping[str, float]) -> bool:
    """Only shapes that every value of a field has can deny it; there are free-form phone numbers."""
    return field in ("email", "iban") and bool(shares) and shares.get(field, 0) < _FEW
