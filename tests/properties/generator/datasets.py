"""Datasets of few customers who share names, mailboxes, phones and keys."""

from __future__ import annotations

from typing import Any

from .choosing import Choose, chance, one_of, some_of
from .times import Season

Meaning = dict[str, Any]
Rows = list[dict[str, str]]

NAMES = ["datasets_crm", "newsletter", "shop", "archive"]
BRANDS = ["Alpha", "Beta", " Gamma  Club "]
STATES = ["clear", "masked", "tokenised", "hashed", "encrypted", "partial"]
VALUES: dict[str, list[str]] = {
    "email": [
        "anna@example.com", "ben@example.com", " Anna@Example.com ", "meyers@example.org", "", "info@example.com",
        "not an address", "x@nowhere.invalid", "n/a", "cleo+news@example.net", "000",
    ],
    "phone": ["020 7946 0018", "+44 20 7946 0018", "+49 30 901820", "", "0000000000", "none", "12", "07700 900123"],
    "full_name": [
        "Anna Meyer", "Ben Meyer", "Meyer, Anna", "Dr. med. Anna Meyer", "A. Meyer", "Mrs. Meyer", "Cleo Stone", "", "山田 太郎",
        "山田 次郎", "Herr Meyer", "Benjamin Meyer", "Benjamim Meyer", "Meyer, Ben Jr.", "Meyer Anna", "Ben van Stone",
        "Anna-Lena Meyer",
    ],
    "first_name": ["Anna", "Ben", "A", "Cleo", "", "N/A", "Benjamin"],
    "last_name": ["Meyer", "Stone", "", "O'Neil", "Meyer-Stone", "Stone Jr"],
    "date_of_birth": [
        "1980-01-02", "1990-05-06", "", "not available", "2.1.80", "02.01.1980", "1981-01-02", "04/05/1980", "1900-01-01",
    ],
    "city": ["York", " yörk", "Leeds", ""],
    "national_id": ["AB 12-34", "ab1234", "CD9999", "", "000000"],
    "postcode": ["AB1 2CD", "ab12cd", "ZZ9 9ZZ", ""],
    "postal_address": ["1 High Street", "2 Low Road", "", "-", "1, high st"],
    "card_number": ["4111111111111111", "5500000000000004", "", "xxx"],
    "iban": ["DE02120300000000202051", "", "000"],
    "region": ["EU", " eu", "UK", "", "Ünder", "ünder"],
    "gender": ["f", "m", "", "?"],
    "health": ["asthma", "", "null"],
}  # fmt: skip
KEYS = ["K1", "K2", "K3", "k1", "K 4/b", "someone@example.com"]


def personal_columns(choose: Choose) -> dict[str, Meaning]:
    """Which columns a dataset has, what field each holds, and how."""
    columns: dict[str, Meaning] = {}
    if chance(choose, 80):
        columns["email"] = {"field": "email"}
    if chance(choose, 60):
        columns["name"] = {"field": "full_name"}
    else:
        columns["first"], columns["last"] = {"field": "first_name"}, {"field": "last_name"}
    for name, field, percent in [
        ("Phone", "phone", 40), ("born", "date_of_birth", 50), ("zip", "postcode", 40),
        ("street", "postal_address", 25), ("region", "region", 50), ("second_email", "email", 10),
        ("health", "health", 15), ("gender", "gender", 15), ("town", "city", 25), ("nid", "national_id", 12),
    ]:  # fmt: skip
        if chance(choose, percent):
            columns[name] = {"field": field}
    for name, field in [("card", "card_number"), ("iban", "iban")]:
        if chance(choose, 45):
            columns[name] = {"field": field, "state": one_of(choose, ["encrypted", "masked", "encrypted", *STATES])}
    for name, field in [("referrer_email", "email"), ("referrer_name", "full_name")]:
        if chance(choose, 25):
            columns[name] = {"field": field, "subject": "referrer"}
    return columns


def vary_states(choose: Choose, columns: dict[str, Meaning]) -> None:
    """Some columns stored otherwise than in clear, or as a column of the record says."""
    for name, meaning in columns.items():
        if chance(choose, 10):
            meaning["state"] = one_of(choose, STATES)
        if chance(choose, 8):
            meaning["state_column"] = f"{name}_state"
        if meaning["field"] == "email" and chance(choose, 5):
            meaning["identifier"] = False


def make_dataset(choose: Choose, name: str, season: Season) -> tuple[dict[str, Any], list[str]]:
    """A dataset as the incident file declares it, and the columns of its file."""
    columns = personal_columns(choose)
    vary_states(choose, columns)
    role = one_of(choose, ["crm", "processor", "archive"])
    dataset: dict[str, Any] = {"role": role, "columns": columns, "brand": one_of(choose, BRANDS)}
    header = [*columns, *(meaning["state_column"] for meaning in columns.values() if "state_column" in meaning)]
    if role == "processor":
        dataset["processor"] = one_of(choose, ["Mailer Ltd", "Shipper AG"])
    if chance(choose, 80):
        dataset["key"] = "id"
        header.insert(0, "id")
        if chance(choose, 15):
            columns["id"] = {"field": "customer_number"}
    if chance(choose, 40):
        dataset["brand"] = {"column": "brand"}
        header.append("brand")
    if chance(choose, 25):
        dataset["controller"] = one_of(choose, ["Holding One", {"column": "controller"}])
        if isinstance(dataset["controller"], dict):
            header.append("controller")
    header += declare_life(choose, dataset, season)
    for key, value, percent in [("membership", "list_membership", 20), ("residence", "country", 40)]:
        if chance(choose, percent):
            dataset[key] = value
            header += ["country"] if key == "residence" else []
    if chance(choose, 30):
        dataset["placeholders"] = ["000", "Asthma"]
    header += ["note", "points", *([] if "region" in columns else ["region"])]
    if "key" in dataset and chance(choose, 60):
        dataset["order"] = make_order(choose, header)
    return dataset, header


def make_order(choose: Choose, header: list[str]) -> Any:
    """By what the store lists its records: numbers, words, stamps, each way round."""
    points = {"column": "points", "type": "number"}
    orders: list[Any] = [
        points, ["note", "-region"], points | {"direction": "descending", "nulls": "first"}, "note",
        ["-note", points], {"column": "region", "type": "caseless", "nulls": "first"},
    ]  # fmt: skip
    if "since" in header:
        orders += ["since", "-since", ["-since", "note"]]
    return one_of(choose, orders)


def declare_life(choose: Choose, dataset: dict[str, Any], season: Season) -> list[str]:
    """A static file, a live table with validity columns, or something that was always there."""
    kind = one_of(choose, ["live", "always", "live", "static"])
    if kind == "static":
        dataset["generated_at"] = one_of(choose, [season.days[0], season.exact(2), season.exact(4)])
        if chance(choose, 40):
            dataset["replaced_at"] = season.exact(5)
    if kind == "live":
        dataset["valid_from"], dataset["valid_to"] = "since", "till"
        if chance(choose, 30):
            dataset["zone"] = one_of(choose, ["America/New_York", "Europe/Berlin"])
        return ["since", "till"]
    return []


def make_row(choose: Choose, dataset: dict[str, Any], header: list[str], season: Season) -> dict[str, str]:
    """One line of a dataset, its key and validity still to come."""
    row = dict.fromkeys(header, "")
    row["region"] = one_of(choose, VALUES["region"])
    for column, meaning in dataset["columns"].items():
        if meaning["field"] in VALUES:
            row[column] = one_of(choose, VALUES[meaning["field"]])
        if "state_column" in meaning:
            row[meaning["state_column"]] = one_of(choose, [*STATES, " Clear", "rot13"])
    if "brand" in header:
        row["brand"] = one_of(choose, ["Alpha", "Beta", "", " Beta "])
    if "controller" in header:
        row["controller"] = one_of(choose, ["Holding One", "Holding Two", ""])
    if "country" in header:
        row["country"] = one_of(choose, ["DE", "gb", "", "Germany"])
    if "since" in header:
        row["since"] = one_of(choose, ["", season.days[1], season.stamp(choose), season.exact(0), season.exact(3)])
        row["till"] = one_of(choose, ["", "", season.days[3], season.stamp(choose), season.exact(6)])
    row["note"] = one_of(choose, ["", "vip"])
    row["points"] = one_of(choose, ["1", "10", "2", "", "-3", "2.5", "02", "9", "1", "10", "2", "7", "8", "many"])
    return row


def make_rows(choose: Choose, dataset: dict[str, Any], header: list[str], season: Season) -> Rows:
    """The lines of a dataset: keys told apart, several versions of a key one after the other."""
    rows: Rows = []
    keys = KEYS[: choose.number(2, 6)]
    for key in keys:
        versions = choose.number(1, 3) if "since" in header and chance(choose, 35) else 1
        for version in range(versions):
            row = make_row(choose, dataset, header, season)
            if versions > 1:
                row["since"], row["till"] = season.exact(2 * version), season.exact(2 * version + choose.number(1, 2))
                if version and chance(choose, 70):
                    for column, value in rows[-1].items():
                        row[column] = value if column not in ("since", "till", "brand", "email") else row[column]
            if "key" in dataset:
                row["id"] = key
            rows.append(row)
    if "key" not in dataset and chance(choose, 50):
        rows.append(dict(rows[0]))
    return rows


def link_datasets(
    choose: Choose, declared: dict[str, Any], headers: dict[str, list[str]], rows: dict[str, Rows]
) -> None:
    """Declared links from some datasets to keyed ones."""
    for name, dataset in declared.items():
        targets = [other for other, given in declared.items() if "key" in given]
        if targets and chance(choose, 35):
            dataset["links"] = {"account": one_of(choose, targets)}
            headers[name].append("account")
            for row in rows[name]:
                row["account"] = one_of(choose, ["", *KEYS[:4], "K99"])


def decide(choose: Choose, declared: dict[str, Any], rows: dict[str, Rows]) -> list[list[str]]:
    """Now and then a human's word on two customers whose rows are surely read, never against another word."""
    sure = [name for name, dataset in declared.items() if "key" in dataset and "valid_from" not in dataset]
    keyed = [(name, row["id"]) for name in sure for row in rows[name]]
    people = sorted(set(keyed))
    if len(people) < 4 or not chance(choose, 30):
        return []
    told = [
        ["same", *people[0], *people[1]],
        ["different", *people[2], *people[3]],
        ["different", *people[0], *people[2]],
    ]
    return told[: choose.number(1, 3)]


def make_datasets(choose: Choose, season: Season) -> tuple[dict[str, Any], dict[str, list[str]], dict[str, Rows]]:
    """All datasets: declared, their files' columns, their lines."""
    names = ["datasets_crm", *some_of(choose, NAMES[1:], 45)]
    declared: dict[str, Any] = {}
    headers: dict[str, list[str]] = {}
    rows: dict[str, Rows] = {}
    for name in names:
        declared[name], headers[name] = make_dataset(choose, name, season)
        rows[name] = make_rows(choose, declared[name], headers[name], season)
    link_datasets(choose, declared, headers, rows)
    return declared, headers, rows
