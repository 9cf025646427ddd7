import { sql } from 'kysely'
import type { Tx } from './database.ts'
import { sealPersonal } from './events.ts'
import type { CheckFinding } from './verify.ts'

/** Side records read at once. */
const BATCH_ROWS = 5000

interface SideRecord {
  event_seq: number
  salt: Buffer
  personal: Record<string, unknown> | null
  personal_digest: Buffer | null
}

/**
 * Every event with a personal digest has its side record, whose values give that digest unless they were erased by request,
 * and no other event has one. `detail` counts what was erased.
 */
export async function verifyPersonal(tx: Tx, orgId: number): Promise<CheckFinding> {
  const lost = await findLostRecord(tx, orgId)
  let rows = 0
  let erased = 0
  let after = 0
  let altered: Record<string, unknown> | null = null
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- page after page on one connection
    const page = await readSideRecords(tx, orgId, after)
    rows += page.length
    erased += page.filter((record) => record.personal === null).length
    altered ??= findAltered(page)
    if (page.length < BATCH_ROWS) break
    after = page.at(-1)?.event_seq ?? after
  }
  return { rows, counterexample: lost ?? altered, detail: { records: rows, erased_by_request: erased } }
}

async function findLostRecord(tx: Tx, orgId: number): Promise<Record<string, unknown> | null> {
  const { rows } = await sql<{ seq: number }>`
    select e.seq from kernel.event e left join kernel.event_personal p on p.org_id = e.org_id and p.event_seq = e.seq
     where e.org_id = ${orgId} and (e.personal_digest is null) <> (p.event_seq is null) order by e.seq limit 1`.execute(tx)
  return rows[0] === undefined ? null : { event_seq: rows[0].seq, fault: 'the side record of personal values does not belong to its event' }
}

async function readSideRecords(tx: Tx, orgId: number, after: number): Promise<SideRecord[]> {
  const { rows } = await sql<SideRecord>`
    select p.event_seq, p.salt, p.personal, e.personal_digest from kernel.event_personal p join kernel.event e on e.org_id = p.org_id and e.seq = p.event_seq
     where p.org_id = ${orgId} and p.event_seq > ${after} order by p.event_seq limit ${BATCH_ROWS}`.execute(tx)
  return rows
}

function findAltered(page: readonly SideRecord[]): Record<string, unknown> | null {
  const record = page.find(
    ({ personal, salt, personal_digest }) =>
      personal !== null && (personal_digest === null || !sealPersonal(personal, salt).digest.equals(personal_digest)),
  )
  return record === undefined ? null : { event_seq: record.event_seq, fault: 'personal values were altered' }
}
