-- B: many orders a transaction (500), as one function call: the same rows as L, each table written by one set-based statement.
-- Rows come as one array a column; nothing is looked up, numbers come from a sequence. Called by the owner of the tables.

create or replace function bench.take_orders(
  p_org integer, p_channel uuid, p_warehouse uuid,
  p_ids uuid[], p_external_ids text[], p_hashes bytea[], p_placed_at timestamptz[], p_customers text[], p_emails text[], p_ship_to jsonb[],
  p_ship_hashes bytea[], p_lines_amounts bigint[], p_charges_amounts bigint[], p_discounts_amounts bigint[], p_tax_amounts bigint[], p_totals bigint[],
  p_line_orders uuid[], p_line_ids uuid[], p_line_nos integer[], p_items uuid[], p_skus text[], p_names text[], p_kinds text[], p_supplies text[],
  p_parents uuid[], p_kit_quantities bigint[], p_quantities bigint[], p_unit_prices bigint[], p_rates integer[], p_amounts bigint[],
  p_discounts bigint[], p_taxes bigint[], p_reserved bigint[],
  p_charge_ids uuid[], p_charge_amounts bigint[], p_charge_taxes bigint[], p_charge_rates integer[],
  p_discount_ids uuid[], p_discount_amounts bigint[],
  p_tax_orders uuid[], p_tax_ids uuid[], p_tax_rates integer[], p_tax_bases bigint[], p_tax_values bigint[],
  p_reasons jsonb[], p_shipment_ids uuid[], p_line_shipments uuid[], p_shipment_line_ids uuid[]
) returns bigint language plpgsql as $$
declare
  p_owner constant uuid := '00000000-0000-0000-0000-000000000000';
  v_now constant timestamptz := now();
  v_numbers constant bigint[] := array(select nextval('bench.order_number') from generate_series(1, cardinality(p_ids)));
begin
  perform from inventory.stock_position
    where org_id = p_org and item_id = any (p_items) and warehouse_id = p_warehouse and owner_id = p_owner
    order by item_id for update;
  update inventory.stock_position p set reserved = p.reserved + w.quantity
    from (select l.item, sum(l.quantity)::bigint as quantity from unnest(p_items, p_reserved) as l (item, quantity) where l.quantity > 0 group by l.item) w
   where p.org_id = p_org and p.item_id = w.item and p.warehouse_id = p_warehouse and p.owner_id = p_owner;
  insert into orders.sales_order (org_id, id, number, channel_id, external_id, intake_hash, placed_at, received_at, currency, prices_include_tax,
      payment_terms, customer_name, customer_email, ship_to, ship_country, lines_amount, charges_amount, discounts_amount, tax_amount, total,
      state, payment_status, reservation_status, fulfillment_status)
    select p_org, o.id, o.number, p_channel, o.external_id, o.hash, o.placed_at, v_now, 'EUR', true, 'prepaid', o.customer, o.email, o.ship_to,
           'RS', o.lines_amount, o.charges_amount, o.discounts_amount, o.tax_amount, o.total, 'open', 'unpaid', 'reserved', 'unfulfilled'
      from unnest(p_ids, p_external_ids, p_hashes, p_placed_at, p_customers, p_emails, p_ship_to, p_lines_amounts, p_charges_amounts,
                  p_discounts_amounts, p_tax_amounts, p_totals, v_numbers)
        as o (id, external_id, hash, placed_at, customer, email, ship_to, lines_amount, charges_amount, discounts_amount, tax_amount, total, number);
  insert into orders.order_line (org_id, id, order_id, line_no, item_id, sku, name, kind, supply, parent_line_id, kit_quantity, sold_quantity,
      unit_price, tax_rate_ppm, amount, discount, tax, ordered, pending, reserved)
    select p_org, l.id, l.order_id, l.line_no, l.item, l.sku, l.name, l.kind, l.supply, l.parent, l.kit_quantity, l.quantity, l.unit_price, l.rate,
           l.amount, l.discount, l.tax, l.quantity, l.quantity - l.reserved, l.reserved
      from unnest(p_line_ids, p_line_orders, p_line_nos, p_items, p_skus, p_names, p_kinds, p_supplies, p_parents, p_kit_quantities, p_quantities,
                  p_unit_prices, p_rates, p_amounts, p_discounts, p_taxes, p_reserved)
        as l (id, order_id, line_no, item, sku, name, kind, supply, parent, kit_quantity, quantity, unit_price, rate, amount, discount, tax, reserved);
  insert into orders.order_charge (org_id, id, order_id, line_no, kind, name, amount, tax, tax_rate_ppm)
    select p_org, c.id, c.order_id, 1, 'shipping', 'Delivery', c.amount, c.tax, c.rate
      from unnest(p_charge_ids, p_ids, p_charge_amounts, p_charge_taxes, p_charge_rates) as c (id, order_id, amount, tax, rate);
  insert into orders.order_discount (org_id, id, order_id, code, amount)
    select p_org, d.id, d.order_id, 'WELCOME', d.amount from unnest(p_discount_ids, p_ids, p_discount_amounts) as d (id, order_id, amount);
  insert into orders.order_tax (org_id, id, order_id, rate_ppm, base, amount)
    select p_org, t.id, t.order_id, t.rate, t.base, t.amount
      from unnest(p_tax_ids, p_tax_orders, p_tax_rates, p_tax_bases, p_tax_values) as t (id, order_id, rate, base, amount);
  insert into orders.sourcing_decision (org_id, order_id, attempt, decided_at, reasons)
    select p_org, d.order_id, 1, v_now, d.reasons from unnest(p_ids, p_reasons) as d (order_id, reasons);
  insert into inventory.reservation (org_id, source_line_id, warehouse_id, item_id, owner_id, source_id, quantity, promised_at)
    select p_org, l.id, p_warehouse, l.item, p_owner, l.order_id, l.reserved, v_now
      from unnest(p_line_ids, p_line_orders, p_items, p_reserved) as l (id, order_id, item, reserved) where l.reserved > 0;
  insert into warehouse.shipment (org_id, id, number, warehouse_id, status, source_id, source_label, ship_to, ship_to_hash, currency, created_at)
    select p_org, s.id, nextval('bench.shipment_number'), p_warehouse, 'planned', s.order_id, s.number::text, s.ship_to, s.hash, 'EUR', v_now
      from unnest(p_shipment_ids, p_ids, p_ship_to, p_ship_hashes, v_numbers) as s (id, order_id, ship_to, hash, number);
  insert into warehouse.shipment_line (org_id, id, shipment_id, source_id, source_line_id, item_id, owner_id, supply, quantity)
    select p_org, l.shipment_line, l.shipment, l.order_id, l.id, l.item, p_owner, 'stock', l.reserved
      from unnest(p_shipment_line_ids, p_line_shipments, p_line_orders, p_line_ids, p_items, p_reserved)
        as l (shipment_line, shipment, order_id, id, item, reserved) where l.reserved > 0;
  return v_numbers[1];
end $$;
