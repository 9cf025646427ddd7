-- L: one order a transaction, as one function call. Writes the rows of intake's own tables (order, lines, charge, discount, tax, decision,
-- reservation, planned shipment) with their indexes and constraints, and nothing else: no events, no answer kept, no look-up of SKUs,
-- prices or policies (the caller has worked them out), numbers from a sequence that has gaps, so that nobody waits for a counter.
-- Called by the owner of the tables: no row-level security.

create or replace function bench.take_order(
  p_org integer, p_channel uuid, p_warehouse uuid,
  p_id uuid, p_external_id text, p_hash bytea, p_placed_at timestamptz, p_name text, p_email text, p_ship_to jsonb, p_ship_hash bytea,
  p_lines_amount bigint, p_charges_amount bigint, p_discounts_amount bigint, p_tax_amount bigint, p_total bigint,
  p_line_ids uuid[], p_line_nos integer[], p_items uuid[], p_skus text[], p_names text[], p_kinds text[], p_supplies text[], p_parents uuid[],
  p_kit_quantities bigint[], p_quantities bigint[], p_unit_prices bigint[], p_rates integer[], p_amounts bigint[], p_discounts bigint[],
  p_taxes bigint[], p_reserved bigint[],
  p_charge_id uuid, p_charge_amount bigint, p_charge_tax bigint, p_charge_rate integer,
  p_discount_id uuid, p_discount_amount bigint,
  p_tax_ids uuid[], p_tax_rates integer[], p_tax_bases bigint[], p_tax_values bigint[],
  p_reasons jsonb, p_shipment_id uuid, p_shipment_line_ids uuid[]
) returns bigint language plpgsql as $$
declare
  p_owner constant uuid := '00000000-0000-0000-0000-000000000000';
  v_number bigint := nextval('bench.order_number');
  v_now constant timestamptz := now();
begin
  -- In key order, so that two orders with the same items wait for each other instead of dying in a deadlock.
  perform from inventory.stock_position
    where org_id = p_org and item_id = any (p_items) and warehouse_id = p_warehouse and owner_id = p_owner
    order by item_id for update;
  update inventory.stock_position p set reserved = p.reserved + w.quantity
    from (select l.item, sum(l.quantity)::bigint as quantity from unnest(p_items, p_reserved) as l (item, quantity) where l.quantity > 0 group by l.item) w
   where p.org_id = p_org and p.item_id = w.item and p.warehouse_id = p_warehouse and p.owner_id = p_owner;
  insert into orders.sales_order (org_id, id, number, channel_id, external_id, intake_hash, placed_at, received_at, currency, prices_include_tax,
      payment_terms, customer_name, customer_email, ship_to, ship_country, lines_amount, charges_amount, discounts_amount, tax_amount, total,
      state, payment_status, reservation_status, fulfillment_status)
    values (p_org, p_id, v_number, p_channel, p_external_id, p_hash, p_placed_at, v_now, 'EUR', true, 'prepaid', p_name, p_email, p_ship_to, 'RS',
      p_lines_amount, p_charges_amount, p_discounts_amount, p_tax_amount, p_total, 'open', 'unpaid', 'reserved', 'unfulfilled');
  insert into orders.order_line (org_id, id, order_id, line_no, item_id, sku, name, kind, supply, parent_line_id, kit_quantity, sold_quantity,
      unit_price, tax_rate_ppm, amount, discount, tax, ordered, pending, reserved)
    select p_org, l.id, p_id, l.line_no, l.item, l.sku, l.name, l.kind, l.supply, l.parent, l.kit_quantity, l.quantity, l.unit_price, l.rate,
           l.amount, l.discount, l.tax, l.quantity, l.quantity - l.reserved, l.reserved
      from unnest(p_line_ids, p_line_nos, p_items, p_skus, p_names, p_kinds, p_supplies, p_parents, p_kit_quantities, p_quantities, p_unit_prices,
                  p_rates, p_amounts, p_discounts, p_taxes, p_reserved)
        as l (id, line_no, item, sku, name, kind, supply, parent, kit_quantity, quantity, unit_price, rate, amount, discount, tax, reserved);
  insert into orders.order_charge (org_id, id, order_id, line_no, kind, name, amount, tax, tax_rate_ppm)
    values (p_org, p_charge_id, p_id, 1, 'shipping', 'Delivery', p_charge_amount, p_charge_tax, p_charge_rate);
  insert into orders.order_discount (org_id, id, order_id, code, amount) values (p_org, p_discount_id, p_id, 'WELCOME', p_discount_amount);
  insert into orders.order_tax (org_id, id, order_id, rate_ppm, base, amount)
    select p_org, t.id, p_id, t.rate, t.base, t.amount from unnest(p_tax_ids, p_tax_rates, p_tax_bases, p_tax_values) as t (id, rate, base, amount);
  insert into orders.sourcing_decision (org_id, order_id, attempt, decided_at, reasons) values (p_org, p_id, 1, v_now, p_reasons);
  insert into inventory.reservation (org_id, source_line_id, warehouse_id, item_id, owner_id, source_id, quantity, promised_at)
    select p_org, l.id, p_warehouse, l.item, p_owner, p_id, l.reserved, v_now
      from unnest(p_line_ids, p_items, p_reserved) as l (id, item, reserved) where l.reserved > 0;
  insert into warehouse.shipment (org_id, id, number, warehouse_id, status, source_id, source_label, ship_to, ship_to_hash, currency, created_at)
    values (p_org, p_shipment_id, nextval('bench.shipment_number'), p_warehouse, 'planned', p_id, v_number::text, p_ship_to, p_ship_hash, 'EUR', v_now);
  insert into warehouse.shipment_line (org_id, id, shipment_id, source_id, source_line_id, item_id, owner_id, supply, quantity)
    select p_org, l.shipment_line, p_shipment_id, p_id, l.id, l.item, p_owner, 'stock', l.reserved
      from unnest(p_shipment_line_ids, p_line_ids, p_items, p_reserved) as l (shipment_line, id, item, reserved) where l.reserved > 0;
  return v_number;
end $$;
