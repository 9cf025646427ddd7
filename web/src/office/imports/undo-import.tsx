import { Button, Group, List, Modal, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { ImportRun, UndoPreview } from '../../api/import-shapes.ts'
import { ErrorState } from '../../kit/states.tsx'
import { useCommand } from '../../kit/use-command.ts'

/** The button that takes an import back, after showing what that does and what stands in its way. */
export function UndoImport({ run }: { run: ImportRun }) {
  const { t } = useTranslation()
  const may = useMay('imports.run')
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button variant="default" onClick={() => setOpened(true)} disabled={!may}>
        {t('imports.undo')}
      </Button>
      {opened ? <UndoDialog run={run} onClose={() => setOpened(false)} /> : null}
    </>
  )
}

function UndoDialog({ run, onClose }: { run: ImportRun; onClose: () => void }) {
  const { t } = useTranslation()
  const { data, isError, error } = useGet<UndoPreview>(`/v1/imports/${run.id}/undo`)
  const undo = useCommand<void>({
    path: `/v1/imports/${run.id}/undo`,
    body: () => ({}),
    stale: ['/v1/imports', '/v1/orders', '/v1/items', '/v1/stock', '/v1/overview', '/v1/shipments'],
    done: () => t('imports.undone'),
    after: onClose,
  })
  const steps = data === undefined ? 0 : data.orders_to_cancel + data.receipts_to_reverse + data.items_to_archive
  return (
    <Modal opened onClose={onClose} title={t('imports.undo')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      {isError ? <ErrorState error={error} /> : null}
      <Text size="sm">{t('imports.undoDetail')}</Text>
      {data === undefined ? null : (
        <>
          <List size="sm" my="sm">
            {data.orders_to_cancel > 0 ? <List.Item>{t('imports.undoOrders', { count: data.orders_to_cancel })}</List.Item> : null}
            {data.receipts_to_reverse > 0 ? <List.Item>{t('imports.undoReceipts', { count: data.receipts_to_reverse })}</List.Item> : null}
            {data.items_to_archive > 0 ? <List.Item>{t('imports.undoItems', { count: data.items_to_archive })}</List.Item> : null}
            {steps === 0 ? <List.Item>{t('imports.undoNothing')}</List.Item> : null}
          </List>
          {data.obstacle_count > 0 ? (
            <>
              <Text size="sm" fw={600}>
                {t('imports.undoObstacles', { count: data.obstacle_count })}
              </Text>
              <List size="sm">
                {data.obstacles.slice(0, 10).map((one) => (
                  <List.Item key={one.document_id}>{`${one.name}: ${one.reason}`}</List.Item>
                ))}
              </List>
            </>
          ) : null}
        </>
      )}
      <Group justify="end" mt="md">
        <Button variant="default" onClick={onClose}>
          {t('action.close')}
        </Button>
        <Button
          color="red"
          onClick={() => undo.mutate()}
          loading={undo.isPending}
          disabled={data === undefined || data.obstacle_count > 0 || steps === 0}
        >
          {t('imports.undo')}
        </Button>
      </Group>
    </Modal>
  )
}
