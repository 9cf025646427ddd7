import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'

/**
 * Says that the queue of backorders or the expected supply of items changed, where dates were or can be promised. Raises
 * `inventory.waiting_changed` (one an item, news: the item's id); {@link promiseDates} hears it at the end of the transaction.
 */
export async function noteWaiting(run: Pick<CommandRun, 'tx' | 'ctx' | 'emit'>, itemIds: readonly string[]): Promise<void> {
  if (itemIds.length === 0) return
  const ids = [...new Set(itemIds)]
  const { rows } = await sql<{ id: string }>`
    select i.id from unnest(${ids}::uuid[]) as i (id)
     where exists (select from inventory.line_promise p where p.org_id = ${run.ctx.orgId} and p.item_id = i.id)
        or (exists (select from inventory.expected_supply s where s.org_id = ${run.ctx.orgId} and s.item_id = i.id and s.expected_at is not null)
            and exists (select from inventory.backorder b where b.org_id = ${run.ctx.orgId} and b.item_id = i.id))`.execute(run.tx)
  for (const { id } of rows) run.emit({ type: 'inventory.waiting_changed', documentType: 'item', documentId: id, payload: {}, news: id })
}
