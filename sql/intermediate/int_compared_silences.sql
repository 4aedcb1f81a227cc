-- One row per log × long silence: how it compares with the same hours of the days around it.
-- The two hundred longest silences of a log of at least 21 other lines, a quarter of an hour long or more: what is
-- shorter is none, and a log that is silent as long two hundred times is not never silent. Days of rest, silent from
-- before those hours to after them, are not compared, and rests do not make other silences usual.

with

silences as (

    select * from int_log_silences

),

candidates as (

    select * from silences

    where
        length_number <= 200
        and microsecond_count >= 900000000
        and silence_count - case when is_edge then 0 else 1 end >= 20

),

days as (

    select day_number

    from (
        values (-7), (-6), (-5), (-4), (-3), (-2), (-1), (1), (2), (3), (4), (5), (6), (7)
    ) as shifts (day_number)

),

shifted as (

    select
        candidates.log,
        candidates.from_at,
        candidates.microsecond_count,
        days.day_number,
        candidates.from_microsecond + days.day_number * 86400000000 as from_microsecond,
        candidates.until_microsecond + days.day_number * 86400000000 as until_microsecond

    from candidates
    cross join days

    where
        candidates.from_microsecond + days.day_number * 86400000000 >= candidates.first_microsecond
        and candidates.until_microsecond + days.day_number * 86400000000 <= candidates.last_microsecond

),

compared as (

    select
        shifted.log,
        shifted.from_at,
        count(distinct shifted.day_number) as day_count,
        count(usual.log) as usual_count

    from shifted
    left join silences as rests
        on rests.log = shifted.log
        and not rests.is_edge
        and rests.microsecond_count > 86400000000
        and rests.from_microsecond <= shifted.from_microsecond
        and rests.until_microsecond >= shifted.until_microsecond
    left join silences as usual
        on usual.log = shifted.log
        and not usual.is_edge
        and usual.from_at <> shifted.from_at
        and usual.microsecond_count <= 86400000000
        and usual.microsecond_count * 3 >= shifted.microsecond_count
        and usual.from_microsecond < shifted.until_microsecond + 3600000000
        and usual.until_microsecond > shifted.from_microsecond - 3600000000

    where rests.log is null

    group by shifted.log, shifted.from_at

)

select
    candidates.log,
    candidates.from_at,
    candidates.until_at,
    candidates.is_edge,
    candidates.microsecond_count,
    coalesce(compared.day_count, 0) as day_count,
    coalesce(compared.usual_count, 0) as usual_count

from candidates
left join compared on compared.log = candidates.log and compared.from_at = candidates.from_at
