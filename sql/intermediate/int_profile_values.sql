-- One row per linked subject × value that could tie it to others: the profile it bears it under.

select
    subject_values.subject_number,
    subject_values.value_number,
    subjects.profile_number

from int_subject_values as subject_values
inner join int_subject_profiles as subjects on subjects.subject_number = subject_values.subject_number
