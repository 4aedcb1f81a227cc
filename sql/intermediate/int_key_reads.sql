-- One row per dataset whose encryption key was read: when, and how sure.
-- Semantics, section 6: `encrypted` becomes `encrypted_key_exposed` from the moment the key was read. Of several reads
-- of one key the surest counts, then the earliest.

with

graded as (

    select
        *,
        row_number() over (
            partition by dataset
            order by grade_rank nulls last, occurred_at nulls last, grade_reason nulls last, event_number nulls last
        ) as read_number

    from int_graded_key_reads

)

select
    dataset,
    occurred_at as key_read_at,
    grade_rank,
    grade_reason

from graded

where read_number = 1
