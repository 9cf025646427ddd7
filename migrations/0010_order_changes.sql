-- Why: orders are changed after they were taken in: quantities, prices, lines, discounts, charges, addresses; holds that end by themselves;
-- notes on customers, items and orders that show at the right step.
-- Locks: new columns with constant defaults (an instant each); one pass over orders that have canceled quantities to fill canceled_amount.

alter table orders.order_line
  add column tax_rate_ppm integer check (tax_rate_ppm between 0 and 10000000),
  add column cut_quantity bigint not null default 0 check (cut_quantity >= 0),
  add column cut_amount   bigint not null default 0,
  add column cut_discount bigint not null default 0,
  add column cut_tax      bigint not null default 0;
comment on column orders.order_line.tax_rate_ppm is 'Rate the tax follows when the line is changed; null where it was taken in before rates were kept: the item''s rate then.';
comment on column orders.order_line.cut_quantity is 'What was already sliced when quantity or money of the line was last changed: slices never change, the cut rule applies to what is after. The same for cut_amount, cut_discount and cut_tax.';

alter table orders.order_charge add column tax_rate_ppm integer check (tax_rate_ppm between 0 and 10000000);

alter table orders.sales_order
  add column canceled_amount bigint not null default 0,
  add column changed_at timestamptz;
comment on column orders.sales_order.canceled_amount is 'Part of the total that was canceled, tax included: the customer owes total - canceled_amount.';
comment on column orders.sales_order.changed_at is 'When the order was last changed after intake; the channel''s own total speaks of the order before.';

update orders.sales_order o set canceled_amount = c.amount
  from (
    select l.org_id, l.order_id, sum(l.amount)::bigint as amount from (
      select l.org_id, l.order_id, l.sliced_amount + case when h.prices_include_tax then 0 else l.sliced_tax end
             - coalesce((select sum(s.amount) from orders.revenue_slice s where s.org_id = l.org_id and s.line_id = l.id and s.kind = 'shipped'), 0) as amount
        from orders.order_line l join orders.sales_order h on h.org_id = l.org_id and h.id = l.order_id where l.canceled > 0 and l.kind <> 'kit'
      union all
      select c.org_id, c.order_id, c.amount - c.discount + case when h.prices_include_tax then -c.marketplace_tax else c.tax end
        from orders.order_charge c join orders.sales_order h on h.org_id = c.org_id and h.id = c.order_id where c.canceled_at is not null) l
     group by 1, 2) c
 where o.org_id = c.org_id and o.id = c.order_id;

alter table orders.order_hold add column until_at timestamptz;
comment on column orders.order_hold.until_at is 'When the hold ends by itself; null until somebody releases it.';
create index order_hold_due on orders.order_hold (org_id, until_at) where released_at is null and until_at is not null;
create index order_hold_type on orders.order_hold (org_id, type, order_id) where released_at is null;

create table parties.note (
  org_id        integer not null,
  id            uuid not null,
  document_type text not null check (document_type in ('customer', 'item', 'order')),
  document_id   uuid not null,
  text          text not null check (length(text) between 1 and 2000),
  show_at       text[] not null default '{}' check (show_at <@ array['intake', 'release', 'pick', 'pack', 'ship', 'return', 'invoice']),
  created_at    timestamptz not null,
  created_by    uuid,
  updated_at    timestamptz not null,
  updated_by    uuid,
  archived_at   timestamptz,
  version       integer not null default 1,
  primary key (org_id, id)
);
comment on table parties.note is 'What people should know when they handle a customer, an item or an order, shown at the steps in show_at and always on the document''s own page.';
create index note_document on parties.note (org_id, document_id) where archived_at is null;
call kernel.tenant_table('parties.note');
