-- Why: row-level security keeps the planner from using an index where the condition calls a function that is not leakproof, and lower() is none:
-- a search by the beginning of a name read the whole table (2.2 s of a million orders). These functions look up by index, as the owner, in the
-- organization of the transaction only. Bounds are compared instead of LIKE, whose pattern a kept plan does not know. And statistics of young
-- tables failed for tables beyond 1 GB (integer out of range).
-- Locks: none, new functions and one replaced.

create function kernel.after_beginning(beginning text) returns text language sql immutable parallel safe
  as $$ select beginning || U&'\+10FFFF' $$;
comment on function kernel.after_beginning is 'Upper bound (by code point) of all texts that begin with this one.';

create function orders.find_by_customer(beginning text, at_most integer) returns setof uuid language sql stable security definer set search_path = pg_catalog as $$
  (select id from orders.sales_order where org_id = kernel.current_org() and lower(customer_name) ~>=~ beginning and lower(customer_name) ~<~ kernel.after_beginning(beginning) limit at_most)
  union all
  (select id from orders.sales_order where org_id = kernel.current_org() and customer_email is not null
      and lower(customer_email) ~>=~ beginning and lower(customer_email) ~<~ kernel.after_beginning(beginning) limit at_most) $$;
comment on function orders.find_by_customer is 'Orders whose customer''s name or e-mail begins with a text in lower case; of each at most so many, null: all.';

create function warehouse.find_by_recipient(beginning text, at_most integer) returns setof uuid language sql stable security definer set search_path = pg_catalog as $$
  select id from warehouse.shipment where org_id = kernel.current_org() and lower(ship_to ->> 'name') ~>=~ beginning
     and lower(ship_to ->> 'name') ~<~ kernel.after_beginning(beginning) limit at_most $$;
comment on function warehouse.find_by_recipient is 'Shipments whose recipient''s name begins with a text in lower case; at most so many, null: all.';

create function parties.find_by_text(beginning text, at_most integer) returns setof uuid language sql stable security definer set search_path = pg_catalog as $$
  (select id from parties.party where org_id = kernel.current_org() and lower(name) ~>=~ beginning and lower(name) ~<~ kernel.after_beginning(beginning) limit at_most)
  union all
  (select id from parties.party where org_id = kernel.current_org() and lower(regexp_replace(name, '^.*\s', '')) ~>=~ beginning
      and lower(regexp_replace(name, '^.*\s', '')) ~<~ kernel.after_beginning(beginning) limit at_most)
  union all
  (select id from parties.party where org_id = kernel.current_org() and company is not null and lower(company) ~>=~ beginning
      and lower(company) ~<~ kernel.after_beginning(beginning) limit at_most)
  union all
  (select id from parties.party where org_id = kernel.current_org() and email is not null and lower(email) ~>=~ beginning
      and lower(email) ~<~ kernel.after_beginning(beginning) limit at_most) $$;
comment on function parties.find_by_text is 'Parties of which name, last word of the name, company or e-mail begins with a text in lower case; of each at most so many, null: all.';

revoke all on function orders.find_by_customer, warehouse.find_by_recipient, parties.find_by_text from public;
grant execute on function orders.find_by_customer, warehouse.find_by_recipient, parties.find_by_text to tefter_app;

create or replace function kernel.refresh_statistics() returns integer language plpgsql security definer set search_path = pg_catalog as $$
declare target record; done integer := 0;
begin
  for target in
    select format('%I.%I', n.nspname, c.relname) as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r'
       and n.nspname <> all (array['pg_catalog', 'pg_toast', 'information_schema', 'public', 'pgboss', 'auth', 'migration'])
       and pg_relation_size(c.oid) > 8192 * greatest(2, c.relpages::bigint * 2)
  loop
    execute 'analyze ' || target.name;
    done := done + 1;
  end loop;
  return done;
end $$;
