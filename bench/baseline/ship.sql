-- Release, pick, pack and ship many shipments, each step one transaction of set-based statements: the same rows as the commands leave, without
-- events and answers. Whole shipments, one bin an item, every line shipped at once, goods from the oldest open layer. Called by the
-- owner of the tables; numbers come from sequences.

create or replace function bench.release_shipments(p_org integer, p_warehouse uuid, p_bin uuid, p_shipments uuid[]) returns void language plpgsql as $$
declare
  p_owner constant uuid := '00000000-0000-0000-0000-000000000000';
  v_list constant uuid := gen_random_uuid();
begin
  perform from warehouse.shipment where org_id = p_org and id = any (p_shipments) order by id for update;
  insert into warehouse.pick_list (org_id, id, number, warehouse_id, status, created_at)
    values (p_org, v_list, nextval('bench.pick_list_number'), p_warehouse, 'open', now());
  with picks as (
    insert into warehouse.pick (org_id, id, root_id, pick_list_id, shipment_id, shipment_line_id, location_id, item_id, lot_id, owner_id, quantity, status)
      select p_org, l.pick, l.pick, v_list, l.shipment_id, l.id, p_bin, l.item_id, p_owner, p_owner, l.quantity, 'open'
        from (select s.*, gen_random_uuid() as pick from warehouse.shipment_line s
               where s.org_id = p_org and s.shipment_id = any (p_shipments) and s.supply = 'stock' offset 0) l
      returning id, item_id, quantity),
  allocated as (
    insert into inventory.allocation (org_id, source_id, location_id, item_id, lot_id, owner_id, quantity, purpose)
      select p_org, k.id, p_bin, k.item_id, p_owner, p_owner, k.quantity, 'pick' from picks k)
  update inventory.stock_level l set allocated = l.allocated + k.quantity
    from (select item_id, sum(quantity)::bigint as quantity from picks group by item_id) k
   where l.org_id = p_org and l.item_id = k.item_id and l.location_id = p_bin and l.lot_id = p_owner and l.owner_id = p_owner;
  update warehouse.shipment set status = 'released', pick_list_id = v_list, released_at = now(), version = version + 1
   where org_id = p_org and id = any (p_shipments);
  update orders.sales_order o set fulfillment_status = 'in_progress', version = o.version + 1
    from warehouse.shipment s where s.org_id = p_org and s.id = any (p_shipments) and o.org_id = p_org and o.id = s.source_id;
end $$;

create or replace function bench.pick_shipments(p_org integer, p_warehouse uuid, p_bin uuid, p_staging uuid, p_shipments uuid[]) returns void language plpgsql as $$
declare
  p_owner constant uuid := '00000000-0000-0000-0000-000000000000';
  v_command constant uuid := gen_random_uuid();
begin
  perform from warehouse.shipment where org_id = p_org and id = any (p_shipments) order by id for update;
  with picks as (
    update warehouse.pick set picked_quantity = quantity, status = 'picked', picked_at = now()
     where org_id = p_org and shipment_id = any (p_shipments) returning *),
  moved as (
    insert into inventory.stock_movement (org_id, item_id, lot_id, owner_id, quantity, from_location_id, to_location_id, happened_at, recorded_at,
        actor_kind, reason, source_type, source_id, source_line_id, command_id)
      select p_org, item_id, lot_id, owner_id, quantity, location_id, p_staging, now(), now(), 'system', 'pick', 'pick', pick_list_id, root_id, v_command from picks),
  freed as (delete from inventory.allocation a using picks k where a.org_id = p_org and a.source_id = k.id),
  staged as (
    insert into inventory.allocation (org_id, source_id, location_id, item_id, lot_id, owner_id, quantity, purpose)
      select p_org, shipment_line_id, p_staging, item_id, lot_id, owner_id, quantity, 'staged' from picks),
  lines as (
    update warehouse.shipment_line l set picked_quantity = l.picked_quantity + k.quantity from picks k where l.org_id = p_org and l.id = k.shipment_line_id
      returning l.source_line_id, k.quantity),
  ordered as (
    update orders.order_line o set picked = o.picked + l.quantity from lines l where o.org_id = p_org and o.id = l.source_line_id),
  sums as (select item_id, sum(quantity)::bigint as quantity from picks group by item_id),
  from_bin as (
    update inventory.stock_level l set on_hand = l.on_hand - k.quantity, allocated = l.allocated - k.quantity from sums k
     where l.org_id = p_org and l.item_id = k.item_id and l.location_id = p_bin and l.lot_id = p_owner and l.owner_id = p_owner)
  insert into inventory.stock_level as l (org_id, location_id, item_id, lot_id, owner_id, on_hand, allocated)
    select p_org, p_staging, item_id, p_owner, p_owner, quantity, quantity from sums order by item_id
    on conflict (org_id, item_id, location_id, lot_id, owner_id) do update set on_hand = l.on_hand + excluded.on_hand, allocated = l.allocated + excluded.allocated;
  update warehouse.shipment set status = 'picked', picked_at = now(), version = version + 1 where org_id = p_org and id = any (p_shipments);
  update warehouse.pick_list l set status = 'done', done_at = now() from warehouse.shipment s
   where s.org_id = p_org and s.id = any (p_shipments) and l.org_id = p_org and l.id = s.pick_list_id and l.status = 'open';
end $$;

create or replace function bench.pack_shipments(p_org integer, p_carrier uuid, p_shipments uuid[]) returns void language plpgsql as $$
begin
  insert into warehouse.parcel (org_id, id, shipment_id, parcel_no, sscc, weight_g, carrier_id, tracking_number, created_at)
    select p_org, gen_random_uuid(), s, 1, '9' || lpad(nextval('bench.parcel_number')::text, 17, '0'), 1000, p_carrier, 'T' || right(s::text, 12), now() from unnest(p_shipments) s;
  update warehouse.shipment set status = 'packed', packed_at = now(), carrier_id = p_carrier, version = version + 1 where org_id = p_org and id = any (p_shipments);
end $$;

create or replace function bench.ship_shipments(p_org integer, p_warehouse uuid, p_staging uuid, p_customer uuid, p_shipments uuid[]) returns void language plpgsql as $$
declare
  p_owner constant uuid := '00000000-0000-0000-0000-000000000000';
  v_command constant uuid := gen_random_uuid();
  v_day constant date := (now() at time zone 'Europe/Belgrade')::date;
  v_inventory uuid; v_cost uuid; v_customers uuid; v_revenue uuid; v_shipping uuid; v_tax uuid;
begin
  select max(id::text) filter (where role = 'inventory'), max(id::text) filter (where role = 'cost_of_goods_sold'), max(id::text) filter (where role = 'customer_account'),
         max(id::text) filter (where role = 'revenue'), max(id::text) filter (where role = 'shipping_income'), max(id::text) filter (where role = 'tax_payable')
    into v_inventory, v_cost, v_customers, v_revenue, v_shipping, v_tax from ledger.account where org_id = p_org;
  perform from warehouse.shipment where org_id = p_org and id = any (p_shipments) order by id for update;
  perform from inventory.stock_position where org_id = p_org and warehouse_id = p_warehouse and owner_id = p_owner
    and item_id in (select item_id from warehouse.shipment_line where org_id = p_org and shipment_id = any (p_shipments)) order by item_id for update;

  -- Every line with the layer it takes from and its part of that layer's value: rounded down to here, less what came before.
  create temp table sent on commit drop as
    select l.id, l.shipment_id, l.source_id, l.source_line_id, l.item_id, l.quantity, y.id as layer_id, y.seq as layer_seq,
           (y.remaining_value_minor::numeric * sum(l.quantity) over w / y.remaining_quantity)::bigint
             - (y.remaining_value_minor::numeric * (sum(l.quantity) over w - l.quantity) / y.remaining_quantity)::bigint as value,
           row_number() over (partition by l.shipment_id order by l.id)::integer as place
      from warehouse.shipment_line l
      cross join lateral (select * from inventory.cost_layer y where y.org_id = p_org and y.item_id = l.item_id and y.warehouse_id = p_warehouse and y.owner_id = p_owner
                             and y.lot_id = p_owner and y.remaining_quantity > 0 order by y.seq limit 1) y
     where l.org_id = p_org and l.shipment_id = any (p_shipments) and l.supply = 'stock'
    window w as (partition by l.item_id order by l.id);
  create temp table documents on commit drop as
    select s.id, s.source_id as order_id, o.number, o.party_id, o.channel_id, gen_random_uuid() as goods_entry, gen_random_uuid() as sale_entry,
           (select sum(value) from sent where shipment_id = s.id)::bigint as cost, o.total, o.tax_amount
      from warehouse.shipment s join orders.sales_order o on o.org_id = p_org and o.id = s.source_id where s.org_id = p_org and s.id = any (p_shipments);

  insert into ledger.journal_entry (org_id, id, accounting_date, recorded_at, base_currency, base_debit, base_credit, kind, source_type, source_id, memo, actor_kind, command_id)
    select p_org, goods_entry, v_day, now(), 'EUR', cost, cost, 'goods.ship', 'shipment', id, '', 'system', v_command from documents
    union all select p_org, sale_entry, v_day, now(), 'EUR', total, total, 'sale.shipped', 'shipment', id, 'Order ' || number, 'system', v_command from documents;
  insert into ledger.posting (org_id, entry_id, line, account_id, accounting_date, amount, currency, base_amount, document_type, document_id, line_id, item_id, warehouse_id)
    select p_org, d.goods_entry, 2 * t.place - 1 + side, case side when 0 then v_cost else v_inventory end, v_day, case side when 0 then t.value else -t.value end, 'EUR',
           case side when 0 then t.value else -t.value end, 'shipment', t.shipment_id, t.id, t.item_id, p_warehouse
      from sent t join documents d on d.id = t.shipment_id cross join generate_series(0, 1) side where t.value <> 0;

  with moved as (
    insert into inventory.stock_movement (org_id, item_id, lot_id, owner_id, quantity, from_location_id, to_location_id, happened_at, recorded_at,
        actor_kind, reason, source_type, source_id, source_line_id, entry_id, command_id)
      select p_org, t.item_id, p_owner, p_owner, t.quantity, p_staging, p_customer, now(), now(), 'system', 'ship', 'shipment', t.shipment_id, t.id, d.goods_entry, v_command
        from sent t join documents d on d.id = t.shipment_id
      returning seq, source_line_id)
  insert into inventory.cost_use (org_id, layer_id, movement_seq, quantity, value_minor)
    select p_org, t.layer_id, m.seq, t.quantity, t.value from moved m join sent t on t.id = m.source_line_id;
  update inventory.cost_layer y set remaining_quantity = y.remaining_quantity - t.quantity, remaining_value_minor = y.remaining_value_minor - t.value
    from (select layer_id, sum(quantity)::bigint as quantity, sum(value)::bigint as value from sent group by 1) t where y.org_id = p_org and y.id = t.layer_id;
  update inventory.stock_level l set on_hand = l.on_hand - t.quantity, allocated = l.allocated - t.quantity
    from (select item_id, sum(quantity)::bigint as quantity from sent group by 1) t
   where l.org_id = p_org and l.item_id = t.item_id and l.location_id = p_staging and l.lot_id = p_owner and l.owner_id = p_owner;
  update inventory.stock_position p set on_hand = p.on_hand - t.quantity, reserved = p.reserved - t.quantity
    from (select item_id, sum(quantity)::bigint as quantity from sent group by 1) t
   where p.org_id = p_org and p.item_id = t.item_id and p.warehouse_id = p_warehouse and p.owner_id = p_owner;
  delete from inventory.allocation a using sent t where a.org_id = p_org and a.source_id = t.id;
  delete from inventory.reservation r using sent t where r.org_id = p_org and r.source_line_id = t.source_line_id and r.warehouse_id = p_warehouse;
  update warehouse.shipment_line l set shipped_quantity = t.quantity from sent t where l.org_id = p_org and l.id = t.id;
  update warehouse.shipment set status = 'shipped', shipped_at = now(), version = version + 1 where org_id = p_org and id = any (p_shipments);

  with lines as (
    update orders.order_line o set reserved = o.reserved - t.quantity, picked = o.picked - t.quantity, shipped = o.shipped + t.quantity,
           sliced_quantity = t.quantity, sliced_amount = o.amount - o.discount, sliced_discount = o.discount, sliced_tax = o.tax
      from sent t where o.org_id = p_org and o.id = t.source_line_id
      returning o.order_id, o.id as line_id, t.shipment_id, t.id as shipment_line, o.item_id, t.quantity, o.amount - o.discount as amount, o.discount, o.tax, t.place),
  charges as (
    update orders.order_charge c set recognized_shipment_id = d.id from documents d where c.org_id = p_org and c.order_id = d.order_id
      returning c.order_id, c.id as charge_id, d.id as shipment_id, c.amount, c.discount, c.tax),
  slices as (
    insert into orders.revenue_slice (org_id, id, order_id, line_id, charge_id, kind, document_id, document_line_id, quantity, amount, discount, tax, recorded_at)
      select p_org, gen_random_uuid(), order_id, line_id, null, 'shipped', shipment_id, shipment_line, quantity, amount, discount, tax, now() from lines
      union all select p_org, gen_random_uuid(), order_id, null, charge_id, 'shipped', shipment_id, null, null, amount, discount, tax, now() from charges),
  sale as (
    select shipment_id, 1 + place as line, v_revenue as account, -(amount - tax) as amount, 'shipment' as document_type, shipment_id as document_id, shipment_line as line_id, item_id,
           p_warehouse as warehouse from lines
    union all select shipment_id, 1000, v_shipping, -(amount - tax), 'shipment', shipment_id, null, null, p_warehouse from charges
    union all select id, 1, v_customers, total, 'order', order_id, null, null, null from documents
    union all select id, 1001, v_tax, -tax_amount, 'order', order_id, null, null, null from documents)
  insert into ledger.posting (org_id, entry_id, line, account_id, accounting_date, amount, currency, base_amount, party_id, document_type, document_id, line_id, item_id, warehouse_id, channel_id)
    select p_org, d.sale_entry, s.line, s.account, v_day, s.amount, 'EUR', s.amount, d.party_id, s.document_type, s.document_id, s.line_id, s.item_id, s.warehouse, d.channel_id
      from sale s join documents d on d.id = s.shipment_id where s.amount <> 0;
  update orders.sales_order o set state = 'done', reservation_status = 'none', fulfillment_status = 'shipped', version = o.version + 1
    from documents d where o.org_id = p_org and o.id = d.order_id;
end $$;
