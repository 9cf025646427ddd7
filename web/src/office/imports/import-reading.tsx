import { Button, Group, Select, Switch, Table, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { ImportFormat, ImportMapping, ImportRun, ImportSettings } from '../../api/import-shapes.ts'
import { Section } from '../../kit/page.tsx'
import { useCommand } from '../../kit/use-command.ts'

const DATE_ORDERS = ['iso', 'day_first', 'month_first'] as const

/** How a previewed file is read: its format, and for our own columns which of the file's hold them. */
export function ImportReading({ run }: { run: ImportRun }) {
  const { t } = useTranslation()
  const formats = useGet<{ data: ImportFormat[] }>('/v1/import-formats')
  const [settings, setSettings] = useState<ImportSettings>(run.settings ?? {})
  const read = useCommand<{ kind?: string; format?: string; settings?: ImportSettings }>({
    path: `/v1/imports/${run.id}`,
    method: 'PATCH',
    stale: ['/v1/imports', `/v1/imports/${run.id}/rows`],
  })
  const format = formats.data?.data.find((one) => one.kind === run.kind && one.name === run.format)
  return (
    <Section
      title={t('imports.reading')}
      actions={
        <Button variant="default" onClick={() => read.mutate({ settings: cleaned(settings) })} loading={read.isPending}>
          {t('imports.readAgain')}
        </Button>
      }
    >
      <Group align="end" gap="sm">
        <Select
          label={t('imports.format')}
          data={(formats.data?.data ?? []).map(({ kind, name }) => ({
            value: `${kind} ${name}`,
            label: `${t(`importKind.${kind}`)} · ${t(`importFormat.${name}`)}`,
          }))}
          value={`${run.kind} ${run.format ?? ''}`}
          onChange={(value) => {
            const [kind = run.kind, name = 'tefter'] = value?.split(' ') ?? []
            read.mutate({ kind, format: name, settings: cleaned(settings) })
          }}
          allowDeselect={false}
          w={320}
        />
        <Select
          label={t('imports.dates')}
          data={DATE_ORDERS.map((value) => ({ value, label: t(`imports.dateOrder.${value}`) }))}
          value={settings.dates ?? 'iso'}
          onChange={(value) => setSettings({ ...settings, dates: DATE_ORDERS.find((order) => order === value) ?? 'iso' })}
          allowDeselect={false}
        />
        <Switch
          label={t('imports.decimalComma')}
          checked={settings.decimal_comma ?? false}
          onChange={(event) => setSettings({ ...settings, decimal_comma: event.currentTarget.checked })}
          mb={8}
        />
      </Group>
      {format === undefined ? null : <Mapping run={run} format={format} settings={settings} change={setSettings} />}
    </Section>
  )
}

/** Settings without what was emptied. */
function cleaned(settings: ImportSettings): ImportSettings {
  const filled = (pairs: Record<string, string> | undefined) =>
    Object.fromEntries(Object.entries(pairs ?? {}).filter(([, value]) => value !== ''))
  const { columns, constants, ...rest } = settings
  return { ...rest, ...(columns === undefined ? {} : { columns: filled(columns) }), constants: filled(constants) }
}

interface MappingProps {
  run: ImportRun
  format: ImportFormat
  settings: ImportSettings
  change: (settings: ImportSettings) => void
}

function Mapping({ run, format, settings, change }: MappingProps) {
  const { t } = useTranslation()
  const header = [...new Set((run.header ?? []).filter((name) => name !== ''))]
  if (format.foreign) {
    return (
      <TextInput
        mt="sm"
        w={320}
        label={t('imports.channel')}
        value={settings.constants?.['channel'] ?? ''}
        onChange={(event) => change({ ...settings, constants: { ...settings.constants, channel: event.currentTarget.value } })}
      />
    )
  }
  if (settings.columns === undefined)
    return (
      <Button
        mt="sm"
        variant="subtle"
        onClick={() => change({ ...settings, columns: guessed(format, header) })}
        disabled={header.length === 0}
      >
        {t('imports.mapColumns')}
      </Button>
    )
  return (
    <>
      <SavedMappings kind={format.kind} settings={settings} change={change} />
      <Text size="sm" c="dimmed" my="xs">
        {t('imports.readingDetail')}
      </Text>
      <Table.ScrollContainer minWidth={560} mah={420}>
        <Table stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('imports.field')}</Table.Th>
              <Table.Th>{t('imports.fileColumn')}</Table.Th>
              <Table.Th>{t('imports.constant')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {format.columns.map(({ name, required, about }) => (
              <Table.Tr key={name}>
                <Table.Td title={about}>{required ? `${name} *` : name}</Table.Td>
                <Table.Td>
                  <Select
                    size="xs"
                    aria-label={`${t('imports.fileColumn')}: ${name}`}
                    placeholder={t('imports.noColumn')}
                    data={header}
                    value={settings.columns?.[name] ?? null}
                    onChange={(value) => change({ ...settings, columns: { ...settings.columns, [name]: value ?? '' } })}
                    clearable
                    searchable
                  />
                </Table.Td>
                <Table.Td>
                  <TextInput
                    size="xs"
                    aria-label={`${t('imports.constant')}: ${name}`}
                    value={settings.constants?.[name] ?? ''}
                    onChange={(event) => change({ ...settings, constants: { ...settings.constants, [name]: event.currentTarget.value } })}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  )
}

/** Columns that are called as ours are, to begin with. */
function guessed(format: ImportFormat, header: readonly string[]): Record<string, string> {
  const key = (text: string) =>
    text
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, '_')
  return Object.fromEntries(
    format.columns.flatMap(({ name }) => {
      const found = header.find((one) => key(one) === name)
      return found === undefined ? [] : [[name, found]]
    }),
  )
}

function SavedMappings({ kind, settings, change }: Pick<MappingProps, 'settings' | 'change'> & { kind: string }) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const saved = useGet<{ data: ImportMapping[] }>('/v1/import-mappings')
  const mappings = (saved.data?.data ?? []).filter((mapping) => mapping.kind === kind)
  const save = useCommand<void>({
    path: '/v1/import-mappings',
    method: 'PUT',
    body: () => ({ name, kind, settings: cleaned(settings) }),
    stale: ['/v1/import-mappings'],
    done: () => t('imports.mappingSaved'),
  })
  return (
    <Group align="end" gap="sm" mt="sm">
      <Select
        label={t('imports.savedMapping')}
        placeholder={t('imports.noColumn')}
        data={mappings.map((mapping) => ({ value: mapping.id, label: mapping.name }))}
        onChange={(id) => {
          const mapping = mappings.find((one) => one.id === id)
          if (mapping === undefined) return
          setName(mapping.name)
          change(mapping.settings)
        }}
      />
      <TextInput label={t('imports.mappingName')} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <Button variant="default" disabled={name.trim() === ''} loading={save.isPending} onClick={() => save.mutate()}>
        {t('imports.saveMapping')}
      </Button>
    </Group>
  )
}
