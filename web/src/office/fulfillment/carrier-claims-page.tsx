import { Button, Group, NumberInput, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/queries.ts'
import type { CarrierClaim } from '../../api/exception-shapes.ts'
import { allowance } from '../../kit/action-button.tsx'
import { currencyScale, useFormat } from '../../kit/format.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import { ExceptionDialog } from './exception-dialog.tsx'
import { FulfillmentTabs } from './fulfillment-tabs.tsx'

/** Claims on carriers for lost goods, the newest first. */
export function CarrierClaimsPage() {
  const { t } = useTranslation()
  const format = useFormat()
  const may = useMay('warehouse.claim')
  const [chosen, setChosen] = useState<CarrierClaim | null>(null)
  return (
    <>
      <ListPage<CarrierClaim>
        title={t('claims.title')}
        path="/v1/carrier-claims"
        rowId={(claim) => claim.id}
        rowLabel={(claim) => t('claims.one', { number: claim.number })}
        views={[
          { id: 'all', label: t('list.all'), filters: {} },
          ...(['open', 'accepted', 'paid', 'rejected'] as const).map((status) => ({
            id: status,
            label: t(`status.${status}`),
            filters: { status },
          })),
        ]}
        above={<FulfillmentTabs list />}
        columns={[
          { id: 'number', header: t('claims.number'), width: '60px', phone: true, cell: (claim) => claim.number },
          {
            id: 'shipment',
            header: t('claims.shipment'),
            width: 'minmax(110px, 1fr)',
            phone: true,
            cell: (claim) => (
              <TextLink to={paths.shipment(claim.shipment_id)}>{t('shipments.one', { number: claim.shipment_number })}</TextLink>
            ),
          },
          { id: 'carrier', header: t('claims.carrier'), width: 'minmax(80px, 1fr)', cell: (claim) => claim.carrier ?? '–' },
          { id: 'status', header: t('word.status'), width: '130px', phone: true, cell: (claim) => <StatusDot status={claim.status} /> },
          { id: 'cost', header: t('claims.cost'), width: '110px', end: true, cell: (claim) => format.money(claim.cost) },
          { id: 'claimed', header: t('claims.claimed'), width: '110px', end: true, cell: (claim) => format.money(claim.claimed) },
          {
            id: 'accepted',
            header: t('claims.accepted'),
            width: '110px',
            end: true,
            cell: (claim) => (claim.accepted === null ? '–' : format.money(claim.accepted)),
          },
          {
            id: 'paid',
            header: t('claims.paid'),
            width: '110px',
            end: true,
            cell: (claim) => (claim.paid === null ? '–' : format.money(claim.paid)),
          },
          {
            id: 'act',
            header: t('tasks.act'),
            width: '110px',
            end: true,
            cell: (claim) =>
              claim.allowed_actions.some((one) => one.allowed) ? (
                <Button size="compact-xs" variant="default" disabled={!may} onClick={() => setChosen(claim)}>
                  {t('claims.settle')}
                </Button>
              ) : null,
          },
        ]}
        empty={{ title: t('claims.none'), detail: t('claims.noneDetail') }}
      />
      {chosen === null ? null : <ClaimDialog claim={chosen} onClose={() => setChosen(null)} />}
    </>
  )
}

const STALE = ['/v1/carrier-claims', '/v1/journal-entries', '/v1/trial-balance']

function ClaimDialog({ claim, onClose }: { claim: CarrierClaim; onClose: () => void }) {
  const { t } = useTranslation()
  const unit = 10 ** currencyScale(claim.cost.currency)
  const form = useForm({ initialValues: { amount: (claim.accepted ?? claim.claimed).amount / unit, note: '' } })
  const options = (path: string) => ({
    path: `/v1/carrier-claims/${claim.id}/${path}`,
    stale: STALE,
    done: () => t('claims.settled'),
    after: onClose,
    quiet: true,
  })
  const accept = useCommand<{ amount: number }>(options('acceptance'))
  const pay = useCommand<{ amount: number }>(options('payment'))
  const reject = useCommand<{ reason: string }>(options('rejection'))
  const repay = useCommand<{ amount: number }>(options('repayment'))
  const found = useCommand<{ outcome: 'delivered' | 'returned'; note: string }>({
    ...options('finding'),
    stale: [...STALE, '/v1/shipments', '/v1/orders', '/v1/stock', '/v1/return-receipts'],
    done: () => t('claims.found'),
  })
  const cents = Math.round(form.values.amount * unit)
  const can = (action: string) => allowance(claim.allowed_actions, action).allowed
  return (
    <ExceptionDialog
      title={t('claims.one', { number: claim.number })}
      preview={t('claims.preview')}
      error={accept.error ?? pay.error ?? reject.error ?? repay.error ?? found.error}
      button={t('claims.pay')}
      busy={pay.isPending}
      disabled={!can('pay') || cents <= 0}
      onClose={onClose}
      onSubmit={form.onSubmit(() => pay.mutate({ amount: cents }))}
    >
      <NumberInput label={t('claims.amount')} min={0} decimalScale={2} {...form.getInputProps('amount')} />
      <TextInput label={t('form.reason')} {...form.getInputProps('note')} />
      <Group>
        <Button
          variant="default"
          disabled={!can('accept') || cents <= 0}
          loading={accept.isPending}
          onClick={() => accept.mutate({ amount: cents })}
        >
          {t('claims.accept')}
        </Button>
        <Button
          variant="default"
          disabled={!can('reject') || form.values.note.trim() === ''}
          loading={reject.isPending}
          onClick={() => reject.mutate({ reason: form.values.note })}
        >
          {t('claims.reject')}
        </Button>
        <Button
          variant="default"
          disabled={!can('repay') || cents <= 0}
          loading={repay.isPending}
          onClick={() => repay.mutate({ amount: cents })}
        >
          {t('claims.repay')}
        </Button>
      </Group>
      <Text size="sm">{t('claims.foundHint', { count: claim.lost_quantity })}</Text>
      <Group>
        {(['delivered', 'returned'] as const).map((outcome) => (
          <Button
            key={outcome}
            variant="default"
            disabled={!can('find')}
            loading={found.isPending && found.variables?.outcome === outcome}
            onClick={() => found.mutate({ outcome, note: form.values.note })}
          >
            {t(`claims.foundAs.${outcome}`)}
          </Button>
        ))}
      </Group>
    </ExceptionDialog>
  )
}
