import { Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState, type FormEventHandler, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../../api/client.ts'
import { InstantField } from '../../kit/date-fields.tsx'
import { decimalText, parseDecimal } from '../../kit/format.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { type Receipt, RECEIPT_STALE, stillExpected } from './receipt-shapes.ts'

interface DialogProps {
  receipt: Receipt
  onClose: () => void
}

interface FrameProps {
  title: string
  error: Problem | null
  busy: boolean
  onClose: () => void
  onSubmit: FormEventHandler<HTMLFormElement>
  children: ReactNode
}

function Frame({ title, error, busy, onClose, onSubmit, children }: FrameProps) {
  const { t } = useTranslation()
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={onSubmit}>
        <Stack gap="sm">
          <ProblemAlert error={error} />
          {children}
          <Group justify="end">
            <Button type="submit" loading={busy}>
              {title}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** What came of a line, in the base unit; nothing where nothing was typed. */
function received(line: Receipt['lines'][number], values: Readonly<Record<string, string>>): number {
  return parseDecimal(values[line.id] ?? '', line.unit_scale) ?? 0
}

/** Books in what came of each line; what is left empty did not come. */
export function ReceiveDialog({ receipt, onClose }: DialogProps) {
  const { t } = useTranslation()
  const form = useForm<Record<string, string>>({
    initialValues: Object.fromEntries(
      receipt.lines.map((line) => [line.id, stillExpected(line) === 0 ? '' : decimalText(stillExpected(line), line.unit_scale)]),
    ),
    validate: Object.fromEntries(
      receipt.lines.map((line) => [
        line.id,
        (text: string) => (text.trim() === '' || (parseDecimal(text, line.unit_scale) ?? -1) >= 0 ? null : t('form.wholeNumber')),
      ]),
    ),
  })
  const receive = useCommand<Record<string, string>>({
    path: `/v1/goods-receipts/${receipt.id}/postings`,
    body: (values) => ({
      lines: receipt.lines.flatMap((line) => (received(line, values) > 0 ? [{ line_id: line.id, quantity: received(line, values) }] : [])),
    }),
    stale: RECEIPT_STALE,
    done: () => t('receipts.received', { number: receipt.number }),
    after: onClose,
    quiet: true,
  })
  return (
    <Frame
      title={t('promising.receive')}
      error={receive.error}
      busy={receive.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => receive.mutate(values))}
    >
      {receipt.lines.map((line) => (
        <TextInput key={line.id} label={`${line.sku} · ${line.name}`} inputMode="decimal" {...form.getInputProps(line.id)} />
      ))}
    </Frame>
  )
}

/** When the rest comes, or that it does not. */
export function DateDialog({ receipt, onClose }: DialogProps) {
  const { t } = useTranslation()
  const [at, setAt] = useState<string | null>(receipt.expected_at)
  const [short, setShort] = useState(false)
  const change = useCommand<undefined>({
    method: 'PATCH',
    path: `/v1/goods-receipts/${receipt.id}`,
    body: () => (short ? { closed_short: true } : { expected_at: at === null ? null : new Date(at).toISOString() }),
    stale: RECEIPT_STALE,
    done: () => t('promising.changed'),
    after: onClose,
    quiet: true,
  })
  return (
    <Frame
      title={t('promising.changeExpected')}
      error={change.error}
      busy={change.isPending}
      onClose={onClose}
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate(undefined)
      }}
    >
      <InstantField
        clearable
        disabled={short}
        label={t('promising.expectedAt')}
        value={at === null ? null : new Date(at)}
        onChange={setAt}
      />
      <Checkbox label={t('promising.closeShort')} checked={short} onChange={(event) => setShort(event.currentTarget.checked)} />
    </Frame>
  )
}

const COST_REASONS = ['landed_cost', 'price_difference', 'provisional_final'] as const

/** Adds cost that came later, or takes some off; the API splits it between what is left and what was used. */
export function CostDialog({ receipt, onClose }: DialogProps) {
  const { t } = useTranslation()
  const form = useForm({
    initialValues: { reason: 'landed_cost', amount: '', note: '' },
    validate: { amount: (text) => (parseDecimal(text.replace(/^-/, ''), 2) === null ? t('form.amountNeeded') : null) },
  })
  const adjust = useCommand<typeof form.values>({
    path: `/v1/goods-receipts/${receipt.id}/cost-adjustments`,
    body: ({ reason, amount, note }) => ({
      reason,
      note,
      amount: (amount.startsWith('-') ? -1 : 1) * (parseDecimal(amount.replace(/^-/, ''), 2) ?? 0),
    }),
    stale: RECEIPT_STALE,
    done: () => t('promising.costAdjusted'),
    after: onClose,
    quiet: true,
  })
  return (
    <Frame
      title={t('promising.lateCost')}
      error={adjust.error}
      busy={adjust.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => adjust.mutate(values))}
    >
      <Select
        label={t('promising.reason')}
        allowDeselect={false}
        data={COST_REASONS.map((value) => ({ value, label: t(`promising.costReason.${value}`) }))}
        {...form.getInputProps('reason')}
      />
      <TextInput label={t('promising.amountIn', { currency: receipt.currency })} inputMode="decimal" {...form.getInputProps('amount')} />
      <TextInput label={t('promising.note')} {...form.getInputProps('note')} />
    </Frame>
  )
}

/** Takes a receipt back as a whole, with a reason. */
export function ReverseDialog({ receipt, onClose }: DialogProps) {
  const { t } = useTranslation()
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (text) => (text.trim() === '' ? t('form.needed') : null) },
  })
  const reverse = useCommand<{ reason: string }>({
    path: `/v1/goods-receipts/${receipt.id}/reversal`,
    stale: RECEIPT_STALE,
    done: () => t('promising.takenBack'),
    after: onClose,
    quiet: true,
  })
  return (
    <Frame
      title={t('promising.takeBack')}
      error={reverse.error}
      busy={reverse.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => reverse.mutate(values))}
    >
      <TextInput label={t('promising.reason')} withAsterisk {...form.getInputProps('reason')} />
    </Frame>
  )
}
