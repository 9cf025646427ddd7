import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { newId } from '../../kernel/ids.ts'

/** Tax classes of a new organization, rates in millionths: those of Serbia, which an owner can add to. */
const TAX_CLASSES = [
  { code: 'standard', name: 'Standard rate', rate_ppm: 200_000 },
  { code: 'reduced', name: 'Reduced rate', rate_ppm: 100_000 },
  { code: 'zero', name: 'Zero rate', rate_ppm: 0 },
]

/** Gives a new organization its tax classes standard (20 %), reduced (10 %) and zero. Doing it again changes nothing. */
export async function provisionCatalog(tx: Tx, orgId: number): Promise<void> {
  const rows = TAX_CLASSES.map((taxClass) => ({ id: newId(), ...taxClass }))
  await sql`
    insert into catalog.tax_class (org_id, id, code, name, rate_ppm)
    select ${orgId}, w.id, w.code, w.name, w.rate_ppm from ${rowsOf(rows, { id: 'uuid', code: 'text', name: 'text', rate_ppm: 'integer' }, 'w')}
    on conflict (org_id, code) do nothing`.execute(tx)
}
