import { Button, Menu, Table } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReturnDocument } from '../../api/return-shapes.ts'
import { useGet, useMay } from '../../api/queries.ts'
import { ActionButton, allowance } from '../../kit/action-button.tsx'
import { useFormat } from '../../kit/format.ts'
import { Columns, Facts, Page, Section } from '../../kit/page.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import { useDownload } from '../fulfillment/use-documents.ts'
import { ExchangeDialog } from './exchange-dialog.tsx'
import { ReceiveDialog } from './receive-dialog.tsx'
import { RefundDialog } from './refund-dialog.tsx'
import { ReturnNotes } from './return-notes.tsx'
import { RETURN_STALE } from './stale.ts'

type Dialog = 'receive' | 'refund' | 'exchange' | null

/** One return: what is to come back, what came, what was sent for it and what was paid back. */
export function ReturnPage() {
  const { returnId } = useParams({ strict: false }) as { returnId: string }
  const { data, isError, error, refetch } = useGet<ReturnDocument>(`/v1/rmas/${returnId}`)
  if (isError) return <ErrorState page error={error} retry={() => void refetch()} />
  if (data === undefined) return <PageSkeleton />
  return <ReturnView key={data.id} rma={data} />
}

function ReturnView({ rma }: { rma: ReturnDocument }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [dialog, setDialog] = useState<Dialog>(null)
  const close = () => setDialog(null)
  return (
    <Page
      title={t('returns.one', { number: rma.number })}
      beside={<StatusDot status={rma.state} />}
      actions={<Actions rma={rma} open={setDialog} />}
    >
      <ReturnNotes orderId={rma.order_id} skus={rma.lines.map((line) => line.sku)} />
      <Columns
        main={
          <>
            <Lines rma={rma} />
            <Receipts rma={rma} />
            <SentInstead rma={rma} />
          </>
        }
        side={
          <>
            <Section title={t('returns.about')}>
              <Facts
                facts={[
                  [t('returns.order'), <TextLink key="order" to={paths.order(rma.order_id)}>{`#${rma.order_number}`}</TextLink>],
                  [t('orders.customer'), rma.customer_name],
                  [t('word.warehouse'), rma.warehouse_code],
                  [t('word.created'), format.dateTime(rma.requested_at)],
                  [t('returns.decided'), rma.decided_at === null ? null : format.dateTime(rma.decided_at)],
                  [t('returns.byRule'), rma.auto_decided ? t('word.yes') : null],
                  [t('returns.note'), rma.note],
                  [t('returns.decisionNote'), rma.decision_note],
                ]}
              />
            </Section>
            <Refunds rma={rma} />
          </>
        }
      />
      {dialog === 'receive' ? <ReceiveDialog rma={rma} onClose={close} /> : null}
      {dialog === 'refund' ? <RefundDialog orderId={rma.order_id} rmaId={rma.id} onClose={close} /> : null}
      {dialog === 'exchange' ? <ExchangeDialog rma={rma} onClose={close} /> : null}
    </Page>
  )
}

function Actions({ rma, open }: { rma: ReturnDocument; open: (dialog: Dialog) => void }) {
  const { t } = useTranslation()
  const mayRefund = useMay('orders.pay')
  const { save, busy } = useDownload()
  const actions = rma.allowed_actions
  const decide = useCommand<string>({
    path: `/v1/rmas/${rma.id}/decision`,
    body: (decision) => ({ decision }),
    stale: RETURN_STALE,
  })
  const later = (['reject', 'cancel', 'close', 'reopen'] as const).filter((action) => allowance(actions, action).allowed)
  return (
    <>
      {allowance(actions, 'approve').allowed ? (
        <ActionButton actions={actions} action="approve" loading={decide.isPending} onClick={() => decide.mutate('approve')}>
          {t('returns.approve')}
        </ActionButton>
      ) : null}
      <ActionButton
        actions={actions}
        action="receive"
        variant={rma.state === 'approved' ? 'filled' : 'default'}
        onClick={() => open('receive')}
      >
        {t('returns.receive')}
      </ActionButton>
      <ActionButton actions={actions} action="exchange" variant="default" onClick={() => open('exchange')}>
        {t('returns.exchange')}
      </ActionButton>
      <Button variant="default" disabled={!mayRefund} onClick={() => open('refund')}>
        {t('returns.refund')}
      </Button>
      <ActionButton
        actions={actions}
        action="label"
        variant="default"
        loading={busy}
        onClick={() => void save(`/v1/rmas/${rma.id}/label.pdf`)}
      >
        {t('returns.label')}
      </ActionButton>
      {later.length === 0 ? null : (
        <Menu>
          <Menu.Target>
            <Button variant="default">{t('nav.more')}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {later.map((action) => (
              <Menu.Item key={action} onClick={() => decide.mutate(action)}>
                {t(`returns.${action}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  )
}

function Lines({ rma }: { rma: ReturnDocument }) {
  const { t } = useTranslation()
  return (
    <Section title={t('returns.lines')} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('word.sku')}</Table.Th>
            <Table.Th>{t('form.reason')}</Table.Th>
            <Table.Th>{t('returns.outcome')}</Table.Th>
            <Table.Th ta="right">{t('returns.receivedOf')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rma.lines.map((line) => (
            <Table.Tr key={line.id}>
              <Table.Td>
                {line.sku} · {line.name}
                {line.note === '' ? null : <div style={{ color: 'var(--t-muted)' }}>{line.note}</div>}
              </Table.Td>
              <Table.Td>{t(`returnReason.${line.reason}`, { defaultValue: line.reason })}</Table.Td>
              <Table.Td>{t(`returnOutcome.${line.outcome}`)}</Table.Td>
              <Table.Td ta="right">{t('returns.countOf', { count: line.received, total: line.quantity })}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

function Receipts({ rma }: { rma: ReturnDocument }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (rma.receipts.length === 0) return null
  return (
    <Section title={t('returns.arrived')} flush>
      <Table>
        <Table.Tbody>
          {rma.receipts.map((row) => (
            <Table.Tr key={row.receipt_line_id}>
              <Table.Td>
                <TextLink to={paths.returnReceipt(row.return_receipt_id)}>{t('returns.receipt', { number: row.number })}</TextLink>
              </Table.Td>
              <Table.Td>{`${row.quantity} × ${row.sku}`}</Table.Td>
              <Table.Td>{row.kind === 'expected' ? null : <StatusDot status={row.kind} />}</Table.Td>
              <Table.Td>{row.warehouse_code}</Table.Td>
              <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                {format.date(row.happened_at)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

function SentInstead({ rma }: { rma: ReturnDocument }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (rma.sent_instead.length === 0) return null
  return (
    <Section title={t('returns.sentInstead')} flush>
      <Table>
        <Table.Tbody>
          {rma.sent_instead.map((line) => (
            <Table.Tr key={line.line_id}>
              <Table.Td>{`${line.quantity} × ${line.sku} · ${line.name}`}</Table.Td>
              <Table.Td>
                <StatusDot status={line.shipped >= line.quantity ? 'shipped' : 'unfulfilled'} />
              </Table.Td>
              <Table.Td ta="right">{format.money(line.amount)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

function Refunds({ rma }: { rma: ReturnDocument }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (rma.refunds.length === 0) return null
  return (
    <Section title={t('returns.refunds')} flush>
      <Table>
        <Table.Tbody>
          {rma.refunds.map((refund) => (
            <Table.Tr key={refund.id}>
              <Table.Td>
                {format.date(refund.happened_at)}
                <div style={{ color: 'var(--t-muted)' }}>
                  {refund.restocking_fee.amount === 0
                    ? refund.method
                    : t('returns.feeKept', { amount: format.money(refund.restocking_fee) })}
                </div>
              </Table.Td>
              <Table.Td ta="right">{format.money(refund.amount)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}
