import { Button, CloseButton, Group, Menu, Popover, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconFilter, IconSearch } from '@tabler/icons-react'
import { useState, type ReactElement, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListFilter, ListView } from './list-types.ts'
import type { ListState } from './list-state.ts'
import classes from './list.module.css'

/** Named views of a list: links that set its filters. */
export function ViewTabs({ views, state, children }: { views: readonly ListView[]; state: ListState; children?: ReactNode }) {
  const { t } = useTranslation()
  return (
    <div className={classes.views} role="group" aria-label={t('list.views')}>
      {views.map((view) => (
        <button key={view.id} type="button" aria-pressed={sameFilters(state, view.filters)} onClick={() => setView(state, view.filters)}>
          {view.label}
        </button>
      ))}
      {children}
    </div>
  )
}

/** Whether exactly the filters of a view are set; a search does not count, unless the view has one. */
export function sameFilters(state: ListState, filters: Readonly<Record<string, string>>): boolean {
  const set = Object.keys(state.filters).filter((key) => key !== 'q' || filters['q'] !== undefined)
  return set.length === Object.keys(filters).length && Object.entries(filters).every(([key, value]) => state.filters[key] === value)
}

/** Sets the filters of a view, and takes off all others. */
export function setView(state: ListState, filters: Readonly<Record<string, string>>): void {
  state.replace(filters)
}

/** Search and filters of a list; what is set stands as chips that can be taken off. */
export function FilterBar({
  filters,
  state,
  searchLabel,
}: {
  filters: readonly ListFilter[]
  state: ListState
  searchLabel?: string | undefined
}) {
  const { t } = useTranslation()
  const set = filters.filter((filter) => state.filters[filter.key] !== undefined)
  const free = filters.filter((filter) => state.filters[filter.key] === undefined)
  return (
    <div className={classes.filters}>
      {searchLabel === undefined ? null : <SearchBox label={searchLabel} state={state} />}
      {set.map((filter) => (
        <Chip key={filter.key} filter={filter} value={state.filters[filter.key] ?? ''} state={state} />
      ))}
      {free.length === 0 ? null : <AddFilter filters={free} state={state} />}
      {set.length === 0 ? null : (
        <Button variant="subtle" size="compact-xs" onClick={() => state.clear()}>
          {t('list.clear')}
        </Button>
      )}
    </div>
  )
}

function SearchBox({ label, state }: { label: string; state: ListState }) {
  const [text, setText] = useState(state.filters['q'] ?? '')
  const search = useDebouncedCallback((value: string) => state.set({ q: value === '' ? undefined : value, peek: undefined }), 250)
  return (
    <TextInput
      className={classes.search}
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={15} aria-hidden="true" />}
      value={text}
      data-list-search
      onChange={(event) => {
        setText(event.currentTarget.value)
        search(event.currentTarget.value)
      }}
    />
  )
}

function Chip({ filter, value, state }: { filter: ListFilter; value: string; state: ListState }) {
  const { t } = useTranslation()
  const word = filter.options?.find((option) => option.value === value)?.label ?? value
  return (
    <span className={classes.chip}>
      <FilterEditor
        filter={filter}
        value={value}
        state={state}
        target={(open) => <button type="button" onClick={open}>{`${filter.label}: ${word}`}</button>}
      />
      <CloseButton
        size={24}
        iconSize={14}
        aria-label={t('list.removeFilter', { name: filter.label })}
        onClick={() => state.set({ [filter.key]: undefined })}
      />
    </span>
  )
}

function FilterEditor(props: { filter: ListFilter; value: string; state: ListState; target: (open: () => void) => ReactElement }) {
  const [opened, setOpened] = useState(false)
  const { filter, value, state } = props
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>{props.target(() => setOpened(true))}</Popover.Target>
      <Popover.Dropdown>
        <FilterInput
          filter={filter}
          value={value}
          onDone={(next) => {
            state.set({ [filter.key]: next })
            setOpened(false)
          }}
        />
      </Popover.Dropdown>
    </Popover>
  )
}

function FilterInput({ filter, value, onDone }: { filter: ListFilter; value: string; onDone: (value: string) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState(value)
  if (filter.options !== undefined)
    return (
      <Select
        label={filter.label}
        data={[...filter.options]}
        value={value}
        onChange={(next) => next !== null && onDone(next)}
        comboboxProps={{ withinPortal: false }}
      />
    )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onDone(text)
      }}
    >
      <Group gap="xs" align="end">
        <TextInput label={filter.label} value={text} onChange={(event) => setText(event.currentTarget.value)} data-autofocus />
        <Button type="submit">{t('action.apply')}</Button>
      </Group>
    </form>
  )
}

function AddFilter({ filters, state }: { filters: readonly ListFilter[]; state: ListState }) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<ListFilter | null>(null)
  return (
    <Popover
      opened={chosen !== null}
      onChange={(opened) => {
        if (!opened) setChosen(null)
      }}
      position="bottom-start"
      trapFocus
      returnFocus
      withRoles={false}
    >
      <Popover.Target>
        <span>
          <Menu position="bottom-start">
            <Menu.Target>
              <Button variant="default" size="compact-xs" leftSection={<IconFilter size={13} aria-hidden="true" />}>
                {t('list.addFilter')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {filters.map((filter) => (
                <Menu.Item key={filter.key} onClick={() => setChosen(filter)}>
                  {filter.label}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </span>
      </Popover.Target>
      <Popover.Dropdown>
        {chosen === null ? null : (
          <FilterInput
            key={chosen.key}
            filter={chosen}
            value=""
            onDone={(next) => {
              state.set({ [chosen.key]: next })
              setChosen(null)
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  )
}
