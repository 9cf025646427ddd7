import { add, digitsOf, floorDivide, nextSlice, readDecimal, roundDivide, unitsOf } from './numbers.ts'

// Values goods anew from the exported movements and receipts: first in, first out by the order recorded, or one running
// average. Shares no code with src/ and reads no journal.

type Row = Record<string, string>

/** Goods that came in together. */
interface Layer {
  place: number
  sku: string
  warehouse: string
  quantity: bigint
  value: bigint
  left: bigint
  leftValue: bigint
}

interface Use {
  layer: Layer
  quantity: bigint
  value: bigint
  returned: bigint
  returnedValue: bigint
}

/** The account on the other side of stock, by the kind of place that goods come from or go to. */
const OTHER_SIDE: Readonly<Record<string, string>> = {
  supplier: 'received_not_invoiced',
  opening: 'opening_equity',
  customer: 'cost_of_goods_sold',
  shrinkage: 'shrinkage',
  write_off: 'write_off',
}

/** Balances by account role, and the value and quantity of stock. Minor units of the base currency. */
export interface GoodsResult {
  accounts: Map<string, bigint>
  stockValue: Map<string, bigint>
}

/** Computes cost of goods sold, stock value and what else goods post to, from the two files. */
export function recomputeGoods(movements: readonly Row[], receipts: readonly Row[], baseCurrency: string): GoodsResult {
  const shelf = new Shelf(receipts, digitsOf(baseCurrency))
  for (const movement of movements.toSorted((a, b) => Number(a['seq']) - Number(b['seq']))) shelf.move(movement)
  return { accounts: shelf.accounts, stockValue: shelf.stockValue() }
}

class Shelf {
  readonly accounts = new Map<string, bigint>()
  readonly #layers: Layer[] = []
  readonly #open = new Map<string, Layer[]>()
  readonly #newest = new Map<string, Layer[]>()
  readonly #usesOfSale = new Map<string, Use[]>()
  readonly #layerOf = new Map<string, Layer>()
  readonly #valueOf = new Map<string, bigint>()
  readonly #receiptLines: ReadonlyMap<string, Row>
  readonly #received = new Map<string, { quantity: bigint; value: bigint }>()
  readonly #digits: number

  constructor(receipts: readonly Row[], digits: number) {
    this.#receiptLines = new Map(receipts.map((row) => [row['line_id'] ?? '', row]))
    this.#digits = digits
  }

  move(row: Row): void {
    if (row['owner'] !== 'self') return
    const fromStock = row['from_kind'] === 'real'
    const toStock = row['to_kind'] === 'real'
    if (fromStock && toStock) {
      if (row['from_warehouse'] !== row['to_warehouse']) throw new Error(`Movement ${row['seq']} goes between warehouses without transit`)
      return
    }
    const value = toStock ? this.#bringIn(row) : this.#takeOut(row)
    const other = OTHER_SIDE[(toStock ? row['from_kind'] : row['to_kind']) ?? '']
    if (other === undefined)
      throw new Error(`Movement ${row['seq']} has another side without an account: ${row['from_kind']} to ${row['to_kind']}`)
    add(this.accounts, 'inventory', toStock ? value : -value)
    add(this.accounts, other, toStock ? -value : value)
    this.#valueOf.set(row['seq'] ?? '', value)
  }

  stockValue(): Map<string, bigint> {
    const values = new Map<string, bigint>()
    for (const layer of this.#layers) add(values, layer.warehouse, layer.leftValue)
    return values
  }

  #takeOut(row: Row): bigint {
    const own =
      row['reverses_seq'] !== '' && row['source_type'] === 'goods_receipt' ? this.#layerOf.get(row['reverses_seq'] ?? '') : undefined
    const layers = own === undefined ? this.#openLayers(row, row['from_warehouse']) : [own]
    let wanted = unitsOf(row['quantity'])
    let total = 0n
    for (const layer of layers) {
      if (wanted === 0n) break
      const quantity = wanted < layer.left ? wanted : layer.left
      if (quantity === 0n) continue
      const value = nextSlice(layer.value, layer.quantity - layer.left + quantity, layer.quantity, layer.value - layer.leftValue)
      layer.left -= quantity
      layer.leftValue -= value
      wanted -= quantity
      total += value
      if (row['reason'] === 'ship')
        this.#rememberUse(row['sale_line_id'] ?? '', { layer, quantity, value, returned: 0n, returnedValue: 0n })
    }
    if (wanted > 0n) throw new Error(`Movement ${row['seq']} takes ${row['quantity']} of ${row['sku']}; ${wanted} of it never came in`)
    if (own === undefined) dropEmpty(layers)
    return total
  }

  #bringIn(row: Row): bigint {
    const value = this.#worth(row)
    const quantity = unitsOf(row['quantity'])
    const open = this.#openLayers(row, row['to_warehouse'])
    const layer: Layer = {
      place: this.#layers.length,
      sku: row['sku'] ?? '',
      warehouse: row['to_warehouse'] ?? '',
      quantity,
      value,
      left: quantity,
      leftValue: value,
    }
    if (row['cost_method'] === 'average') {
      for (const older of open.splice(0)) {
        layer.quantity += older.left
        layer.value += older.leftValue
        older.left = 0n
        older.leftValue = 0n
      }
      layer.left = layer.quantity
      layer.leftValue = layer.value
    }
    open.push(layer)
    this.#layers.push(layer)
    this.#layerOf.set(row['seq'] ?? '', layer)
    const newest = this.#newest.get(layer.sku) ?? []
    newest.push(layer)
    this.#newest.set(layer.sku, newest)
    return value
  }

  #worth(row: Row): bigint {
    if (row['source_type'] === 'goods_receipt') return this.#receiptWorth(row) ?? this.#currentWorth(row)
    if (row['from_kind'] === 'customer' && row['sale_line_id'] !== '') return this.#comeBack(row)
    if (row['reverses_seq'] !== '') return this.#valueOf.get(row['reverses_seq'] ?? '') ?? 0n
    if (row['stated_unit_cost'] !== '') return this.#extend(row['stated_unit_cost'] ?? '', row['quantity'] ?? '', this.#digits)
    return this.#currentWorth(row)
  }

  /** Value of all received so far on the line, less what earlier parts were worth. */
  #receiptWorth(row: Row): bigint | null {
    const line = this.#receiptLines.get(row['source_line_id'] ?? '')
    if (line === undefined) throw new Error(`Movement ${row['seq']} names a receipt line that is not in the file`)
    if (line['unit_cost'] === '') return null
    const before = this.#received.get(line['line_id'] ?? '') ?? { quantity: 0n, value: 0n }
    const scale = readDecimal(row['quantity'] ?? '').scale
    const quantity = before.quantity + unitsOf(row['quantity'])
    const cost = this.#extendUnits(line['unit_cost'] ?? '', quantity, scale, digitsOf(line['currency'] ?? ''))
    const value = roundDivide(cost, BigInt(line['base_rate_ppm'] ?? '1000000'), 1_000_000n) - before.value
    this.#received.set(line['line_id'] ?? '', { quantity, value: before.value + value })
    return value
  }

  /** Goods of a known sale come back at the cost they left with, last used first. */
  #comeBack(row: Row): bigint {
    let wanted = unitsOf(row['quantity'])
    let total = 0n
    for (const use of (this.#usesOfSale.get(row['sale_line_id'] ?? '') ?? []).toReversed()) {
      const open = use.quantity - use.returned
      const quantity = wanted < open ? wanted : open
      if (quantity === 0n) continue
      const value = nextSlice(use.value, use.returned + quantity, use.quantity, use.returnedValue)
      use.returned += quantity
      use.returnedValue += value
      wanted -= quantity
      total += value
    }
    const newest = this.#newestLayer(row)
    return wanted === 0n || newest === undefined ? total : total + floorDivide(newest.value, wanted, newest.quantity)
  }

  /** Goods of unknown cost: as the oldest that is left there, else as the newest ever. */
  #currentWorth(row: Row): bigint {
    const layer = this.#openLayers(row, row['to_warehouse']).find((open) => open.left > 0n) ?? this.#newestLayer(row)
    return layer === undefined ? 0n : floorDivide(layer.value, unitsOf(row['quantity']), layer.quantity)
  }

  #newestLayer(row: Row): Layer | undefined {
    const layers = this.#newest.get(row['sku'] ?? '') ?? []
    return layers.findLast((layer) => layer.warehouse === row['to_warehouse']) ?? layers.at(-1)
  }

  #openLayers(row: Row, warehouse: string | undefined): Layer[] {
    const key = [row['sku'], warehouse, row['lot']].join('\n')
    const layers = this.#open.get(key) ?? []
    this.#open.set(key, layers)
    return layers
  }

  #rememberUse(saleLine: string, use: Use): void {
    const uses = this.#usesOfSale.get(saleLine) ?? []
    uses.push(use)
    this.#usesOfSale.set(saleLine, uses)
  }

  #extend(unitCost: string, quantity: string, digits: number): bigint {
    const { units, scale } = readDecimal(quantity)
    return this.#extendUnits(unitCost, units, scale, digits)
  }

  /** Unit cost × quantity in minor units, halves up. */
  #extendUnits(unitCost: string, quantity: bigint, quantityScale: number, digits: number): bigint {
    const cost = readDecimal(unitCost)
    const shift = cost.scale + quantityScale - digits
    return shift >= 0 ? roundDivide(cost.units, quantity, 10n ** BigInt(shift)) : cost.units * quantity * 10n ** BigInt(-shift)
  }
}

function dropEmpty(layers: Layer[]): void {
  while (layers[0]?.left === 0n) layers.shift()
}
