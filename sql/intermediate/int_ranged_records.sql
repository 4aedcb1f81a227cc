-- One row per reach of a byte range × record version of which bytes arrived.
-- Semantics, section 5: a record that lies within the range arrived whole; of one that the range cuts, intake says
-- which values arrived and which only in part, and leaves it out if none did. Stretches are looked up by blocks of
-- 65536 bytes, so that what it costs grows with what was read and not with ranges × records.

with

candidates as (

    select distinct event_number from int_candidate_events

),

reaches as (

    select
        landed_reaches.event_number,
        landed_reaches.reach_number,
        landed_reaches.dataset,
        landed_reaches.range_start,
        landed_reaches.range_end,
        coalesce(landed_reaches.projection, '') as projection

    from landed_reaches
    inner join candidates on candidates.event_number = landed_reaches.event_number

    where landed_reaches.reach_kind = 'range' and not landed_reaches.is_other_content

),

spans as (

    select
        dataset,
        record_key,
        start_byte,
        end_byte,
        start_byte - mod(start_byte, 65536) as block_number

    from landed_spans

),

blocks as (

    select distinct
        dataset,
        block_number

    from spans

),

arrived as (

    select
        reaches.event_number,
        reaches.reach_number,
        reaches.dataset,
        spans.record_key,
        cast(null as varchar) as cut_projection

    from reaches
    inner join blocks
        on blocks.dataset = reaches.dataset
        and blocks.block_number < reaches.range_end
        and blocks.block_number + 65536 > reaches.range_start
    inner join spans
        on spans.dataset = blocks.dataset
        and spans.block_number = blocks.block_number
        and spans.start_byte >= reaches.range_start
        and spans.end_byte <= reaches.range_end

    union all

    select
        reaches.event_number,
        reaches.reach_number,
        reaches.dataset,
        cut.record_key,
        cut.cut_projection

    from reaches
    inner join landed_cut_records as cut
        on cut.dataset = reaches.dataset
        and cut.range_start = reaches.range_start
        and cut.range_end = reaches.range_end
        and coalesce(cut.projection, '') = reaches.projection

),

records as (

    select
        record_number,
        dataset,
        record_key

    from landed_records

)

select distinct
    arrived.event_number,
    arrived.reach_number,
    records.record_number,
    arrived.cut_projection

from arrived
inner join records on records.dataset = arrived.dataset and records.record_key = arrived.record_key
