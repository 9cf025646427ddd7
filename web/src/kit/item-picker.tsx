import { Autocomplete } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useGet } from '../api/queries.ts'
import type { Item, Page } from '../api/shapes.ts'

interface ItemPickerProps {
  label: string
  value: string
  error?: string | undefined
  onChange: (sku: string) => void
  /** Called with the whole item once one is chosen from the list. */
  onItem?: (item: Item) => void
}

/** A SKU, found by SKU, name or barcode; any text may stand, the server decides whether it is an item. */
export function ItemPicker({ label, value, error, onChange, onItem }: ItemPickerProps) {
  const [wanted] = useDebouncedValue(value.trim(), 180)
  const found = useGet<Page<Item>>(wanted.length < 2 ? null : '/v1/items', { q: wanted, limit: 8 }).data?.data ?? []
  return (
    <Autocomplete
      label={label}
      value={value}
      error={error}
      onChange={onChange}
      data={[...new Set(found.map((item) => item.sku))]}
      filter={({ options }) => options}
      renderOption={({ option }) => (
        <div>
          <div>{option.value}</div>
          <div style={{ color: 'var(--t-muted)' }}>{found.find((item) => item.sku === option.value)?.name}</div>
        </div>
      )}
      onOptionSubmit={(sku) => {
        const item = found.find((one) => one.sku === sku)
        if (item !== undefined) onItem?.(item)
      }}
    />
  )
}
