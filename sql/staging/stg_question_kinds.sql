-- One row per kind of open question: the sentence that says what a human must decide.

select
    kind,
    question

from (
    values
    ('intruder_outside_window', 'The intruder was seen outside the window. Is the window too narrow?'),
    (
        'intruder_and_trusted',
        'Events match both intruder and trusted selectors and count as the intruder. Is that right?'
    ),
    (
        'unreadable_address',
        'Addresses in the log cannot be read and match no selector by address. Whose events were they?'
    ),
    ('ambiguous_time', 'Reads are stamped in an hour the clocks gave twice or skipped. Which instant was meant?'),
    ('unknown_action', 'The log uses words for actions that nobody mapped. They count as reads: were they?'),
    ('unknown_outcome', 'The log uses words for outcomes that nobody mapped. They count as successes: were they?'),
    ('unreadable_amount', 'The log states numbers of rows or bytes that cannot be read. What do they say?'),
    ('resource_unclaimed', 'Resources were read that no dataset claims. What did they hold?'),
    ('reached_nobody', 'Reads succeeded for which no record is found. Whose data was it?'),
    ('unreadable_statement', 'Logged statements cannot be read, or were cut off. What did they ask for?'),
    ('row_count_mismatch', 'The log states another number of rows than the datasets give. Which is right?'),
    (
        'byte_count_mismatch',
        'The log states another number of bytes than the stored files have. Were these the files, and all of them?'
    ),
    ('log_gap', 'Nothing shows what was read while the log is missing. Can other evidence rule it out?'),
    ('coverage_undeclared', 'Nobody has said whether this log is complete in the window. Is it?'),
    ('coverage_contradicted', 'The log is declared complete and itself shows that it is not. Which is right?'),
    ('log_incomplete', 'The log itself shows that it was stopped, sampled or lost lines. What did it not show?'),
    ('no_data_events', 'The log has management events and no data events, so it cannot show reads. Were there any?'),
    ('log_scope_changed', 'Somebody changed what the log records. What did it no longer show, and from when?'),
    ('silent_stretch', 'The log is silent for longer than it ever is at that time. Were lines removed or lost?'),
    ('log_edge', 'The log begins later or ends earlier than its rhythm explains. Is all of it here?'),
    (
        'log_without_events',
        'The log holds no event in the window. Is its export whole, and are its clock and zone right?'
    ),
    ('dataset_without_log', 'No log shows reads of this dataset. How would they be seen?'),
    ('unlogged_copy', 'A copy was made at an unknown instant and no log remains. Can its contents be narrowed down?'),
    (
        'interception_outside_window',
        'Data was captured outside the window. Is the window too narrow, or is an interval wrong?'
    ),
    ('open_interception', 'Nobody knows when devices were first or last intercepted. When was it?'),
    (
        'device_without_transactions',
        'No transaction of these devices lies in their interval. Are name, zone and export right?'
    ),
    (
        'unreadable_transaction_time',
        'Transactions of intercepted devices have no time that can be read. When did they take place?'
    ),
    ('unknown_device', 'Transactions name no device and may have passed an intercepted one. Which was it?'),
    ('rejected_lines', 'Lines could not be read and count for nothing. Can they be repaired?'),
    ('selector_without_events', 'The selector matches no event of any log. Is it written as the logs write it?'),
    ('unknown_state', 'Values are stored in a state nobody mapped. They count as clear: are they?'),
    ('unmapped_column', 'Events or routes name columns the dataset does not have. Is the export complete?'),
    (
        'contradiction',
        'Records share an address or a link but not a name or birth date. Are they really different people?'
    ),
    ('shared_value', 'Addresses are shared by more records than a household has. Whose are they?'),
    ('no_contact', 'Affected people have no contact point under this brand. How can they be told?'),
    ('brand_unknown', 'Exposed records name no brand. Who must tell these people?')
) as kinds (kind, question)
