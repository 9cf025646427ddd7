import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useGet } from '../../api/queries.ts'
import type { Location, Page } from '../../api/shapes.ts'

interface LocationSelectProps {
  label: string
  warehouseId: string
  value: string
  error?: string | undefined
  onChange: (code: string) => void
}

/** A location of a warehouse by its code; typing searches, because a warehouse has thousands. */
export function LocationSelect({ label, warehouseId, value, error, onChange }: LocationSelectProps) {
  const [text, setText] = useState(value)
  const [wanted] = useDebouncedValue(text.trim(), 180)
  const { data } = useGet<Page<Location>>(warehouseId === '' ? null : '/v1/locations', { warehouse_id: warehouseId, q: wanted, limit: 50 })
  const codes = (data?.data ?? []).filter((one) => one.role !== 'virtual').map((one) => one.code)
  return (
    <Select
      label={label}
      searchable
      disabled={warehouseId === ''}
      data={[...new Set(value === '' ? codes : [value, ...codes])]}
      filter={({ options }) => options}
      value={value === '' ? null : value}
      error={error}
      onSearchChange={setText}
      onChange={(code) => onChange(code ?? '')}
    />
  )
}
