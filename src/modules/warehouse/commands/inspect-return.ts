import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { takeNumbers } from '../../../kernel/counter.ts'
import { rowsOf } from '../../../kernel/database.ts'
import { type FieldProblem, invalidInput, notFound } from '../../../kernel/errors.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { findLocations, type NewMovement, postGoods, standardLocations, type VirtualKind, virtualLocations } from '../../inventory/index.ts'
import { DECISIONS, DISPOSITIONS, RETURN_STAGES, stageAfter, virtualTarget } from '../inspection.ts'
import { lockReturnStates, readStageLocations, type ReturnLineState, updateReturnStates } from '../return-state.repo.ts'
import { Code, instantOf, Quantity } from '../schemas.ts'
import { moreThanAtStage } from '../warehouse.errors.ts'

const InspectionLine = exactly({
  receipt_line_id: Uuid,
  stage: Type.Optional(Type.Enum([...RETURN_STAGES])),
  disposition: Type.Enum([...DISPOSITIONS]),
  quantity: Quantity,
  from_location_code: Type.Optional(Code),
  to_location_code: Type.Optional(Code),
  note: Type.Optional(Type.String({ maxLength: 1000 })),
})
type LineInput = Static<typeof InspectionLine>

/** Returned goods that went back to the customer, told to flows: their revenue is earned again. */
export interface SentBackLine {
  inspectionId: string
  inspectionLineId: string
  receiptLineId: string
  warehouseId: string
  itemId: string
  quantity: number
  happenedAt: Date
}

/** A decision with its places. */
interface Decided {
  id: string
  input: LineInput
  stage: (typeof RETURN_STAGES)[number]
  state: ReturnLineState
  from: string
  to: string
}

/**
 * Decides over returned goods, unit by unit: back to stock, kept for repair, refurbishing, the supplier or the customer, scrapped;
 * what was kept is finished by naming its stage. Goods move with the decision. Restocked goods go to the named location or to
 * RECEIVING, kept ones to the named one or to QUARANTINE. Scrap leaves at the cost of the oldest layer, against write-off; goods
 * sent to the supplier against goods received, not invoiced (he owes a credit); goods sent back to the customer are sold again.
 * @throws `warehouse.not_found`, `warehouse.more_than_at_stage` (rule), `inventory.insufficient_stock` (rule) where goods were moved meanwhile
 */
export const inspectReturn = defineCommand({
  name: 'warehouse.inspect_return',
  permission: 'warehouse.inspect',
  summary: 'Decide what happens with returned goods',
  input: exactly({
    return_receipt_id: Uuid,
    happened_at: Type.Optional(Instant),
    lines: Type.Array(InspectionLine, { minItems: 1, maxItems: 1000 }),
  }),
  output: exactly({ id: Uuid, number: Type.Integer(), return_receipt_id: Uuid }),
  errors: ['warehouse.not_found', 'warehouse.more_than_at_stage', 'inventory.insufficient_stock'],

  async run(run, input) {
    const states = await lockReturnStates(run, input.return_receipt_id)
    const [first] = states
    if (first === undefined) throw notFound('warehouse.return_receipt', input.return_receipt_id)
    const happenedAt = instantOf(input.happened_at, run.now)
    const decided = await decide(run, input.lines, states)
    const id = run.newId()
    const moving = decided.filter((line) => line.from !== line.to)
    const posted = await postGoods(run, { movements: moving.map((line) => movementOf(id, line, happenedAt)) })
    const values = new Map(posted.map((movement) => [movement.sourceLineId, movement.valueMinor]))
    await updateReturnStates(run, states)
    const number = await insertInspection(run, { id, receipt: first, happenedAt, decided, values })
    tell(run, { id, number, receiptId: input.return_receipt_id, happenedAt, decided })
    return { id, number, return_receipt_id: input.return_receipt_id }
  },
})

/** Checks each line against its stage, lowers and raises stages in place, and finds its places. */
async function decide(run: CommandRun, lines: readonly LineInput[], states: readonly ReturnLineState[]): Promise<Decided[]> {
  const { tx, ctx } = run
  const warehouseId = states[0]?.warehouseId ?? ''
  const virtual = await virtualLocations(tx, ctx.orgId)
  const standard = (await standardLocations(tx, ctx.orgId, [warehouseId])).get(warehouseId) ?? {}
  const codes = lines.flatMap((line) => [line.from_location_code ?? [], line.to_location_code ?? []].flat())
  const named = new Map(
    (await findLocations(tx, ctx.orgId, { codes, warehouseIds: [warehouseId] })).map((location) => [location.code, location]),
  )
  const kept = await readStageLocations(run, states[0]?.receiptId ?? '')
  const problems = lines.flatMap((line, index) => lineProblems(line, index, { states, named }))
  if (problems.length > 0) throw invalidInput(problems)
  return lines.flatMap((input): Decided[] => {
    const state = states.find((one) => one.receiptLineId === input.receipt_line_id)
    if (state === undefined) return []
    const stage = input.stage ?? 'waiting'
    if (state[stage] < input.quantity) throw moreThanAtStage(input.receipt_line_id, stage, input.quantity, state[stage])
    state[stage] -= input.quantity
    state[stageAfter(input.disposition) ?? 'done'] += input.quantity
    const from =
      named.get(input.from_location_code ?? '')?.id ??
      (stage === 'waiting' ? state.locationId : (kept.get(`${state.receiptLineId}/${stage}`) ?? state.locationId))
    const target: VirtualKind | null = virtualTarget(input.disposition)
    const standing = input.disposition === 'restock' ? standard.RECEIVING : standard.QUARANTINE
    const to = target === null ? (named.get(input.to_location_code ?? '')?.id ?? standing ?? from) : virtual[target]
    return [{ id: run.newId(), input, stage, state, from, to }]
  })
}

function lineProblems(
  line: LineInput,
  index: number,
  { states, named }: { states: readonly ReturnLineState[]; named: ReadonlyMap<string, { sellable: boolean }> },
): FieldProblem[] {
  const at = `/lines/${index}`
  const stage = line.stage ?? 'waiting'
  const problems: FieldProblem[] = []
  if (!states.some((state) => state.receiptLineId === line.receipt_line_id))
    problems.push({ pointer: `${at}/receipt_line_id`, code: 'unknown_line', message: 'is no line of this return receipt; take its lines' })
  if (!DECISIONS[stage].includes(line.disposition))
    problems.push({
      pointer: `${at}/disposition`,
      code: 'not_at_this_stage',
      message: `goods at the stage ${stage} allow ${DECISIONS[stage].join(', ')}; choose one of them`,
    })
  for (const field of ['from_location_code', 'to_location_code'] as const) {
    const code = line[field]
    if (code !== undefined && !named.has(code))
      problems.push({ pointer: `${at}/${field}`, code: 'unknown_location', message: `there is no location ${code} in this warehouse` })
  }
  const to = named.get(line.to_location_code ?? '')
  if (to !== undefined && to.sellable !== (line.disposition === 'restock'))
    problems.push({
      pointer: `${at}/to_location_code`,
      code: 'wrong_location',
      message: to.sellable
        ? 'is a location that sells; goods that are kept stand in one that does not'
        : 'is a location that does not sell; restocked goods go where they can be picked',
    })
  return problems
}

function movementOf(inspectionId: string, line: Decided, happenedAt: Date): NewMovement {
  return {
    itemId: line.state.itemId,
    lotId: line.state.lotId,
    ownerId: line.state.ownerId,
    quantity: line.input.quantity,
    fromLocationId: line.from,
    toLocationId: line.to,
    happenedAt,
    reason: line.input.disposition,
    sourceType: 'inspection',
    sourceId: inspectionId,
    sourceLineId: line.id,
  }
}

interface ToInsert {
  id: string
  receipt: ReturnLineState
  happenedAt: Date
  decided: readonly Decided[]
  values: ReadonlyMap<string, number>
}

async function insertInspection(run: CommandRun, { id, receipt, happenedAt, decided, values }: ToInsert): Promise<number> {
  const { tx, ctx } = run
  const number = await takeNumbers(tx, ctx.orgId, 'inspection', 1)
  await sql`
    insert into warehouse.inspection (org_id, id, number, receipt_id, warehouse_id, happened_at, recorded_at, recorded_by)
    values (${ctx.orgId}, ${id}::uuid, ${number}, ${receipt.receiptId}::uuid, ${receipt.warehouseId}::uuid, ${happenedAt}, ${run.now}, ${ctx.actor.id}::uuid)`.execute(
    tx,
  )
  const rows = decided.map((line, index) => ({
    id: line.id,
    lineNo: index + 1,
    receiptLineId: line.state.receiptLineId,
    stage: line.stage,
    disposition: line.input.disposition,
    itemId: line.state.itemId,
    lotId: line.state.lotId,
    ownerId: line.state.ownerId,
    quantity: line.input.quantity,
    fromId: line.from,
    toId: line.to,
    value: values.get(line.id) ?? 0,
    note: line.input.note ?? '',
  }))
  await sql`
    insert into warehouse.inspection_line (org_id, id, inspection_id, line_no, receipt_line_id, stage, disposition, item_id, lot_id, owner_id, quantity, from_location_id, to_location_id, value_minor, note)
    select ${ctx.orgId}, l.id, ${id}::uuid, l.lineNo, l.receiptLineId, l.stage, l.disposition, l.itemId, l.lotId, l.ownerId, l.quantity, l.fromId, l.toId, l.value, l.note
      from ${rowsOf(rows, { id: 'uuid', lineNo: 'integer', receiptLineId: 'uuid', stage: 'text', disposition: 'text', itemId: 'uuid', lotId: 'uuid', ownerId: 'uuid', quantity: 'bigint', fromId: 'uuid', toId: 'uuid', value: 'bigint', note: 'text' }, 'l')}`.execute(
    tx,
  )
  return number
}

interface ToTell {
  id: string
  number: number
  receiptId: string
  happenedAt: Date
  decided: readonly Decided[]
}

function tell(run: CommandRun, { id, number, receiptId, happenedAt, decided }: ToTell): void {
  const news = decided
    .filter((line) => line.input.disposition === 'send_to_customer')
    .map((line): SentBackLine => ({
      inspectionId: id,
      inspectionLineId: line.id,
      receiptLineId: line.state.receiptLineId,
      warehouseId: line.state.warehouseId,
      itemId: line.state.itemId,
      quantity: line.input.quantity,
      happenedAt,
    }))
  run.emit({
    type: 'warehouse.goods_inspected',
    documentType: 'return_receipt',
    documentId: receiptId,
    payload: {
      inspection_id: id,
      number,
      lines_total: decided.length,
      lines: decided.slice(0, 100).map((line) => ({
        receipt_line_id: line.state.receiptLineId,
        stage: line.stage,
        disposition: line.input.disposition,
        quantity: line.input.quantity,
      })),
    },
    news,
  })
}
