import { Button, Group, Modal, NumberInput, Select, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReturnReceipt, Stage } from '../../api/return-shapes.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { RETURN_STALE } from './stale.ts'

/** Choices at each stage, in the order people need them; the server refuses any other. */
const CHOICES: Readonly<Record<Stage, readonly string[]>> = {
  waiting: ['restock', 'scrap', 'repair', 'refurbish', 'supplier', 'reject'],
  repair: ['restock', 'send_to_customer', 'scrap', 'supplier'],
  refurbish: ['restock', 'scrap', 'supplier'],
  supplier: ['send_to_supplier', 'restock', 'scrap'],
  reject: ['send_to_customer', 'restock', 'scrap'],
}

/** What happens with pieces at one stage: how many, what, where to. */
export function InspectDialog({
  receipt,
  lineId,
  stage,
  onClose,
}: {
  receipt: ReturnReceipt
  lineId: string
  stage: Stage
  onClose: () => void
}) {
  const { t } = useTranslation()
  const line = receipt.lines.find((one) => one.id === lineId)
  const there = line?.stages[stage] ?? 0
  const [typed, setQuantity] = useState<number | null>(null)
  const quantity = typed ?? there
  const [disposition, setDisposition] = useState(CHOICES[stage][0] ?? 'restock')
  const [location, setLocation] = useState('')
  const [note, setNote] = useState('')
  const takesLocation = disposition !== 'scrap' && !disposition.startsWith('send_')
  const decide = useCommand<void>({
    path: `/v1/return-receipts/${receipt.id}/inspections`,
    body: () => ({
      lines: [
        {
          receipt_line_id: lineId,
          stage,
          disposition,
          quantity,
          ...(takesLocation && location.trim() !== '' ? { to_location_code: location.trim() } : {}),
          ...(note.trim() === '' ? {} : { note }),
        },
      ],
    }),
    stale: RETURN_STALE,
    done: () => t('returns.wasDecided'),
    after: onClose,
    quiet: true,
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${line?.sku ?? ''} · ${t('returns.decide')}`}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Stack gap="sm">
        <ProblemAlert error={decide.error} />
        <Select
          label={t('returns.whatHappens')}
          data={CHOICES[stage].map((value) => ({ value, label: t(`disposition.${value}`) }))}
          value={disposition}
          onChange={(value) => setDisposition(value ?? disposition)}
          allowDeselect={false}
        />
        <NumberInput
          label={t('word.quantity')}
          min={1}
          max={there}
          value={quantity}
          onChange={(value) => setQuantity(Number(value) || 0)}
        />
        {takesLocation ? (
          <TextInput
            label={t('returns.location')}
            placeholder={disposition === 'restock' ? 'RECEIVING' : 'QUARANTINE'}
            value={location}
            onChange={(event) => setLocation(event.currentTarget.value)}
          />
        ) : null}
        <TextInput label={t('returns.note')} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        <Group justify="end">
          <Button disabled={quantity < 1 || quantity > there} loading={decide.isPending} onClick={() => decide.mutate()}>
            {t('returns.decide')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
