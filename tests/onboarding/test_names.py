"""Which field a column's name speaks for, drawn by hand: spelling, place, and what only looks like a person."""

from __future__ import annotations

import pytest

from pipeline.catalogue import read_catalogue
from pipeline.onboarding.names import _rules, propose_by_names
from pipeline.onboarding.words import words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("billingAddr1", "billing address 1"),
        ("CUST_EMAIL", "customer email"),
        ("firstname", "first name"),
        ("CustFName", "customer first name"),
        ("e-mail", "email"),
        ("EMAILADR", "email address"),
        ("CUSTNO", "customer number"),
        ("dateOfBirth", "date of birth"),
        ("dob", "birth date"),
        ("IPAddress", "ip address"),
        ("cvv2", "cvv 2"),
        ("Straße", "street"),
        ("note", "note"),
        ("accent", "accent"),
        ("", ""),
        ("--", ""),
    ],
)
def test_names_are_made_of_words(name: str, words: str) -> None:
    assert " ".join(words_of(name)) == words


# source; column=field, column=field? (perhaps), column= (nothing)
DRAWN = """
customers; id=customer_number? name=full_name email=email phone2=phone state=region zip=postcode city=city
customers; Email Address=email Mobile No.=phone Date of Birth=date_of_birth SSN=social_security_number IBAN=iban
products; id= name= price= state= code= title= description=
orders; total=transactions amount_paid=transactions status= created_at= currency= customer.name=full_name item.name=
stores; name= address_line_1= city= postcode= country= phone= manager_email=email
payment_methods; card.last4=card_number card.exp_month=card_expiry card.brand= card.name=full_name card.cvc_check=
cards; number=card_number name=full_name code=card_security_code expiry=card_expiry
bank_accounts; last4=bank_account routing_number=bank_account account_holder_name=full_name iban=iban
users; email_verified= is_email= email_count= last_login= password_hash=password has_phone= email_type= login=username
users; avatar_url=photo last_ip=ip_address locale=geolocation? notes=communications? phone_verified_at= email_id=
messages; body=communications? from=email subject=communications? message_id= sender.name=full_name to.address=email
patients; pat_name=full_name sex=gender race=ethnicity diagnosis=health insurance_number=insurance_number
kunden; vorname=first_name nachname=last_name strasse=postal_address plz=postcode telefon=phone geburtsdatum=date_of_birth
clientes; nombre=first_name apellidos=last_name correo=email codigo_postal=postcode dni=national_id
staff; salary=salary bank_acct_no=bank_account passport_no=passport_number drivers_license=driving_licence_number
people; phone_numbers.value=phone email_addresses.value=email mothers_maiden_name=mother_maiden_name
people; security_question=security_question pin=pin religion=religion union_member=trade_union gender_identity=
"""


@pytest.mark.parametrize("drawn", DRAWN.strip().splitlines())
def test_fields_are_proposed_by_name_and_place(drawn: str) -> None:
    source, _, rest = drawn.partition("; ")
    pairs = [pair.rsplit("=", 1) for pair in _pairs(rest)]
    found = propose_by_names(source, [column for column, _ in pairs])
    told = {column: made.field + ("" if made.is_sure else "?") for column, made in found.items()}
    assert {column: told.get(column, "") for column, _ in pairs} == dict(pairs)


def _pairs(text: str) -> list[str]:
    """Cut `Email Address=email Mobile No.=phone` behind each answer."""
    found, current = [], ""
    for word in text.split(" "):
        current = f"{current} {word}".strip()
        if "=" in word:
            found.append(current)
            current = ""
    return found


def test_every_rule_names_a_field_of_the_catalogue_and_can_match() -> None:
    assert {rule.field for rule in _rules()} <= set(read_catalogue())
    known = {"", "person", "entity", "address", "card", "bank", "payment", "message", "party", "mailed"}
    assert {rule.needs for rule in _rules()} <= known
    assert {rule.field for rule in _rules()} >= set(read_catalogue()) - {"list_membership", "other_personal_data"}


def test_order_and_neighbours_that_say_nothing_change_nothing() -> None:
    columns = ["name", "email", "state", "zip", "city"]
    plain = propose_by_names("export", columns)
    assert propose_by_names("export", columns[::-1]) == dict(reversed(plain.items()))
    assert {name: made for name, made in propose_by_names("export", [*columns, "x1"]).items() if name != "x1"} == plain
