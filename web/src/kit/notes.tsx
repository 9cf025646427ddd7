import { ActionIcon, Alert, Button, Checkbox, Group, Modal, Stack, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconNote, IconPencil, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../api/queries.ts'
import type { Note } from '../api/change-shapes.ts'
import type { Shipment } from '../api/shapes.ts'
import { useFormat } from './format.ts'
import { Section } from './page.tsx'
import { ProblemAlert } from './problem-alert.tsx'
import { useCommand } from './use-command.ts'
import { useDraft } from './use-draft.ts'
import classes from './kit.module.css'

/** The steps that have a screen where their notes show. */
const STEPS = ['release', 'pick', 'pack', 'ship', 'return'] as const
export type NoteStep = (typeof STEPS)[number]
const AMBER = { background: 'var(--t-amber-surface)', border: '1px solid var(--t-line)', '--alert-color': 'var(--t-amber)' }
/** As many documents as the API is asked about at once. */
const MAX_DOCUMENTS = 100

/** Notes that people should see at a step, as amber lines; nothing where there are none. */
export function StepNotes({ documents, step }: { documents: readonly (string | null | undefined)[]; step: NoteStep }) {
  const { t } = useTranslation()
  const ids = [...new Set(documents.filter((id): id is string => typeof id === 'string'))].slice(0, MAX_DOCUMENTS)
  const notes = useGet<{ data: Note[] }>(ids.length === 0 ? null : '/v1/notes', { document_ids: ids.join(','), step }).data?.data ?? []
  if (notes.length === 0) return null
  return (
    <Stack gap={4} mb="sm" role="group" aria-label={t('notes.title')}>
      {notes.map((note) => (
        <Alert key={note.id} style={AMBER} color="yellow" variant="light" icon={<IconNote size={18} />} py={6}>
          {note.text}
        </Alert>
      ))}
    </Stack>
  )
}

interface NotesProps {
  document: { type: 'customer' | 'item' | 'order'; id: string }
}

/** The step that a shipment waits for, by its status; past shipping it waits for none. */
const NEXT_STEP: Readonly<Record<string, NoteStep>> = { planned: 'release', released: 'pick', picked: 'pack', packed: 'ship' }

/** What people should know of a shipment's customer, orders and items at its next step. */
export function ShipmentNotes({ shipment }: { shipment: Shipment }) {
  const step = NEXT_STEP[shipment.status]
  if (step === undefined) return null
  const items = (shipment.lines ?? []).map((line) => line.item_id)
  return <StepNotes step={step} documents={[shipment.party_id, ...(shipment.orders ?? []).map((one) => one.id), ...items]} />
}

/** Notes on a document, to read, write, change and archive. */
export function NotesSection({ document }: NotesProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const may = useMay('parties.write_notes')
  const [edited, setEdited] = useState<Note | 'new' | null>(null)
  const notes = useGet<{ data: Note[] }>('/v1/notes', { document_ids: document.id }).data?.data ?? []
  return (
    <Section
      title={t('notes.title')}
      actions={
        may ? (
          <ActionIcon variant="subtle" color="gray" aria-label={t('notes.add')} onClick={() => setEdited('new')}>
            <IconPlus size={16} />
          </ActionIcon>
        ) : null
      }
    >
      <Stack gap="xs">
        {notes.length === 0 ? <span className={classes.muted}>{t('notes.none')}</span> : null}
        {notes.map((note) => (
          <Group key={note.id} justify="space-between" wrap="nowrap" align="start">
            <div>
              {note.text}
              <div className={classes.muted}>
                {[note.created_by_name, format.date(note.created_at), note.show_at.map((step) => t(`noteStep.${step}`)).join(', ')]
                  .filter(Boolean)
                  .join(' · ')}
              </div>
            </div>
            {may ? (
              <ActionIcon variant="subtle" color="gray" aria-label={t('notes.edit')} onClick={() => setEdited(note)}>
                <IconPencil size={16} />
              </ActionIcon>
            ) : null}
          </Group>
        ))}
      </Stack>
      {edited === null ? null : <NoteDialog document={document} note={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </Section>
  )
}

function NoteDialog({ document, note, onClose }: NotesProps & { note: Note | null; onClose: () => void }) {
  const { t } = useTranslation()
  const form = useForm({
    initialValues: { text: note?.text ?? '', show_at: note?.show_at ?? [] },
    validate: { text: (text) => (text.trim() === '' ? t('form.needed') : null) },
  })
  const forget = useDraft(form, `note:${document.id}:${note?.id ?? 'new'}`)
  const save = useCommand<{ text: string; show_at: string[]; archived?: boolean }>({
    path: note === null ? '/v1/notes' : `/v1/notes/${note.id}`,
    method: note === null ? 'POST' : 'PATCH',
    body: (values) => (note === null ? { ...values, document_type: document.type, document_id: document.id } : values),
    version: () => note?.version,
    stale: ['/v1/notes'],
    done: () => t('notes.saved'),
    after: () => {
      forget()
      onClose()
    },
    quiet: true,
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={note === null ? t('notes.add') : t('notes.edit')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="sm">
          <ProblemAlert error={save.error} />
          <Textarea label={t('notes.text')} autosize minRows={2} withAsterisk {...form.getInputProps('text')} />
          <Checkbox.Group label={t('notes.showAt')} {...form.getInputProps('show_at')}>
            <Group gap="sm" mt={6}>
              {STEPS.map((step) => (
                <Checkbox key={step} value={step} label={t(`noteStep.${step}`)} />
              ))}
            </Group>
          </Checkbox.Group>
          <Group justify="end">
            {note === null ? null : (
              <Button variant="default" onClick={() => save.mutate({ ...form.values, archived: true })}>
                {t('notes.archive')}
              </Button>
            )}
            <Button type="submit" loading={save.isPending}>
              {t('action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
