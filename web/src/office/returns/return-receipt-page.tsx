import { Button, Table } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReturnReceipt, Stage } from '../../api/return-shapes.ts'
import { useGet, useMay } from '../../api/queries.ts'
import { useFormat } from '../../kit/format.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import { Page, Section } from '../../kit/page.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { InspectDialog } from './inspect-dialog.tsx'
import { ReturnNotes } from './return-notes.tsx'
import { ReturnsTabs } from './returns-tabs.tsx'

const STAGES: readonly Stage[] = ['waiting', 'repair', 'refurbish', 'supplier', 'reject']

function openOf(receipt: ReturnReceipt): number {
  return receipt.lines.reduce((sum, line) => sum + STAGES.reduce((inner, stage) => inner + line.stages[stage], 0), 0)
}

/** Goods that came back, the newest first. */
export function ReturnReceiptsPage() {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ListPage<ReturnReceipt>
      title={t('returns.arrived')}
      path="/v1/return-receipts"
      rowId={(row) => row.id}
      rowLabel={(row) => t('returns.receipt', { number: row.number })}
      rowHref={(row) => paths.returnReceipt(row.id)}
      views={[
        { id: 'all', label: t('list.all'), filters: {} },
        { id: 'inspect', label: t('returns.toInspect'), filters: { to_inspect: 'true' } },
        { id: 'assumed', label: t('returns.costAssumed'), filters: { cost_assumed: 'true' } },
      ]}
      above={<ReturnsTabs />}
      columns={[
        {
          id: 'number',
          header: t('orders.number'),
          width: 'minmax(90px, 130px)',
          phone: true,
          cell: (row) => <TextLink to={paths.returnReceipt(row.id)}>{t('returns.receipt', { number: row.number })}</TextLink>,
        },
        {
          id: 'goods',
          header: t('returns.goods'),
          width: 'minmax(100px, 2fr)',
          phone: true,
          cell: (row) => row.lines.map((line) => `${line.quantity} × ${line.sku}`).join(', '),
        },
        {
          id: 'reason',
          header: t('form.reason'),
          width: 'minmax(100px, 1fr)',
          cell: (row) => t(`returnReason.${row.reason}`, { defaultValue: row.reason }),
        },
        { id: 'warehouse', header: t('word.warehouse'), width: '110px', cell: (row) => row.warehouse_code },
        { id: 'open', header: t('returns.toInspect'), width: '100px', end: true, phone: true, cell: (row) => format.number(openOf(row)) },
        { id: 'when', header: t('word.created'), width: '120px', end: true, cell: (row) => format.ago(row.happened_at) },
      ]}
      empty={{ title: t('returns.nothingArrived'), detail: t('returns.nothingArrivedDetail') }}
    />
  )
}

/** One arrival of returned goods: where each piece stands, and what was decided. */
export function ReturnReceiptPage() {
  const { receiptId } = useParams({ strict: false }) as { receiptId: string }
  const { data, isError, error, refetch } = useGet<ReturnReceipt>(`/v1/return-receipts/${receiptId}`)
  if (isError) return <ErrorState page error={error} retry={() => void refetch()} />
  if (data === undefined) return <PageSkeleton />
  return <ReceiptView key={data.id} receipt={data} />
}

function ReceiptView({ receipt }: { receipt: ReturnReceipt }) {
  const { t } = useTranslation()
  const format = useFormat()
  const mayInspect = useMay('warehouse.inspect')
  const [deciding, setDeciding] = useState<{ lineId: string; stage: Stage } | null>(null)
  const reason = t(`returnReason.${receipt.reason}`, { defaultValue: receipt.reason })
  return (
    <Page
      title={t('returns.receipt', { number: receipt.number })}
      actions={receipt.order_id === null ? undefined : <TextLink to={paths.order(receipt.order_id)}>{t('returns.toOrder')}</TextLink>}
    >
      <p style={{ margin: '-6px 0 14px', color: 'var(--t-muted)', fontSize: 13 }}>
        {[receipt.warehouse_code, reason, format.dateTime(receipt.happened_at)].join(' · ')}
      </p>
      <ReturnNotes orderId={receipt.order_id} skus={receipt.lines.map((line) => line.sku)} />
      <Section title={t('returns.goods')} flush>
        <Table>
          <Table.Tbody>
            {receipt.lines.flatMap((line) => [
              <Table.Tr key={line.id}>
                <Table.Td fw={600}>{`${line.quantity} × ${line.sku} · ${line.name}`}</Table.Td>
                <Table.Td>{line.cost_assumed ? t('returns.costAssumed') : null}</Table.Td>
                <Table.Td ta="right">{t('returns.doneCount', { count: line.stages.done })}</Table.Td>
              </Table.Tr>,
              ...STAGES.filter((stage) => line.stages[stage] > 0).map((stage) => (
                <Table.Tr key={`${line.id} ${stage}`}>
                  <Table.Td pl="xl">{t(`returnStage.${stage}`)}</Table.Td>
                  <Table.Td>{format.number(line.stages[stage])}</Table.Td>
                  <Table.Td ta="right">
                    <Button size="xs" disabled={!mayInspect} onClick={() => setDeciding({ lineId: line.id, stage })}>
                      {t('returns.decide')}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              )),
            ])}
          </Table.Tbody>
        </Table>
      </Section>
      <Decisions receipt={receipt} />
      {deciding === null ? null : <InspectDialog receipt={receipt} {...deciding} onClose={() => setDeciding(null)} />}
    </Page>
  )
}

function Decisions({ receipt }: { receipt: ReturnReceipt }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (receipt.inspections.length === 0) return null
  const skuOf = new Map(receipt.lines.map((line) => [line.id, line.sku]))
  return (
    <Section title={t('returns.decisions')} flush>
      <Table>
        <Table.Tbody>
          {receipt.inspections.map((row) => (
            <Table.Tr key={`${row.id} ${row.receipt_line_id} ${row.stage} ${row.disposition}`}>
              <Table.Td>{`${row.quantity} × ${skuOf.get(row.receipt_line_id) ?? ''}`}</Table.Td>
              <Table.Td>
                {t(`disposition.${row.disposition}`)}
                {row.note === '' ? null : <div style={{ color: 'var(--t-muted)' }}>{row.note}</div>}
              </Table.Td>
              <Table.Td>{row.to_location_code}</Table.Td>
              <Table.Td ta="right">{format.dateTime(row.happened_at)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}
