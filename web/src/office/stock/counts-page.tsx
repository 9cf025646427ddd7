import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../kit/format.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import { PermittedButton } from '../../kit/permitted-button.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { CountDialog } from './count-dialog.tsx'
import { StockTabs } from './stock-tabs.tsx'

interface Count {
  id: string
  number: number
  warehouse_code: string
  scope: string
  line_count: number
  difference_count: number
  counted_at: string
}

/** Counts of stock, the newest first. */
export function CountsPage() {
  const { t } = useTranslation()
  const format = useFormat()
  const [counting, setCounting] = useState(false)
  return (
    <>
      <ListPage<Count>
        title={t('promising.counts')}
        path="/v1/stock-counts"
        rowId={(one) => one.id}
        rowHref={(one) => paths.count(one.id)}
        rowLabel={(one) => t('promising.count', { number: one.number })}
        above={<StockTabs />}
        columns={[
          {
            id: 'number',
            header: t('receipts.number'),
            width: 'minmax(100px, 1fr)',
            phone: true,
            cell: (one) => <TextLink to={paths.count(one.id)}>{t('promising.count', { number: one.number })}</TextLink>,
          },
          { id: 'warehouse', header: t('word.warehouse'), width: '120px', cell: (one) => one.warehouse_code },
          { id: 'scope', header: t('promising.scope'), width: '150px', cell: (one) => t(`promising.scopes.${one.scope}`) },
          { id: 'lines', header: t('orders.lines'), width: '90px', end: true, cell: (one) => one.line_count },
          {
            id: 'differences',
            header: t('promising.differences'),
            width: '110px',
            phone: true,
            end: true,
            cell: (one) => one.difference_count,
          },
          { id: 'at', header: t('promising.countedAt'), width: '120px', end: true, cell: (one) => format.ago(one.counted_at) },
        ]}
        actions={
          <PermittedButton permission="inventory.count" onClick={() => setCounting(true)}>
            {t('promising.newCount')}
          </PermittedButton>
        }
        empty={{ title: t('promising.noCounts'), detail: t('promising.noCountsDetail') }}
      />
      {counting ? <CountDialog onClose={() => setCounting(false)} /> : null}
    </>
  )
}
