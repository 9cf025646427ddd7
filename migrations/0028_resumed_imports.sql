-- Why: an import whose process was killed is gone on with by another one (each piece has its own idempotency key, so nothing is written
--      twice). A file that ends its process again and again must not do so for ever: the times are counted.
-- Locks: access exclusive on imports.import_run for a moment; a column with a constant default rewrites nothing.

alter table imports.import_run add column resumed smallint not null default 0 check (resumed >= 0);
comment on column imports.import_run.resumed is 'Times another process went on with it after the one that wrote it was gone.';
