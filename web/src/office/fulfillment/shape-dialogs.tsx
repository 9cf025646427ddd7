import { Checkbox, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Shipment } from '../../api/shapes.ts'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import { ExceptionDialog } from './exception-dialog.tsx'
import { chosenLines, LineQuantities } from './line-quantities.tsx'
import { WAREHOUSE_STALE } from './use-release.ts'

interface DialogProps {
  shipment: Shipment
  onClose: () => void
}

/** Quantities that leave for a new shipment of the same step. */
export function SplitDialog({ shipment, onClose }: DialogProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const lines = (shipment.lines ?? []).filter((line) => line.quantity > 0)
  const [quantities, setQuantities] = useState<Record<string, number>>({})
  const moved = chosenLines(quantities)
  const units = moved.reduce((sum, line) => sum + line.quantity, 0)
  const all = lines.every((line) => quantities[line.id] === line.quantity)
  const split = useCommand<void, { new_shipment_id: string }>({
    path: `/v1/shipments/${shipment.id}/split`,
    body: () => ({ lines: moved }),
    stale: WAREHOUSE_STALE,
    done: () => t('exceptions.split.done'),
    after: ({ new_shipment_id }) => {
      onClose()
      void navigate({ to: paths.shipment(new_shipment_id) })
    },
    quiet: true,
  })
  return (
    <ExceptionDialog
      title={t('exceptions.split.title', { number: shipment.number })}
      preview={all && units > 0 ? t('exceptions.split.all') : t('exceptions.split.preview')}
      error={split.error}
      button={t('exceptions.split.button', { count: units })}
      busy={split.isPending}
      disabled={units === 0 || all}
      onClose={onClose}
      onSubmit={(event) => {
        event.preventDefault()
        split.mutate()
      }}
    >
      <LineQuantities lines={lines} most={(line) => line.quantity} value={quantities} onChange={setQuantities} />
    </ExceptionDialog>
  )
}

interface Combinable {
  data: { shipments: { id: string; number: number; status: string; source_label: string }[] }[]
}

/** Shipments of the same customer and address that can leave with this one. */
export function CombineDialog({ shipment, onClose }: DialogProps) {
  const { t } = useTranslation()
  const { data } = useGet<Combinable>('/v1/shipments/combinable', { shipment_id: shipment.id })
  const others = (data?.data[0]?.shipments ?? []).filter((one) => one.id !== shipment.id)
  const [chosen, setChosen] = useState<readonly string[]>([])
  const combine = useCommand<void>({
    path: '/v1/shipments/combine',
    body: () => ({ shipment_ids: [shipment.id, ...chosen] }),
    stale: WAREHOUSE_STALE,
    done: () => t('exceptions.combine.done'),
    after: onClose,
    quiet: true,
  })
  return (
    <ExceptionDialog
      title={t('exceptions.combine.title', { number: shipment.number })}
      preview={others.length === 0 ? t('exceptions.combine.none') : t('exceptions.combine.preview')}
      error={combine.error}
      button={t('exceptions.combine.button', { count: chosen.length + 1 })}
      busy={combine.isPending}
      disabled={chosen.length === 0}
      onClose={onClose}
      onSubmit={(event) => {
        event.preventDefault()
        combine.mutate()
      }}
    >
      {others.map((one) => (
        <Checkbox
          key={one.id}
          label={t('exceptions.combine.one', { number: one.number, order: one.source_label })}
          checked={chosen.includes(one.id)}
          onChange={(event) => setChosen(event.currentTarget.checked ? [...chosen, one.id] : chosen.filter((id) => id !== one.id))}
        />
      ))}
    </ExceptionDialog>
  )
}

interface Warehouses {
  data: { id: string; code: string; name: string }[]
}

/** Another warehouse is to send it. */
export function MoveDialog({ shipment, onClose }: DialogProps) {
  const { t } = useTranslation()
  const { data } = useGet<Warehouses>('/v1/warehouses')
  const form = useForm({
    initialValues: { warehouse_id: '', backorder: false, reason: '' },
    validate: { warehouse_id: (id) => (id === '' ? t('exceptions.move.needWarehouse') : null) },
  })
  const move = useCommand<typeof form.values>({
    path: `/v1/shipments/${shipment.id}/move`,
    body: ({ reason, ...rest }) => ({ ...rest, ...(reason.trim() === '' ? {} : { reason }) }),
    stale: WAREHOUSE_STALE,
    done: () => t('exceptions.move.done'),
    after: onClose,
    quiet: true,
  })
  return (
    <ExceptionDialog
      title={t('exceptions.move.title', { number: shipment.number })}
      preview={t('exceptions.move.preview', { from: shipment.warehouse_code })}
      error={move.error}
      button={t('exceptions.move.button')}
      busy={move.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => move.mutate(values))}
    >
      <Select
        label={t('word.warehouse')}
        withAsterisk
        data={(data?.data ?? [])
          .filter((one) => one.id !== shipment.warehouse_id)
          .map((one) => ({ value: one.id, label: `${one.code} · ${one.name}` }))}
        {...form.getInputProps('warehouse_id')}
      />
      <Checkbox label={t('exceptions.move.backorder')} {...form.getInputProps('backorder', { type: 'checkbox' })} />
      <TextInput label={t('form.reason')} {...form.getInputProps('reason')} />
    </ExceptionDialog>
  )
}
