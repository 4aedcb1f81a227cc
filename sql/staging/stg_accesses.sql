-- One row per kind of access, strongest first (semantics, section 7). What nobody saw is of unknown access.

select
    1 as access_rank,
    'exported' as access

union all

select
    2 as access_rank,
    'viewed' as access

union all

select
    3 as access_rank,
    'unknown' as access
