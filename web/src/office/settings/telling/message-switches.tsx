import { Checkbox, Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../../api/queries.ts'
import type { Channel, Page as Rows } from '../../../api/shapes.ts'
import { Section } from '../../../kit/page.tsx'
import { useCommand } from '../../../kit/use-command.ts'
import { KINDS, type Switch } from './shapes.ts'

const PATH = '/v1/message-switches'

interface Turn {
  kind: string
  channel_id?: string
  is_on: boolean
}

/** Which messages go out: for all channels, and where a channel differs. The server says the same: marketplaces are off unless switched on. */
export function MessageSwitches({ may }: { may: boolean }) {
  const { t } = useTranslation()
  const { data } = useGet<Rows<Switch>>(PATH)
  const { data: channels } = useGet<Rows<Channel>>('/v1/channels', { limit: 200 })
  const turn = useCommand<Turn>({ path: PATH, method: 'PUT', stale: [PATH] })
  const rows: { id: string | null; name: string; kind: string }[] = [
    { id: null, name: t('telling.allChannels'), kind: '' },
    ...(channels?.data ?? []).map(({ id, name, kind }) => ({ id, name, kind })),
  ]
  const isOn = (kind: string, row: (typeof rows)[number]): boolean => {
    const find = (id: string | null) => data?.data.find((one) => one.kind === kind && one.channel_id === id)?.is_on
    return find(row.id) ?? (row.kind === 'marketplace' ? false : (find(null) ?? true))
  }
  return (
    <Section title={t('telling.switches')} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('settings.channels')}</Table.Th>
            {KINDS.map((kind) => (
              <Table.Th key={kind}>{t(`telling.kindOf.${kind}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id ?? 'all'}>
              <Table.Td>{row.name}</Table.Td>
              {KINDS.map((kind) => (
                <Table.Td key={kind}>
                  <Checkbox
                    aria-label={`${row.name}: ${t(`telling.kindOf.${kind}`)}`}
                    checked={isOn(kind, row)}
                    disabled={!may}
                    onChange={(event) =>
                      turn.mutate({ kind, ...(row.id === null ? {} : { channel_id: row.id }), is_on: event.currentTarget.checked })
                    }
                  />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}
