import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Warehouse } from '../../api/shapes.ts'
import { useCommand } from '../../kit/use-command.ts'

/** Time of day until which parcels of a warehouse leave the same day; empty: none. Saved when the field is left. */
export function CutOffField({ warehouse, may }: { warehouse: Warehouse; may: boolean }) {
  const { t } = useTranslation()
  const saved = warehouse.cut_off ?? ''
  const [value, setValue] = useState(saved)
  const change = useCommand<string>({
    path: `/v1/warehouses/${warehouse.id}`,
    method: 'PATCH',
    body: (cutOff) => ({ cut_off: cutOff === '' ? null : cutOff }),
    stale: ['/v1/warehouses'],
    done: () => t('settings.saved'),
  })
  return (
    <TextInput
      type="time"
      size="xs"
      w={110}
      aria-label={t('cutOff.of', { name: warehouse.name })}
      disabled={!may}
      value={value}
      onChange={(event) => setValue(event.currentTarget.value)}
      onBlur={() => (value === saved ? undefined : change.mutate(value))}
    />
  )
}
