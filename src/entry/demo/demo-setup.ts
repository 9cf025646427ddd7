import { createItems, type NewItem } from '../../modules/catalog/index.ts'
import { createUser } from '../../modules/identity/index.ts'
import { createLocations, createWarehouse, setThreshold } from '../../modules/inventory/index.ts'
import { createChannel } from '../../modules/orders/index.ts'
import { createCarrier } from '../../modules/carriers/index.ts'
import { createParty } from '../../modules/parties/index.ts'
import type { RetailItem } from '../../flows/imports/online-retail/index.ts'
import { DEMO, DEMO_CARRIER, DEMO_PASSWORD, DEMO_SUPPLIERS, DEMO_USERS, DEMO_WAREHOUSES, type DemoWarehouseCode } from './demo-business.ts'
import type { DemoPlan } from './demo-plan.ts'
import { allGood, type DemoSession } from './demo-session.ts'
import { pickInteger } from './fraction.ts'

/** Ids of what the demo's work refers to. */
export interface DemoGround {
  warehouses: Readonly<Record<DemoWarehouseCode, string>>
  /** Supplier ids by their external id. */
  suppliers: ReadonlyMap<string, string>
  /** Bin codes by `warehouse sku`. */
  binOf: ReadonlyMap<string, string>
  /** Grams of a piece by SKU. */
  weights: ReadonlyMap<string, number>
}

/** Makes everything that stands before the first order: users, items, warehouses with bins, suppliers, thresholds. */
export async function setUpDemo(session: DemoSession, plan: DemoPlan): Promise<DemoGround> {
  for (const user of DEMO_USERS) {
    // oxlint-disable-next-line no-await-in-loop -- five users, and hashing a password fills a core
    await createUser(session.system, session.ctx, { ...user, password: DEMO_PASSWORD })
  }
  const items = plan.items.map(newItem)
  allGood(await session.batch(createItems, items), 'make its items')
  await session.run(createChannel, { code: DEMO.channel, name: 'Web shop', kind: 'shop' })
  await session.run(createCarrier, DEMO_CARRIER)
  const warehouses = await makeWarehouses(session, plan)
  const suppliers = await makeSuppliers(session)
  for (const { warehouse, sku, threshold } of plan.thresholds) {
    // oxlint-disable-next-line no-await-in-loop -- a hundred small ones
    await session.run(setThreshold, { warehouse_id: warehouses[warehouse], sku, threshold })
  }
  return {
    warehouses,
    suppliers,
    binOf: new Map(plan.bins.map((bin) => [`${bin.warehouse} ${bin.sku}`, bin.code])),
    weights: new Map(items.map((item) => [item.sku, item.weight_g ?? 0])),
  }
}

/** Weight and size are made up, by SKU; the data has none. Barcodes are GTIN-13 of the range 200 to 299, which GS1 leaves to companies' own use. */
function newItem(item: RetailItem, index: number): NewItem {
  const common: NewItem = { sku: item.sku, name: item.name, kind: item.kind, tax_class: item.kind === 'voucher' ? 'zero' : 'standard' }
  if (item.price !== null) common.price = { amount: item.price, scale: 2, currency: DEMO.baseCurrency }
  if (item.kind !== 'stocked') return common
  const side = (name: string): number => pickInteger(`${item.sku} ${name}`, 4, 32) * 10
  return {
    ...common,
    barcodes: [{ code: gtin13(200_000_000_000 + index + 1), scheme: 'gtin_13' }],
    weight_g: pickInteger(`${item.sku} weight`, 4, 90) * 10,
    length_mm: side('length'),
    width_mm: side('width'),
    height_mm: side('height'),
  }
}

/** A GTIN-13 of 12 digits: its check digit makes the sum, weighted 1 and 3 in turn from the left, a multiple of ten (GS1 General Specifications 7.9.1). */
function gtin13(twelve: number): string {
  const digits = String(twelve)
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}

async function makeWarehouses(session: DemoSession, plan: DemoPlan): Promise<Record<DemoWarehouseCode, string>> {
  const ids: Partial<Record<DemoWarehouseCode, string>> = {}
  for (const { code, name, priority, latitude, longitude, address } of DEMO_WAREHOUSES) {
    const { postcode, country, ...rest } = address
    // oxlint-disable no-await-in-loop -- two warehouses, a few thousand bins each
    const { id } = await session.run(createWarehouse, { code, name, priority, latitude, longitude, country, postcode, address: rest })
    ids[code] = id
    const bins = plan.bins.filter((bin) => bin.warehouse === code)
    for (let start = 0; start < bins.length; start += 2000) {
      const locations = bins
        .slice(start, start + 2000)
        .map((bin) => ({ code: bin.code, role: 'pick' as const, zone: bin.zone, aisle: bin.aisle, bay: bin.bay, level: bin.level }))
      await session.run(createLocations, { warehouse_id: id, locations })
    }
    // oxlint-enable no-await-in-loop
  }
  return ids as Record<DemoWarehouseCode, string>
}

async function makeSuppliers(session: DemoSession): Promise<Map<string, string>> {
  const suppliers = new Map<string, string>()
  for (const { external_id, name, city, postcode, country } of DEMO_SUPPLIERS) {
    const address = { name, line1: 'Made-up address', city, country, ...(postcode === '' ? {} : { postcode }) }
    // oxlint-disable-next-line no-await-in-loop -- six suppliers
    const { id } = await session.run(createParty, { external_id, name, is_customer: false, is_supplier: true, addresses: [address] })
    suppliers.set(external_id, id)
  }
  return suppliers
}
