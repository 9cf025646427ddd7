import { ActionIcon, Button, Checkbox, Menu, Popover, SegmentedControl, Stack, Text, Tooltip } from '@mantine/core'
import { IconAdjustmentsHorizontal, IconDownload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useQueryClient } from '@tanstack/react-query'
import { address, call } from '../../api/client.ts'
import { refresh, useGet, useMay } from '../../api/queries.ts'
import { useFormat } from '../format.ts'
import { notifyDone, notifyProblem } from '../notify.ts'
import { useDownload } from '../use-download.ts'
import type { Selection } from './bulk-dialog.tsx'
import type { Density, ListName, useListSettings } from './list-settings.ts'
import classes from './list.module.css'

interface Total {
  count: number
  exact: boolean
  amounts: { amount: number; currency: string }[]
}

/** How many rows the filter finds, and what they come to; an estimate says so. */
export function ListTotal({
  list,
  filters,
  otherwise,
}: {
  list: ListName | undefined
  filters: Record<string, string>
  otherwise: string
}) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useGet<Total>(list === undefined ? null : `/v1/lists/${list}/total`, filters)
  const amounts = (data?.amounts ?? []).map((one) => format.money(one, one.currency)).join(' + ')
  const count =
    data === undefined ? otherwise : t(data.exact ? 'lists.total' : 'lists.about', { count: data.count, number: format.number(data.count) })
  return (
    <span className={classes.count} role="status">
      {[count, amounts].filter((one) => one !== '').join(' · ')}
    </span>
  )
}

/** Rows up to which a file is answered at once; more of them are written in the background. */
const AT_ONCE = 5_000

/** Downloads a list, or what is selected of it: at once where it is small, else as a file that is written in the background. */
export function useExport(list: ListName, filters: Record<string, string>) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { busy, save } = useDownload()
  const start = async (format: 'csv' | 'xlsx', selection: Selection = { filters }): Promise<void> => {
    if ('ids' in selection) return save(`/v1/lists/${list}/export`, { format, filters, ids: selection.ids })
    const total = client.getQueryData<Total>([`/v1/lists/${list}/total`, filters])
    if (total !== undefined && total.exact && total.count <= AT_ONCE)
      return save(address(`/v1/lists/${list}/export`, { ...filters, format }))
    try {
      await call('POST', '/v1/export-runs', { body: { list, format, filters } })
      notifyDone(t('exportFile.started'))
      await refresh(client, '/v1/export-runs')
    } catch (error) {
      notifyProblem(error, t)
    }
  }
  return { busy, start }
}

/** Downloads what the filter finds. */
export function ExportMenu({ list, filters }: { list: ListName; filters: Record<string, string> }) {
  const { t } = useTranslation()
  const { busy, start } = useExport(list, filters)
  const may = useMay('exports.run')
  return (
    <Tooltip label={t('lists.mayNotExport')} disabled={may}>
      <span>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" loading={busy} disabled={!may} leftSection={<IconDownload size={15} aria-hidden="true" />}>
              {t('lists.export')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void start('csv')}>{t('lists.csv')}</Menu.Item>
            <Menu.Item onClick={() => void start('xlsx')}>{t('lists.xlsx')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </span>
    </Tooltip>
  )
}

/** Columns that are shown, and height of rows. */
export function DisplayMenu({
  columns,
  settings: { preference, change },
}: {
  columns: readonly { id: string; header: string }[]
  settings: ReturnType<typeof useListSettings>
}) {
  const { t } = useTranslation()
  const toggle = (id: string) =>
    void change({ hidden: preference.hidden.includes(id) ? preference.hidden.filter((one) => one !== id) : [...preference.hidden, id] })
  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon variant="default" size={30} aria-label={t('lists.display')}>
          <IconAdjustmentsHorizontal size={16} aria-hidden="true" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('lists.display')}>
        <Stack gap="xs" p="xs">
          <Text size="xs" c="dimmed" id="list-density">
            {t('lists.density')}
          </Text>
          <SegmentedControl
            size="xs"
            aria-labelledby="list-density"
            value={preference.density}
            onChange={(value) => void change({ density: value as Density })}
            data={(['compact', 'normal', 'comfortable'] as const).map((value) => ({ value, label: t(`lists.${value}`) }))}
          />
          <Text size="xs" c="dimmed">
            {t('lists.columns')}
          </Text>
          {columns.map((column, index) => (
            <Checkbox
              key={column.id}
              size="xs"
              label={column.header}
              checked={!preference.hidden.includes(column.id)}
              // The first column names the row and stays.
              disabled={index === 0}
              onChange={() => toggle(column.id)}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
