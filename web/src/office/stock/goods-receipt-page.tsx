import { Button, Table } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import { ActionButton } from '../../kit/action-button.tsx'
import { useFormat } from '../../kit/format.ts'
import { Facts, Page, Section } from '../../kit/page.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { MovementsTable } from './movements-table.tsx'
import { CostDialog, DateDialog, ReceiveDialog, ReverseDialog } from './receipt-dialogs.tsx'
import { type Receipt, stillExpected } from './receipt-shapes.ts'
import classes from '../../kit/kit.module.css'

type Dialog = 'receive' | 'date' | 'cost' | 'reverse'

/** A goods receipt: what is expected and when, what came in and at what cost; received in parts, taken back as a whole. */
export function GoodsReceiptPage() {
  const { receiptId } = useParams({ strict: false }) as { receiptId: string }
  const { data: receipt, isError, error, refetch } = useGet<Receipt>(`/v1/goods-receipts/${receiptId}`)
  if (isError) return <ErrorState page error={error} retry={() => void refetch()} />
  if (receipt === undefined) return <PageSkeleton />
  return <ReceiptDocument receipt={receipt} />
}

function ReceiptDocument({ receipt }: { receipt: Receipt }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const close = () => setDialog(null)
  return (
    <Page
      title={t('receipts.one', { number: receipt.number })}
      beside={<StatusDot status={receipt.status} />}
      actions={<ReceiptActions receipt={receipt} open={setDialog} />}
    >
      <div style={{ display: 'grid', gap: 16 }}>
        <Section title={t('receipts.from')}>
          <Facts
            facts={[
              [t('receipts.kind'), t(`receiptKind.${receipt.kind}`)],
              [t('receipts.supplier'), receipt.supplier_name],
              [t('receipts.reference'), receipt.reference],
              [t('word.warehouse'), receipt.warehouse_code],
              [t('promising.expectedAt'), receipt.expected_at === null ? null : format.dateTime(receipt.expected_at)],
              [t('word.created'), format.dateTime(receipt.created_at)],
              [t('stock.value'), format.money(receipt.value)],
            ]}
          />
        </Section>
        <ReceiptLines receipt={receipt} />
        {receipt.lines.some((line) => line.received_quantity > 0) ? (
          <Section title={t('movements.title')} flush>
            <MovementsTable query={{ source_id: receipt.id }} />
          </Section>
        ) : null}
      </div>
      {dialog === 'receive' ? <ReceiveDialog receipt={receipt} onClose={close} /> : null}
      {dialog === 'date' ? <DateDialog receipt={receipt} onClose={close} /> : null}
      {dialog === 'cost' ? <CostDialog receipt={receipt} onClose={close} /> : null}
      {dialog === 'reverse' ? <ReverseDialog receipt={receipt} onClose={close} /> : null}
    </Page>
  )
}

function ReceiptActions({ receipt, open }: { receipt: Receipt; open: (dialog: Dialog) => void }) {
  const { t } = useTranslation()
  const mayReceive = useMay('warehouse.receive')
  const mayPost = useMay('ledger.post')
  const waits = receipt.lines.some((line) => stillExpected(line) > 0)
  const came = receipt.lines.some((line) => line.received_quantity > 0)
  const gone = receipt.status === 'reversed'
  return (
    <>
      <ActionButton
        variant="default"
        actions={receipt.allowed_actions}
        action="reverse"
        disabled={!mayReceive}
        onClick={() => open('reverse')}
      >
        {t('promising.takeBack')}
      </ActionButton>
      <Button variant="default" disabled={!mayPost || gone || !came} onClick={() => open('cost')}>
        {t('promising.lateCost')}
      </Button>
      <Button variant="default" disabled={!mayReceive || gone || !waits} onClick={() => open('date')}>
        {t('promising.changeExpected')}
      </Button>
      <ActionButton actions={receipt.allowed_actions} action="receive" disabled={!mayReceive} onClick={() => open('receive')}>
        {t('promising.receive')}
      </ActionButton>
    </>
  )
}

function ReceiptLines({ receipt }: { receipt: Receipt }) {
  const { t } = useTranslation()
  const format = useFormat()
  const number = classes.number ?? ''
  return (
    <Section title={t('orders.lines')} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('orders.item')}</Table.Th>
            <Table.Th className={number}>{t('promising.expected')}</Table.Th>
            <Table.Th className={number}>{t('promising.received')}</Table.Th>
            <Table.Th className={number}>{t('stock.unitCost')}</Table.Th>
            <Table.Th className={number}>{t('stock.value')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {receipt.lines.map((line) => (
            <Table.Tr key={line.id}>
              <Table.Td>
                <TextLink to={paths.stockItem(line.item_id)}>{line.sku}</TextLink> {line.name}
                {line.provisional ? <span className={classes.muted}>{` · ${t('stock.provisional')}`}</span> : null}
              </Table.Td>
              <Table.Td className={number}>
                {line.expected_quantity === null ? '–' : format.quantity(line.expected_quantity, line.unit_scale)}
              </Table.Td>
              <Table.Td className={number}>{format.quantity(line.received_quantity - line.reversed_quantity, line.unit_scale)}</Table.Td>
              <Table.Td className={number}>{line.unit_cost === null ? '–' : format.price(line.unit_cost)}</Table.Td>
              <Table.Td className={number}>{format.money(line.value)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}
