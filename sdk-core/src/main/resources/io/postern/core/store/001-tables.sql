-- The first schema. Times and durations are milliseconds; flags are 0 or 1; documents are JSON.
-- ${identity} and the lines after "-- only" are what differs between the two engines.

create table person_use (
  person text not null,
  item text not null,
  uses bigint not null,
  last_used_at bigint not null,
  primary key (person, item)
);

create table jump_group (
  id text primary key,
  name text not null
);

create table jump_group_member (
  group_id text not null references jump_group (id),
  kind text not null check (kind in ('PERSON', 'GROUP')),
  principal text not null,
  permissions text not null,
  primary key (group_id, kind, principal)
);
create index jump_group_member_principal on jump_group_member (principal, kind);

create table jump_policy (
  id text primary key,
  document text not null
);

create table session_policy (
  id text primary key,
  document text not null
);

create table session_policy_assignment (
  kind text not null check (kind in ('SITE', 'PERSON', 'GROUP')),
  principal text not null,
  policy text not null references session_policy (id),
  primary key (kind, principal)
);

-- What ends in _folded is the value as searches compare it, made in Java: the engines disagree on case.
-- The number is for SQLite's search table: a rowid without a name of its own changes with a VACUUM.
create table jump_item (
  number ${identity},
  id text not null unique,
  name text not null,
  name_sort text not null,
  method text not null,
  host text not null,
  port integer not null,
  group_id text references jump_group (id),
  personal_list_of text,
  comments text not null,
  tag text not null,
  public_ip text not null,
  private_ip text not null,
  operating_system text not null,
  jump_policy text references jump_policy (id),
  session_policy text references session_policy (id),
  places integer not null,
  cleanup bigint not null,
  disabled integer not null,
  status text not null check (status in ('UNKNOWN', 'ONLINE', 'OFFLINE')),
  online_since bigint,
  host_key_trust text not null,
  last_accessed_at bigint,
  host_folded text not null default '',
  comments_folded text not null default '',
  tag_folded text not null default '',
  public_ip_folded text not null default '',
  private_ip_folded text not null default '',
  search_text text not null,
  version bigint not null,
  check ((group_id is null) <> (personal_list_of is null))
);
create index jump_item_group on jump_item (group_id);
create index jump_item_personal on jump_item (personal_list_of);

-- Credentials may still be meant for them. removed_at is for the operator who wonders.
create table removed_item (
  id text primary key,
  removed_at bigint not null
);

create table jump_item_attribute (
  item text not null references jump_item (id) on delete cascade,
  code_name text not null,
  value text not null,
  value_folded text not null default '',
  primary key (item, code_name)
);

-- Sources of items. The process named in node asks one until due_at; then any process may.
create table inventory (
  name text primary key,
  node text,
  due_at bigint not null,
  synced_at bigint,
  failure text not null,
  faults text not null
);

-- Items that an inventory describes; gone_at since when it does not any more.
create table inventory_item (
  item text primary key references jump_item (id) on delete cascade,
  inventory text not null,
  item_key text not null,
  gone_at bigint,
  unique (inventory, item_key)
);

-- When and by whom a key came to be trusted is for the operator who asks why it is.
create table host_key (
  item text not null references jump_item (id) on delete cascade,
  algorithm text not null,
  key_base64 text not null,
  enrolled_at bigint not null,
  enrolled_by text not null,
  primary key (item, algorithm)
);

-- decided_at is for the operator who looks into the table: the last decision, or when it ran out.
create table access_request (
  id text primary key,
  item text not null,
  -- Where the item led when it was asked for: an approval is for that and nothing else.
  target text not null default '',
  requester text not null,
  status text not null
    check (status in ('PENDING', 'APPROVED', 'DENIED', 'CANCELLED', 'EXPIRED', 'REVOKED')),
  scope text not null check (scope in ('REQUESTER_ONLY', 'ANYONE_PERMITTED')),
  self_approval integer not null,
  needed integer not null,
  reason text not null,
  ticket text not null,
  starts_at bigint,
  duration bigint not null,
  start_when_approved integer not null,
  language text not null,
  policy text not null,
  on_revocation text not null,
  asked_at bigint not null,
  decide_by bigint not null,
  decided_at bigint,
  comment text not null,
  usable_until bigint,
  due_at bigint,
  version bigint not null
);
create index access_request_due on access_request (due_at) where due_at is not null;
create index access_request_item on access_request (item, status);
create index access_request_requester on access_request (requester, id);

create table access_request_approver (
  request text not null references access_request (id),
  kind text not null check (kind in ('PERSON', 'GROUP', 'EMAIL')),
  approver text not null,
  primary key (request, kind, approver)
);
create index access_request_approver_who on access_request_approver (approver, kind);

-- The requester is repeated here so that the database itself refuses a decision on one's own request.
create table decision (
  request text not null references access_request (id),
  decider text not null,
  requester text not null,
  self_approval integer not null,
  email text not null,
  approved integer not null,
  comment text not null,
  decided_at bigint not null,
  primary key (request, decider),
  constraint decision_not_by_requester check (decider <> requester or self_approval = 1)
);

create table decision_token (
  hash text primary key,
  request text not null references access_request (id),
  email text not null
);
create index decision_token_request on decision_token (request);

create table session (
  id text primary key,
  item text not null,
  item_name text not null,
  owner text not null,
  request text references access_request (id),
  status text not null
    check (status in ('WAITING_FOR_APPROVAL', 'SCHEDULED', 'PROVISIONING', 'AVAILABLE', 'ACTIVE',
                      'FROZEN', 'ENDING', 'ENDED')),
  end_reason text,
  end_detail text not null,
  reason text not null,
  ticket text not null,
  language text not null,
  created_at bigint not null,
  starts_at bigint,
  duration bigint not null,
  claim_by bigint,
  active_since bigint,
  ends_at bigint,
  ended_at bigint,
  frozen_message text not null,
  thawed_status text,
  extensions integer not null,
  idempotency_key text,
  ask_digest text not null,
  start_when_approved integer not null,
  policy text not null,
  node text,
  due_at bigint,
  version bigint not null,
  constraint session_end check ((status in ('ENDING', 'ENDED')) = (end_reason is not null))
);
create index session_due on session (due_at) where due_at is not null;
create index session_owner on session (owner, id);
create index session_item on session (item, id);
create index session_request on session (request) where request is not null;
create index session_live on session (node, id) where node is not null;
create unique index session_idempotency on session (owner, idempotency_key) where idempotency_key is not null;

create table lease (
  id text primary key,
  session text,
  holder text not null,
  item text not null,
  -- Where the secret was lent for, and what matched it there: items may be moved meanwhile.
  endpoint text not null,
  manager text not null,
  credential text not null,
  username text not null,
  exclusive integer not null,
  purpose text not null check (purpose in ('SESSION', 'CHECK_OUT', 'VIEW')),
  state text not null
    check (state in ('INTENT', 'HELD', 'RETURNING', 'RETURNED', 'ROTATED', 'IRREVOCABLE')),
  rotate_after integer not null,
  reference text not null,
  renewable integer not null,
  expires_at bigint,
  until_at bigint,
  node text,
  attempts integer not null,
  -- Tries in a row that the manager did not answer.
  silences integer not null,
  last_failure text not null,
  created_at bigint not null,
  settled_at bigint,
  due_at bigint,
  -- Whether the manager's answer came after the lease had been settled.
  late integer not null,
  version bigint not null
);
create index lease_due on lease (due_at) where due_at is not null;
create index lease_session on lease (session);
-- Leases that are over stay, and every one that is given back looks for others of its credential.
create index lease_credential on lease (manager, credential)
  where state in ('INTENT', 'HELD', 'RETURNING');
create unique index lease_exclusive on lease (manager, credential)
  where exclusive = 1 and late = 0 and state in ('INTENT', 'HELD', 'RETURNING');
-- What waits because its manager keeps silent.
create index lease_silent on lease (manager, due_at) where silences > 0;

create table credential_view (
  manager text not null,
  credential text not null,
  person text not null,
  views bigint not null,
  last_viewed_at bigint not null,
  primary key (manager, credential, person)
);

create table recording (
  id text primary key,
  session text not null references session (id),
  name text not null,
  file text not null,
  begun_at bigint not null,
  sealed_at bigint,
  size_bytes bigint not null,
  seal text not null,
  node text
);
create index recording_session on recording (session, id);
create index recording_unsealed on recording (session) where sealed_at is null;

create table audit (
  number ${identity},
  at bigint not null,
  actor text not null,
  action text not null,
  subject text not null,
  from_state text not null,
  to_state text not null,
  why text not null,
  details text not null,
  link bigint,
  hash text
);
create index audit_subject on audit (subject, number);
create index audit_actor on audit (actor, number);
create unique index audit_link on audit (link) where link is not null;
create index audit_unlinked on audit (number) where link is null;

-- How far each of the host's listeners has come: position is the link of the entry it was told of last.
-- The process named in node tells it, until claimed_until in the database's time; then any process may.
create table event_listener (
  name text primary key,
  position bigint not null,
  node text,
  claimed_until bigint not null,
  failures integer not null,
  due_at bigint not null
);

create table notice (
  id text primary key,
  person text not null,
  email text not null,
  language text not null,
  kind text not null,
  about text not null,
  subject text not null,
  body text not null,
  decidable text,
  at bigint not null,
  seen integer not null,
  due_at bigint,
  attempts integer not null,
  last_failure text not null
);
create index notice_person on notice (person, id);
create index notice_due on notice (due_at) where due_at is not null;

-- started_at is for the operator who wonders which process a line is.
create table node (
  id text primary key,
  started_at bigint not null,
  alive_until bigint not null
);

-- A span of time on an item with a limited number of places. taken_until includes the item's cleanup time.
create table reservation (
  session text primary key references session (id),
  item text not null,
  place integer not null,
  taken_from bigint not null,
  taken_until bigint not null,
  check (taken_from < taken_until)
);

-- only postgresql
create extension if not exists btree_gist;
create extension if not exists pg_trgm;
alter table reservation add constraint reservation_no_overlap
  exclude using gist (item with =, place with =, int8range(taken_from, taken_until) with &&);
-- The order of bytes, as in SQLite: pages stay right whatever the database's language is.
create index jump_item_order on jump_item (name_sort collate "C", id collate "C");
create index jump_item_search on jump_item using gin (search_text gin_trgm_ops);

-- only sqlite
create index reservation_item on reservation (item, place, taken_from);
create index jump_item_order on jump_item (name_sort, id);
create virtual table jump_item_search using fts5 (
  search_text, content = 'jump_item', content_rowid = 'number', tokenize = 'trigram');
create trigger jump_item_search_insert after insert on jump_item begin
  insert into jump_item_search (rowid, search_text) values (new.number, new.search_text);
end;
create trigger jump_item_search_delete after delete on jump_item begin
  insert into jump_item_search (jump_item_search, rowid, search_text) values ('delete', old.number, old.search_text);
end;
create trigger jump_item_search_update after update of search_text on jump_item begin
  insert into jump_item_search (jump_item_search, rowid, search_text) values ('delete', old.number, old.search_text);
  insert into jump_item_search (rowid, search_text) values (new.number, new.search_text);
end;
