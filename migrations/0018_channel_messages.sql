-- Why: channels send their current view of an order again and again, twice and in the wrong order: how each counts versions, which view
-- was merged last, which one waits for a person, and how often one was seen.
-- Locks: new columns with constant defaults (an instant each); one index on orders.channel_snapshot, which no release has written to yet.

alter table orders.channel
  add column message_version text not null default 'number' check (message_version in ('number', 'time', 'text'));
comment on column orders.channel.message_version is 'How the channel counts versions of its orders: whole numbers, ISO 8601 instants, or text that sorts by code points.';

alter table orders.channel_snapshot
  add column seen_count integer not null default 1 check (seen_count >= 1),
  add column last_seen_at timestamptz,
  add column conflicts jsonb not null default '[]';
comment on column orders.channel_snapshot.seen_count is 'How often exactly this view came; it is kept once.';
comment on column orders.channel_snapshot.conflicts is 'Fields that neither side could decide when this view was last merged: path, cause, whether theirs can be taken, why the order refused it.';
create unique index channel_snapshot_once on orders.channel_snapshot (org_id, channel_id, external_id, hash);
create index channel_snapshot_by_order on orders.channel_snapshot (org_id, order_id, received_at) where order_id is not null;

create table orders.channel_order (
  org_id      integer not null,
  channel_id  uuid not null,
  external_id text not null,
  order_id    uuid not null,
  base_id     uuid,
  newest_id   uuid not null,
  held_id     uuid,
  hold_id     uuid,
  ours_then   jsonb,
  primary key (org_id, channel_id, external_id),
  foreign key (org_id, channel_id) references orders.channel (org_id, id),
  foreign key (org_id, order_id) references orders.sales_order (org_id, id),
  foreign key (org_id, base_id) references orders.channel_snapshot (org_id, id),
  foreign key (org_id, newest_id) references orders.channel_snapshot (org_id, id),
  foreign key (org_id, held_id) references orders.channel_snapshot (org_id, id)
);
comment on table orders.channel_order is 'Where the three-way merge of an order with its channel stands: base_id was merged last, newest_id has the highest version seen, held_id waits for a person behind hold_id.';
comment on column orders.channel_order.ours_then is 'Fields of the order as the merge left them, our own edits taken off: what differs from it now was changed by us. Holds an address; can be erased with the bodies of snapshots.';
create unique index channel_order_order on orders.channel_order (org_id, order_id);
create index channel_order_held on orders.channel_order (org_id, order_id) where held_id is not null;
call kernel.tenant_table('orders.channel_order');
