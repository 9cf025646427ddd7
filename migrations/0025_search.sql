-- no-transaction
-- Why: searches in shipments and customers read the whole table; each way to be found gets an index, and text is found by its beginning.
-- A page of one open step, the most urgent first, and of one item's movements, the newest first, reads just its rows; a window of time reads
-- just its part of the movements.
-- Locks: none that stop writers, indexes are built concurrently. On ten million movements and a million shipments about two minutes.

create index concurrently if not exists shipment_label on warehouse.shipment (org_id, source_label);
create index concurrently if not exists shipment_recipient on warehouse.shipment (org_id, lower(ship_to ->> 'name') text_pattern_ops);
create index concurrently if not exists shipment_urgent on warehouse.shipment (org_id, status, priority, number)
  where status in ('planned', 'released', 'picked', 'packed');
create index concurrently if not exists shipment_line_item on warehouse.shipment_line (org_id, item_id, shipment_id);
create index concurrently if not exists shipment_order_label on warehouse.shipment_order (org_id, source_label);
create index concurrently if not exists party_name_prefix on parties.party (org_id, lower(name) text_pattern_ops);
create index concurrently if not exists party_last_word on parties.party (org_id, lower(regexp_replace(name, '^.*\s', '')) text_pattern_ops);
create index concurrently if not exists party_company_prefix on parties.party (org_id, lower(company) text_pattern_ops) where company is not null;
create index concurrently if not exists party_email_prefix on parties.party (org_id, lower(email) text_pattern_ops) where email is not null;
create index concurrently if not exists parcel_tracking_prefix on warehouse.parcel (org_id, tracking_number text_pattern_ops) where tracking_number is not null;
create index concurrently if not exists stock_movement_item_newest on inventory.stock_movement (org_id, item_id, seq);
create index concurrently if not exists stock_movement_happened on inventory.stock_movement using brin (happened_at) with (pages_per_range = 32);
