import { Alert, Button, List } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { PickList } from '../../api/shapes.ts'
import { useCommand } from '../../kit/use-command.ts'

/** What changed on a list after it was handed out, until the picker has seen it. */
export function PickListChanges({ list }: { list: PickList }) {
  const { t } = useTranslation()
  const seen = useCommand<void>({ path: `/v1/pick-lists/${list.id}/acknowledgment`, body: () => ({}), stale: ['/v1/pick-lists'] })
  const changes = list.changes ?? []
  if (changes.length === 0) return null
  return (
    <Alert color="yellow" icon={<IconAlertTriangle size={18} />} title={t('exceptions.changes.title')} mb="md">
      <List size="sm">
        {changes.map((change) => (
          <List.Item key={change.id}>
            {t(`exceptions.changes.${change.kind}`, {
              quantity: change.quantity,
              sku: change.sku,
              bin: change.location_code ?? '–',
              number: change.shipment_number,
            })}
          </List.Item>
        ))}
      </List>
      <Button mt="sm" size="xs" variant="default" loading={seen.isPending} onClick={() => seen.mutate()}>
        {t('exceptions.changes.seen')}
      </Button>
    </Alert>
  )
}
