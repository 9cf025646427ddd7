import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { parseDecimal } from '../../kit/format.ts'

export interface ReceiptForm {
  kind: string
  supplier_name: string
  reference: string
  warehouse_id: string
  currency: string
  /** When the goods are expected; empty: they are here. */
  expected_at: string
  lines: { key: string; sku: string; quantity: string; unit_cost: string }[]
}

/** Decimals a unit cost is entered at. */
const COST_SCALE = 4

let lineKey = 0

/** An empty line of a receipt. */
export function emptyReceiptLine(): ReceiptForm['lines'][number] {
  lineKey += 1
  return { key: `line-${lineKey}`, sku: '', quantity: '1', unit_cost: '' }
}

/** The form of a receipt with what must be filled in. */
export function useReceiptForm(currency: string) {
  const { t } = useTranslation()
  const needed = (text: string) => (text.trim() === '' ? t('form.needed') : null)
  return useForm<ReceiptForm>({
    initialValues: {
      kind: 'supplier',
      supplier_name: '',
      reference: '',
      warehouse_id: '',
      currency,
      expected_at: '',
      lines: [emptyReceiptLine()],
    },
    validate: {
      supplier_name: (text, values) => (values.kind === 'supplier' ? needed(text) : null),
      warehouse_id: needed,
      lines: {
        sku: needed,
        quantity: (text) => (/^[1-9]\d{0,8}$/.test(text) ? null : t('form.quantityNeeded')),
        unit_cost: (text) => ((parseDecimal(text, COST_SCALE) ?? -1) >= 0 ? null : t('form.amountNeeded')),
      },
    },
  })
}

/** The receipt as the API takes it: every line received now, or expected at the instant given. */
export function receiptBody({
  kind,
  supplier_name,
  reference,
  warehouse_id,
  currency,
  expected_at,
  lines,
}: ReceiptForm): Record<string, unknown> {
  return {
    kind,
    warehouse_id,
    currency,
    ...(kind === 'supplier' ? { supplier_name: supplier_name.trim() } : {}),
    ...(reference === '' ? {} : { reference }),
    ...(expected_at === '' ? {} : { expected_at: new Date(expected_at).toISOString() }),
    lines: lines.map((line) => ({
      sku: line.sku.trim(),
      [expected_at === '' ? 'quantity' : 'expected_quantity']: Number(line.quantity),
      unit_cost: { amount: parseDecimal(line.unit_cost, COST_SCALE), scale: COST_SCALE },
    })),
  }
}
