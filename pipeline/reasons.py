"""The words of our verdicts, grades and links as sentences, each with the rule that decides it.

One place for every room that tells somebody why; what the rules are stands in the SQL named here.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.paths import find_sql

_READS = "int_record_reads"
_CAPTURED = "int_intercepted_transactions"
_REPLAYS = "int_replayed_records"
_VERDICTS = "int_event_verdicts"
_CONTENTS = "int_event_contents"


@dataclass(frozen=True)
class Reason:
    """Why something is as it is: a sentence, and the table whose SQL decides it."""

    sentence: str
    rule: str

    @property
    def place(self) -> str:
        """The file of the rule, within the project."""
        found = sorted(find_sql().glob(f"*/{self.rule}.sql"))
        return f"sql/{found[0].parent.name}/{found[0].name}" if found else self.rule


GRADE_REASONS = {
    "exact_reach": Reason("the event says exactly what it read, and this was in it", _READS),
    "intercepted": Reason("it passed a device while data was captured there, at a known time", _CAPTURED),
    "aborted": Reason("the transfer broke off, so how much of it arrived is not known", "int_event_contents"),
    "unknown_action": Reason("the log's word for what was done is mapped to nothing; it counts as a read", _CONTENTS),
    "unknown_outcome": Reason(
        "the log's word for how it ended is mapped to nothing; it counts as a success", _CONTENTS
    ),
    "ambiguous_time": Reason("the stamp reads two ways, and only one of them finds this", "int_reached_records"),
    "fewer_rows_logged": Reason(
        "the log says fewer rows than the datasets give, and not which", "int_reach_row_counts"
    ),
    "fewer_bytes_logged": Reason(
        "the log says fewer bytes than the stored file has, and not which", "int_reach_byte_counts"
    ),
    "unattributed": Reason("nobody's selector names who read it", _READS),
    "stand_in": Reason("the dataset stands for a store that no longer exists", _READS),
    "log_gap": Reason("the only log that would show a read is missing for a time", "int_interval_reaches"),
    "unlogged_copy": Reason("a copy was made at an unknown instant, and no log of it remains", "int_interval_reaches"),
    "open_interval": Reason(
        "it passed a device of which nobody knows since or until when data was captured", _CAPTURED
    ),
    "date_only": Reason(
        "only the day it passed the device is known, and data was captured for a part of it", _CAPTURED
    ),
    "unreadable_time": Reason("when it passed the device cannot be read", _CAPTURED),
    "unknown_device": Reason("it names no device, so it may have passed one where data was captured", _CAPTURED),
    "unreadable_filter": Reason("the filter of the read cannot be read, so all it may have meant counts", _READS),
    "empty_filter": Reason("the filter of the read is empty, so all it may have meant counts", _READS),
    "unknown_columns": Reason("which columns were read cannot be told, so all of them count", _READS),
    "unread_predicate": Reason(
        "a condition of the query cannot be worked out, so all it may have meant counts", _REPLAYS
    ),
    "unsure_limit": Reason("the query gave so many rows and no more, and which is not known", _REPLAYS),
    "unreadable_statement": Reason("the query cannot be read, so all it may have meant counts", _READS),
    "ambiguous_table": Reason("the query's table may be any of several, so each of them counts", _READS),
    "cursor": Reason("the query was fetched in parts, and how many is not known", _REPLAYS),
    "clipped_text": Reason("the log cut the text off, so all it may have meant counts", _READS),
    "unread_page": Reason("one page of a listing was read, and which records stood on it is not known", "int_pages"),
    "page_rows_differ": Reason(
        "the log says another number of rows than the page had, so it may have been any page", "int_pages"
    ),
    "partial_content": Reason("a part of the file was read, and which is not known", _READS),
}
VERDICT_REASONS = {
    "not_there_then": Reason("the record did not exist at that instant", "int_reached_records"),
    "outside_window": Reason("the event lies outside the window", "stg_events"),
    "trusted": Reason("a trusted selector names it as our own activity", "stg_events"),
    "unattributed": Reason("no intruder selector names whoever did it", "stg_events"),
    "not_a_read": Reason("it was no read: a write, a listing of names, a count, a log-in …", _CONTENTS),
    "denied": Reason("it was denied", _CONTENTS),
    "failed": Reason("it failed", _CONTENTS),
    "redirected": Reason("it was redirected elsewhere, so nothing was delivered", _CONTENTS),
    "not_modified": Reason("nothing had been modified, so nothing was sent", _CONTENTS),
    "no_content": Reason("it was answered without content", _CONTENTS),
    "nothing_delivered": Reason("it delivered no row and no byte", _CONTENTS),
    "not_the_resource": Reason("what was delivered was something else, such as a log-in page", _CONTENTS),
    "unclaimed": Reason("no dataset claims what was read", _CONTENTS),
    "key_read": Reason("it read a key and no record", _VERDICTS),
    "reached_nobody": Reason("it reached no record", _VERDICTS),
    "reached": Reason("it reached the record", _VERDICTS),
}
SET_ASIDE = {
    "no_personal_field": "what was delivered of it is no personal field",
    "no_value": "it held no value in what was delivered",
    "masked_only": "it held only masked values in what was delivered",
}
UNRESOLVED = {
    "no_such_record": "no record has that key",
    "no_record_at_that_instant": "the record was not there at that instant",
    "no_record_on_that_page": "no record stood on that page",
    "no_record_matches": "no record meets the condition",
    "no_dataset_claims_the_resource": "no dataset claims what was read",
    "unreadable_statement": "the statement cannot be read",
}
REACHES = {
    "key": "by its key",
    "column": "by what its columns hold",
    "statement": "by a query",
    "page": "on a page of the listing",
    "range": "in a stretch of the file's bytes",
    "whole": "with all of the dataset",
}
COVERAGE = {
    "complete": "complete",
    "undeclared": "nobody has said whether it is complete",
    "deleted": "missing: deleted",
    "rolled_over": "missing: rolled over",
    "not_collected": "missing: not collected",
    "not_enabled": "missing: not enabled",
    "stopped": "missing: it shows itself that it was stopped",
    "lines_missing": "missing: it shows itself that lines are gone",
    "no_data_events": "without events of data, so it cannot show reads",
    "sampled": "sampled: it shows less than all",
    "throttled": "throttled: it shows less than all",
    "late": "late: lines of it may not have been delivered yet",
}
_LIVES = "the same name and date of birth, and they live"
LINKS = {
    "declared": "the dataset itself names the other record",
    "decision": "somebody decided so",
    "email": "the same e-mail address",
    "phone": "the same telephone number and a compatible name",
    "address": "the same postal address and a compatible name",
    "name_birth": "the same name and date of birth",
    "name_birth_postcode": f"{_LIVES} in the same postcode",
    "name_birth_address": f"{_LIVES} at the same address",
    "name_birth_city": f"{_LIVES} in the same town",
    "national_id": "the same national id",
    "social_security_number": "the same social security number",
    "tax_id": "the same tax id",
    "passport_number": "the same passport number",
    "driving_licence_number": "the same driving licence number",
    "insurance_number": "the same insurance number",
    "card_number": "the same payment card number",
    "iban": "the same IBAN",
    "bank_account": "the same bank account",
    "customer_number": "the same customer number of one company",
    "loyalty_number": "the same loyalty number of one company",
    "alone": "nothing ties it to another record",
}


def reason_of_grade(word: str) -> Reason:
    """Return why a grade is what it is; a word nobody has put into a sentence yet is told as it stands."""
    return GRADE_REASONS.get(word, Reason(f"an upper bound ({word.replace('_', ' ')})", _READS))


def reason_of_verdict(word: str) -> Reason:
    """Return why an event did not count, or did."""
    return VERDICT_REASONS.get(word, Reason(word.replace("_", " "), _VERDICTS))
