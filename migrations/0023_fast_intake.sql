-- Why: intake sends its reads, locks and writes as calls of functions, one statement each, so that a batch of orders takes five round trips
-- whatever its size, and PostgreSQL keeps the plans: planning its twenty statements anew cost a small batch more than running them.
-- Each function stays in its room's schema and touches that room's tables only; intake's statements call several of them (docs/adr/0012).
-- Rows come as one array a column. All run with the caller's rights, row-level security holds. Plans must not depend on how large a table
-- was when they were made: they are generic and go by index (one loop over the arrays, one look-up a key).
-- Locks: none, new functions only.

create function kernel.lock_counters(p_org integer, p_name text[]) returns json language plpgsql
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare v_last json; v_found integer;
begin
  for attempt in 1..2 loop
    select json_object_agg(c.name, c.last), count(*) into v_last, v_found
      from (select c.name, c.last from kernel.counter c where c.org_id = p_org and c.name = any (p_name) order by c.name for update) c;
    exit when v_found = cardinality(p_name);
    insert into kernel.counter (org_id, name) select p_org, n.name from unnest(p_name) as n (name) order by n.name on conflict do nothing;
  end loop;
  return v_last;
end $$;
comment on function kernel.lock_counters is 'Locks counters by name, missing ones made at zero, and answers the last number of each. Whoever holds them says with move_counters how far they got.';

create function kernel.move_counters(p_org integer, p_name text[], p_last bigint[]) returns void language plpgsql
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  update kernel.counter c set last = n.last from unnest(p_name, p_last) as n (name, last) where c.org_id = p_org and c.name = n.name and c.last < n.last;
end $$;
comment on function kernel.move_counters is 'Sets counters that the caller has locked to the last number it used.';

create function kernel.append_events(p_org integer, p_recorded_at timestamptz, p_command_id uuid, p_command text, p_request_id text, p_actor_kind text,
    p_actor_id uuid, p_type text[], p_document_type text[], p_document_id uuid[], p_payload jsonb, p_salt text[], p_personal jsonb, p_personal_digest text[])
  returns void language plpgsql set plan_cache_mode = force_generic_plan as $$
begin
  with written as (
    insert into kernel.event (org_id, recorded_at, command_id, command, ordinal, of_events, request_id, actor_kind, actor_id, type, document_type,
        document_id, payload, personal_digest)
    select p_org, p_recorded_at, p_command_id, p_command, e.ordinal, cardinality(p_type), p_request_id, p_actor_kind, p_actor_id, e.type,
           e.document_type, e.document_id, e.payload, decode(e.digest, 'hex')
      from rows from (unnest(p_type, p_document_type, p_document_id, p_personal_digest), jsonb_array_elements(p_payload)) with ordinality
        as e (type, document_type, document_id, digest, payload, ordinal)
    returning seq, ordinal)
  insert into kernel.event_personal (org_id, event_seq, salt, personal)
  select p_org, w.seq, decode(p_salt[w.ordinal], 'hex'), p_personal -> (w.ordinal - 1) from written w where p_salt[w.ordinal] is not null;
end $$;
comment on function kernel.append_events is 'Appends the events of a command in their order, personal values beside them; hex for bytes, null where an event has none.';

create function catalog.find_ordered_items(p_org integer, p_sku text[], p_id uuid[]) returns json language plpgsql
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare v_kits uuid[]; v_items json; v_components json;
begin
  with item as (
    select i.* from unnest(p_sku) as s (sku) join catalog.item i on i.org_id = p_org and i.sku = s.sku
    union all
    select i.* from unnest(p_id) as s (id) join catalog.item i on i.org_id = p_org and i.id = s.id)
  select array_agg(i.id) filter (where i.kind = 'kit'),
         json_agg(json_build_array(i.id, i.sku, i.kind, i.name, i.unit_scale, i.status, coalesce(t.rate_ppm, 0), i.price, i.price_scale,
                                   i.price_currency, i.preorder, i.preorder_from, i.preorder_until))
    into v_kits, v_items
    from item i left join catalog.tax_class t on t.org_id = i.org_id and t.id = i.tax_class_id;
  if v_kits is not null then
    select json_agg(json_build_array(c.kit_id, c.quantity, c.id, c.sku, c.kind, c.name, c.unit_scale, c.status, c.rate_ppm, c.price, c.price_scale,
                                     c.price_currency, c.preorder, c.preorder_from, c.preorder_until) order by c.kit_id, c.sku)
      into v_components
      from (select k.kit_id, k.quantity, i.*, coalesce(t.rate_ppm, 0) as rate_ppm
              from (select distinct a.id from unnest(v_kits) as a (id)) a
              join catalog.kit_component k on k.org_id = p_org and k.kit_id = a.id
              join catalog.item i on i.org_id = k.org_id and i.id = k.component_id
              left join catalog.tax_class t on t.org_id = i.org_id and t.id = i.tax_class_id) c;
  end if;
  return json_build_array(v_items, v_components);
end $$;
comment on function catalog.find_ordered_items is 'What taking in orders needs of items asked for by SKU or id, and of what kits among them are made of.';

create function inventory.lock_positions(p_org integer, p_item uuid[], p_warehouse uuid[], p_owner uuid[], p_wait boolean) returns json language plpgsql
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare v_rows json; v_found integer;
begin
  for attempt in 1..2 loop
    if p_wait then
      select json_agg(json_build_array(p.item_id, p.warehouse_id, p.owner_id, p.on_hand, p.reserved, p.held)), count(*) into v_rows, v_found
        from (select p.item_id, p.warehouse_id, p.owner_id, p.on_hand, p.reserved, p.held
                from unnest(p_item, p_warehouse, p_owner) as k (item_id, warehouse_id, owner_id)
                join inventory.stock_position p
                  on p.org_id = p_org and p.item_id = k.item_id and p.warehouse_id = k.warehouse_id and p.owner_id = k.owner_id
               order by p.item_id, p.warehouse_id, p.owner_id for update of p) p;
    else
      select json_agg(json_build_array(p.item_id, p.warehouse_id, p.owner_id, p.on_hand, p.reserved, p.held)), count(*) into v_rows, v_found
        from (select p.item_id, p.warehouse_id, p.owner_id, p.on_hand, p.reserved, p.held
                from unnest(p_item, p_warehouse, p_owner) as k (item_id, warehouse_id, owner_id)
                join inventory.stock_position p
                  on p.org_id = p_org and p.item_id = k.item_id and p.warehouse_id = k.warehouse_id and p.owner_id = k.owner_id
               order by p.item_id, p.warehouse_id, p.owner_id for update of p skip locked) p;
    end if;
    exit when v_found = cardinality(p_item);
    insert into inventory.stock_position (org_id, item_id, warehouse_id, owner_id)
    select p_org, k.item_id, k.warehouse_id, k.owner_id from unnest(p_item, p_warehouse, p_owner) as k (item_id, warehouse_id, owner_id)
     order by k.item_id, k.warehouse_id, k.owner_id on conflict do nothing;
  end loop;
  return v_rows;
end $$;
comment on function inventory.lock_positions is 'Locks positions in key order, missing ones made at zero first, and answers them as they stand; without p_wait those that others hold are left out. Keys come without doubles.';

create function inventory.promise_stock(p_org integer, p_now timestamptz,
    p_source_id uuid[], p_line_id uuid[], p_warehouse uuid[], p_item uuid[], p_owner uuid[], p_quantity bigint[], p_priority integer[],
    b_source_id uuid[], b_line_id uuid[], b_item uuid[], b_owner uuid[], b_quantity bigint[], b_priority integer[], b_warehouses jsonb)
  returns void language plpgsql
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  if cardinality(p_line_id) > 0 then
    insert into inventory.reservation (org_id, source_line_id, warehouse_id, item_id, owner_id, source_id, quantity, priority, promised_at)
    select p_org, r.line_id, r.warehouse_id, r.item_id, r.owner_id, r.source_id, r.quantity, r.priority, p_now
      from unnest(p_line_id, p_warehouse, p_item, p_owner, p_source_id, p_quantity, p_priority)
        as r (line_id, warehouse_id, item_id, owner_id, source_id, quantity, priority)
    on conflict (org_id, source_line_id, warehouse_id) do update set quantity = inventory.reservation.quantity + excluded.quantity;
    update inventory.stock_position p set reserved = p.reserved + r.quantity
      from (select r.item_id, r.warehouse_id, r.owner_id, sum(r.quantity)::bigint as quantity
              from unnest(p_item, p_warehouse, p_owner, p_quantity) as r (item_id, warehouse_id, owner_id, quantity) group by 1, 2, 3) r
     where p.org_id = p_org and p.item_id = r.item_id and p.warehouse_id = r.warehouse_id and p.owner_id = r.owner_id;
  end if;
  if cardinality(b_line_id) > 0 then
    insert into inventory.backorder (org_id, source_line_id, source_id, item_id, owner_id, quantity, priority, waiting_since, warehouse_ids)
    select p_org, b.line_id, b.source_id, b.item_id, b.owner_id, b.quantity, b.priority, p_now,
           array(select w.id::uuid from jsonb_array_elements_text(b.warehouses) with ordinality as w (id, place) order by w.place)
      from rows from (unnest(b_line_id, b_source_id, b_item, b_owner, b_quantity, b_priority), jsonb_array_elements(b_warehouses))
        as b (line_id, source_id, item_id, owner_id, quantity, priority, warehouses)
    on conflict (org_id, source_line_id) do update set quantity = inventory.backorder.quantity + excluded.quantity;
  end if;
end $$;
comment on function inventory.promise_stock is 'Promises stock to lines (p_…) and queues what is missing (b_…). The caller holds the positions; a line comes once a warehouse.';

create function orders.claim_orders(p_org integer, p_channel text[], p_external_id text[]) returns json language plpgsql
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare v_channels uuid[]; v_got boolean[];
begin
  select array_agg(k.channel_id order by k.place), array_agg(k.got order by k.place) into v_channels, v_got
    from (select k.place, c.id as channel_id, pg_try_advisory_xact_lock(hashtextextended(c.id::text || k.external_id, p_org)) as got
            from unnest(p_channel, p_external_id) with ordinality as k (channel, external_id, place)
            left join orders.channel c on c.org_id = p_org and c.code = k.channel) k;
  -- A statement of its own: it sees what was committed before the claims were granted.
  return (select json_agg(json_build_array(k.place, o.id, o.number, encode(o.intake_hash, 'hex'), o.hold_count > 0))
            from unnest(v_channels, p_external_id, v_got) with ordinality as k (channel_id, external_id, got, place)
            left join orders.sales_order o on o.org_id = p_org and o.channel_id = k.channel_id and o.external_id = k.external_id
           where o.id is not null or k.got = false);
end $$;
comment on function orders.claim_orders is 'Claims external ids of orders for this transaction without waiting. Answers those that are orders already (place, order) and those that another transaction is taking in (place alone).';

create function orders.find_intake_channels(p_org integer, p_code text[]) returns json language plpgsql
  set plan_cache_mode = force_generic_plan set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return (
    select json_agg(json_build_object(
             'id', c.id, 'code', c.code, 'isActive', c.is_active,
             'warehouses', (
               select json_agg(json_build_object('id', w.id, 'code', w.code, 'name', w.name, 'priority', w.priority, 'country', w.country,
                                                 'postcode', w.postcode, 'latitude', w.latitude, 'longitude', w.longitude) order by w.id)
                 from inventory.warehouse w
                where w.org_id = c.org_id and w.is_active
                  and case when exists (select 1 from orders.channel_warehouse x where x.org_id = c.org_id and x.channel_id = c.id)
                           then exists (select 1 from orders.channel_warehouse x where x.org_id = c.org_id and x.channel_id = c.id and x.warehouse_id = w.id)
                           else w.kind in ('own', 'store') end),
             'own', (select row_to_json(p) from orders.sourcing_policy p where p.org_id = c.org_id and p.channel_id = c.id),
             'general', (select row_to_json(p) from orders.sourcing_policy p where p.org_id = c.org_id and p.channel_id is null)))
      from orders.channel c where c.org_id = p_org and c.code = any (p_code));
end $$;
comment on function orders.find_intake_channels is 'Channels by code with the warehouses that may serve them (all active ones of kind own and store unless the channel names some) and their policies.';

create function orders.insert_orders(p_org integer, p_now timestamptz,
    p_id uuid[], p_number bigint[], p_channel_id uuid[], p_external_id text[], p_intake_hash text[], p_placed_at timestamptz[], p_currency text[],
    p_prices_include_tax boolean[], p_payment_terms text[], p_party_id uuid[], p_customer_name text[], p_customer_email text[],
    p_customer_phone text[], p_tax_ids jsonb, p_bill_to jsonb, p_ship_to jsonb, p_ship_country text[], p_priority integer[],
    p_promised_at timestamptz[], p_note text[], p_tags jsonb, p_base_rate_ppm bigint[], p_channel_total bigint[], p_lines_amount bigint[],
    p_charges_amount bigint[], p_discounts_amount bigint[], p_tax_amount bigint[], p_marketplace_tax_amount bigint[], p_total bigint[],
    p_state text[], p_payment_status text[], p_reservation_status text[], p_fulfillment_status text[], p_return_status text[],
    p_authorized_amount bigint[], p_captured_amount bigint[], p_hold_count integer[], p_reasons jsonb)
  returns void language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
  insert into orders.sales_order (org_id, received_at, id, number, channel_id, external_id, intake_hash, placed_at, currency, prices_include_tax,
      payment_terms, party_id, customer_name, customer_email, customer_phone, ship_country, priority, promised_at, note, base_rate_ppm,
      channel_total, lines_amount, charges_amount, discounts_amount, tax_amount, marketplace_tax_amount, total, state, payment_status,
      reservation_status, fulfillment_status, return_status, authorized_amount, captured_amount, hold_count, tax_ids, bill_to, ship_to, tags)
  select p_org, p_now, o.id, o.number, o.channel_id, o.external_id, decode(o.intake_hash, 'hex'), o.placed_at, o.currency, o.prices_include_tax,
         o.payment_terms, o.party_id, o.customer_name, o.customer_email, o.customer_phone, o.ship_country, o.priority, o.promised_at, o.note,
         o.base_rate_ppm, o.channel_total, o.lines_amount, o.charges_amount, o.discounts_amount, o.tax_amount, o.marketplace_tax_amount, o.total,
         o.state, o.payment_status, o.reservation_status, o.fulfillment_status, o.return_status, o.authorized_amount, o.captured_amount,
         o.hold_count, o.tax_ids, nullif(o.bill_to, 'null'), o.ship_to,
         case when o.tags = '[]' then '{}' else array(select t.tag from jsonb_array_elements_text(o.tags) with ordinality as t (tag, place) order by t.place) end
    from rows from (
           unnest(p_id, p_number, p_channel_id, p_external_id, p_intake_hash, p_placed_at, p_currency, p_prices_include_tax, p_payment_terms,
                  p_party_id, p_customer_name, p_customer_email, p_customer_phone, p_ship_country, p_priority, p_promised_at, p_note,
                  p_base_rate_ppm, p_channel_total, p_lines_amount, p_charges_amount, p_discounts_amount, p_tax_amount,
                  p_marketplace_tax_amount, p_total, p_state, p_payment_status, p_reservation_status, p_fulfillment_status, p_return_status,
                  p_authorized_amount, p_captured_amount, p_hold_count),
           jsonb_array_elements(p_tax_ids), jsonb_array_elements(p_bill_to), jsonb_array_elements(p_ship_to), jsonb_array_elements(p_tags))
      as o (id, number, channel_id, external_id, intake_hash, placed_at, currency, prices_include_tax, payment_terms, party_id, customer_name,
            customer_email, customer_phone, ship_country, priority, promised_at, note, base_rate_ppm, channel_total, lines_amount, charges_amount,
            discounts_amount, tax_amount, marketplace_tax_amount, total, state, payment_status, reservation_status, fulfillment_status,
            return_status, authorized_amount, captured_amount, hold_count, tax_ids, bill_to, ship_to, tags);
  insert into orders.sourcing_decision (org_id, order_id, attempt, decided_at, reasons)
  select p_org, d.id, 1, p_now, d.reasons from rows from (unnest(p_id), jsonb_array_elements(p_reasons)) as d (id, reasons);
end $$;
comment on function orders.insert_orders is 'Writes the headers of orders that intake has priced and sourced, each with its first sourcing decision.';

create function orders.insert_order_lines(p_org integer,
    p_id uuid[], p_order_id uuid[], p_line_no integer[], p_external_line_id text[], p_item_id uuid[], p_sku text[], p_name text[], p_kind text[],
    p_supply text[], p_parent_line_id uuid[], p_kit_quantity bigint[], p_sold_quantity bigint[], p_unit_price bigint[], p_unit_price_scale smallint[],
    p_tax_rate_ppm integer[], p_amount bigint[], p_discount bigint[], p_tax bigint[], p_marketplace_tax bigint[], p_replaces_line_id uuid[],
    p_reason text[], p_ordered bigint[], p_pending bigint[], p_reserved bigint[], p_backordered bigint[])
  returns void language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
  insert into orders.order_line (org_id, id, order_id, line_no, external_line_id, item_id, sku, name, kind, supply, parent_line_id, kit_quantity,
      sold_quantity, unit_price, unit_price_scale, tax_rate_ppm, amount, discount, tax, marketplace_tax, replaces_line_id, reason, ordered, pending,
      reserved, backordered)
  select p_org, l.*
    from unnest(p_id, p_order_id, p_line_no, p_external_line_id, p_item_id, p_sku, p_name, p_kind, p_supply, p_parent_line_id, p_kit_quantity,
                p_sold_quantity, p_unit_price, p_unit_price_scale, p_tax_rate_ppm, p_amount, p_discount, p_tax, p_marketplace_tax,
                p_replaces_line_id, p_reason, p_ordered, p_pending, p_reserved, p_backordered) as l;
end $$;
comment on function orders.insert_order_lines is 'Writes lines of orders, top lines and components of kits alike.';

create function orders.insert_order_money(p_org integer,
    c_id uuid[], c_order_id uuid[], c_line_no integer[], c_kind text[], c_name text[], c_amount bigint[], c_tax bigint[], c_marketplace_tax bigint[],
    c_tax_rate_ppm integer[],
    d_id uuid[], d_order_id uuid[], d_line_id uuid[], d_code text[], d_name text[], d_amount bigint[], d_funded_by text[],
    t_id uuid[], t_order_id uuid[], t_rate_ppm integer[], t_base bigint[], t_amount bigint[], t_collected_by text[])
  returns void language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
  insert into orders.order_charge (org_id, id, order_id, line_no, kind, name, amount, tax, marketplace_tax, tax_rate_ppm)
  select p_org, c.* from unnest(c_id, c_order_id, c_line_no, c_kind, c_name, c_amount, c_tax, c_marketplace_tax, c_tax_rate_ppm) as c;
  insert into orders.order_discount (org_id, id, order_id, line_id, code, name, amount, funded_by)
  select p_org, d.* from unnest(d_id, d_order_id, d_line_id, d_code, d_name, d_amount, d_funded_by) as d;
  insert into orders.order_tax (org_id, id, order_id, rate_ppm, base, amount, collected_by)
  select p_org, t.* from unnest(t_id, t_order_id, t_rate_ppm, t_base, t_amount, t_collected_by) as t;
end $$;
comment on function orders.insert_order_money is 'Writes charges (c_…), discounts (d_…) and taxes (t_…) of orders.';

create function orders.insert_total_mismatches(p_org integer, p_now timestamptz, p_placed_by uuid, p_id uuid[], p_order_id uuid[], p_note text[])
  returns void language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
  insert into orders.order_hold (org_id, id, order_id, type, note, placed_at, placed_by)
  select p_org, h.id, h.order_id, 'total_mismatch', h.note, p_now, p_placed_by from unnest(p_id, p_order_id, p_note) as h (id, order_id, note);
end $$;
comment on function orders.insert_total_mismatches is 'Holds orders whose stated total is not ours.';

create function orders.insert_payments(p_org integer, p_now timestamptz,
    p_id uuid[], p_order_id uuid[], p_kind text[], p_amount bigint[], p_currency text[], p_method text[], p_reference text[], p_happened_at timestamptz[])
  returns void language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
  insert into orders.payment (org_id, id, order_id, kind, amount, currency, method, reference, happened_at, recorded_at)
  select p_org, p.id, p.order_id, p.kind, p.amount, p.currency, p.method, p.reference, p.happened_at, p_now
    from unnest(p_id, p_order_id, p_kind, p_amount, p_currency, p_method, p_reference, p_happened_at)
      as p (id, order_id, kind, amount, currency, method, reference, happened_at);
end $$;
comment on function orders.insert_payments is 'Writes payment facts that came with orders.';

create function warehouse.insert_shipments(p_org integer, p_now timestamptz,
    p_id uuid[], p_number bigint[], p_warehouse_id uuid[], p_source_id uuid[], p_source_label text[], p_ship_to jsonb, p_ship_to_hash text[],
    p_party_id uuid[], p_currency text[], p_priority integer[], p_held boolean[], p_ready boolean[], p_amount_to_collect bigint[],
    p_promised_at timestamptz[],
    l_id uuid[], l_shipment_id uuid[], l_source_id uuid[], l_source_line_id uuid[], l_item_id uuid[], l_owner_id uuid[], l_supply text[],
    l_quantity bigint[])
  returns void language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
  insert into warehouse.shipment (org_id, id, number, warehouse_id, status, source_id, source_label, ship_to, ship_to_hash, party_id, currency,
      priority, held, ready, amount_to_collect, promised_at, created_at)
  select p_org, s.id, s.number, s.warehouse_id, 'planned', s.source_id, s.source_label, s.ship_to, decode(s.ship_to_hash, 'hex'), s.party_id,
         s.currency, s.priority, s.held, s.ready, s.amount_to_collect, s.promised_at, p_now
    from rows from (
           unnest(p_id, p_number, p_warehouse_id, p_source_id, p_source_label, p_ship_to_hash, p_party_id, p_currency, p_priority, p_held, p_ready,
                  p_amount_to_collect, p_promised_at),
           jsonb_array_elements(p_ship_to))
      as s (id, number, warehouse_id, source_id, source_label, ship_to_hash, party_id, currency, priority, held, ready, amount_to_collect,
            promised_at, ship_to);
  insert into warehouse.shipment_line (org_id, id, shipment_id, source_id, source_line_id, item_id, owner_id, supply, quantity)
  select p_org, l.* from unnest(l_id, l_shipment_id, l_source_id, l_source_line_id, l_item_id, l_owner_id, l_supply, l_quantity) as l;
end $$;
comment on function warehouse.insert_shipments is 'Writes planned shipments and their lines (l_…).';
