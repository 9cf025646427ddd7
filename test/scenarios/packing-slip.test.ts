import { beforeAll, expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { readPdf } from '../support/read-pdf.ts'
import { line, openShop, type Shop } from '../support/shop.ts'

const program = useApp()
let shop: Shop

beforeAll(async () => {
  shop = await openShop(program)
  await shop.receive('W1', 'A', 4, 400)
  await shop.receive('W1', 'B', 1, 400)
})

async function slipOf(shipmentId: string): Promise<string> {
  const answer = await program.app.inject({
    method: 'GET',
    url: `/v1/shipments/${shipmentId}/packing-slip.pdf`,
    headers: { authorization: `Bearer ${shop.key}` },
  })
  expect(answer.statusCode).toBe(200)
  const [page] = await readPdf(new Uint8Array(answer.rawPayload), 203, 0)
  return page?.text.replaceAll(/\s+/g, ' ') ?? ''
}

test('the slip names the kit above what is in the box, and says what is still to come', async () => {
  // A set is 2 of A and 1 of B. Of two sets there are 4 of A and 1 of B: one set is whole, one B is to come.
  const order = await shop.place({ lines: [line('SET', 2, 3000)] })
  const text = await slipOf(await shop.shipmentOf(order))
  expect(text).toContain('Web shop')
  // Ordered 2 sets, 1 whole one here, 1 to come; of A 4 of 4 here; of B 1 of 2 here, 1 to come.
  expect(text).toMatch(/SET Set 2 1 1 A A 4 4 – B B 2 1 1/)
})
