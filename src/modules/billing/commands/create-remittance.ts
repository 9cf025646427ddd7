import { sql } from 'kysely'
import { Type } from 'typebox'
import { takeNumbers } from '../../../kernel/counter.ts'
import { defineCommand } from '../../../kernel/command.ts'
import { invalidField, notFound } from '../../../kernel/errors.ts'
import { isCurrency } from '../../../kernel/money.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { remittanceKnown, remittanceNotOpen } from '../billing.errors.ts'
import { matchLines } from '../remittance-match.ts'
import { insertLines, lockRemittance } from '../remittances.repo.ts'
import { CalendarDay } from '../wire.ts'

/** Parcels on one list. */
export const MAX_REMITTANCE_LINES = 5000

const Minor = Type.Integer({ minimum: 0, maximum: 1e12, description: 'minor units' })

/** One parcel of a courier's list. */
export const RemittanceLineInput = exactly({
  tracking_number: Type.String({ minLength: 1, maxLength: 100 }),
  amount: Minor,
  fee: Type.Optional(Minor),
  collected_on: Type.Optional(nullable(CalendarDay)),
})

/**
 * Reads a courier's list of what it collected, and compares it with the parcels. Nothing is posted until it is accepted.
 * @throws `billing.remittance_known` (conflict), `carriers.not_found`, `kernel.invalid_input`
 */
export const createRemittance = defineCommand({
  name: 'billing.create_remittance',
  permission: 'billing.remit',
  summary: 'Read a courier’s list of cash it collected',
  input: exactly({
    carrier_id: Uuid,
    reference: Type.String({ minLength: 1, maxLength: 200, description: "the list's own number; once a carrier" }),
    statement_on: CalendarDay,
    currency: Type.Optional(Type.String({ minLength: 3, maxLength: 3 })),
    deposit_amount: Type.Optional(nullable(Minor)),
    note: Type.Optional(Type.String({ maxLength: 1000 })),
    lines: Type.Array(RemittanceLineInput, { minItems: 1, maxItems: MAX_REMITTANCE_LINES }),
  }),
  output: exactly({ id: Uuid }),
  constraints: { courier_remittance_once: () => remittanceKnown('with this reference') },
  errors: ['billing.remittance_known', 'carriers.not_found'],
  async run(run, input) {
    const { tx, ctx } = run
    const currency = input.currency ?? ctx.org.baseCurrency
    if (!isCurrency(currency)) throw invalidField('/currency', 'currency', 'is no currency of ISO 4217; give three letters such as EUR')
    const { rows: carriers } =
      await sql`select id from carriers.carrier where org_id = ${ctx.orgId} and id = ${input.carrier_id}::uuid`.execute(tx)
    if (carriers.length === 0) throw notFound('carriers.carrier', input.carrier_id)
    const id = run.newId()
    const lines = input.lines.map((line, index) => ({
      id: run.newId(),
      lineNo: index + 1,
      trackingNumber: line.tracking_number.trim(),
      amount: line.amount,
      fee: line.fee ?? 0,
      collectedOn: line.collected_on ?? null,
    }))
    const matched = await matchLines(tx, ctx.orgId, { carrierId: input.carrier_id, currency }, lines)
    const number = await takeNumbers(tx, ctx.orgId, 'courier_remittance', 1)
    await sql`
      insert into billing.courier_remittance (org_id, id, number, carrier_id, reference, statement_on, currency, deposit_amount, status, note, created_at, created_by)
      values (${ctx.orgId}, ${id}::uuid, ${number}, ${input.carrier_id}::uuid, ${input.reference}, ${input.statement_on}::date, ${currency}, ${input.deposit_amount ?? null}, 'open', ${input.note ?? ''}, ${run.now}, ${ctx.actor.id}::uuid)`.execute(
      tx,
    )
    await insertLines(tx, ctx.orgId, id, matched)
    run.emit({
      type: 'billing.remittance_created',
      documentType: 'courier_remittance',
      documentId: id,
      payload: {
        number,
        reference: input.reference,
        lines: lines.length,
        differences: matched.filter((line) => line.difference !== 'none').length,
      },
    })
    return { id }
  },
})

/**
 * Puts an open list aside: a wrong file. Its reference is free for another list.
 * @throws `billing.not_found`, `billing.remittance_not_open` (rule)
 */
export const cancelRemittance = defineCommand({
  name: 'billing.cancel_remittance',
  permission: 'billing.remit',
  summary: 'Put a courier’s list aside',
  input: exactly({ remittance_id: Uuid }),
  output: exactly({ id: Uuid }),
  errors: ['billing.not_found', 'billing.remittance_not_open'],
  async run(run, { remittance_id }) {
    const list = await lockRemittance(run.tx, run.ctx.orgId, remittance_id)
    if (list === null) throw notFound('billing.remittance', remittance_id)
    if (list.status !== 'open') throw remittanceNotOpen(list.number, list.status)
    await sql`update billing.courier_remittance set status = 'canceled', reference = left(${list.reference}, 170) || ${` (canceled ${list.number})`}, version = version + 1 where org_id = ${run.ctx.orgId} and id = ${remittance_id}::uuid`.execute(
      run.tx,
    )
    run.emit({
      type: 'billing.remittance_canceled',
      documentType: 'courier_remittance',
      documentId: remittance_id,
      payload: { status: ['open', 'canceled'] },
    })
    return { id: remittance_id }
  },
})
