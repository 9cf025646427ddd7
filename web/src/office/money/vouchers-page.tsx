import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay, useSession } from '../../api/queries.ts'
import { currencyScale, parseDecimal, useFormat } from '../../kit/format.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import type { Voucher } from './money-shapes.ts'
import { MoneyTabs } from './money-tabs.tsx'

/** Vouchers sold, given away and issued for refunds, with what is left on them. */
export function VouchersPage() {
  const { t } = useTranslation()
  const format = useFormat()
  const may = useMay('billing.vouchers')
  const [giving, setGiving] = useState(false)
  return (
    <>
      <ListPage<Voucher>
        title={t('vouchers.title')}
        path="/v1/vouchers"
        rowId={(row) => row.id}
        rowLabel={(row) => t('vouchers.one', { number: row.number })}
        rowHref={(row) => paths.voucher(row.id)}
        above={<MoneyTabs list />}
        searchLabel={t('vouchers.search')}
        filters={[
          {
            key: 'status',
            label: t('vouchers.status'),
            options: ['active', 'used', 'expired'].map((value) => ({ value, label: t(`status.${value}`) })),
          },
          {
            key: 'kind',
            label: t('vouchers.kind'),
            options: ['gift', 'store_credit'].map((value) => ({ value, label: t(`voucherKind.${value}`) })),
          },
        ]}
        columns={[
          {
            id: 'number',
            header: t('entries.number'),
            width: 'minmax(80px, 110px)',
            phone: true,
            cell: (row) => <TextLink to={paths.voucher(row.id)}>{String(row.number)}</TextLink>,
          },
          { id: 'kind', header: t('vouchers.kind'), width: 'minmax(110px, 1fr)', cell: (row) => t(`voucherKind.${row.kind}`) },
          {
            id: 'code',
            header: t('vouchers.code'),
            width: '130px',
            cell: (row) => (row.code_last4 === null ? '–' : `•••• ${row.code_last4}`),
          },
          { id: 'status', header: t('vouchers.status'), width: '120px', phone: true, cell: (row) => <StatusDot status={row.status} /> },
          {
            id: 'order',
            header: t('receivables.order'),
            width: '110px',
            cell: (row) =>
              row.order_id === null ? '–' : <TextLink to={paths.order(row.order_id)}>{`#${row.order_number ?? ''}`}</TextLink>,
          },
          { id: 'issued', header: t('vouchers.issued'), width: '120px', end: true, cell: (row) => format.money(row.issued) },
          {
            id: 'balance',
            header: t('vouchers.balance'),
            width: '120px',
            end: true,
            phone: true,
            cell: (row) => format.money(row.balance),
          },
        ]}
        actions={may ? <Button onClick={() => setGiving(true)}>{t('vouchers.give')}</Button> : undefined}
        empty={{ title: t('vouchers.none'), detail: t('vouchers.noneDetail') }}
      />
      {giving ? <GiveDialog onClose={() => setGiving(false)} /> : null}
    </>
  )
}

interface GiveForm {
  amount: string
  reason: string
}

function GiveDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { base_currency } = useSession().organization
  const scale = currencyScale(base_currency)
  const form = useForm<GiveForm>({
    initialValues: { amount: '', reason: '' },
    validate: {
      amount: (text) => ((parseDecimal(text, scale) ?? 0) > 0 ? null : t('form.amountNeeded')),
      reason: (text) => (text.trim() === '' ? t('vouchers.reasonNeeded') : null),
    },
  })
  const give = useCommand<GiveForm, Voucher>({
    path: '/v1/vouchers',
    body: ({ amount, reason }) => ({ amount: parseDecimal(amount, scale), reason }),
    stale: ['/v1/vouchers', '/v1/journal-entries', '/v1/trial-balance'],
    done: () => t('vouchers.given'),
    after: (voucher) => void navigate({ to: paths.voucher(voucher.id) }),
    quiet: true,
  })
  const submit = (values: GiveForm) =>
    give.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values).errors) })
  return (
    <Modal opened onClose={onClose} title={t('vouchers.give')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={form.onSubmit(submit)}>
        <Stack gap="sm">
          <ProblemAlert error={give.error} />
          <TextInput
            label={t('orders.amount')}
            rightSection={base_currency}
            rightSectionWidth={48}
            inputMode="decimal"
            {...form.getInputProps('amount')}
          />
          <TextInput label={t('vouchers.reason')} {...form.getInputProps('reason')} />
          <Group justify="end">
            <Button type="submit" loading={give.isPending}>
              {t('vouchers.give')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
