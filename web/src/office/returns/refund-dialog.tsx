import { Alert, Button, Group, Modal, NumberInput, SegmentedControl, Select, Stack, Table, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type Problem } from '../../api/client.ts'
import type { RefundPreview } from '../../api/return-shapes.ts'
import { useGet } from '../../api/queries.ts'
import type { Order } from '../../api/shapes.ts'
import { currencyScale, parseDecimal, useFormat } from '../../kit/format.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { RETURN_STALE } from './stale.ts'

/** What is refunded as typed; empty means all that came back. */
interface Asked {
  quantities: Record<string, number>
  charges: Record<string, string>
  amount: string
  /** Restocking fee of each line, as typed. */
  fees: Record<string, string>
  /** What is with pieces that did not come back yet. */
  rest: 'expected' | 'kept'
}

function bodyOf(asked: Asked, scale: number, returned: ReadonlyMap<string, number>): Record<string, unknown> {
  const chosen = Object.entries(asked.quantities).filter(([, quantity]) => quantity > 0)
  const lines = chosen.map(([line_id, quantity]) => {
    const fee = parseDecimal(asked.fees[line_id] ?? '', scale)
    const ahead = asked.rest === 'expected' && (returned.get(line_id) ?? 0) === 0
    return { line_id, quantity, ...(ahead ? { goods: 'expected' } : {}), ...(fee === null ? {} : { restocking_fee: fee }) }
  })
  const charges = Object.entries(asked.charges).flatMap(([charge_id, text]) => {
    const amount = parseDecimal(text, scale)
    return amount === null || amount <= 0 ? [] : [{ charge_id, amount }]
  })
  const amount = parseDecimal(asked.amount, scale)
  return {
    ...(lines.length === 0 ? {} : { lines }),
    ...(charges.length === 0 ? {} : { charges }),
    ...(amount === null || amount <= 0 ? {} : { amount }),
  }
}

/** Money back: by pieces, by charge or by amount, with what it changes shown before it is paid. */
export function RefundDialog({ orderId, rmaId, onClose }: { orderId: string; rmaId?: string; onClose: () => void }) {
  const { t } = useTranslation()
  const order = useGet<Order>(`/v1/orders/${orderId}`).data
  const [asked, setAsked] = useState<Asked>({
    quantities: {},
    charges: {},
    amount: '',
    fees: {},
    rest: rmaId === undefined ? 'kept' : 'expected',
  })
  const [method, setMethod] = useState('original')
  const [reason, setReason] = useState('')
  const returned = new Map((order?.lines ?? []).map((line) => [line.id, line.returned]))
  const unreturned = Object.entries(asked.quantities).some(([id, quantity]) => quantity > 0 && (returned.get(id) ?? 0) === 0)
  const body = { ...bodyOf(asked, currencyScale(order?.currency ?? 'EUR'), returned), ...(rmaId === undefined ? {} : { rma_id: rmaId }) }
  const preview = useQuery<RefundPreview, Problem>({
    queryKey: ['/v1/orders', orderId, 'refund-preview', body],
    queryFn: () => call<RefundPreview>('POST', `/v1/orders/${orderId}/refunds/preview`, { body }),
    retry: false,
  })
  const refund = useCommand<void>({
    path: `/v1/orders/${orderId}/refunds`,
    body: () => ({ ...body, method, ...(reason.trim() === '' ? {} : { reason }) }),
    stale: [...RETURN_STALE, '/v1/trial-balance'],
    done: () => t('returns.refunded'),
    after: onClose,
    quiet: true,
  })
  return (
    <Modal opened onClose={onClose} size="lg" title={t('returns.refund')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Stack gap="sm">
        <ProblemAlert error={refund.error ?? preview.error} />
        {order === undefined ? null : <Parts order={order} asked={asked} onChange={setAsked} />}
        {unreturned ? (
          <SegmentedControl
            aria-label={t('returns.rest')}
            data={(['expected', 'kept'] as const).map((value) => ({ value, label: t(`returns.rest_${value}`) }))}
            value={asked.rest}
            onChange={(rest) => setAsked({ ...asked, rest: rest as Asked['rest'] })}
          />
        ) : null}
        <Group grow align="start">
          <Select
            label={t('returns.method')}
            data={['original', 'store_credit', 'manual'].map((value) => ({ value, label: t(`refundMethod.${value}`) }))}
            value={method}
            onChange={(value) => setMethod(value ?? 'original')}
            allowDeselect={false}
          />
          <TextInput label={t('form.reason')} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        </Group>
        <Preview preview={preview.data} order={order} />
        <Group justify="end">
          <Button disabled={(preview.data?.amount.amount ?? 0) <= 0} loading={refund.isPending} onClick={() => refund.mutate()}>
            {t('returns.refund')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function Parts({ order, asked, onChange }: { order: Order; asked: Asked; onChange: (asked: Asked) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const lines = (order.lines ?? []).filter((line) => line.shipped > 0 && line.kind !== 'kit')
  return (
    <Table aria-label={t('returns.whatFor')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('returns.whatFor')}</Table.Th>
          <Table.Th ta="right">{t('returns.cameBack')}</Table.Th>
          <Table.Th w={100}>{t('returns.toRefund')}</Table.Th>
          <Table.Th w={100}>{t('returns.fee')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lines.map((line) => (
          <Table.Tr key={line.id}>
            <Table.Td>{`${line.sku} · ${line.name}`}</Table.Td>
            <Table.Td ta="right">{t('returns.backOf', { count: line.returned, total: line.shipped })}</Table.Td>
            <Table.Td>
              <NumberInput
                aria-label={t('returns.pieces', { name: line.sku })}
                min={0}
                max={line.shipped}
                value={asked.quantities[line.id] ?? 0}
                onChange={(value) => onChange({ ...asked, quantities: { ...asked.quantities, [line.id]: Number(value) || 0 } })}
              />
            </Table.Td>
            <Table.Td>
              <TextInput
                aria-label={t('returns.feeOf', { name: line.sku })}
                inputMode="decimal"
                disabled={(asked.quantities[line.id] ?? 0) === 0}
                value={asked.fees[line.id] ?? ''}
                onChange={(event) => onChange({ ...asked, fees: { ...asked.fees, [line.id]: event.currentTarget.value } })}
              />
            </Table.Td>
          </Table.Tr>
        ))}
        {(order.charges ?? []).map((charge) => (
          <Table.Tr key={charge.id}>
            <Table.Td>{t(`charge.${charge.kind}`)}</Table.Td>
            <Table.Td ta="right">{format.money(charge.amount, order.currency)}</Table.Td>
            <Table.Td>
              <TextInput
                aria-label={t(`charge.${charge.kind}`)}
                inputMode="decimal"
                value={asked.charges[charge.id ?? ''] ?? ''}
                onChange={(event) => onChange({ ...asked, charges: { ...asked.charges, [charge.id ?? '']: event.currentTarget.value } })}
              />
            </Table.Td>
          </Table.Tr>
        ))}
        <Table.Tr>
          <Table.Td colSpan={2}>{t('returns.freeAmount')}</Table.Td>
          <Table.Td>
            <TextInput
              aria-label={t('returns.freeAmount')}
              inputMode="decimal"
              value={asked.amount}
              onChange={(event) => onChange({ ...asked, amount: event.currentTarget.value })}
            />
          </Table.Td>
        </Table.Tr>
      </Table.Tbody>
    </Table>
  )
}

function Preview({ preview, order }: { preview: RefundPreview | undefined; order: Order | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (preview === undefined) return null
  const skuOf = new Map((order?.lines ?? []).map((line) => [line.id, line.sku]))
  const shown = [
    ...preview.parts.map((part, index) => ({
      id: String(index),
      name: [part.quantity, skuOf.get(part.line_id ?? ''), t(`refundBasis.${part.basis}`)].filter(Boolean).join(' · '),
      amount: part.amount.amount,
    })),
    { id: 'fee', name: t('returns.fee'), amount: -preview.restocking_fee.amount },
  ].filter((row) => row.amount !== 0)
  return (
    <>
      <Table aria-label={t('returns.preview')}>
        <Table.Tbody>
          {shown.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td>{row.name}</Table.Td>
              <Table.Td ta="right">{format.money(row.amount, preview.amount.currency)}</Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr fw={600}>
            <Table.Td>{t('returns.paidBack')}</Table.Td>
            <Table.Td ta="right">{format.money(preview.amount)}</Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
      {preview.will_hold ? (
        <Alert color="orange" role="status">
          {t('returns.willHold', { amount: format.money(preview.more_than_taken) })}
        </Alert>
      ) : null}
    </>
  )
}
