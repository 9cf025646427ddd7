import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/queries.ts'
import { useFormat } from '../../kit/format.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import type { Remittance } from './money-shapes.ts'
import { MoneyTabs } from './money-tabs.tsx'
import { RemittanceDialog } from './remittance-dialog.tsx'

/** Couriers' lists of cash they collected at doors. */
export function RemittancesPage() {
  const { t } = useTranslation()
  const format = useFormat()
  const may = useMay('billing.remit')
  const [reading, setReading] = useState(false)
  return (
    <>
      <ListPage<Remittance>
        title={t('remittances.title')}
        path="/v1/courier-remittances"
        rowId={(row) => row.id}
        rowLabel={(row) => t('remittances.one', { number: row.number })}
        rowHref={(row) => paths.remittance(row.id)}
        above={<MoneyTabs list />}
        filters={[
          {
            key: 'status',
            label: t('vouchers.status'),
            options: ['open', 'accepted', 'canceled'].map((value) => ({ value, label: t(`status.${value}`) })),
          },
        ]}
        columns={[
          {
            id: 'number',
            header: t('entries.number'),
            width: 'minmax(80px, 110px)',
            phone: true,
            cell: (row) => <TextLink to={paths.remittance(row.id)}>{String(row.number)}</TextLink>,
          },
          { id: 'carrier', header: t('remittances.carrier'), width: 'minmax(120px, 2fr)', cell: (row) => row.carrier_name },
          { id: 'reference', header: t('remittances.reference'), width: 'minmax(110px, 2fr)', cell: (row) => row.reference },
          { id: 'day', header: t('entries.date'), width: '120px', cell: (row) => format.date(row.statement_on) },
          { id: 'status', header: t('vouchers.status'), width: '120px', phone: true, cell: (row) => <StatusDot status={row.status} /> },
          { id: 'lines', header: t('remittances.parcels'), width: '90px', end: true, cell: (row) => String(row.lines_total) },
          {
            id: 'amount',
            header: t('orders.amount'),
            width: 'minmax(110px, 140px)',
            end: true,
            phone: true,
            cell: (row) => format.money(row.amount),
          },
        ]}
        actions={may ? <Button onClick={() => setReading(true)}>{t('remittances.read')}</Button> : undefined}
        empty={{ title: t('remittances.none'), detail: t('remittances.noneDetail') }}
      />
      {reading ? <RemittanceDialog onClose={() => setReading(false)} /> : null}
    </>
  )
}
