"""Files of human decisions: what they must hold, and how mistakes in them are told."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.errors import InputError

HEAD = "decision,dataset,record_key,other_dataset,other_record_key"


def test_decisions_land_as_they_are_written(land_it: Any) -> None:
    text = f"{HEAD},other_subject\nsame,crm,1,crm,2,\n,crm,1,crm,9,\n Different ,crm, 1,crm,2,referrer\n"
    tables = land_it({"who.csv": text}, identity={"decisions": "who.csv"})
    assert tables["decisions"].rows() == [
        ("same", "crm", "1", "customer", "crm", "2", "customer", "who.csv", 2),
        ("different", "crm", "1", "customer", "crm", "2", "referrer", "who.csv", 4),
    ]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["decision,dataset", "same,crm"], "who.csv: has no column record_key"),
        ([HEAD, "maybe,crm,1,crm,2"], "who.csv:2: is no decision"),
        ([HEAD, "same,crm,1,shop,2"], "who.csv:2: names a dataset"),
        ([HEAD, "same,crm,,crm,2"], "who.csv:2: names no record"),
        ([HEAD, "same,crm,1,crm,1"], "who.csv:2: names one record twice"),
        ([HEAD, "same,crm,1,crm,2", "same,crm,2,crm,3", "different,crm,3,crm,1"], "who.csv:4: decides that two"),
    ],
)
def test_decisions_that_cannot_hold_are_refused(land_it: Any, lines: list[str], told: str) -> None:
    with pytest.raises(InputError) as refused:
        land_it({"who.csv": "\n".join(lines) + "\n"}, identity={"decisions": "who.csv"})
    assert told in str(refused.value)
