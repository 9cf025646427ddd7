import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type CommandRun, defineCommand, defineQuery } from '../../../kernel/command.ts'
import { DomainError, notFound } from '../../../kernel/errors.ts'
import type { Tx } from '../../../kernel/database.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { openingClosed, openingRefused, type TotalDifference, totalsDiffer } from '../imports.errors.ts'
import { Opening, OPENING_PARTS, type OpeningPart, OpeningTotals } from './opening-document.ts'
import { writeOpening, type WrittenOpening } from './write-opening.ts'

const Id = exactly({ id: Uuid })

/** Keeps the sheets of an opening; nothing of them is written yet. */
export const loadOpening = defineCommand({
  name: 'imports.load_opening',
  permission: 'imports.run',
  summary: 'Load the sheets of an opening',
  input: exactly({
    file_name: Type.String({ maxLength: 300 }),
    parts: Type.Array(exactly({ part: Type.Enum([...OPENING_PARTS]), content: Type.Unsafe<Uint8Array>({}) }), { minItems: 1, maxItems: 4 }),
  }),
  output: Id,
  async run({ tx, ctx, now, newId, emit }, { file_name, parts }) {
    const id = newId()
    await sql`
      insert into imports.opening (org_id, id, status, file_name, created_at, created_by)
      values (${ctx.orgId}, ${id}, 'loaded', ${file_name}, ${now}, ${ctx.actor.id})`.execute(tx)
    for (const { part, content } of parts) {
      // oxlint-disable-next-line no-await-in-loop -- at most four
      await sql`
        insert into imports.opening_file (org_id, opening_id, part, content) values (${ctx.orgId}, ${id}, ${part}, ${Buffer.from(content)})`.execute(
        tx,
      )
    }
    emit({
      type: 'imports.opening_loaded',
      documentType: 'imports.opening',
      documentId: id,
      payload: { parts: parts.map(({ part }) => part) },
    })
    return { id }
  },
})

/** Keeps what a trial of an opening found. Raises no event: nothing changed but a report. */
export const noteOpening = defineCommand({
  name: 'imports.note_opening',
  permission: 'imports.run',
  summary: 'Keep what a trial of an opening found',
  input: exactly({ opening_id: Uuid, computed: OpeningTotals, report: Type.Unsafe<object>({}) }),
  output: exactly({}),
  async run({ tx, ctx }, { opening_id, computed, report }) {
    await sql`
      update imports.opening set computed = ${JSON.stringify(computed)}::jsonb, report = ${JSON.stringify(report)}::jsonb
       where org_id = ${ctx.orgId} and id = ${opening_id} and status = 'loaded'`.execute(tx)
    return {}
  },
})

/** Carries what a trial found out of a transaction that must not commit. */
export class OpeningTried extends DomainError {
  readonly written: WrittenOpening

  constructor(written: WrittenOpening) {
    super('rule', 'imports.dry_run', 'This was a trial: nothing was written.')
    this.written = written
  }
}

async function lockLoaded(tx: Tx, orgId: number, openingId: string): Promise<{ file_name: string; files: Map<OpeningPart, Uint8Array> }> {
  const { rows } = await sql<{ status: string; file_name: string }>`
    select status, file_name from imports.opening where org_id = ${orgId} and id = ${openingId} for update`.execute(tx)
  if (rows[0] === undefined) throw notFound('imports.opening', openingId)
  if (rows[0].status !== 'loaded') throw openingClosed(rows[0].status)
  const { rows: files } = await sql<{ part: OpeningPart; content: Buffer }>`
    select part, content from imports.opening_file where org_id = ${orgId} and opening_id = ${openingId}`.execute(tx)
  return { file_name: rows[0].file_name, files: new Map(files.map(({ part, content }) => [part, content])) }
}

async function writeLoaded(run: CommandRun, openingId: string): Promise<WrittenOpening> {
  const { file_name, files } = await lockLoaded(run.tx, run.ctx.orgId, openingId)
  return writeOpening(run, files, file_name)
}

/**
 * Writes an opening for real in a transaction that is always rolled back, so that its totals are those of the acceptance.
 * @throws `imports.dry_run` (rule), always: an {@link OpeningTried} with what was found
 */
export const tryOpening = defineCommand({
  name: 'imports.try_opening',
  permission: 'imports.run',
  summary: 'Compute the totals of an opening',
  input: exactly({ opening_id: Uuid }),
  output: Id,
  errors: ['imports.not_found', 'imports.opening_closed', 'imports.dry_run'],
  async run(run, { opening_id }) {
    throw new OpeningTried(await writeLoaded(run, opening_id))
  },
})

/**
 * Writes an opening as one document: all of it in one transaction, or nothing when a row has a fault or a total is not that of the old system.
 * Stock comes in through opening receipts (inventory against opening equity); open orders reserve it.
 * @throws `imports.not_found`, `imports.opening_closed` (conflict), `imports.opening_refused`, `imports.totals_differ` (rule)
 */
export const acceptOpening = defineCommand({
  name: 'imports.accept_opening',
  permission: 'imports.run',
  summary: 'Accept an opening whose totals match',
  input: exactly({ opening_id: Uuid, totals: OpeningTotals }),
  output: Id,
  errors: ['imports.not_found', 'imports.opening_closed', 'imports.opening_refused', 'imports.totals_differ'],
  async run(run, { opening_id, totals: stated }) {
    const { tx, ctx, now, emit } = run
    const { totals, problemCount } = await writeLoaded(run, opening_id)
    if (problemCount > 0) throw openingRefused(problemCount)
    const differences = differencesOf(stated, totals)
    if (differences.length > 0) throw totalsDiffer(differences)
    await sql`
      update imports.opening set status = 'accepted', accepted_at = ${now}, computed = ${JSON.stringify(totals)}::jsonb, stated = ${JSON.stringify(stated)}::jsonb
       where org_id = ${ctx.orgId} and id = ${opening_id}`.execute(tx)
    await sql`delete from imports.opening_file where org_id = ${ctx.orgId} and opening_id = ${opening_id}`.execute(tx)
    emit({ type: 'imports.opening_accepted', documentType: 'imports.opening', documentId: opening_id, payload: { ...totals } })
    return { id: opening_id }
  },
})

/** Totals that are not the same, both sides named. */
export function differencesOf(stated: OpeningTotals, computed: OpeningTotals): TotalDifference[] {
  return (Object.keys(computed) as (keyof OpeningTotals)[])
    .filter((total) => stated[total] !== computed[total])
    .map((total) => ({ total, stated: stated[total], computed: computed[total] }))
}

/**
 * Forgets the sheets of an opening that was not accepted.
 * @throws `imports.not_found`, `imports.opening_closed` (conflict)
 */
export const discardOpening = defineCommand({
  name: 'imports.discard_opening',
  permission: 'imports.run',
  summary: 'Discard an opening',
  input: exactly({ opening_id: Uuid }),
  output: Id,
  errors: ['imports.not_found', 'imports.opening_closed'],
  async run({ tx, ctx, emit }, { opening_id }) {
    await lockLoaded(tx, ctx.orgId, opening_id)
    await sql`update imports.opening set status = 'discarded' where org_id = ${ctx.orgId} and id = ${opening_id}`.execute(tx)
    await sql`delete from imports.opening_file where org_id = ${ctx.orgId} and opening_id = ${opening_id}`.execute(tx)
    emit({ type: 'imports.opening_discarded', documentType: 'imports.opening', documentId: opening_id, payload: {} })
    return { id: opening_id }
  },
})

interface StoredOpening {
  id: string
  status: Static<typeof Opening>['status']
  file_name: string
  parts: OpeningPart[]
  computed: Partial<OpeningTotals>
  stated: OpeningTotals | null
  report: { problems?: Static<typeof Opening>['problems']; problem_count?: number }
  created_at: Date
  accepted_at: Date | null
}

function openingOf({ report, computed, created_at, accepted_at, ...rest }: StoredOpening): Opening {
  return {
    ...rest,
    computed: computed.items === undefined ? null : (computed as OpeningTotals),
    problems: report.problems ?? [],
    problem_count: report.problem_count ?? 0,
    created_at: created_at.toISOString(),
    accepted_at: accepted_at?.toISOString() ?? null,
  }
}

const columns = sql`o.id, o.status, o.file_name, o.computed, o.stated, o.report, o.created_at, o.accepted_at,
  array(select f.part from imports.opening_file f where f.org_id = o.org_id and f.opening_id = o.id order by f.part) as parts`

/**
 * One opening with its totals and faults.
 * @throws `imports.not_found`
 */
export const getOpening = defineQuery({
  name: 'imports.get_opening',
  permission: 'imports.read',
  summary: 'Get an opening with its totals and faults',
  input: exactly({ opening_id: Uuid }),
  output: Opening,
  errors: ['imports.not_found'],
  async run({ tx, ctx }, { opening_id }) {
    const { rows } = await sql<StoredOpening>`
      select ${columns} from imports.opening o where o.org_id = ${ctx.orgId} and o.id = ${opening_id}`.execute(tx)
    if (rows[0] === undefined) throw notFound('imports.opening', opening_id)
    return openingOf(rows[0])
  },
})

/** Openings, the latest first; an organization has a handful. */
export const listOpenings = defineQuery({
  name: 'imports.list_openings',
  permission: 'imports.read',
  summary: 'List openings',
  input: exactly({}),
  output: exactly({ data: Type.Array(Opening) }),
  async run({ tx, ctx }) {
    const { rows } = await sql<StoredOpening>`
      select ${columns} from imports.opening o where o.org_id = ${ctx.orgId} order by o.created_at desc limit 50`.execute(tx)
    return { data: rows.map(openingOf) }
  },
})
