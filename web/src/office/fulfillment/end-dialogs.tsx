import { NumberInput, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../api/queries.ts'
import type { Shipment } from '../../api/shapes.ts'
import { currencyScale } from '../../kit/format.ts'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import { ExceptionDialog } from './exception-dialog.tsx'
import { chosenLines, LineQuantities, withCustomer } from './line-quantities.tsx'
import { WAREHOUSE_STALE } from './use-release.ts'

interface DialogProps {
  shipment: Shipment
  onClose: () => void
}

const MONEY_STALE = [
  ...WAREHOUSE_STALE,
  '/v1/orders',
  '/v1/journal-entries',
  '/v1/trial-balance',
  '/v1/carrier-claims',
  '/v1/return-receipts',
]
const REFUSED = ['refused', 'undeliverable', 'not_collected', 'damaged', 'other'] as const

function allOf(shipment: Shipment): Record<string, number> {
  return Object.fromEntries((shipment.lines ?? []).map((line) => [line.id, withCustomer(line)]))
}

function unitsOf(quantities: Record<string, number>): number {
  return Object.values(quantities).reduce((sum, quantity) => sum + quantity, 0)
}

/** Goods that come back undelivered, whole or in part. */
export function RefuseDialog({ shipment, onClose }: DialogProps) {
  const { t } = useTranslation()
  const form = useForm({ initialValues: { reason: 'refused', location_code: 'RETURNS', note: '', quantities: allOf(shipment) } })
  const refuse = useCommand<typeof form.values>({
    path: `/v1/shipments/${shipment.id}/refuse`,
    body: ({ quantities, ...rest }) => ({ ...rest, lines: chosenLines(quantities) }),
    stale: MONEY_STALE,
    done: () => t('exceptions.refuse.done'),
    after: onClose,
    quiet: true,
  })
  const units = unitsOf(form.values.quantities)
  return (
    <ExceptionDialog
      title={t('exceptions.refuse.title', { number: shipment.number })}
      preview={t('exceptions.refuse.preview', { warehouse: shipment.warehouse_code })}
      error={refuse.error}
      button={t('exceptions.refuse.button', { count: units })}
      busy={refuse.isPending}
      disabled={units === 0}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => refuse.mutate(values))}
    >
      <LineQuantities
        lines={shipment.lines ?? []}
        most={withCustomer}
        value={form.values.quantities}
        onChange={(value) => form.setFieldValue('quantities', value)}
      />
      <Select
        label={t('form.reason')}
        allowDeselect={false}
        data={REFUSED.map((reason) => ({ value: reason, label: t(`exceptions.refuse.reason.${reason}`) }))}
        {...form.getInputProps('reason')}
      />
      <TextInput label={t('exceptions.refuse.location')} {...form.getInputProps('location_code')} />
      <TextInput label={t('exceptions.note')} {...form.getInputProps('note')} />
    </ExceptionDialog>
  )
}

/** Goods that were lost on their way, and what the carrier is asked for. */
export function LoseDialog({ shipment, onClose }: DialogProps) {
  const { t } = useTranslation()
  const { organization } = useSession()
  const unit = 10 ** currencyScale(organization.base_currency)
  const form = useForm({
    initialValues: { reason: '', reference: '', claimed: '' as number | '', quantities: allOf(shipment) },
    validate: { reason: (reason) => (reason.trim() === '' ? t('form.reasonNeeded') : null) },
  })
  const lose = useCommand<typeof form.values, { carrier_claim_id: string }>({
    path: `/v1/shipments/${shipment.id}/lost`,
    body: ({ quantities, claimed, reason, reference }) => ({
      reason,
      ...(reference === '' ? {} : { reference }),
      ...(claimed === '' ? {} : { amount_claimed: Math.round(claimed * unit) }),
      lines: chosenLines(quantities),
    }),
    stale: MONEY_STALE,
    done: () => t('exceptions.lose.done'),
    after: onClose,
    quiet: true,
  })
  const units = unitsOf(form.values.quantities)
  return (
    <ExceptionDialog
      title={t('exceptions.lose.title', { number: shipment.number })}
      preview={t('exceptions.lose.preview')}
      error={lose.error}
      button={t('exceptions.lose.button', { count: units })}
      busy={lose.isPending}
      disabled={units === 0}
      danger
      onClose={onClose}
      onSubmit={form.onSubmit((values) => lose.mutate(values))}
    >
      <LineQuantities
        lines={shipment.lines ?? []}
        most={withCustomer}
        value={form.values.quantities}
        onChange={(value) => form.setFieldValue('quantities', value)}
      />
      <TextInput label={t('form.reason')} withAsterisk data-autofocus {...form.getInputProps('reason')} />
      <NumberInput
        label={t('exceptions.lose.claimed')}
        description={t('exceptions.lose.claimedHint')}
        min={0}
        decimalScale={2}
        {...form.getInputProps('claimed')}
      />
      <TextInput label={t('exceptions.lose.reference')} {...form.getInputProps('reference')} />
    </ExceptionDialog>
  )
}

/** A shipment that was marked shipped by mistake. */
export function VoidDialog({ shipment, onClose }: DialogProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (reason) => (reason.trim() === '' ? t('form.reasonNeeded') : null) },
  })
  const annul = useCommand<{ reason: string }, { new_shipment_id: string }>({
    path: `/v1/shipments/${shipment.id}/void`,
    stale: MONEY_STALE,
    done: () => t('exceptions.void.done'),
    after: ({ new_shipment_id }) => {
      onClose()
      void navigate({ to: paths.shipment(new_shipment_id) })
    },
    quiet: true,
  })
  return (
    <ExceptionDialog
      title={t('exceptions.void.title', { number: shipment.number })}
      preview={t('exceptions.void.preview')}
      error={annul.error}
      button={t('exceptions.void.button')}
      busy={annul.isPending}
      danger
      onClose={onClose}
      onSubmit={form.onSubmit((values) => annul.mutate(values))}
    >
      <TextInput label={t('form.reason')} withAsterisk data-autofocus {...form.getInputProps('reason')} />
    </ExceptionDialog>
  )
}
