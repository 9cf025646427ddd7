import { Button, Group, Modal, NumberInput, Select, Stack, Switch, Table } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReturnRules } from '../../api/return-shapes.ts'
import { useGet } from '../../api/queries.ts'
import type { Order } from '../../api/shapes.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'

const OUTCOMES = ['refund', 'exchange', 'replacement', 'repair', 'store_credit'] as const

/** A return that a customer asks for: which goods, why, and what for. */
export function NewReturnDialog({ order, onClose }: { order: Order; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const reasons = (useGet<ReturnRules>('/v1/return-rules').data?.reasons ?? []).filter((one) => one.is_active)
  const [quantities, setQuantities] = useState<Record<string, number>>({})
  const [reason, setReason] = useState('does_not_fit')
  const [outcome, setOutcome] = useState<string>('refund')
  const [approve, setApprove] = useState(true)
  const lines = (order.lines ?? []).filter((line) => line.kind !== 'kit' && line.shipped - line.returned - line.refused - line.lost > 0)
  const chosen = lines.flatMap((line) => {
    const quantity = quantities[line.id] ?? 0
    return quantity > 0 ? [{ line_id: line.id, quantity, reason, outcome }] : []
  })
  const request = useCommand<void, { id: string }>({
    path: `/v1/orders/${order.id}/rmas`,
    body: () => ({ approve, lines: chosen }),
    stale: ['/v1/rmas', '/v1/orders'],
    done: () => t('returns.wasRequested'),
    after: (rma) => void navigate({ to: paths.returnDocument(rma.id) }),
    quiet: true,
  })
  return (
    <Modal opened onClose={onClose} size="lg" title={t('returns.new')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Stack gap="sm">
        <ProblemAlert error={request.error} />
        <Table>
          <Table.Tbody>
            {lines.map((line) => (
              <Table.Tr key={line.id}>
                <Table.Td>{`${line.sku} · ${line.name}`}</Table.Td>
                <Table.Td w={120}>
                  <NumberInput
                    aria-label={t('returns.pieces', { name: line.sku })}
                    min={0}
                    max={line.shipped - line.returned - line.refused - line.lost}
                    value={quantities[line.id] ?? 0}
                    onChange={(value) => setQuantities({ ...quantities, [line.id]: Number(value) || 0 })}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group grow>
          <Select
            label={t('form.reason')}
            data={reasons.map((one) => ({ value: one.code, label: t(`returnReason.${one.code}`, { defaultValue: one.name }) }))}
            value={reason}
            onChange={(value) => setReason(value ?? reason)}
            allowDeselect={false}
          />
          <Select
            label={t('returns.outcome')}
            data={OUTCOMES.map((value) => ({ value, label: t(`returnOutcome.${value}`) }))}
            value={outcome}
            onChange={(value) => setOutcome(value ?? outcome)}
            allowDeselect={false}
          />
        </Group>
        <Switch label={t('returns.approveAtOnce')} checked={approve} onChange={(event) => setApprove(event.currentTarget.checked)} />
        <Group justify="end">
          <Button disabled={chosen.length === 0} loading={request.isPending} onClick={() => request.mutate()}>
            {t('returns.new')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
