import { ActionIcon, Button, Checkbox, Group, Popover, Stack, TextInput, VisuallyHidden } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconPlus, IconTrash, IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/queries.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { useCommand } from '../use-command.ts'
import { LIST_SETTINGS, type ListName, type SavedView } from './list-settings.ts'
import type { ListState } from './list-state.ts'
import { sameFilters, setView } from './filter-bar.tsx'

/** Views that people saved, after those of the list itself; the one that is open can be deleted by whom it belongs to. */
export function SavedViewTabs({ views, state }: { views: readonly SavedView[]; state: ListState }) {
  const { t } = useTranslation()
  const mayShare = useMay('lists.share')
  const remove = useCommand<string>({
    path: (id) => `${LIST_SETTINGS}/views/${id}`,
    method: 'DELETE',
    body: () => undefined,
    stale: [LIST_SETTINGS],
    done: () => t('lists.viewDeleted'),
  })
  return views.map((view) => {
    const open = sameFilters(state, view.filters)
    return (
      <span key={view.id} style={{ display: 'inline-flex', alignItems: 'center' }}>
        <button type="button" aria-pressed={open} onClick={() => setView(state, view.filters)}>
          {view.is_shared ? <IconUsers size={12} aria-hidden="true" style={{ marginRight: 4, verticalAlign: -1 }} /> : null}
          {view.is_shared ? <VisuallyHidden>{`${t('lists.shared')} `}</VisuallyHidden> : null}
          {view.name}
        </button>
        {open && (view.is_mine || (view.is_shared && mayShare)) ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            aria-label={t('lists.deleteView', { name: view.name })}
            loading={remove.isPending}
            onClick={() => remove.mutate(view.id)}
          >
            <IconTrash size={13} />
          </ActionIcon>
        ) : null}
      </span>
    )
  })
}

/** Saves the filters that are set as a view. */
export function SaveView({ list, filters }: { list: ListName; filters: Record<string, string> }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const mayShare = useMay('lists.share')
  const form = useForm({ initialValues: { name: '', is_shared: false } })
  const save = useCommand<{ name: string; is_shared: boolean }>({
    path: `${LIST_SETTINGS}/views`,
    body: (values) => ({ ...values, list, filters }),
    stale: [LIST_SETTINGS],
    done: () => t('lists.viewSaved'),
    after: () => {
      setOpened(false)
      form.reset()
    },
    quiet: true,
  })
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          leftSection={<IconPlus size={13} aria-hidden="true" />}
          onClick={() => setOpened((was) => !was)}
        >
          {t('lists.saveView')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
          <Stack gap="xs">
            <ProblemAlert error={save.error} />
            <TextInput label={t('lists.viewName')} required maxLength={60} data-autofocus {...form.getInputProps('name')} />
            <Checkbox label={t('lists.share')} disabled={!mayShare} {...form.getInputProps('is_shared', { type: 'checkbox' })} />
            <Group justify="end">
              <Button type="submit" loading={save.isPending}>
                {t('action.save')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
