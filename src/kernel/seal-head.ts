import { sql } from 'kysely'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Tx } from './database.ts'
import { DomainError } from './errors.ts'
import { CHAINS } from './seal.ts'
import { type CheckResult, runCheck } from './verify.ts'

const ChainHead = Type.Object({
  block: Type.Integer({ minimum: 0 }),
  last_seq: Type.Integer({ minimum: 0 }),
  digest: Type.String({ pattern: '^[0-9a-f]*$' }),
})

const SealHeadFile = Type.Object({
  format: Type.Literal('tefter-seal-head-1'),
  org_id: Type.Integer(),
  taken_at: Type.String(),
  chains: Type.Record(Type.String(), ChainHead),
})

/**
 * The newest sealed block of each chain of an organization, to be kept where nobody who can write to the database can reach it.
 * Each digest stands for everything sealed before it, so a few lines of text witness the whole history.
 */
export type SealHead = Type.Static<typeof SealHeadFile>

/** Reads the head of every chain. A chain without a block has block 0 and an empty digest. */
export async function readSealHead(tx: Tx, orgId: number, now: Date): Promise<SealHead> {
  const { rows } = await sql<{ chain: string; block: number; last_seq: number; digest: string }>`
    select distinct on (chain) chain, block, last_seq, encode(digest, 'hex') as digest from kernel.seal where org_id = ${orgId} order by chain, block desc`.execute(
    tx,
  )
  const found = new Map(rows.map(({ chain, ...head }) => [chain, head]))
  return {
    format: 'tefter-seal-head-1',
    org_id: orgId,
    taken_at: now.toISOString(),
    chains: Object.fromEntries(CHAINS.map((chain) => [chain, found.get(chain) ?? { block: 0, last_seq: 0, digest: '' }])),
  }
}

/**
 * Understands a head file.
 * @throws `kernel.bad_seal_head` when the text is no head file
 */
export function parseSealHead(text: string): SealHead {
  try {
    const value: unknown = JSON.parse(text)
    if (Value.Check(SealHeadFile, value)) return value
  } catch {
    // What is no JSON is no head file either; the error below says so.
  }
  throw new DomainError(
    'invalid',
    'kernel.bad_seal_head',
    'The file is no head of a seal chain. Write one with "tefter verify --save-head FILE" and keep it unchanged.',
  )
}

/**
 * V10 against a head that was kept elsewhere: each chain still holds that very block. Together with `verifySeals`, which recomputes every
 * block from its rows, it finds what a rewritten or shortened chain hides from the chain itself.
 * @throws `kernel.bad_seal_head` when the head is of another organization
 */
export function verifySealHead(tx: Tx, orgId: number, head: SealHead): Promise<CheckResult> {
  if (head.org_id !== orgId)
    throw new DomainError(
      'invalid',
      'kernel.bad_seal_head',
      `The head file is of organization ${head.org_id}, not of ${orgId}. Name the organization with --org.`,
    )
  return runCheck('V10', `The chains still hold the heads kept at ${head.taken_at}.`, async () => {
    const { rows } = await sql<{ chain: string; block: number; last_seq: number; digest: string }>`
      select s.chain, s.block, s.last_seq, encode(s.digest, 'hex') as digest from kernel.seal s
        join jsonb_each(${JSON.stringify(head.chains)}::jsonb) kept on kept.key = s.chain and (kept.value ->> 'block')::integer = s.block
       where s.org_id = ${orgId}`.execute(tx)
    const found = new Map(rows.map((row) => [row.chain, row]))
    const kept = Object.entries(head.chains).filter(([, one]) => one.block > 0)
    const broken = kept.find(([chain, one]) => {
      const block = found.get(chain)
      return block === undefined || block.digest !== one.digest || block.last_seq !== one.last_seq
    })
    return { rows: kept.length, counterexample: broken === undefined ? null : describe(broken, found.get(broken[0])) }
  })
}

function describe(
  [chain, kept]: [string, SealHead['chains'][string]],
  block: { last_seq: number; digest: string } | undefined,
): Record<string, unknown> {
  return {
    chain,
    block: kept.block,
    kept_digest: kept.digest,
    digest: block?.digest ?? null,
    fault:
      block === undefined
        ? 'the block that was the head is gone: the end of the chain was removed'
        : 'the chain was rewritten after its head was kept',
  }
}
