-- One row per kind of open question: the sentence that says what a human must decide.

with

kinds as (

    select
        'intruder_outside_window' as kind,
        'The intruder was seen outside the window. Is the window too narrow?' as question

    union all

    select
        'intruder_and_trusted' as kind,
        'Events match both intruder and trusted selectors and count as the intruder. Is that right?' as question

    union all

    select
        'unreadable_address' as kind,
        'Addresses in the log cannot be read and match no selector by address. Whose events were they?' as question

    union all

    select
        'ambiguous_time' as kind,
        'Reads are stamped in an hour the clocks gave twice or skipped. Which instant was meant?' as question

    union all

    select
        'unknown_action' as kind,
        'The log uses words for actions that nobody mapped. They count as reads: were they?' as question

    union all

    select
        'unknown_outcome' as kind,
        'The log uses words for outcomes that nobody mapped. They count as successes: were they?' as question

    union all

    select
        'resource_unclaimed' as kind,
        'Resources were read that no dataset claims. What did they hold?' as question

    union all

    select
        'reached_nobody' as kind,
        'Reads succeeded for which no record is found. Whose data was it?' as question

    union all

    select
        'row_count_mismatch' as kind,
        'The log states another number of rows than the datasets give. Which is right?' as question

    union all

    select
        'log_gap' as kind,
        'Nothing shows what was read while the log is missing. Can other evidence rule it out?' as question

    union all

    select
        'coverage_undeclared' as kind,
        'Nobody has said whether this log is complete in the window. Is it?' as question

    union all

    select
        'dataset_without_log' as kind,
        'No log shows reads of this dataset. How would they be seen?' as question

    union all

    select
        'unlogged_copy' as kind,
        'A copy was made at an unknown instant and no log remains. Can its contents be narrowed down?' as question

    union all

    select
        'rejected_lines' as kind,
        'Lines could not be read and count for nothing. Can they be repaired?' as question

    union all

    select
        'unknown_state' as kind,
        'Values are stored in a state nobody mapped. They count as clear: are they?' as question

    union all

    select
        'unmapped_column' as kind,
        'Events or routes name columns the dataset does not have. Is the export complete?' as question

    union all

    select
        'contradiction' as kind,
        'Records share an address or a link but not a name or birth date. Are they really different people?' as question

    union all

    select
        'shared_value' as kind,
        'Addresses are shared by more records than a household has. Whose are they?' as question

    union all

    select
        'no_contact' as kind,
        'Affected people have no contact point under this brand. How can they be told?' as question

    union all

    select
        'brand_unknown' as kind,
        'Exposed records name no brand. Who must tell these people?' as question

)

select
    kind,
    question

from kinds
