import { Button, Group, Table, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { BadRows, ImportRun } from '../../api/import-shapes.ts'
import { Section } from '../../kit/page.tsx'
import { ErrorState } from '../../kit/states.tsx'
import { useCommand } from '../../kit/use-command.ts'

type Edits = Record<string, Record<string, string> | null>

/** Rows with problems, to be corrected in place; the cells that are wrong are marked with what is wrong. */
export function ImportRows({ run }: { run: ImportRun }) {
  const { t } = useTranslation()
  const { data, isError, error } = useGet<BadRows>(`/v1/imports/${run.id}/rows`)
  const [edits, setEdits] = useState<Edits>({})
  const check = useCommand<{ edits?: Edits; reset_edits?: boolean }>({
    path: `/v1/imports/${run.id}`,
    method: 'PATCH',
    stale: ['/v1/imports', `/v1/imports/${run.id}/rows`],
    after: () => setEdits({}),
  })
  if (isError) return <ErrorState error={error} />
  if (data === undefined || data.rows.length === 0) return null
  const faults = new Map((run.problems ?? []).map((problem) => [`${problem.row} ${(problem.column ?? '').toLowerCase()}`, problem.message]))
  const faultOf = (row: number, header: string) => {
    const key = header.trim().toLowerCase()
    const field = Object.entries(run.settings?.columns ?? {}).find(([, column]) => column.toLowerCase() === key)?.[0]
    return faults.get(`${row} ${key}`) ?? faults.get(`${row} ${key.replaceAll(/\s+/g, '_')}`) ?? faults.get(`${row} ${field}`)
  }
  const leftOut = (row: number) => edits[row] === null || (edits[row] === undefined && run.edits?.[row] === null)
  const change = (row: number, header: string, text: string) =>
    setEdits({ ...edits, [row]: { ...run.edits?.[row], ...edits[row], [header]: text } })
  return (
    <Section
      title={t('imports.badRows')}
      flush
      actions={
        <Group gap="xs">
          <Button variant="subtle" onClick={() => check.mutate({ reset_edits: true })} disabled={Object.keys(run.edits ?? {}).length === 0}>
            {t('imports.resetRows')}
          </Button>
          <Button onClick={() => check.mutate({ edits })} loading={check.isPending} disabled={Object.keys(edits).length === 0}>
            {t('imports.saveRows')}
          </Button>
        </Group>
      }
    >
      <Text size="sm" c="dimmed" px="md" py="xs">
        {t('imports.badRowsDetail')}
      </Text>
      <Table.ScrollContainer minWidth={Math.min(4000, 160 + data.header.length * 150)}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('imports.column.row')}</Table.Th>
              {data.header.map((header, index) => (
                <Table.Th key={`${header}${index}`}>{header}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.rows.map(({ row, cells }) => (
              <Table.Tr key={row} style={leftOut(row) ? { opacity: 0.55, textDecoration: 'line-through' } : {}}>
                <Table.Td>
                  <Group gap={4} wrap="nowrap">
                    {row}
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      aria-label={`${leftOut(row) ? t('imports.takeBack') : t('imports.leaveOut')}: ${row}`}
                      onClick={() => setEdits({ ...edits, [row]: leftOut(row) ? {} : null })}
                    >
                      {leftOut(row) ? t('imports.takeBack') : t('imports.leaveOut')}
                    </Button>
                  </Group>
                </Table.Td>
                {data.header.map((header, index) => (
                  <Table.Td key={`${header}${index}`}>
                    <TextInput
                      size="xs"
                      miw={120}
                      disabled={leftOut(row)}
                      aria-label={t('imports.cell', { row, column: header })}
                      value={edits[row]?.[header] ?? cells[index] ?? ''}
                      error={edits[row]?.[header] === undefined ? faultOf(row, header) : undefined}
                      onChange={(event) => change(row, header, event.currentTarget.value)}
                    />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  )
}
