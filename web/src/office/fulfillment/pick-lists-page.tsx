import { useTranslation } from 'react-i18next'
import type { PickList } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { FulfillmentTabs } from './fulfillment-tabs.tsx'

/** Pick lists, the newest first. */
export function PickListsPage() {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ListPage<PickList>
      title={t('pickLists.title')}
      path="/v1/pick-lists"
      rowId={(list) => list.id}
      rowLabel={(list) => t('pickLists.one', { number: list.number })}
      rowHref={(list) => paths.pickList(list.id)}
      prints={[{ kind: 'pick_list', by: 'rows' }]}
      views={[
        { id: 'all', label: t('list.all'), filters: {} },
        { id: 'open', label: t('status.open'), filters: { status: 'open' } },
      ]}
      above={<FulfillmentTabs list />}
      columns={[
        {
          id: 'number',
          header: t('pickLists.number'),
          width: 'minmax(90px, 1fr)',
          phone: true,
          cell: (list) => <TextLink to={paths.pickList(list.id)}>{t('pickLists.one', { number: list.number })}</TextLink>,
        },
        { id: 'warehouse', header: t('word.warehouse'), width: 'minmax(80px, 1fr)', cell: (list) => list.warehouse_code ?? '–' },
        { id: 'status', header: t('word.status'), width: '140px', phone: true, cell: (list) => <StatusDot status={list.status} /> },
        { id: 'created', header: t('word.created'), width: '140px', end: true, cell: (list) => format.ago(list.created_at) },
      ]}
      empty={{ title: t('pickLists.none'), detail: t('pickLists.noneDetail') }}
    />
  )
}
