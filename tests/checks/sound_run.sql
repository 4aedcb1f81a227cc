-- Three people under two brands: Ada (crm and list, exported), Bob (list only, by a gap), Cy (crm only, viewed).

create macro moment(text) as cast(text as timestamp);
create macro person(digit) as 'p' || repeat(digit, 20);
create macro contact(digit) as 'c' || repeat(digit, 20);

create table landed_incident as select 'inc-1' as incident_id, moment('2026-03-01') as window_start_at, moment('2026-03-08') as window_end_at,
    'ignore' as unattributed, true as has_intruder_selectors, 6 as household_limit, 'ab12' as person_key;

create table landed_fields (field varchar, field_number integer, category varchar, is_payment boolean, low_bit bigint,
    high_bit bigint);
insert into landed_fields values ('full_name', 1, 'identity', false, 1, 0), ('email', 2, 'contact', false, 2, 0),
    ('card_number', 3, 'payment', true, 4, 0);

create table landed_states (state varchar, letter varchar, is_readable boolean, state_rank integer);
insert into landed_states values ('clear', 'c', true, 1), ('encrypted_key_exposed', 'k', true, 2), ('partial', 'p', true, 3),
    ('hashed', 'h', false, 4), ('tokenised', 't', false, 5), ('encrypted', 'e', false, 6), ('masked', 'm', false, 7);

create table landed_datasets (dataset varchar, role varchar, processor varchar, is_static boolean, membership_field varchar, is_key_personal boolean);
insert into landed_datasets values ('crm', 'crm', null, false, null, false), ('list', 'processor', 'Mailer', false, null, false);

create table landed_columns (dataset varchar, column_number integer, column_name varchar, field varchar, subject varchar);
insert into landed_columns values ('crm', 1, 'name', 'full_name', 'customer'), ('crm', 2, 'card', 'card_number', 'customer'),
    ('list', 1, 'mail', 'email', 'customer');

create table landed_records (record_number bigint, dataset varchar, record_key varchar, brand varchar, controller varchar,
    valid_from timestamp, valid_to timestamp, shape varchar, residence varchar, file varchar, line bigint);
insert into landed_records values
    (1, 'crm', '100', 'Acme', 'Acme Ltd', moment('0001-01-01'), moment('9999-12-31'), 'cm', 'GB', 'crm.csv', 2),
    (2, 'crm', '101', 'Acme', 'Acme Ltd', moment('0001-01-01'), moment('2026-01-01'), 'cc', null, 'crm.csv', 3),
    (3, 'crm', '101', 'Acme', 'Acme Ltd', moment('2026-01-01'), moment('9999-12-31'), 'cc', null, 'crm.csv', 4),
    (4, 'list', 'a', 'Zeta', 'Zeta AG', moment('0001-01-01'), moment('9999-12-31'), 'c', null, 'list.csv', 2),
    (5, 'list', 'b', 'Zeta', 'Zeta AG', moment('0001-01-01'), moment('9999-12-31'), 'c', null, 'list.csv', 3);

create table landed_names (record_number bigint, subject varchar, given_name varchar, family_name varchar, birth_date varchar, postcode varchar,
    generation varchar, address varchar, city varchar);
insert into landed_names values (1, 'customer', 'ada', 'one', '1980-02-03', null, null, null, null),
    (2, 'customer', 'cy', 'three', null, null, null, null, null), (3, 'customer', 'cy', 'three', null, null, null, null, null),
    (4, 'customer', null, null, null, null, null, null, null), (5, 'customer', null, null, null, null, null, null, null);

create table landed_identifier_kinds (kind varchar, identifier_class varchar, is_numbered_by_owner boolean);
insert into landed_identifier_kinds values ('email', 'tertiary', false), ('phone', 'tertiary', false);

create table landed_decisions (decision varchar, dataset varchar, record_key varchar, subject varchar, other_dataset varchar,
    other_record_key varchar, other_subject varchar, file varchar, line bigint);
insert into landed_decisions values ('different', 'crm', '100', 'customer', 'crm', '101', 'customer', 'decisions.csv', 2);

create table landed_identifiers (record_number bigint, subject varchar, kind varchar, value varchar, contact_value varchar);
insert into landed_identifiers values (4, 'customer', 'email', 'ada@example.org', 'Ada@example.org'), (5, 'customer', 'email', 'bob@example.org', 'bob@example.org');

create table landed_registry (subject_id varchar, person_id varchar);
insert into landed_registry values (person('1'), person('a'));

create table landed_links (record_number bigint, subject varchar, target_dataset varchar, target_key varchar);
insert into landed_links values (4, 'customer', 'crm', '100');

create table landed_values (dataset varchar, record_number bigint, column_name varchar, value varchar);
insert into landed_values values ('crm', 1, 'region', 'eu'), ('crm', 3, 'region', 'us');

create table landed_places (record_number bigint, dataset varchar, sort_key varchar, is_certain boolean);
insert into landed_places values (1, 'crm', '061 0', true), (2, 'crm', '062 0', true), (3, 'crm', '062 0', true);

create table landed_spans (dataset varchar, record_key varchar, start_byte bigint, end_byte bigint);
insert into landed_spans values ('list', 'a', 5, 15), ('list', 'b', 15, 25);

create table landed_cut_records (dataset varchar, range_start bigint, range_end bigint, projection varchar, record_key varchar, cut_projection varchar);
insert into landed_cut_records values ('list', 0, 20, null, 'b', 'p');

create table landed_events (event_number bigint, event_key varchar, log varchar, file varchar, line bigint, earliest_at timestamp, latest_at timestamp,
    time_reading varchar, intruder_selector integer, trusted_selector integer, action varchar, outcome varchar, row_count bigint, byte_count bigint,
    has_unreadable_address boolean, has_unreadable_amount boolean, signal varchar, plane varchar, sequence_number bigint, delivered_at timestamp);
insert into landed_events values
    (1, 'e1', 'web', 'web.csv', 2, moment('2026-03-02 10:00:00'), moment('2026-03-02 10:00:00'), 'exact', 1, null, 'export', 'succeeded', 1, 900, false, false, null, null, null, null),
    (2, 'e2', 'web', 'web.csv', 3, moment('2026-03-02 11:00:00'), moment('2026-03-02 12:00:00'), 'ambiguous', 1, null, 'view', 'succeeded', null, null, false, false, null, null, null, null),
    (3, 'e2', 'web', 'web.csv', 4, moment('2026-03-02 11:00:00'), moment('2026-03-02 12:00:00'), 'ambiguous', 1, null, 'view', 'succeeded', null, null, false, false, null, null, null, null),
    (4, 'e4', 'web', 'web.csv', 5, moment('2026-03-03 11:00:00'), moment('2026-03-03 11:00:00'), 'exact', 1, null, 'view', 'succeeded', null, null, false, false, null, null, null, null),
    (5, 'e5', 'web', 'web.csv', 6, moment('2026-03-03 12:00:00'), moment('2026-03-03 12:00:00'), 'exact', 1, null, 'view', 'denied', null, null, false, false, null, null, null, null);

create table landed_reaches (event_number bigint, reach_number integer, dataset varchar, reach_kind varchar, record_key varchar, condition_count integer,
    projection varchar, access varchar, is_exact boolean, inexact_reason varchar, is_stand_in boolean, is_other_content boolean,
    has_missing_columns boolean, listing varchar, page_offset bigint, page_limit bigint, page_after_key varchar, is_bounded boolean, range_start bigint, range_end bigint,
    expected_byte_count bigint);
insert into landed_reaches values
    (1, 1, 'crm', 'key', '100', 0, null, null, true, null, false, false, false, null, null, null, null, false, null, null, null), (1, 2, 'list', 'key', 'a', 0, 'x', 'exported', true, null, false, false, false, null, null, null, null, false, null, null, null),
    (2, 1, 'crm', 'column', null, 1, 'xx', null, true, null, false, false, false, null, null, null, null, false, null, null, null), (4, 1, 'crm', 'key', '999', 0, null, null, true, null, false, false, false, null, null, null, null, false, null, null, null),
    (5, 1, 'crm', 'whole', null, 0, null, null, false, 'unknown_columns', false, false, false, null, null, null, null, false, null, null, null),
    (5, 2, 'crm', 'page', null, 0, null, null, true, null, false, false, false, '', 0, 50, null, false, null, null, null),
    (5, 3, 'list', 'range', null, 0, null, null, true, null, false, false, false, null, null, null, null, true, 0, 20, 20),
    (5, 4, 'crm', 'statement', null, 0, 'xx', null, true, null, false, false, false, null, null, null, null, false, null, null, null);

create table landed_conditions (event_number bigint, reach_number integer, column_name varchar, value varchar);
insert into landed_conditions values (2, 1, 'region', 'us');

create table landed_statements (event_number bigint, verdict varchar, is_unreadable boolean);
insert into landed_statements values (5, 'read', false);

create table landed_plans (plan_number bigint, plan varchar);
insert into landed_plans values (1, '[]');

create table landed_replays (event_number bigint, reach_number integer, plan_number bigint);
insert into landed_replays values (5, 4, 1);

create table landed_key_reads (event_number bigint, dataset varchar, access varchar);
insert into landed_key_reads values (1, 'crm', null);

create table landed_coverage (log varchar, from_at timestamp, until_at timestamp, status varchar);
insert into landed_coverage values ('web', moment('2026-03-01'), moment('2026-03-05'), 'complete'), ('web', moment('2026-03-05'), moment('2026-03-06'), 'deleted');

create table landed_log_datasets (log varchar, dataset varchar);
insert into landed_log_datasets values ('web', 'crm'), ('web', 'list');

create table landed_copies (dataset varchar, from_at timestamp, until_at timestamp, projection varchar);
insert into landed_copies values ('list', moment('2026-02-01'), moment('2026-03-02'), 'x');

create table landed_interceptions (interception_number integer, interval_number integer, dataset varchar, device varchar, zone varchar, from_at timestamp,
    until_at timestamp, projection varchar);
insert into landed_interceptions values (1, 1, 'crm', 'till 1', 'UTC', moment('2026-03-02'), moment('2026-03-03'), 'x-'), (1, 2, 'crm', 'till 2', 'UTC', moment('2026-03-02'), null, 'x-');

create table landed_transactions (interception_number integer, record_number bigint, device varchar, zone varchar, earliest_at timestamp, latest_at timestamp,
    is_date_only boolean);
insert into landed_transactions values (1, 1, 'till 1', 'UTC', moment('2026-03-02 10:00:00'), moment('2026-03-02 10:00:00'), false), (1, 3, null, 'UTC', null, null, false);

create table landed_rejects (source_kind varchar, source varchar, file varchar, line bigint, reason varchar);
insert into landed_rejects values ('log', 'web', 'web.csv', 7, 'the time cannot be read');

create table landed_notes (kind varchar, source varchar, count bigint);
insert into landed_notes values ('ambiguous_time', 'web', 2);

create table landed_sources (source_kind varchar, source varchar, file varchar, byte_count bigint, line_count bigint, reject_count bigint);
insert into landed_sources values ('log', 'web', 'web.csv', 700, 6, 1), ('dataset', 'crm', 'crm.csv', 300, 3, 0), ('dataset', 'list', 'list.csv', 100, 2, 0);

create table exposures (incident_id varchar, person_id varchar, brand varchar, controller varchar, grade varchar, is_mixed_grade boolean, grade_reason varchar,
    access varchar, fields varchar[], protected_fields varchar[], states varchar[], has_payment_data boolean, first_exposed_at timestamp,
    last_exposed_at timestamp, event_count bigint, record_count bigint, datasets varchar[], processors varchar[], has_crm_record boolean, residence varchar);
insert into exposures values
    ('inc-1', person('a'), 'Acme', 'Acme Ltd', 'confirmed', false, 'exact_reach', 'exported', ['full_name'], ['card_number'], ['card_number:masked', 'full_name:clear'], false,
        moment('2026-03-02 10:00:00'), moment('2026-03-02 10:00:00'), 1, 1, ['crm'], [], true, 'GB'),
    ('inc-1', person('a'), 'Zeta', 'Zeta AG', 'confirmed', false, 'exact_reach', 'exported', ['email'], [], ['email:clear'], false,
        moment('2026-03-02 10:00:00'), moment('2026-03-02 10:00:00'), 1, 1, ['list'], ['Mailer'], true, null),
    ('inc-1', person('b'), 'Zeta', 'Zeta AG', 'possible', false, 'log_gap', 'unknown', ['email'], [], ['email:clear'], false,
        moment('2026-03-05'), moment('2026-03-06'), 0, 1, ['list'], ['Mailer'], false, null),
    ('inc-1', person('c'), 'Acme', 'Acme Ltd', 'likely', true, 'ambiguous_time', 'viewed', ['card_number', 'full_name'], [], ['card_number:clear', 'full_name:clear'], true,
        moment('2026-03-02 11:00:00'), moment('2026-03-02 12:00:00'), 1, 1, ['crm'], [], true, null);

create table exposure_fields (incident_id varchar, person_id varchar, brand varchar, controller varchar, field varchar, state varchar, grade varchar,
    grade_reason varchar, access varchar, states varchar[], first_exposed_at timestamp, last_exposed_at timestamp, event_count bigint);
insert into exposure_fields values
    ('inc-1', person('a'), 'Acme', 'Acme Ltd', 'full_name', 'clear', 'confirmed', 'exact_reach', 'exported', ['clear:confirmed'], moment('2026-03-02 10:00:00'), moment('2026-03-02 10:00:00'), 1),
    ('inc-1', person('a'), 'Acme', 'Acme Ltd', 'card_number', 'masked', 'confirmed', 'exact_reach', 'exported', ['masked:confirmed'], moment('2026-03-02 10:00:00'), moment('2026-03-02 10:00:00'), 1),
    ('inc-1', person('a'), 'Zeta', 'Zeta AG', 'email', 'clear', 'confirmed', 'exact_reach', 'exported', ['clear:confirmed', 'clear:possible'], moment('2026-03-02 10:00:00'), moment('2026-03-02 10:00:00'), 1),
    ('inc-1', person('b'), 'Zeta', 'Zeta AG', 'email', 'clear', 'possible', 'log_gap', 'unknown', ['clear:possible'], moment('2026-03-05'), moment('2026-03-06'), 0),
    ('inc-1', person('c'), 'Acme', 'Acme Ltd', 'full_name', 'clear', 'likely', 'ambiguous_time', 'viewed', ['clear:likely'], moment('2026-03-02 11:00:00'), moment('2026-03-02 12:00:00'), 1),
    ('inc-1', person('c'), 'Acme', 'Acme Ltd', 'card_number', 'clear', 'possible', 'log_gap', 'unknown', ['clear:possible'], moment('2026-03-05'), moment('2026-03-06'), 0);

create table exposed_records (incident_id varchar, dataset varchar, record_key varchar, subject varchar, person_id varchar, brand varchar, controller varchar, grade varchar,
    is_mixed_grade boolean, grade_reason varchar, access varchar, fields varchar[], protected_fields varchar[], first_exposed_at timestamp,
    last_exposed_at timestamp, event_count bigint, link_basis varchar[], evidence_id varchar);
insert into exposed_records values
    ('inc-1', 'crm', '100', 'customer', person('a'), 'Acme', 'Acme Ltd', 'confirmed', false, 'exact_reach', 'exported', ['full_name'], ['card_number'], moment('2026-03-02 10:00:00'), moment('2026-03-02 10:00:00'), 1, ['declared'], 'e-100'),
    ('inc-1', 'list', 'a', 'customer', person('a'), 'Zeta', 'Zeta AG', 'confirmed', false, 'exact_reach', 'exported', ['email'], [], moment('2026-03-02 10:00:00'), moment('2026-03-02 10:00:00'), 1, ['declared'], 'e-a'),
    ('inc-1', 'list', 'b', 'customer', person('b'), 'Zeta', 'Zeta AG', 'possible', false, 'log_gap', 'unknown', ['email'], [], moment('2026-03-05'), moment('2026-03-06'), 0, ['alone'], 'e-b'),
    ('inc-1', 'crm', '101', 'customer', person('c'), 'Acme', 'Acme Ltd', 'likely', true, 'ambiguous_time', 'viewed', ['card_number', 'full_name'], [], moment('2026-03-02 11:00:00'), moment('2026-03-02 12:00:00'), 1, ['alone'], 'e-101');

create table evidence (incident_id varchar, evidence_id varchar, event_id varchar, grade varchar, grade_reason varchar, access varchar, first_exposed_at timestamp,
    last_exposed_at timestamp, delivered_columns varchar[]);
insert into evidence values
    ('inc-1', 'e-100', 'e1', 'confirmed', 'exact_reach', 'exported', moment('2026-03-02 10:00:00'), moment('2026-03-02 10:00:00'), ['card_number:masked:card', 'full_name:clear:name']),
    ('inc-1', 'e-a', 'e1', 'confirmed', 'exact_reach', 'exported', moment('2026-03-02 10:00:00'), moment('2026-03-02 10:00:00'), ['email:clear:mail']),
    ('inc-1', 'e-a', null, 'possible', 'log_gap', 'unknown', moment('2026-03-05'), moment('2026-03-06'), ['email:clear:mail']),
    ('inc-1', 'e-b', null, 'possible', 'log_gap', 'unknown', moment('2026-03-05'), moment('2026-03-06'), ['email:clear:mail']),
    ('inc-1', 'e-101', 'e2', 'likely', 'ambiguous_time', 'viewed', moment('2026-03-02 11:00:00'), moment('2026-03-02 12:00:00'), ['full_name:clear:name']),
    ('inc-1', 'e-101', null, 'possible', 'log_gap', 'unknown', moment('2026-03-05'), moment('2026-03-06'), ['card_number:clear:card']);

create table people (incident_id varchar, person_id varchar, grade varchar, brand_count bigint, brands varchar[], fields varchar[], protected_fields varchar[],
    record_count bigint, contact_ids varchar[], first_exposed_at timestamp, last_exposed_at timestamp);
insert into people values
    ('inc-1', person('a'), 'confirmed', 2, ['Acme', 'Zeta'], ['email', 'full_name'], ['card_number'], 2, [contact('a')], moment('2026-03-02 10:00:00'), moment('2026-03-02 10:00:00')),
    ('inc-1', person('b'), 'possible', 1, ['Zeta'], ['email'], [], 1, [contact('b')], moment('2026-03-05'), moment('2026-03-06')),
    ('inc-1', person('c'), 'likely', 1, ['Acme'], ['card_number', 'full_name'], [], 1, [], moment('2026-03-02 11:00:00'), moment('2026-03-02 12:00:00'));

create table accesses (incident_id varchar, event_id varchar, log varchar, file varchar, line bigint, occurred_at timestamp, time_reading varchar, attribution varchar,
    verdict varchar, access varchar, reach_kind varchar, datasets varchar[], is_exact boolean, grade varchar, grade_reason varchar, logged_row_count bigint, derived_record_count bigint,
    logged_byte_count bigint, derived_byte_count bigint);
insert into accesses values
    ('inc-1', 'e1', 'web', 'web.csv', 2, moment('2026-03-02 10:00:00'), 'exact', 'intruder', 'reached', 'exported', 'key', ['crm', 'list'], true, 'confirmed', 'exact_reach', 1, 2, 900, null),
    ('inc-1', 'e2', 'web', 'web.csv', 3, moment('2026-03-02 11:00:00'), 'ambiguous', 'intruder', 'reached', 'viewed', 'column', ['crm'], false, 'likely', 'ambiguous_time', null, 1, null, null);

create table unresolved (incident_id varchar, event_id varchar, log varchar, file varchar, line bigint, occurred_at timestamp, attribution varchar, dataset varchar,
    reach_kind varchar, record_key varchar, reason varchar);
insert into unresolved values ('inc-1', 'e4', 'web', 'web.csv', 5, moment('2026-03-03 11:00:00'), 'intruder', 'crm', 'key', '999', 'no_such_record');

create table coverage (incident_id varchar, log varchar, from_at timestamp, until_at timestamp, status varchar, declared_status varchar, basis varchar, is_gap boolean, is_silent boolean, datasets varchar[],
    first_event_at timestamp, last_event_at timestamp, event_count bigint);
insert into coverage values
    ('inc-1', 'web', moment('2026-03-01'), moment('2026-03-05'), 'complete', 'complete', 'declared', false, false, ['crm', 'list'], moment('2026-03-02 10:00:00'), moment('2026-03-03 12:00:00'), 4),
    ('inc-1', 'web', moment('2026-03-05'), moment('2026-03-06'), 'deleted', 'deleted', 'declared', true, false, ['crm', 'list'], moment('2026-03-02 10:00:00'), moment('2026-03-03 12:00:00'), 0),
    ('inc-1', 'web', moment('2026-03-06'), moment('2026-03-08'), 'undeclared', 'undeclared', 'none', false, false, ['crm', 'list'], moment('2026-03-02 10:00:00'), moment('2026-03-03 12:00:00'), 0);

create table rejects as select 'inc-1' as incident_id, * from landed_rejects;

create table contacts (incident_id varchar, person_id varchar, brand varchar, controller varchar, contact_id varchar, kind varchar, contact_value varchar);
insert into contacts values ('inc-1', person('a'), 'Zeta', 'Zeta AG', contact('a'), 'email', 'Ada@example.org'), ('inc-1', person('b'), 'Zeta', 'Zeta AG', contact('b'), 'email', 'bob@example.org');

create table open_questions (incident_id varchar, question_id varchar, kind varchar, about varchar, item_count bigint, people_count bigint, question varchar);
insert into open_questions values ('inc-1', 'log_gap:web', 'log_gap', 'web', 1, 2, 'This log has a gap. Can it be restored?'), ('inc-1', 'no_contact', 'no_contact', '', 1, 1, 'How can these people be reached?');

create table links (incident_id varchar, person_id varchar, dataset varchar, record_key varchar, subject varchar, link_basis varchar, is_blocked boolean);
insert into links values ('inc-1', person('a'), 'crm', '100', 'customer', 'declared', false), ('inc-1', person('a'), 'list', 'a', 'customer', 'declared', false),
    ('inc-1', person('b'), 'list', 'b', 'customer', 'alone', false), ('inc-1', person('c'), 'crm', '101', 'customer', 'alone', false);

create table identity_changes (incident_id varchar, previous_person_id varchar, person_id varchar, change varchar, record_count bigint);
insert into identity_changes values ('inc-1', person('old'), person('a'), 'merged', 1);

create table identity_conflicts (incident_id varchar, person_id varchar, other_person_id varchar, link_basis varchar, value_count bigint,
    name_conflict_count bigint, secondary_conflict_count bigint, primary_conflict_count bigint, decision_count bigint);
insert into identity_conflicts values ('inc-1', least(person('a'), person('b')), greatest(person('a'), person('b')), 'email', 1, 1, 0, 0, 0);

create table funnel (incident_id varchar, stage varchar, outcome varchar, item_count bigint);
insert into funnel values ('inc-1', 'lines', 'event', 4), ('inc-1', 'lines', 'delivered_again', 1), ('inc-1', 'lines', 'rejected', 1), ('inc-1', 'events', 'reached', 2),
    ('inc-1', 'events', 'reached_nobody', 1), ('inc-1', 'events', 'denied', 1), ('inc-1', 'reading', 'confirmed', 1), ('inc-1', 'reading', 'likely', 1),
    ('inc-1', 'records', 'exposed', 4), ('inc-1', 'records', 'unresolved', 1), ('inc-1', 'people', 'exposed', 3), ('inc-1', 'people', 'exposed_brand_rows', 4);
