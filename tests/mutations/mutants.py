"""Rules of the semantics, each with one way to break it in the SQL and the drawn case that notices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One rule broken: in `table`'s SQL `right` becomes `wrong`, and the case named `noticed_by` must fail."""

    rule: str
    table: str
    right: str
    wrong: str
    noticed_by: str


MUTANTS = (
    Mutant(
        "2 The window is half-open",
        "stg_events",
        "events.earliest_at < incident.window_end_at",
        "events.earliest_at <= incident.window_end_at",
        "The window holds its first instant and not its last",
    ),
    Mutant(
        "2 Both readings of an ambiguous time are considered",
        "int_candidate_events",
        "where last_occurred_at > occurred_at",
        "where false",
        "An exact stamp has one reading, an ambiguous one two",
    ),
    Mutant(
        "3 An event that matches both lists is the intruder's",
        "stg_events",
        "when events.intruder_selector is not null then 'intruder'\n        when events.trusted_selector is not null",
        "when events.trusted_selector is not null then 'trusted'\n        when events.intruder_selector is not null",
        "Intruder, trusted, both, or nobody's",
    ),
    Mutant(
        "3 With no selectors every untrusted event is the intruder's",
        "stg_events",
        "when events.has_intruder_selectors then 'unattributed'",
        "when true then 'unattributed'",
        "With no intruder selectors at all, what is not trusted is the intruder's",
    ),
    Mutant(
        "4 The same event delivered twice is one event",
        "stg_events",
        "where deliveries.event_number is null or deliveries.delivery_number = 1",
        "where true",
        "One event delivered twice is one event, and no line goes uncounted",
    ),
    Mutant(
        "4 A redirect exposes nobody",
        "int_event_contents",
        "'redirected', ",
        "",
        "Only some outcomes deliver",
    ),
    Mutant(
        "4 A success whose body is not the resource exposes nobody",
        "int_event_contents",
        "when reaches.is_all_other_content = 1 then 'not_the_resource'",
        "when false then 'not_the_resource'",
        "A log-in page served as a success is not the resource",
    ),
    Mutant(
        "5 A live table holds valid_from <= t < valid_to",
        "int_reached_records",
        "instants.occurred_at < records.valid_to",
        "instants.occurred_at <= records.valid_to",
        "A live table holds a record from its first instant up to, not including, its last",
    ),
    Mutant(
        "5 All conditions must hold at once",
        "int_named_records",
        "having count(*) = reaches.condition_count",
        "having count(*) > 0",
        "All conditions must hold at once",
    ),
    Mutant(
        "5 Fewer rows logged than derived is an upper bound",
        "int_reach_row_counts",
        "events.row_count < compared.derived_record_count",
        "false",
        "Fewer rows logged than derived makes a filter or a whole read an upper bound",
    ),
    Mutant(
        "6 Columns not delivered are not exposed",
        "int_delivered_fields",
        "substr(pairs.projection, columns_of_datasets.column_number, 1) in ('x', 'p')",
        "true",
        "A projection delivers its columns only",
    ),
    Mutant(
        "6 Membership is exposed with any read",
        "int_delivered_fields",
        "or columns_of_datasets.column_name is null",
        "or false",
        "Being on a list is exposed with any read of the record, whatever was delivered",
    ),
    Mutant(
        "6 A masked value never creates a row by itself",
        "int_person_findings",
        "where not is_masked",
        "where true",
        "A masked value alone creates no row",
    ),
    Mutant(
        "6 An encrypted value is readable from the later instant on",
        "int_findings",
        "greatest(found.first_at, key_reads.key_read_at)",
        "found.first_at",
        "The key read before or after, the value is readable from the later instant on",
    ),
    Mutant(
        "5 A device's interval holds its start and not its end",
        "int_intercepted_transactions",
        "transactions.earliest_at < intervals.until_at)",
        "transactions.earliest_at <= intervals.until_at)",
        "A transaction inside its device's interval was captured, one at its end or at another device was not",
    ),
    Mutant(
        "7 A log without data events cannot show reads",
        "int_shown_stretches",
        "planes.has_management = 1 and planes.has_data = 0",
        "false",
        "Without data events nobody is accused and nothing is proved",
    ),
    Mutant(
        "7 An attempt that failed stops no log",
        "int_log_signals",
        " and lines.outcome not in ('denied', 'failed')",
        "",
        "An attempt that failed says nothing of the log, whoever made it",
    ),
    Mutant(
        "7 What the log shows stands before what is declared complete",
        "int_coverage_pieces",
        "coalesce(shown.status, told.declared_status)",
        "told.declared_status",
        "What the log shows stands before what is declared complete or not at all",
    ),
    Mutant(
        "7 A silence is suspected where no other day is as silent at that time",
        "int_suspected_silences",
        "then compared.usual_count = 0",
        "then false",
        "A silence by day is compared with the same hours of the days around it, where the log is as silent every night",
    ),
    Mutant(
        "7 Gaps never spill over to datasets whose own log is complete",
        "int_dataset_coverage",
        "max(case when pieces.status = 'complete' then 1 else 0 end) = 0\n    and ",
        "",
        "A gap touches the datasets that no other complete log shows",
    ),
    Mutant(
        "7 A row's grade is its best field's",
        "int_exposure_rows",
        "contents.grade_rank = findings.grade_rank",
        "contents.grade_rank <= findings.grade_rank",
        "A confirmed read is not dated, and not counted, by what merely may have been one",
    ),
    Mutant(
        "7 A question left open is no proof of zero",
        "int_run_verdict",
        "and questions.question_count = 0",
        "",
        "An open question leaves the run undetermined",
    ),
    Mutant(
        "8 The same phone ties only records with compatible names",
        "int_shared_profiles",
        "profiles.given_name is not null\n",
        "true",
        "A phone ties only who has a given name",
    ),
    Mutant(
        "8 Values shared by more than a household identify nobody",
        "int_shared_values",
        "counted.subject_count > incident.household_limit",
        "counted.subject_count > incident.household_limit + 1",
        "Values shared by more records of one list than a household has identify nobody, anywhere",
    ),
    Mutant(
        "8 Contradiction blocks a declared link",
        "int_declared_links",
        "coalesce(compared.is_apart, false) as is_blocked",
        "false as is_blocked",
        "A declared link ties a record to a customer unless the two contradict",
    ),
    Mutant(
        "10 Each brand sees its own customers and nothing else",
        "int_contact_points",
        "    and exposed.owner_number = person_records.owner_number\n",
        "",
        "Each brand sees the contact points of its own records, reached or not, and nothing else",
    ),
    Mutant(
        "12 A key that is personal data is never published",
        "int_published_subjects",
        "when datasets.is_key_personal",
        "when false",
        "A record key that is personal data is published as its keyed pseudonym",
    ),
    Mutant(
        "5 A page is offset and limit over the declared order",
        "int_listed_records",
        "order by places.sort_key nulls last, records.record_number nulls last",
        "order by records.record_number nulls last",
        "A page is so many records of the order, after those before it",
    ),
    Mutant(
        "5 A page is over the table as it was at that instant",
        "int_paged_records",
        "records.until_epoch > blocks.epoch_number",
        "records.until_epoch >= blocks.epoch_number",
        "A page counts the records that were there at that instant",
    ),
    Mutant(
        "5 A page whose rows differ from the log's may have been any",
        "int_pages",
        "when row_count <> page_count then 'page_rows_differ'",
        "when false then 'page_rows_differ'",
        "Where the log says another number of rows, the page may have been any",
    ),
    Mutant(
        "5 An ordered copy that was cut off after N rows is the first N",
        "int_record_reads",
        "case when reaches.is_bounded then events.unmapped_reason else events.inexact_reason end",
        "events.inexact_reason",
        "A copy that was cut off after so many rows is the first so many, and known exactly",
    ),
    Mutant(
        "5 A byte range reaches the records whose bytes arrived",
        "int_ranged_records",
        "and spans.end_byte <= reaches.range_end",
        "",
        "A range reaches the records that lie in it, and of those it cuts what arrived",
    ),
    Mutant(
        "5 A value of which only some bytes arrived is partial",
        "int_delivered_fields",
        "            then 'p'",
        "            then 'c'",
        "Part of a clear value is partial, part of a hash stays a hash",
    ),
    Mutant(
        "5 Fewer bytes logged than the file has make it an upper bound",
        "int_reach_byte_counts",
        "events.byte_count < reaches.derived_byte_count",
        "events.byte_count > reaches.derived_byte_count",
        "Bytes logged and bytes of the stored file are compared",
    ),
    Mutant(
        "8 Whether a name is common is learnt from everybody",
        "int_births_of_names",
        "on names.kind = placed.kind",
        "on false and names.kind = placed.kind",
        "Whether a name is common is counted over everybody, linked or not",
    ),
    Mutant(
        "8 Who declares a link to somebody reached is placed too",
        "int_tied_subjects",
        "on fresh.subject_number = targets.target_subject_number",
        "on false and fresh.subject_number = targets.target_subject_number",
        "Linked are those who share a value, an address, a birth date under a name, a declared link or a decision",
    ),
)
