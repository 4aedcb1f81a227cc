"""Each fault, seeded in a sound run, is caught by the expectation named for it, with every failing key kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.checks.suites import load_suite
from pipeline.paths import find_expectations

if TYPE_CHECKING:
    from tests.checks.conftest import Bench

# table | what is done to it | the expectation that must catch it | how many rows it must name
FAULTS = """
exposures | insert into exposures select * from exposures where person_id = person('b') | one_row_per_person_brand_controller | 2
exposures | update exposures set grade = 'certain' where person_id = person('b') | grade_is_one_of_our_words | 1
exposures | update exposures set access = 'stolen' where brand = 'Zeta' | access_is_one_of_our_words | 2
exposures | update exposures set brand = ' ' where brand = 'Acme' | required_values_are_there | 2
exposures | update exposures set controller = null where brand = 'Acme' | required_values_are_there | 2
exposures | update exposures set incident_id = 'inc-2' | required_values_are_there | 4
exposures | alter table exposures drop column residence | columns_are_as_documented | 1
exposures | alter table exposures alter event_count type double | types_are_as_documented | 1
exposures | update exposures set first_exposed_at = last_exposed_at + interval 1 minute where person_id = person('c') | first_is_not_after_last | 1
exposures | update exposures set first_exposed_at = moment('2026-02-28 23:59:59.999999') where person_id = person('c') | instants_are_inside_the_window | 1
exposures | update exposures set last_exposed_at = moment('2026-03-08') where person_id = person('a') | instants_are_inside_the_window | 2
exposures | update exposures set last_exposed_at = moment('2026-03-08 00:00:01') where person_id = person('b') | instants_are_inside_the_window | 1
exposures | update exposures set grade_reason = 'aborted' where person_id = person('a') | grade_goes_with_its_reason | 2
exposures | update exposures set grade = 'likely', is_mixed_grade = false where person_id = person('b') | grade_goes_with_its_reason | 1
exposures | update exposures set event_count = 0 where person_id = person('c') | without_events_only_gaps_copies_and_interceptions | 1
exposures | update exposures set fields = ['shoe_size'] where person_id = person('b') | fields_are_known | 1
exposures | update exposures set datasets = [] where person_id = person('b') | datasets_are_known | 1
people | delete from people where person_id = person('a') | exposures.person_is_in_people | 2
exposure_fields | delete from exposure_fields where person_id = person('b') | exposures.row_has_a_field | 1
exposures | update exposures set grade = 'possible', grade_reason = 'log_gap' where person_id = person('c') | grade_is_its_best_fields | 1
exposures | update exposures set is_mixed_grade = false where person_id = person('c') | grade_is_its_best_fields | 1
exposures | update exposures set last_exposed_at = moment('2026-03-06') where person_id = person('c') | grade_is_its_best_fields | 1
exposures | update exposures set fields = ['full_name'], protected_fields = [] where person_id = person('c') | fields_are_those_of_exposure_fields | 1
exposures | update exposures set states = ['card_number:masked'] where person_id = person('c') | masked_values_are_never_alone | 1
exposures | update exposures set has_payment_data = true where person_id = person('a') and brand = 'Acme' | payment_data_is_never_masked | 1
exposures | update exposures set has_payment_data = false where person_id = person('c') | payment_data_is_never_masked | 1
exposed_records | delete from exposed_records where dataset = 'list' | exposures.records_are_those_of_exposed_records | 2
exposures | update exposures set record_count = 7 where person_id = person('c') | records_are_those_of_exposed_records | 1
exposure_fields | insert into exposure_fields select * from exposure_fields where field = 'card_number' | one_row_per_person_brand_controller_field | 4
exposure_fields | update exposure_fields set grade = 'maybe' where person_id = person('b') | words_are_ours | 1
exposure_fields | update exposure_fields set field = 'shoe_size' where person_id = person('b') | field_is_known | 1
exposure_fields | update exposure_fields set state = 'open' where person_id = person('b') | state_is_known | 1
exposure_fields | update exposure_fields set states = ['clear:likely'] where person_id = person('b') | state_is_among_its_states | 1
exposure_fields | update exposure_fields set controller = 'Other' where person_id = person('b') | person_is_exposed_there | 1
exposure_fields | update exposure_fields set event_count = -1 where person_id = person('b') | without_events_only_gaps_copies_and_interceptions | 1
exposure_fields | update exposure_fields set first_exposed_at = moment('2026-04-01') where person_id = person('b') | first_is_not_after_last | 1
exposure_fields | update exposure_fields set last_exposed_at = moment('2026-04-01') where person_id = person('b') | instants_are_inside_the_window | 1
exposure_fields | update exposure_fields set grade_reason = 'exact_reach' where person_id = person('b') | grade_goes_with_its_reason | 1
exposure_fields | update exposure_fields set access = 'stolen' where person_id = person('b') | words_are_ours | 1
exposure_fields | update exposure_fields set first_exposed_at = moment('2026-02-28') where grade = 'likely' | instants_are_inside_the_window | 1
exposure_fields | update exposure_fields set last_exposed_at = moment('2026-03-08') where grade = 'likely' | instants_are_inside_the_window | 1
exposure_fields | update exposure_fields set grade_reason = 'aborted' where brand = 'Zeta' and grade = 'confirmed' | grade_goes_with_its_reason | 1
exposure_fields | update exposure_fields set grade = 'likely' where person_id = person('b') | grade_goes_with_its_reason | 1
exposure_fields | update exposure_fields set event_count = 0 where grade = 'likely' | without_events_only_gaps_copies_and_interceptions | 1
exposure_fields | update exposure_fields set event_count = 0, access = 'unknown' where grade = 'likely' | without_events_only_gaps_copies_and_interceptions | 1
exposure_fields | update exposure_fields set access = 'viewed' where person_id = person('b') | without_events_only_gaps_copies_and_interceptions | 1
exposure_fields | update exposure_fields set event_count = 0, grade_reason = 'aborted' where access = 'exported' and brand = 'Zeta' | without_events_only_gaps_copies_and_interceptions | 1
exposed_records | insert into exposed_records select * from exposed_records where dataset = 'crm' | one_row_per_record_subject_brand_controller | 4
exposed_records | update exposed_records set access = 'seen' | words_are_ours | 4
exposed_records | update exposed_records set brand = 'Other' where dataset = 'crm' | person_is_exposed_there | 2
exposed_records | update exposed_records set dataset = 'lost' where dataset = 'crm' | dataset_is_known | 2
exposed_records | update exposed_records set fields = [], protected_fields = [] where dataset = 'crm' | fields_are_known | 2
exposed_records | update exposed_records set record_key = 'Ada@example.org' where record_key = 'a' | record_key_is_no_address | 1
exposed_records | update exposed_records set grade = 'confirmed', grade_reason = 'exact_reach' where record_key = '101' | record_is_no_surer_than_its_person | 1
exposed_records | update exposed_records set link_basis = [] where record_key = '101' | link_basis_is_named | 1
exposed_records | update exposed_records set link_basis = ['hunch'] where record_key = '101' | link_basis_is_named | 1
exposed_records | update exposed_records set first_exposed_at = moment('2026-03-09') where record_key = '101' | first_is_not_after_last | 1
exposed_records | update exposed_records set first_exposed_at = moment('2026-02-09') where record_key = '101' | instants_are_inside_the_window | 1
exposed_records | update exposed_records set grade_reason = 'log_gap' where record_key = '101' | grade_goes_with_its_reason | 1
exposed_records | update exposed_records set event_count = 0 where record_key = '101' | without_events_only_gaps_copies_and_interceptions | 1
exposed_records | update exposed_records set evidence_id = 'e-b' where record_key = '101' | evidence_shows_it | 1
exposed_records | update exposed_records set event_count = 2 where record_key = '101' | evidence_shows_it | 1
evidence | delete from evidence where evidence_id = 'e-100' | exposed_records.evidence_shows_it | 1
evidence | update evidence set grade = 'likely', grade_reason = 'aborted' where evidence_id = 'e-100' | exposed_records.evidence_shows_it | 1
evidence | insert into evidence select * from evidence where evidence_id = 'e-b' | one_row_per_set_and_what_shows_it | 2
evidence | update evidence set grade = 'certain' where evidence_id = 'e-b' | words_are_ours | 1
evidence | update evidence set grade_reason = 'a hunch' where evidence_id = 'e-b' | grade_reason_is_one_of_our_words | 1
evidence | update evidence set last_exposed_at = first_exposed_at - interval 1 hour where evidence_id = 'e-101' | first_is_not_after_last | 2
evidence | update evidence set grade_reason = 'aborted' where event_id = 'e1' | grade_goes_with_its_reason | 2
evidence | update evidence set grade = 'likely' where evidence_id = 'e-b' | grade_goes_with_its_reason | 1
exposed_records | delete from exposed_records where record_key = 'b' | evidence.set_stands_behind_a_record | 1
exposed_records | update exposed_records set grade = 'certain' where record_key = '101' | words_are_ours | 1
exposed_records | update exposed_records set last_exposed_at = moment('2026-03-08') where record_key = '101' | instants_are_inside_the_window | 1
exposed_records | update exposed_records set grade_reason = 'aborted' where record_key = '100' | grade_goes_with_its_reason | 1
exposed_records | update exposed_records set event_count = -1 where record_key = 'b' | without_events_only_gaps_copies_and_interceptions | 1
exposed_records | update exposed_records set access = 'viewed' where record_key = 'b' | without_events_only_gaps_copies_and_interceptions | 1
exposed_records | update exposed_records set event_count = 0, access = 'unknown' where record_key = '101' | without_events_only_gaps_copies_and_interceptions | 1
exposed_records | update exposed_records set event_count = 0, grade_reason = 'aborted' where record_key = 'a' | without_events_only_gaps_copies_and_interceptions | 1
exposed_records | update exposed_records set first_exposed_at = moment('2026-03-02 10:30:00') where record_key = '101' | evidence_shows_it | 1
evidence | update evidence set event_id = 'e9' where evidence_id = 'e-100' | event_is_an_access | 1
accesses | delete from accesses where event_id = 'e2' | evidence.event_is_an_access | 1
evidence | update evidence set grade = 'confirmed', grade_reason = 'exact_reach' where event_id = 'e2' | event_is_no_surer_than_its_access | 1
evidence | update evidence set delivered_columns = ['email:clear:name'] where evidence_id = 'e-b' | delivered_columns_are_mapped | 1
evidence | update evidence set delivered_columns = ['shoe_size:clear:mail'] where evidence_id = 'e-b' | delivered_columns_are_mapped | 1
evidence | update evidence set access = 'stolen' where evidence_id = 'e-b' | words_are_ours | 1
evidence | update evidence set first_exposed_at = moment('2026-03-02 10:30:00') where event_id = 'e1' | event_is_no_surer_than_its_access | 2
people | insert into people select * from people where person_id = person('a') | one_row_per_person | 2
people | update people set grade = 'sure' where person_id = person('a') | grade_is_one_of_our_words | 1
people | update people set person_id = 'ada' where person_id = person('a') | person_id_is_a_pseudonym | 1
people | update people set last_exposed_at = moment('2026-05-01') where person_id = person('a') | instants_are_inside_the_window | 1
people | update people set fields = ['shoe_size'] where person_id = person('a') | fields_are_known | 1
people | update people set grade = 'likely' where person_id = person('a') | person_is_the_union_of_their_exposures | 1
people | update people set brand_count = 1 where person_id = person('a') | person_is_the_union_of_their_exposures | 1
exposures | delete from exposures where person_id = person('c') | people.person_is_the_union_of_their_exposures | 1
people | update people set protected_fields = [] where person_id = person('a') | fields_are_those_of_their_exposures | 1
people | update people set record_count = 1 where person_id = person('a') | records_are_those_of_exposed_records | 1
people | update people set contact_ids = [] where person_id = person('a') | contacts_are_those_of_contacts | 1
people | update people set first_exposed_at = moment('2026-02-01') where person_id = person('c') | instants_are_inside_the_window | 1
people | update people set last_exposed_at = moment('2026-03-08') where person_id = person('c') | instants_are_inside_the_window | 1
people | update people set brands = ['Acme', 'Other'] where person_id = person('a') | person_is_the_union_of_their_exposures | 1
people | update people set brand_count = 2 where person_id = person('b') | person_is_the_union_of_their_exposures | 1
people | update people set brands = ['Other'] where person_id = person('b') | person_is_the_union_of_their_exposures | 1
people | update people set brands = ['Zeta', 'Other'] where person_id = person('b') | person_is_the_union_of_their_exposures | 1
people | update people set fields = ['full_name'] where person_id = person('a') | fields_are_those_of_their_exposures | 1
people | update people set contact_ids = [contact('a'), contact('nobody')] where person_id = person('a') | contacts_are_those_of_contacts | 1
exposures | delete from exposures where brand = 'Zeta' | people.sum_over_brands_is_at_least_people | 3
exposures | update exposures set event_count = -1 where person_id = person('b') | without_events_only_gaps_copies_and_interceptions | 1
exposures | update exposures set access = 'viewed' where person_id = person('b') | without_events_only_gaps_copies_and_interceptions | 1
exposures | update exposures set event_count = 0, access = 'unknown' where person_id = person('c') | without_events_only_gaps_copies_and_interceptions | 1
exposures | update exposures set first_exposed_at = moment('2026-03-02 10:30:00') where person_id = person('c') | grade_is_its_best_fields | 1
exposures | update exposures set datasets = ['crm', 'list'] where person_id = person('c') | records_are_those_of_exposed_records | 1
exposures | update exposures set datasets = ['list'] where person_id = person('c') | records_are_those_of_exposed_records | 1
accesses | insert into accesses select * from accesses where event_id = 'e1' | one_row_per_event | 2
accesses | update accesses set verdict = 'denied' where event_id = 'e1' | words_are_ours | 1
accesses | update accesses set datasets = ['lost'] where event_id = 'e1' | datasets_are_known | 1
accesses | update accesses set occurred_at = moment('2026-03-08') where event_id = 'e1' | event_is_inside_the_window | 1
accesses | update accesses set grade = 'likely' where event_id = 'e1' | grade_goes_with_its_reason | 1
accesses | update accesses set derived_record_count = 0 where event_id = 'e1' | counts_are_plausible | 1
accesses | update accesses set line = 99 where event_id = 'e1' | line_was_read | 1
unresolved | update unresolved set occurred_at = moment('2026-02-01') | event_is_inside_the_window | 1
unresolved | update unresolved set dataset = 'lost' | dataset_is_known | 1
unresolved | update unresolved set record_key = 'nobody@example.org' | record_key_is_no_address | 1
unresolved | update unresolved set reason = 'no such record: 999' | reason_is_a_word | 1
coverage | insert into coverage select * from coverage where is_gap | one_row_per_log_and_stretch | 2
coverage | update coverage set status = 'fine' where status = 'complete' | status_is_one_of_our_words | 1
coverage | delete from coverage where is_gap | stretches_fill_the_window | 2
coverage | update coverage set is_gap = true where status = 'undeclared' | gap_is_what_its_status_says | 1
coverage | update coverage set basis = 'shown' where status = 'deleted' | basis_is_what_its_status_says | 1
coverage | update coverage set first_event_at = moment('2026-03-08') | events_are_plausible | 3
rejects | update rejects set source_kind = 'mail' | source_kind_is_one_of_our_words | 1
rejects | delete from rejects | rejects_are_those_of_intake | 1
contacts | insert into contacts select * from contacts where person_id = person('a') | one_row_per_person_brand_controller_contact | 2
contacts | update contacts set kind = 'pigeon' where person_id = person('a') | kind_is_one_of_our_words | 1
contacts | update contacts set contact_value = '' where person_id = person('a') | required_values_are_there | 1
contacts | update contacts set person_id = person('d') where person_id = person('a') | person_is_exposed_there | 1
contacts | update contacts set contact_id = 'ada' where person_id = person('a') | contact_id_is_a_pseudonym | 1
contacts | update contacts set contact_value = 'eve@example.org' where person_id = person('a') | contact_was_taken_from_a_record | 1
contacts | update contacts set brand = 'Acme', controller = 'Acme Ltd' where person_id = person('a') | contact_was_taken_from_a_record | 1
open_questions | update open_questions set question_id = 'same' | one_row_per_question | 2
open_questions | update open_questions set kind = 'weather' where about = '' | kind_is_one_of_our_words | 1
open_questions | update open_questions set people_count = -1 where about = '' | counts_are_plausible | 1
open_questions | update open_questions set question = 'Is it bob@example.org?' where about = '' | question_shows_no_address | 1
links | insert into links select * from links where link_basis = 'alone' | one_row_per_record_subject_basis | 4
links | update links set link_basis = 'hunch' where link_basis = 'alone' | link_basis_is_one_of_our_words | 2
links | update links set person_id = person('d') where link_basis = 'alone' | record_is_exposed | 2
links | update links set record_key = 'bob@example.org' where record_key = 'b' | record_key_is_no_address | 1
funnel | insert into funnel select * from funnel where stage = 'people' | one_row_per_stage_and_outcome | 4
funnel | update funnel set stage = 'end' where stage = 'people' | stage_is_one_of_our_words | 2
funnel | update funnel set item_count = 0 where outcome = 'denied' | nothing_is_counted_below_one | 1
funnel | update funnel set item_count = 5 where outcome = 'event' | lines_are_events_repeated_and_rejected | 3
funnel | delete from funnel where stage = 'lines' | lines_read_are_counted | 1
funnel | update funnel set item_count = 2 where outcome = 'denied' | every_event_has_one_verdict | 6
funnel | update funnel set item_count = 2 where stage = 'reading' and outcome = 'likely' | every_access_is_counted | 5
funnel | update funnel set item_count = 3 where stage = 'records' and outcome = 'exposed' | every_record_is_counted | 2
funnel | update funnel set item_count = 3 where outcome = 'exposed_brand_rows' | every_person_is_counted | 2
landed_incident | insert into landed_incident select * from landed_incident | there_is_one_incident | 2
landed_incident | update landed_incident set window_end_at = window_start_at | window_is_not_empty | 1
landed_incident | update landed_incident set unattributed = 'guess' | unattributed_is_one_of_our_words | 1
landed_fields | insert into landed_fields select * from landed_fields where field = 'email' | one_row_per_field | 2
landed_fields | update landed_fields set low_bit = 2 where field = 'full_name' | a_bit_of_its_own | 2
landed_fields | update landed_fields set high_bit = 1 where field = 'full_name' | a_bit_of_its_own | 1
landed_states | insert into landed_states select * from landed_states where letter = 'm' | one_row_per_state | 2
landed_states | update landed_states set letter = 'c' where state = 'masked' | letters_tell_states_apart | 2
landed_datasets | insert into landed_datasets select * from landed_datasets where dataset = 'crm' | one_row_per_dataset | 2
landed_datasets | update landed_datasets set role = 'attic' where dataset = 'crm' | role_is_one_of_our_words | 1
landed_columns | insert into landed_columns select * from landed_columns where dataset = 'crm' | one_row_per_dataset_and_column_number | 4
landed_columns | update landed_columns set dataset = 'lost' where dataset = 'crm' | dataset_is_known | 2
landed_columns | update landed_columns set field = 'shoe_size' where dataset = 'crm' | field_is_known | 2
landed_columns | update landed_columns set column_number = 3 where column_name = 'card' | columns_are_numbered_without_holes | 1
landed_records | insert into landed_records select * from landed_records where record_number = 1 | one_row_per_record | 2
landed_records | update landed_records set dataset = 'lost' where dataset = 'crm' | dataset_is_known | 3
landed_records | update landed_records set valid_to = moment('0001-01-01'), valid_from = moment('2001-01-01') where record_number = 1 | validity_does_not_end_before_it_starts | 1
landed_records | update landed_records set valid_to = moment('2026-01-02') where record_number = 2 | versions_do_not_overlap | 1
landed_records | update landed_records set shape = 'ccc' where dataset = 'crm' | shape_has_a_letter_per_column | 3
landed_records | update landed_records set shape = 'c?' where dataset = 'crm' | shape_is_spelled_in_state_letters | 3
landed_records | update landed_records set residence = 'Britain' where record_number = 1 | residence_is_a_country | 1
landed_records | update landed_records set brand = '' where dataset = 'list' | required_values_are_there | 2
landed_names | insert into landed_names select * from landed_names where record_number = 1 | one_row_per_record_and_subject | 2
landed_names | update landed_names set record_number = 99 where record_number = 1 | record_is_landed | 1
landed_names | update landed_names set birth_date = '3 Feb 1980' where record_number = 1 | birth_date_is_a_date | 1
landed_identifiers | update landed_identifiers set kind = 'pigeon' where record_number = 4 | kind_is_one_of_our_words | 1
landed_identifiers | update landed_identifiers set record_number = 99 where record_number = 4 | record_is_landed | 1
landed_identifiers | update landed_identifiers set value = '' where record_number = 4 | value_is_never_blank | 1
landed_identifiers | update landed_identifiers set kind = 'iban' where record_number = 4 | only_contacts_are_kept_as_written | 1
landed_identifier_kinds | insert into landed_identifier_kinds select * from landed_identifier_kinds where kind = 'email' | one_row_per_kind | 2
landed_identifier_kinds | update landed_identifier_kinds set identifier_class = 'fourth' where kind = 'email' | identifier_class_is_one_of_our_words | 1
landed_decisions | update landed_decisions set decision = 'perhaps' | decision_is_one_of_our_words | 1
landed_registry | insert into landed_registry select * from landed_registry | one_row_per_subject | 2
identity_changes | insert into identity_changes select * from identity_changes | one_row_per_person_and_earlier_id | 2
identity_changes | update identity_changes set change = 'moved' | change_is_one_of_our_words | 1
identity_changes | update identity_changes set person_id = 'p0' | person_is_exposed | 1
identity_changes | update identity_changes set previous_person_id = person_id | an_id_that_stands_has_not_changed | 1
identity_conflicts | insert into identity_conflicts select * from identity_conflicts | one_row_per_two_people_and_basis | 2
identity_conflicts | update identity_conflicts set link_basis = 'hunch' | link_basis_is_one_of_our_words | 1
identity_conflicts | update identity_conflicts set person_id = 'p0' | both_are_exposed_and_in_order | 1
identity_conflicts | update identity_conflicts set value_count = 0 | counts_are_not_negative | 1
landed_links | update landed_links set record_number = 99 | record_is_landed | 1
landed_links | update landed_links set target_dataset = 'lost' | target_dataset_is_known | 1
landed_values | update landed_values set dataset = 'list' where record_number = 1 | record_is_landed | 1
landed_places | update landed_places set dataset = 'list' where record_number = 1 | record_is_landed | 1
landed_places | insert into landed_places select * from landed_places where record_number = 1 | one_row_per_record | 2
landed_reaches | update landed_reaches set range_end = null where reach_kind = 'range' | range_says_where_it_lies | 1
landed_spans | update landed_spans set dataset = 'crm' where record_key = 'a' | record_is_landed | 1
landed_spans | update landed_spans set end_byte = start_byte where record_key = 'a' | stretches_lie_in_a_row | 1
landed_cut_records | update landed_cut_records set dataset = 'crm' | record_is_landed | 1
landed_cut_records | update landed_cut_records set cut_projection = 'xx' | projection_has_a_mark_per_column | 1
landed_reaches | update landed_reaches set page_limit = null where reach_kind = 'page' | page_says_where_it_lies | 1
landed_reaches | update landed_reaches set listing = '', page_offset = 0 where reach_kind = 'whole' | page_says_where_it_lies | 1
landed_events | insert into landed_events select * from landed_events where event_number = 1 | one_row_per_line | 2
landed_events | update landed_events set action = 'peek' where event_number = 1 | words_are_ours | 1
landed_events | update landed_events set latest_at = earliest_at - interval 1 hour where event_number = 2 | two_readings_only_where_time_is_unsure | 1
landed_events | update landed_events set row_count = -1 where event_number = 1 | amounts_are_not_negative | 1
landed_reaches | update landed_reaches set event_number = 99 where event_number = 1 | event_is_landed | 2
landed_reaches | update landed_reaches set dataset = 'lost' where event_number = 4 | dataset_is_known | 1
landed_reaches | insert into landed_reaches select * from landed_reaches where event_number = 4 | one_row_per_event_and_reach | 2
landed_reaches | update landed_reaches set record_key = null where event_number = 4 | words_are_ours | 1
landed_reaches | update landed_reaches set projection = 'x' where event_number = 2 | projection_has_a_mark_per_column | 1
landed_reaches | update landed_reaches set condition_count = 2 where event_number = 2 | conditions_are_all_there | 1
landed_reaches | update landed_reaches set is_exact = false where event_number = 2 | inexact_says_why | 1
landed_conditions | update landed_conditions set reach_number = 2 | reach_is_landed | 1
landed_replays | delete from landed_replays | landed_reaches.statement_has_its_plan | 1
landed_statements | insert into landed_statements select * from landed_statements | one_row_per_event | 2
landed_statements | update landed_statements set event_number = 99 | event_is_landed | 1
landed_statements | update landed_statements set verdict = 'lost' | verdict_is_one_of_our_words | 1
landed_replays | insert into landed_replays select * from landed_replays | one_row_per_reach | 2
landed_replays | update landed_replays set reach_number = 1 | reach_is_by_statement | 1
landed_replays | update landed_replays set plan_number = 9 | plan_is_landed | 1
landed_plans | insert into landed_plans select * from landed_plans | one_row_per_plan | 2
landed_key_reads | update landed_key_reads set event_number = 99 | event_is_landed | 1
landed_key_reads | update landed_key_reads set dataset = 'lost' | dataset_is_known | 1
landed_coverage | update landed_coverage set status = 'fine' where status = 'complete' | status_is_one_of_our_words | 1
landed_coverage | update landed_coverage set until_at = moment('2026-02-01') | stretch_does_not_end_before_it_starts | 2
landed_log_datasets | insert into landed_log_datasets values ('web', 'crm') | one_row_per_log_and_dataset | 2
landed_log_datasets | update landed_log_datasets set dataset = 'lost' where dataset = 'crm' | dataset_is_known | 1
landed_copies | update landed_copies set dataset = 'lost' | dataset_is_known | 1
landed_copies | update landed_copies set until_at = moment('2026-01-01') | interval_does_not_end_before_it_starts | 1
landed_copies | update landed_copies set projection = 'xyz' | projection_has_a_mark_per_column | 1
landed_interceptions | insert into landed_interceptions select * from landed_interceptions where interval_number = 1 | one_row_per_interval | 2
landed_interceptions | update landed_interceptions set dataset = 'lost' where interval_number = 1 | dataset_is_known | 1
landed_interceptions | update landed_interceptions set until_at = from_at where interval_number = 1 | interval_does_not_end_before_it_starts | 1
landed_interceptions | update landed_interceptions set projection = 'x' where interval_number = 1 | projection_has_a_mark_per_column | 1
landed_transactions | insert into landed_transactions select * from landed_transactions where record_number = 1 | one_row_per_transaction_and_zone | 1
landed_transactions | update landed_transactions set record_number = 99 where record_number = 1 | record_is_known | 1
landed_transactions | update landed_transactions set device = 'till 9' where record_number = 1 | device_is_listed | 1
landed_transactions | update landed_transactions set latest_at = null where record_number = 1 | readings_go_together | 1
landed_rejects | update landed_rejects set source_kind = 'mail' | source_kind_is_one_of_our_words | 1
landed_rejects | update landed_rejects set reason = 'cannot read ada@example.org' | reason_shows_no_address | 1
landed_notes | update landed_notes set kind = 'weather' | kind_is_one_of_our_words | 1
landed_notes | update landed_notes set count = 0 | nothing_is_noted_below_one | 1
landed_sources | insert into landed_sources select * from landed_sources where source = 'crm' | one_row_per_source_and_file | 2
landed_sources | update landed_sources set source_kind = 'mail' where source = 'crm' | source_kind_is_one_of_our_words | 1
landed_sources | update landed_sources set reject_count = 0 where source = 'web' | rejects_are_counted | 1
landed_sources | update landed_sources set line_count = 9 where source = 'web' | lines_of_logs_are_events_and_rejects | 1
"""
CASES = [tuple(part.strip() for part in line.split(" | ")) for line in FAULTS.strip().splitlines()]
EVERYWHERE = {
    "columns_are_as_documented",
    "columns_are_there",
    "types_are_as_documented",
    "types_are_canonical",
    "required_values_are_there",
}


def _caught_by(table: str, expectation: str) -> tuple[str, str]:
    """A fault in one table can be another's to catch: 'table.expectation'."""
    other, _, name = expectation.rpartition(".")
    return other or table, name


@pytest.mark.parametrize(
    ("table", "fault", "expectation", "count"), CASES, ids=[f"{case[0]}-{case[2]}-{n}" for n, case in enumerate(CASES)]
)
def test_fault_is_caught_and_every_key_kept(bench: Bench, table: str, fault: str, expectation: str, count: str) -> None:
    bench.seed(table, fault)
    checked, name = _caught_by(table, expectation)
    kept, message = bench.failures(checked, only=name)
    assert kept.get(name) == int(count)
    item = next(item for item in load_suite(find_expectations(), checked).expectations if item.name == name)
    assert (f"{checked}.{name}: " in message) == (item.severity == "critical")


def test_every_expectation_has_a_fault() -> None:
    seeded = {_caught_by(table, expectation) for table, _, expectation, _ in CASES}
    written = {
        (path.stem, item.name)
        for path in Path(find_expectations()).glob("*.json")
        for item in load_suite(find_expectations(), path.stem).expectations
        if item.name not in EVERYWHERE
    }
    assert written - seeded == set()
    assert {name for _, name in seeded - written} <= EVERYWHERE
