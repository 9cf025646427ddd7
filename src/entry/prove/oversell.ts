import { DomainError } from '../../kernel/errors.ts'
import type { Crowd, CrowdAnswer } from './http-crowd.ts'

/** What happened when more people bought than there was. */
export interface OversellProof {
  buyers: number
  units: number
  /** Orders that were accepted, one piece each. */
  accepted: number
  /** Orders refused because nothing was left. */
  refused: number
  /** Anything else, by status and code: none, if all is well. */
  other: Readonly<Record<string, number>>
  /** What the stock says afterwards. */
  stock: { on_hand: number; reserved: number; available: number }
  seconds: number
  /** Whether exactly the stock was sold: accepted = the smaller of buyers and units, and the stock agrees. */
  holds: boolean
}

const SKU = 'LAST-ONES'
const REFUSED = '422 orders.insufficient_stock'

/**
 * Lets `buyers` people buy one piece each of an item of which there are `units`, all at once over HTTP, in an organization made for it
 * whose channels take no backorders.
 *
 * @throws `cli.proof_not_set_up` (unavailable) when the item could not be made or received
 */
export async function proveOversell(crowd: Crowd, { buyers, units }: { buyers: number; units: number }): Promise<OversellProof> {
  await setUp(crowd, units)
  const begun = performance.now()
  const answers = await Promise.all(Array.from({ length: buyers }, (_, buyer) => crowd.send('POST', '/v1/orders', orderOf(buyer))))
  const seconds = (performance.now() - begun) / 1000
  const outcomes = Map.groupBy(answers, outcomeOf)
  const count = (outcome: string): number => outcomes.get(outcome)?.length ?? 0
  const stock = await readStock(crowd)
  const accepted = count('accepted')
  const sold = Math.min(buyers, units)
  return {
    buyers,
    units,
    accepted,
    refused: count(REFUSED),
    other: Object.fromEntries(
      [...outcomes].flatMap(([name, { length }]) => (name === 'accepted' || name === REFUSED ? [] : [[name, length]])),
    ),
    stock,
    seconds,
    holds: accepted === sold && count(REFUSED) === buyers - sold && stock.reserved === sold && stock.available === units - sold,
  }
}

async function setUp(crowd: Crowd, units: number): Promise<void> {
  await must(crowd.send('POST', '/v1/warehouses', { code: 'W', name: 'Warehouse', country: 'RS' }))
  await must(
    crowd.send('POST', '/v1/items', {
      sku: SKU,
      name: 'The last ones',
      kind: 'stocked',
      price: { amount: 1000, scale: 2, currency: 'EUR' },
      tax_class: 'standard',
    }),
  )
  const lines = [{ sku: SKU, quantity: units, unit_cost: { amount: 400 } }]
  await must(
    crowd.send('POST', '/v1/goods-receipts', { kind: 'supplier', warehouse_code: 'W', supplier_name: 'Maker', currency: 'EUR', lines }),
  )
  const policy = { prefer: 'priority', keep_together: true, allow_split: true, max_shipments: 3, on_shortage: 'refuse' }
  await must(crowd.send('PUT', '/v1/sourcing-policies', policy))
}

async function must(asked: Promise<CrowdAnswer>): Promise<void> {
  const { status, body } = await asked
  if (status >= 300)
    throw new DomainError(
      'unavailable',
      'cli.proof_not_set_up',
      `The proof could not be set up: ${status} ${JSON.stringify(body['detail'])}`,
    )
}

function orderOf(buyer: number): object {
  return {
    channel: 'manual',
    external_id: `buyer-${buyer}`,
    currency: 'EUR',
    prices_include_tax: true,
    ship_to: { name: `Buyer ${buyer}`, line1: 'Ulica 1', city: 'Novi Sad', postcode: '21000', country: 'RS' },
    lines: [{ sku: SKU, quantity: 1, unit_price: { amount: 1000 }, tax_rate_ppm: 200_000 }],
  }
}

function outcomeOf({ status, body }: CrowdAnswer): string {
  return status === 201 ? 'accepted' : typeof body['code'] === 'string' ? `${status} ${body['code']}` : String(status)
}

async function readStock(crowd: Crowd): Promise<OversellProof['stock']> {
  const { body } = await crowd.send('GET', `/v1/stock?sku=${SKU}`)
  const [row] = (body['data'] ?? []) as { on_hand: number; reserved: number; available: number }[]
  return { on_hand: row?.on_hand ?? 0, reserved: row?.reserved ?? 0, available: row?.available ?? 0 }
}
