import type { CommandRun, Outcome } from '../../kernel/command.ts'
import { type DomainError, invalidField } from '../../kernel/errors.ts'
import { findCarriers } from '../carriers/index.ts'

/**
 * Ids of carriers that elements name by code. An element whose carrier is unknown or not active is refused by itself; the others
 * go on to `work` with their carrier's id (null where none is named), one outcome each in their order.
 */
export async function withCarriers<E extends { carrier?: string; service?: string }, T>(
  { tx, ctx }: Pick<CommandRun, 'tx' | 'ctx'>,
  elements: readonly E[],
  work: (named: (E & { carrierId: string | null })[]) => Promise<Outcome<T>[]>,
): Promise<Outcome<T>[]> {
  const carriers = new Map(
    (await findCarriers(tx, ctx.orgId, { codes: elements.flatMap((element) => element.carrier ?? []) })).map((carrier) => [
      carrier.code,
      carrier,
    ]),
  )
  const refusals = elements.map((element): DomainError | null => {
    if (element.carrier === undefined) return null
    const carrier = carriers.get(element.carrier)
    if (carrier === undefined)
      return invalidField('/carrier', 'unknown_carrier', `there is no carrier ${element.carrier}; create it or correct the code`)
    return carrier.is_active
      ? null
      : invalidField('/carrier', 'inactive_carrier', `the carrier ${element.carrier} is not active; choose another one`)
  })
  const named = elements
    .filter((_, index) => refusals[index] === null)
    .map((element) => ({ ...element, carrierId: carriers.get(element.carrier ?? '')?.id ?? null }))
  const done = await work(named)
  let next = 0
  return refusals.map((error) => (error === null ? (done[next++] as Outcome<T>) : { ok: false, error }))
}
