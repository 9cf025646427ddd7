import { Button, Group, Modal, NumberInput, SegmentedControl, Select, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReturnDocument } from '../../api/return-shapes.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { RETURN_STALE } from './stale.ts'

/** Sends the same item again for nothing, or another one at its price. */
export function ExchangeDialog({ rma, onClose }: { rma: ReturnDocument; onClose: () => void }) {
  const { t } = useTranslation()
  const open = rma.lines.filter((line) => line.replaced < line.quantity)
  const [lineId, setLineId] = useState(open[0]?.id ?? '')
  const [kind, setKind] = useState<'replacement' | 'exchange'>('replacement')
  const [sku, setSku] = useState('')
  const [quantity, setQuantity] = useState(1)
  const send = useCommand<void>({
    path: `/v1/rmas/${rma.id}/exchanges`,
    body: () => ({ rma_line_id: lineId, quantity, ...(kind === 'exchange' ? { sku: sku.trim() } : {}) }),
    stale: RETURN_STALE,
    done: () => t('returns.lineAdded'),
    after: onClose,
    quiet: true,
  })
  const ready = lineId !== '' && quantity > 0 && (kind === 'replacement' || sku.trim() !== '')
  return (
    <Modal opened onClose={onClose} title={t('returns.exchange')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Stack gap="sm">
        <ProblemAlert error={send.error} />
        <Select
          label={t('returns.lines')}
          data={open.map((line) => ({ value: line.id, label: `${line.sku} · ${line.name}` }))}
          value={lineId}
          onChange={(id) => setLineId(id ?? '')}
        />
        <SegmentedControl
          aria-label={t('returns.exchange')}
          data={[
            { value: 'replacement', label: t('returns.sameItem') },
            { value: 'exchange', label: t('returns.otherItem') },
          ]}
          value={kind}
          onChange={(value) => setKind(value as 'replacement' | 'exchange')}
        />
        {kind === 'exchange' ? (
          <TextInput
            label={t('word.sku')}
            description={t('returns.otherItemDetail')}
            value={sku}
            onChange={(event) => setSku(event.currentTarget.value)}
          />
        ) : null}
        <NumberInput label={t('word.quantity')} min={1} value={quantity} onChange={(value) => setQuantity(Number(value) || 0)} />
        <Group justify="end">
          <Button disabled={!ready} loading={send.isPending} onClick={() => send.mutate()}>
            {t('returns.send')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
