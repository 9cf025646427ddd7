-- Why: questions about past stock look for the rolled month nearest to their instant, and a whole warehouse reads one month of all items; both read every
-- month's balances of every item.
-- Locks: writers of month balances (a nightly job) wait while the index is built: seconds on ten million rows.

create index month_balance_month on inventory.month_balance (org_id, month) include (up_to_seq);
