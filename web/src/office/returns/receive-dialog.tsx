import { Button, Group, Modal, NumberInput, Select, Stack, Table } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReturnDocument } from '../../api/return-shapes.ts'
import { useGet } from '../../api/queries.ts'
import type { Page, Warehouse } from '../../api/shapes.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { ReturnNotes } from './return-notes.tsx'
import { RETURN_STALE } from './stale.ts'

/** Goods of a return that arrived: how many of each, at which warehouse. */
export function ReceiveDialog({ rma, onClose }: { rma: ReturnDocument; onClose: () => void }) {
  const { t } = useTranslation()
  const warehouses = useGet<Page<Warehouse>>('/v1/warehouses').data?.data ?? []
  const [warehouse, setWarehouse] = useState(rma.warehouse_code)
  const [quantities, setQuantities] = useState<Record<string, number>>(
    Object.fromEntries(rma.lines.map((line) => [line.id, Math.max(0, line.quantity - line.received)])),
  )
  const lines = rma.lines.flatMap((line) => {
    const quantity = quantities[line.id] ?? 0
    return quantity > 0 ? [{ rma_line_id: line.id, quantity }] : []
  })
  const receive = useCommand<void>({
    path: `/v1/rmas/${rma.id}/receipts`,
    body: () => ({ warehouse_code: warehouse, lines }),
    stale: RETURN_STALE,
    done: () => t('returns.wasReceived'),
    after: onClose,
    quiet: true,
  })
  return (
    <Modal opened onClose={onClose} size="lg" title={t('returns.receive')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Stack gap="sm">
        <ProblemAlert error={receive.error} />
        <ReturnNotes orderId={rma.order_id} skus={rma.lines.map((line) => line.sku)} />
        <Select
          label={t('word.warehouse')}
          data={warehouses.map((one) => ({ value: one.code, label: `${one.code} · ${one.name}` }))}
          value={warehouse}
          onChange={(code) => setWarehouse(code ?? warehouse)}
          allowDeselect={false}
        />
        <Table>
          <Table.Tbody>
            {rma.lines.map((line) => (
              <Table.Tr key={line.id}>
                <Table.Td>{`${line.sku} · ${line.name}`}</Table.Td>
                <Table.Td ta="right">{t('returns.countOf', { count: line.received, total: line.quantity })}</Table.Td>
                <Table.Td w={110}>
                  <NumberInput
                    aria-label={t('orders.returnedOf', { sku: line.sku })}
                    min={0}
                    value={quantities[line.id] ?? 0}
                    onChange={(value) => setQuantities({ ...quantities, [line.id]: Number(value) || 0 })}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group justify="end">
          <Button disabled={lines.length === 0} loading={receive.isPending} onClick={() => receive.mutate()}>
            {t('returns.receive')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
