-- One row per log × stretch in which it is silent as it never is otherwise.
-- Semantics, section 7: a silent stretch in a log that is never silent is suspected. Nights and weekends are silences
-- too, so a silence of up to a day is held against the same hours of the days around it, and is suspected if it is more
-- than three times as long as any there. Where fewer than three days can be compared, only what is shorter than a night
-- is judged: more than ten times the log's longest other silence. A silence of more than a day must be more than five
-- times that, which a weekend after nights is not.

with

compared as (

    select * from int_compared_silences

),

longest as (

    select
        compared.log,
        compared.from_at,
        max(others.microsecond_count) as microsecond_count

    from compared
    inner join int_log_silences as others
        on others.log = compared.log
        and others.from_at <> compared.from_at
        and not others.is_edge
        and others.length_number <= 4

    group by compared.log, compared.from_at

)

select
    compared.log,
    compared.from_at,
    compared.until_at,
    compared.is_edge

from compared
left join longest on longest.log = compared.log and longest.from_at = compared.from_at

where
    case
        when compared.microsecond_count > 86400000000
            then compared.microsecond_count > 5 * coalesce(longest.microsecond_count, 0)
        when compared.day_count >= 3 then compared.usual_count = 0
        when compared.microsecond_count < 21600000000
            then compared.microsecond_count > 10 * coalesce(longest.microsecond_count, 0)
        else false
    end
