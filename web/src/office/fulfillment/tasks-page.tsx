import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/queries.ts'
import type { Task } from '../../api/exception-shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { TaskDialog } from './task-dialog.tsx'
import { FulfillmentTabs } from './fulfillment-tabs.tsx'

const KINDS = ['recount', 'put_back', 'rechoose', 'inspect'] as const

/** Work that facts left behind for a person: count, put back, choose again, inspect. The oldest first. */
export function TasksPage() {
  const { t } = useTranslation()
  const format = useFormat()
  const may = useMay('warehouse.pick')
  const [chosen, setChosen] = useState<Task | null>(null)
  return (
    <>
      <ListPage<Task>
        title={t('tasks.title')}
        path="/v1/tasks"
        initial={{ status: 'open' }}
        rowId={(task) => task.id}
        rowLabel={(task) => t(`tasks.kind.${task.kind}`)}
        views={[
          { id: 'open', label: t('status.open'), filters: { status: 'open' } },
          ...KINDS.map((kind) => ({ id: kind, label: t(`tasks.kind.${kind}`), filters: { status: 'open', kind } })),
          { id: 'all', label: t('list.all'), filters: {} },
        ]}
        above={<FulfillmentTabs list />}
        columns={[
          { id: 'kind', header: t('tasks.what'), width: 'minmax(96px, 1fr)', phone: true, cell: (task) => t(`tasks.kind.${task.kind}`) },
          { id: 'item', header: t('word.item'), width: 'minmax(90px, 2fr)', phone: true, cell: (task) => task.sku ?? '–' },
          { id: 'quantity', header: t('word.quantity'), width: '90px', end: true, cell: (task) => task.quantity ?? '–' },
          {
            id: 'where',
            header: t('tasks.where'),
            width: 'minmax(140px, 1.5fr)',
            cell: (task) => [task.location_code, task.to_location_code].filter((code) => code !== null).join(' → ') || '–',
          },
          {
            id: 'document',
            header: t('tasks.document'),
            width: 'minmax(110px, 1fr)',
            cell: (task) =>
              task.document_type === 'order' ? (
                <TextLink to={paths.order(task.document_id)}>{t('tasks.order')}</TextLink>
              ) : task.document_number === null ? (
                '–'
              ) : (
                <TextLink to={paths.shipment(task.document_id)}>{t('shipments.one', { number: task.document_number })}</TextLink>
              ),
          },
          { id: 'status', header: t('word.status'), width: '120px', cell: (task) => <StatusDot status={task.status} /> },
          { id: 'created', header: t('word.created'), width: '120px', end: true, cell: (task) => format.ago(task.created_at) },
          {
            id: 'act',
            header: t('tasks.act'),
            width: '110px',
            end: true,
            phone: true,
            cell: (task) =>
              task.status === 'open' ? (
                <Button size="compact-xs" variant="default" disabled={!may} onClick={() => setChosen(task)}>
                  {t('tasks.finish')}
                </Button>
              ) : null,
          },
        ]}
        empty={{ title: t('tasks.none'), detail: t('tasks.noneDetail') }}
      />
      {chosen === null ? null : <TaskDialog task={chosen} onClose={() => setChosen(null)} />}
    </>
  )
}
