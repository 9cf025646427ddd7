-- Why: the time of day at which a warehouse hands its parcels over, shown as a clock on the fulfillment board; sales by day read the postings of a few accounts.
-- Locks: a short exclusive lock on inventory.warehouse (a handful of rows, no rewrite).

alter table inventory.warehouse add column cut_off text check (cut_off ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$');
comment on column inventory.warehouse.cut_off is 'Time of day (HH:MM, in the organization''s time zone) until which parcels leave the same day; null: none is set.';
