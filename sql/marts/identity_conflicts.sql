-- One row per two exposed people × basis that they share though they are kept apart.
-- What a human may want to decide: how many values the two share, and how often their records contradict each other: in
-- names, in what a person has one of (birth date, generation), in primary identifiers, by a decision.

with

incident as (

    select incident_id from landed_incident

),

people as (

    select * from int_people

),

components as (

    select * from int_subject_components

),

shared as (

    select
        one.link_basis,
        one.shared_number,
        one.subject_number,
        other.subject_number as other_subject_number,
        one.component_number,
        other.component_number as other_component_number

    from int_blocked_values as one
    inner join int_blocked_values as other
        on other.link_basis = one.link_basis
        and other.shared_number = one.shared_number
        and other.component_number > one.component_number

    union all

    select
        'declared' as link_basis,
        links.target_subject_number as shared_number,
        case when one.component_number < other.component_number
            then links.subject_number else links.target_subject_number end as subject_number,
        case when one.component_number < other.component_number
            then links.target_subject_number else links.subject_number end as other_subject_number,
        least(one.component_number, other.component_number) as component_number,
        greatest(one.component_number, other.component_number) as other_component_number

    from int_declared_links as links
    inner join components as one on one.subject_number = links.subject_number
    inner join components as other on other.subject_number = links.target_subject_number

    where one.component_number <> other.component_number

),

marked as (

    select
        shared.link_basis,
        shared.component_number,
        shared.other_component_number,
        count(distinct marks.kind) as primary_conflict_count

    from shared
    inner join int_subject_marks as marks on marks.subject_number = shared.subject_number
    inner join int_subject_marks as others
        on others.subject_number = shared.other_subject_number
        and others.kind = marks.kind
        and others.value <> marks.value

    group by shared.link_basis, shared.component_number, shared.other_component_number

),

decided as (

    select
        shared.link_basis,
        shared.component_number,
        shared.other_component_number,
        count(distinct decided.subject_number) as decision_count

    from shared
    inner join int_decided_pairs as decided
        on decided.subject_number = least(shared.subject_number, shared.other_subject_number)
        and decided.other_subject_number = greatest(shared.subject_number, shared.other_subject_number)

    where decided.decision = 'different'

    group by shared.link_basis, shared.component_number, shared.other_component_number

),

counted as (

    select
        shared.link_basis,
        shared.component_number,
        shared.other_component_number,
        count(distinct shared.shared_number) as value_count,
        sum(case when compared.given_relation = 'conflict' then 1 else 0 end) as name_conflict_count,
        sum(case when compared.is_apart and compared.given_relation <> 'conflict' then 1 else 0 end)
            as secondary_conflict_count

    from shared
    inner join int_subject_profiles as one on one.subject_number = shared.subject_number
    inner join int_subject_profiles as other on other.subject_number = shared.other_subject_number
    left join compared_profiles as compared
        on compared.profile_number = least(one.profile_number, other.profile_number)
        and compared.other_profile_number = greatest(one.profile_number, other.profile_number)

    group by shared.link_basis, shared.component_number, shared.other_component_number

)

select
    incident.incident_id,
    least(one.person_id, other.person_id) as person_id,
    greatest(one.person_id, other.person_id) as other_person_id,
    counted.link_basis,
    cast(counted.value_count as bigint) as value_count,
    cast(counted.name_conflict_count as bigint) as name_conflict_count,
    cast(counted.secondary_conflict_count as bigint) as secondary_conflict_count,
    cast(coalesce(marked.primary_conflict_count, 0) as bigint) as primary_conflict_count,
    cast(coalesce(decided.decision_count, 0) as bigint) as decision_count

from counted
cross join incident
inner join people as one on one.component_number = counted.component_number
inner join people as other on other.component_number = counted.other_component_number
left join marked
    on marked.link_basis = counted.link_basis
    and marked.component_number = counted.component_number
    and marked.other_component_number = counted.other_component_number
left join decided
    on decided.link_basis = counted.link_basis
    and decided.component_number = counted.component_number
    and decided.other_component_number = counted.other_component_number
