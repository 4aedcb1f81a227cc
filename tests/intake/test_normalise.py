"""Names, addresses and dates as people write them, against drawn cases and the vectors of others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.identity.likeness import relate_given_names
from pipeline.intake import birth_dates, names, normalise
from pipeline.intake.emails import normalise_emails, read_email
from pipeline.intake.normalise import PLACEHOLDERS, is_placeholder
from pipeline.intake.phones import normalise_phones
from tests.properties.reference.names import DEGREES, GENERATIONS, NOBODY_KNEW, NOWHERE, PARTICLES, ROLES, TITLES

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "data" / "normalise"
needs_vectors = pytest.mark.skipif(not VECTORS.exists(), reason="the shared vectors are not here")


def one(expression: Callable[[pl.Expr], pl.Expr], text: str) -> Any:
    return pl.DataFrame({"x": [text]}).select(expression(pl.col("x"))).item()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (" Ann@Mail.COM ", "ann@mail.com"),
        ("ann+news@mail.com", "ann+news@mail.com"),
        ("ann@mail.example.com", "ann@mail.example.com"),
        ("\u200fann@mail.com", "ann@mail.com"),
        ("ann@m\u00fcller.com", "ann@m\u00fcller.com"),
        ("ann@xn--mller-kva.com", "ann@m\u00fcller.com"),
        ("Ann Lee <ann@mail.com>", "ann@mail.com"),
        ("info@mail.com", None),
        ("info+x@mail.com", None),
        ("No-Reply@mail.com", None),
        ("ann@mail.test", None),
        ("ann@localhost", None),
        ("ann@mail", None),
        ("ann@@mail.com", None),
        ("ann..lee@mail.com", None),
        ("ann lee@mail.com", None),
        ("ann@-mail.com", None),
        ("a" * 300 + "@mail.com", None),
        ("not an address", None),
        ("", None),
    ],
)
def test_emails(text: str, value: str | None) -> None:
    assert normalise_emails(pl.Series([text, text]))[1] == value


def test_no_emails_and_blank_ones() -> None:
    assert normalise_emails(pl.Series([], dtype=pl.String)).to_list() == []
    assert normalise_emails(pl.Series([None, "ann@mail.com"])).to_list() == [None, "ann@mail.com"]


# These the library's own tests call invalid for another reason than syntax, or with quoting switched off.
OUT_OF_SCOPE = ("DisplayName <", "Display Name <", "unnecessarily.quoted", "quoted.with.extraneous")


@needs_vectors
def test_emails_as_the_librarys_own_vectors_say() -> None:
    vectors = [json.loads(line) for line in (VECTORS / "email_vectors.part1.jsonl").read_text().splitlines()]
    judged = [
        one for one in vectors if not any(word in one["input"] for word in OUT_OF_SCOPE) and "\n" not in one["input"]
    ]
    assert len(judged) >= 55
    for vector in judged:
        expected = vector["expected"]["normalized"] if vector["valid"] else None
        assert read_email(vector["input"]) == expected, vector
        matching = normalise_emails(pl.Series([vector["input"]]))[0]
        assert matching == (None if expected is None else expected.lower()), vector


@needs_vectors
def test_phone_numbers_in_every_countrys_ways_of_writing() -> None:
    vectors = [json.loads(line) for line in (VECTORS / "phone_formats.part1.jsonl").read_text().splitlines()]
    wrong = [
        (vector["region"], form)
        for vector in vectors
        for form in ("e164", "national", "international", "rfc3966")
        if normalise_phones(pl.Series([vector[form]]), vector["region"])[0] != vector["e164"]
    ]
    # A number that ends in seven noughts is a placeholder to us; Korea's example is one.
    assert {region for region, _ in wrong} <= {"KR"}


@pytest.mark.parametrize(
    ("text", "given", "family", "generation"),
    [
        ("Ann Lee", "ann", "lee", None),
        ("Mr. John Q. Public", "john", "public", None),
        ("Lee, Ann", "ann", "lee", None),
        ("Lee, Dr Ann Marie", "ann", "lee", None),
        ("Lee, Ann, Jr", "ann", "lee", "2"),
        ("John Smith III", "john", "smith", "3"),
        ("John Senior", "john", "senior", None),
        ("Prof. Dr. Zoë Müller-Lüdenscheidt", "zoe", "muller ludenscheidt", None),
        ("Ludwig van der Berg", "ludwig", "van der berg", None),
        ("de la Cruz, Juan", "juan", "de la cruz", None),
        ("Anna-Maria Meyer, PhD", "anna maria", "meyer", None),
        ("Анна Петрова", "anna", "petrova", None),
        ("A.B. Meyer", "a", "meyer", None),
        ("Conan O'Brien", "conan", "obrien", None),
        ("Dr. med. Anna Lee", "anna", "lee", None),
        ("Prof. Dr. Dr. h.c. Anna Lee", "anna", "lee", None),
        ("Dr. rer. nat. Karl Huber", "karl", "huber", None),
        ("Dipl.-Ing. Karl Huber", "karl", "huber", None),
        ("Mag. (FH) Karl Huber", "karl", "huber", None),
        ("Mr and Mrs John Lee", "john", "lee", None),
        ("Dr. Phil Stone", "phil", "stone", None),
        ("Mr Med Ali", "med", "ali", None),
        ("Karl Huber, Ph.D.", "karl", "huber", None),
        ("Ing. Jan Novák, Ph.D., MBA", "jan", "novak", None),
        ("Huber, Karl, B. Sc.", "karl", "huber", None),
        ("Huber, M.D.", "m", "huber", None),
        ("Ann Lee (moved away)", "ann", "lee", None),
        ("Ann (Annie) Lee", "ann", "lee", None),
        ("Smith, John Jr.", "john", "smith", "2"),
        ("Smith, John Sr", "john", "smith", "1"),
        ("Lee, Jr., Ann", "ann", "lee", "2"),
        ("Smith Jr., John", "john", "smith", "2"),
        ("Smith, John 3rd", "john", "smith", "3"),
        ("Lee, Senior", "lee", "senior", None),
        ("Иванов Иван Иванович", "ivan", "ivanov", None),
        ("Иванова Анна Ивановна", "anna", "ivanova", None),
        ("Иван Петрович Иванов", "ivan", "ivanov", None),
        ("Марк Павлович Рабинович", "mark", "rabinovich", None),
        ("Коваленко Олена Петрівна", "olena", "kovalenko", None),
        ("김 민수", "minsu", "gim", None),
        ("ヤマダ\u3000タロウ", "tarou", "yamada", None),
        ("Mr Lee", None, "lee", "mr"),
        ("Frau Müller-Lüdenscheidt", None, "muller ludenscheidt", "ms"),
        ("Lee, Mrs.", None, "lee", "ms"),
        ("M. Dupont", None, "dupont", "mr"),
        ("Mr and Mrs Lee", "lee", None, None),
        ("Dr Lee", "lee", None, None),
        ("Miss Ann", "ann", None, None),
        ("Mr", "mr", None, None),
        ("Mr Lee Jr", "lee", "jr", None),
        ("Cher", "cher", None, None),
        ("...", None, None, None),
    ],
)
def test_full_names(text: str, given: str | None, family: str | None, generation: str | None) -> None:
    assert names.split_full(pl.Series([text])).row(0) == (given, family, generation)


@pytest.mark.parametrize(
    ("one", "other"), [("山田 太郎", "山田 次郎"), ("王 小明", "王 小民"), ("李小明", "李小民"), ("王伟", "王薇")]
)
def test_two_of_one_family_are_told_apart_though_their_names_sound_alike(one: str, other: str) -> None:
    found = names.split_full(pl.Series([one, other]))
    first, second = found["given"].to_list()
    assert relate_given_names(first, second, frozenset()) == "conflict"
    assert relate_given_names(first, first, frozenset()) == "agree"
    assert found["family"][0] == found["family"][1]


def test_parts_of_names() -> None:
    assert names.split_part(pl.Series(["Smith-Jones Jr", "Dr. Ümit", None, "..."])).rows() == [
        ("smith jones", "2"), ("umit", None), (None, None), (None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1980-02-29", "1980-02-29"),
        ("1980-02-29T00:00:00.000000", "1980-02-29"),
        ("19800229", "1980-02-29"),
        ("29.02.1980", "1980-02-29"),
        ("29/02/1980", "1980-02-29"),
        ("02-29-1980", "1980-02-29"),
        ("5/5/1980", "1980-05-05"),
        ("12 March 1980", "1980-03-12"),
        ("Mar 12th, 1980", "1980-03-12"),
        ("12-Mar-1980", "1980-03-12"),
        ("04/05/1980", "1980-05-04"),
        ("12042018", "2018-04-12"),
        ("04302014", "2014-04-30"),
        ("1630-08-01", "1630-08-01"),
        ("17/5/80", "1980-05-17"),
        ("05/17/80", "1980-05-17"),
        ("17.05.04", "2004-05-17"),
        ("17-5-29", "2029-05-17"),
        ("17-5-30", "1930-05-17"),
        ("17-MAY-80", "1980-05-17"),
        ("17 May 04", "2004-05-17"),
        ("80-05-17", None),
        ("01/01/00", None),
        ("1.1.70", None),
        ("1980年5月17日", "1980-05-17"),
        ("17 Sept 1980", "1980-09-17"),
        ("Sept. 17, 1980", "1980-09-17"),
        ("1753-01-01", None),
        ("1981-02-29", None),
        ("1900-01-01", None),
        ("1970-01-01 00:00:00", None),
        ("2999-01-01", None),
        ("unknown", None),
    ],
)
def test_birth_dates(text: str, value: str | None) -> None:
    assert one(birth_dates.read_birth_date, text) == value


def test_postcodes_addresses_towns_and_numbers() -> None:
    assert one(normalise.fold_postcode, " sw1A 1aa") == "sw1a1aa"
    assert one(normalise.normalise_address, "12, High  St.\nTown") == "12, high st. town"
    assert one(normalise.fold_address, "12, High  Street\nTown") == one(normalise.fold_address, "12 high st., TOWN")
    assert one(normalise.fold_address, "High Street") is None
    assert one(normalise.fold_address, "12 AB 34") is None
    assert one(normalise.fold_address, "Hauptstraße 5") == one(normalise.fold_address, "Hauptstr. 5")
    assert one(normalise.fold_place, " Yörk ") == "york"
    assert one(normalise.fold_number, "AB 12-34") == "ab1234"
    assert [one(normalise.fold_number, text) for text in ("00000", "11111", "12", "xxxx", "")] == [None] * 5
    assert one(normalise.fold_address, "9 Tauss Place") == one(normalise.fold_address, "9 Taussplace")


def test_what_a_mask_left_identifies_nobody() -> None:
    masked = ("**** **** **** 1234", "XXXX-XXXX-1234", "•••• 1234", "***-**-6789")
    assert [one(normalise.fold_number, text) for text in masked] == [None] * 4
    assert one(normalise.fold_number, "AXX 1234") == "axx1234"
    texts = pl.Series(["sha***@example.com", "*@example.com", "••a@example.com", "a*b@example.com"])
    assert normalise_emails(texts).to_list() == [None, None, None, "a*b@example.com"]


@pytest.mark.parametrize(
    "word", ["n/a", "na", "nan", "null", "none", "-", "--", "?", "unknown", "not available", "xxx", " "]
)
def test_what_is_written_where_nobody_knows_is_no_value(word: str) -> None:
    frame = pl.DataFrame({"x": [word, f" {word.title()} ", f"{word}ann"]})
    assert frame.select(is_placeholder(pl.col("x"), []))["x"].to_list() == [True, True, False]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_mailbox_of_a_role_is_nobodys(role: str) -> None:
    texts = pl.Series([f"{role}@mail.com", f"{role.upper()}+a@mail.com", f"{role}ann@mail.com", f"ann.{role}@mail.com"])
    assert normalise_emails(texts).to_list() == [None, None, *texts[2:]]


@pytest.mark.parametrize("domain", sorted(NOWHERE))
def test_a_domain_that_cannot_be_is_nobodys(domain: str) -> None:
    texts = pl.Series([f"ann@mail.{domain}", f"ann@mail.x{domain}", f"ann@{domain}.com"])
    assert normalise_emails(texts).to_list() == [None, *texts[1:]]


def test_each_title_degree_particle_and_generation_is_known_for_what_it_is() -> None:
    def read(texts: list[str]) -> set[tuple[str | None, ...]]:
        return set(names.split_full(pl.Series(texts)).rows())

    assert read([f"{title} Ann Lee" for title in TITLES]) == {("ann", "lee", None)}
    assert read([f"Ann Lee {degree}" for degree in DEGREES]) == {("ann", "lee", None)}
    found = names.split_full(pl.Series([f"Ann {particle} Lee" for particle in sorted(PARTICLES)]))
    assert found["family"].to_list() == [f"{particle} lee" for particle in sorted(PARTICLES)]
    found = names.split_full(pl.Series([f"Ann Lee {word}" for word in GENERATIONS]))
    assert found.rows() == [("ann", "lee", generation) for generation in GENERATIONS.values()]


@pytest.mark.parametrize("day", sorted(NOBODY_KNEW))
def test_what_systems_write_where_nobody_knew_is_no_birth_date(day: str) -> None:
    days = pl.DataFrame({"x": [day, f"{day} 00:00:00", f"{day[:5]}02-03"]})
    found = days.select(birth_dates.read_birth_date(pl.col("x")))["x"].to_list()
    assert found == [None, None, f"{day[:5]}02-03"]


WORDS = [*PLACEHOLDERS, "own word", "ß", "unKnown", "ann", "9", "+4", "İ"]


@given(
    st.lists(st.none() | st.tuples(st.sampled_from(["", " ", "\u3000", "\t"]), st.sampled_from(WORDS)).map("".join)),
    st.sampled_from([[], ["Own Word "], ["ß", "9"], ["İ"]]),
)
def test_what_says_nothing_is_told_as_by_reading_every_cell(texts: list[str | None], own: list[str]) -> None:
    words = {*PLACEHOLDERS, *(word.strip().lower() for word in own)}
    for cells in (texts, [text.upper() if text else text for text in texts]):
        plain = pl.Series(cells, dtype=pl.String).fill_null("").str.strip_chars().str.to_lowercase()
        frame = pl.DataFrame({"x": pl.Series(cells, dtype=pl.String)})
        assert frame.select(is_placeholder(pl.col("x"), own))["x"].to_list() == [text in words for text in plain]
