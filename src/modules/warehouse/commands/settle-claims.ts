import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { DomainError, notFound } from '../../../kernel/errors.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { instantOf, Reason } from '../schemas.ts'

/** A step of a claim, told to flows: billing posts it. Amounts in minor units of the base currency. */
export interface SettledClaim {
  claimId: string
  number: number
  warehouseId: string
  step: 'accepted' | 'rejected' | 'paid' | 'repaid'
  receivable: number
  bank: number
  happenedAt: Date
}

interface Claim {
  id: string
  number: number
  warehouseId: string
  status: string
  accepted: number | null
  paid: number | null
  repaid: number | null
}

const Amount = Type.Integer({ minimum: 1, maximum: 1_000_000_000_000, description: 'minor units of the base currency' })
const Answer = exactly({ carrier_claim_id: Uuid, status: Type.String() })
const ERRORS = ['warehouse.not_found', 'warehouse.claim_settled']

async function lockClaim({ tx, ctx }: CommandRun, id: string, from: readonly string[]): Promise<Claim> {
  const { rows } = await sql<Claim>`
    select id, number, warehouse_id as "warehouseId", status, accepted_minor as accepted, paid_minor as paid, repaid_minor as repaid from warehouse.carrier_claim where org_id = ${ctx.orgId} and id = ${id} for update`.execute(
    tx,
  )
  const [claim] = rows
  if (claim === undefined) throw notFound('warehouse.carrier_claim', id)
  if (!from.includes(claim.status))
    throw new DomainError(
      'rule',
      'warehouse.claim_settled',
      `Claim ${claim.number} is ${claim.status}; only one that is ${from.join(' or ')} can be changed so.`,
      {
        detail: { carrier_claim_id: id, status: claim.status },
      },
    )
  return claim
}

function tell(run: CommandRun, claim: Claim, news: Pick<SettledClaim, 'step' | 'receivable' | 'bank' | 'happenedAt'>): void {
  run.emit({
    type: 'warehouse.claim_settled',
    documentType: 'carrier_claim',
    documentId: claim.id,
    payload: { number: claim.number, status: [claim.status, news.step], receivable_minor: news.receivable, bank_minor: news.bank },
    news: { claimId: claim.id, number: claim.number, warehouseId: claim.warehouseId, ...news } satisfies SettledClaim,
  })
}

/** The carrier accepts a claim, for an amount. @throws `warehouse.not_found`, `warehouse.claim_settled` */
export const acceptClaim = defineCommand({
  name: 'warehouse.accept_claim',
  permission: 'warehouse.claim',
  summary: 'Record that a carrier accepts a claim',
  input: exactly({ carrier_claim_id: Uuid, amount: Amount }),
  output: Answer,
  errors: ERRORS,

  async run(run, { carrier_claim_id, amount }) {
    const claim = await lockClaim(run, carrier_claim_id, ['open', 'rejected'])
    await sql`
      update warehouse.carrier_claim set status = 'accepted', accepted_minor = ${amount}, decided_at = ${run.now}, version = version + 1 where org_id = ${run.ctx.orgId} and id = ${claim.id}`.execute(
      run.tx,
    )
    tell(run, claim, { step: 'accepted', receivable: amount, bank: 0, happenedAt: run.now })
    return { carrier_claim_id, status: 'accepted' }
  },
})

/** The carrier rejects a claim, also one it had accepted. @throws `warehouse.not_found`, `warehouse.claim_settled` */
export const rejectClaim = defineCommand({
  name: 'warehouse.reject_claim',
  permission: 'warehouse.claim',
  summary: 'Record that a carrier rejects a claim',
  input: exactly({ carrier_claim_id: Uuid, reason: Reason }),
  output: Answer,
  errors: ERRORS,

  async run(run, { carrier_claim_id, reason }) {
    const claim = await lockClaim(run, carrier_claim_id, ['open', 'accepted'])
    await sql`
      update warehouse.carrier_claim set status = 'rejected', accepted_minor = null, decided_at = ${run.now}, note = ${reason}, version = version + 1 where org_id = ${run.ctx.orgId} and id = ${claim.id}`.execute(
      run.tx,
    )
    tell(run, claim, { step: 'rejected', receivable: -(claim.accepted ?? 0), bank: 0, happenedAt: run.now })
    return { carrier_claim_id, status: 'rejected' }
  },
})

/** Money of a claim came to the bank, late or unasked too; more or less than accepted is compensation too. @throws `warehouse.not_found`, `warehouse.claim_settled` */
export const payClaim = defineCommand({
  name: 'warehouse.pay_claim',
  permission: 'warehouse.claim',
  summary: 'Record the payment of a claim',
  input: exactly({
    carrier_claim_id: Uuid,
    amount: Amount,
    reference: Type.Optional(Type.String({ maxLength: 100 })),
    happened_at: Type.Optional(Instant),
  }),
  output: Answer,
  errors: ERRORS,

  async run(run, { carrier_claim_id, amount, reference = '', happened_at }) {
    const claim = await lockClaim(run, carrier_claim_id, ['open', 'accepted', 'rejected', 'waived'])
    const happenedAt = instantOf(happened_at, run.now)
    await sql`
      update warehouse.carrier_claim set status = 'paid', accepted_minor = coalesce(accepted_minor, ${amount}), paid_minor = ${amount}, paid_at = ${happenedAt}, decided_at = coalesce(decided_at, ${run.now}),
             reference = case when ${reference} = '' then reference else ${reference} end, version = version + 1
       where org_id = ${run.ctx.orgId} and id = ${claim.id}`.execute(run.tx)
    tell(run, claim, { step: 'paid', receivable: -(claim.accepted ?? 0), bank: amount, happenedAt })
    return { carrier_claim_id, status: 'paid' }
  },
})

/**
 * Gives compensation back to the carrier, because the goods were found: compensation against bank, never more than it paid.
 * @throws `warehouse.not_found`, `warehouse.claim_settled`, `warehouse.repaid_too_much` (rule)
 */
export const repayClaim = defineCommand({
  name: 'warehouse.repay_claim',
  permission: 'warehouse.claim',
  summary: 'Record that compensation was given back to the carrier',
  input: exactly({ carrier_claim_id: Uuid, amount: Amount, happened_at: Type.Optional(Instant) }),
  output: Answer,
  errors: [...ERRORS, 'warehouse.repaid_too_much'],

  async run(run, { carrier_claim_id, amount, happened_at }) {
    const claim = await lockClaim(run, carrier_claim_id, ['paid'])
    const left = (claim.paid ?? 0) - (claim.repaid ?? 0)
    if (amount > left)
      throw new DomainError(
        'rule',
        'warehouse.repaid_too_much',
        `Of what the carrier paid for claim ${claim.number} only ${left} (minor units) are left to give back. Lower the amount.`,
        { detail: { carrier_claim_id, wanted: amount, left } },
      )
    const happenedAt = instantOf(happened_at, run.now)
    await sql`
      update warehouse.carrier_claim set repaid_minor = coalesce(repaid_minor, 0) + ${amount}, repaid_at = ${happenedAt}, version = version + 1
       where org_id = ${run.ctx.orgId} and id = ${claim.id}`.execute(run.tx)
    tell(run, claim, { step: 'repaid', receivable: 0, bank: -amount, happenedAt })
    return { carrier_claim_id, status: 'paid' }
  },
})
