import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { rmaState } from '../orders.errors.ts'
import { Note, RmaWritten } from '../rma-input.ts'
import { lockRmas, readRmaLines } from '../rma.repo.ts'
import { receivedState, rmaAllows, type RmaState } from '../rma.ts'

/**
 * Approves, rejects, cancels, closes or reopens an authorization. Closing says that nothing more is expected and all money is
 * settled; goods that come later are still received and shown on it.
 * @throws `orders.not_found`, `orders.rma_state` (rule)
 */
export const decideRma = defineCommand({
  name: 'orders.decide_rma',
  permission: 'orders.return',
  summary: 'Approve, reject, cancel, close or reopen a return',
  input: exactly({
    rma_id: Uuid,
    decision: Type.Enum(['approve', 'reject', 'cancel', 'close', 'reopen']),
    note: Type.Optional(Note),
  }),
  output: RmaWritten,
  errors: ['orders.not_found', 'orders.rma_state'],

  async run(run, { rma_id, decision, note }) {
    const rma = (await lockRmas(run, [rma_id])).get(rma_id)
    if (rma === undefined) throw notFound('orders.rma', rma_id)
    if (!rmaAllows(rma.state, decision)) throw rmaState(rma.number, rma.state, decision)
    const state = await stateAfter(run, rma_id, decision)
    await sql`
      update orders.rma set state = ${state}, decision_note = coalesce(${note ?? null}, decision_note), decided_at = ${run.now}, decided_by = ${run.ctx.actor.id}::uuid, auto_decided = false,
             closed_at = case when ${state} = 'closed' then ${run.now}::timestamptz end, version = version + 1
       where org_id = ${run.ctx.orgId} and id = ${rma_id}::uuid`.execute(run.tx)
    run.emit({
      type: 'orders.rma_decided',
      documentType: 'rma',
      documentId: rma_id,
      payload: { number: rma.number, decision, before: rma.state, state },
    })
    return { id: rma_id, number: rma.number, state }
  },
})

/** The state a decision leads to; reopened and approved ones stand where their goods stand. */
async function stateAfter(run: CommandRun, rmaId: string, decision: string): Promise<RmaState> {
  if (decision === 'reject') return 'rejected'
  if (decision === 'cancel') return 'canceled'
  if (decision === 'close') return 'closed'
  return receivedState('approved', await readRmaLines(run, [rmaId]))
}
