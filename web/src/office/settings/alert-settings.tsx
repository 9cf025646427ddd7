import { Checkbox, Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useGet, useMay, useSession } from '../../api/queries.ts'
import type { Page as Rows, User } from '../../api/shapes.ts'
import { Section } from '../../kit/page.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { useCommand } from '../../kit/use-command.ts'
import kit from '../../kit/kit.module.css'

const PATH = '/v1/alert-subscriptions'

interface Subscription {
  user_id: string
  kind: string
  in_app: boolean
  by_email: boolean
}

/** Who is told of what: everyone chooses for themselves; who may manage messages chooses for all. */
export function AlertSettings() {
  const { t } = useTranslation()
  const { user } = useSession()
  const mayAll = useMay('messaging.manage')
  const seesUsers = useMay('identity.manage_users')
  const { data, isError, error } = useGet<Rows<Subscription>>(PATH)
  const { data: users } = useGet<Rows<User>>(seesUsers ? '/v1/users' : null)
  if (isError) return <ErrorState error={error} />
  if (data === undefined) return <PageSkeleton />
  const nameOf = (id: string) => (id === user.id ? user.name : (users?.data.find((one) => one.id === id || one.user_id === id)?.name ?? id))
  const people = [...new Set(data.data.map((one) => one.user_id))]
    .filter((id) => id === user.id || (mayAll && seesUsers))
    .toSorted((a, b) => (a === user.id ? -1 : b === user.id ? 1 : nameOf(a).localeCompare(nameOf(b))))
  return (
    <div className={kit.formWide}>
      {people.map((id) => (
        <PersonAlerts key={id} name={nameOf(id)} rows={data.data.filter((one) => one.user_id === id)} />
      ))}
      {people.length === 0 ? <p className={kit.muted}>{t('alerts.nobody')}</p> : null}
    </div>
  )
}

function PersonAlerts({ name, rows }: { name: string; rows: readonly Subscription[] }) {
  const { t } = useTranslation()
  const choose = useCommand<Subscription>({
    path: (one) => `${PATH}/${one.user_id}/${one.kind}`,
    method: 'PUT',
    body: ({ in_app, by_email }) => ({ in_app, by_email }),
    stale: [PATH],
  })
  // What was chosen stands at once; a refusal puts it back with the server's sentence.
  const shown = (row: Subscription) => (choose.isPending && choose.variables.kind === row.kind ? choose.variables : row)
  return (
    <Section title={name} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('alerts.kind')}</Table.Th>
            <Table.Th>{t('alerts.inApp')}</Table.Th>
            <Table.Th>{t('alerts.byEmail')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(shown).map((row) => (
            <Table.Tr key={row.kind}>
              <Table.Td>{t(`alerts.kindOf.${row.kind}`)}</Table.Td>
              {(['in_app', 'by_email'] as const).map((way) => (
                <Table.Td key={way}>
                  <Checkbox
                    aria-label={`${name}, ${t(`alerts.kindOf.${row.kind}`)}: ${t(way === 'in_app' ? 'alerts.inApp' : 'alerts.byEmail')}`}
                    checked={row[way]}
                    onChange={(event) => choose.mutate({ ...row, [way]: event.currentTarget.checked })}
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
