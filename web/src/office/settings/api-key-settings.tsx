import { Alert, Button, Code, CopyButton, MultiSelect, Table, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useSession } from '../../api/queries.ts'
import type { ApiKey, Page as Rows } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { EmptyState, ErrorState } from '../../kit/states.tsx'
import { useCommand } from '../../kit/use-command.ts'
import classes from '../../kit/kit.module.css'

/** Keys by which programs call the API; a new key is shown once. */
export function ApiKeySettings() {
  const { t } = useTranslation()
  const { data, isError, error } = useGet<Rows<ApiKey>>('/v1/api-keys')
  return (
    <div className={classes.formWide}>
      <Section title={t('settings.keys')} flush>
        {isError ? <ErrorState error={error} /> : null}
        {data?.data.length === 0 ? <EmptyState title={t('settings.noKeys')} /> : null}
        <Table>
          <Table.Tbody>
            {(data?.data ?? []).map((key) => (
              <KeyRow key={key.id} apiKey={key} />
            ))}
          </Table.Tbody>
        </Table>
      </Section>
      <NewKey />
    </div>
  )
}

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation()
  const format = useFormat()
  const revoke = useCommand<void>({
    path: `/v1/api-keys/${apiKey.id}`,
    method: 'DELETE',
    body: () => undefined,
    stale: ['/v1/api-keys'],
    done: () => t('settings.keyRevoked'),
  })
  return (
    <Table.Tr>
      <Table.Td>
        {apiKey.name} <span className={classes.muted}>{apiKey.hint}</span>
      </Table.Td>
      <Table.Td>{apiKey.scopes.join(', ')}</Table.Td>
      <Table.Td>{apiKey.last_used_at ? t('settings.usedAt', { when: format.ago(apiKey.last_used_at) }) : t('settings.neverUsed')}</Table.Td>
      <Table.Td ta="right">
        <Button variant="default" size="compact-xs" loading={revoke.isPending} onClick={() => revoke.mutate()}>
          {t('settings.revoke')}
        </Button>
      </Table.Td>
    </Table.Tr>
  )
}

interface Values {
  name: string
  scopes: string[]
}

function NewKey() {
  const { t } = useTranslation()
  const { permissions } = useSession()
  const [created, setCreated] = useState<string | null>(null)
  const form = useForm<Values>({
    initialValues: { name: '', scopes: ['read'] },
    validate: {
      name: (text) => (text.trim() === '' ? t('form.needed') : null),
      scopes: (scopes) => (scopes.length === 0 ? t('form.needed') : null),
    },
  })
  const create = useCommand<Values, ApiKey>({
    path: '/v1/api-keys',
    stale: ['/v1/api-keys'],
    after: (key) => {
      setCreated(key.key ?? null)
      form.reset()
    },
    quiet: true,
  })
  const submit = (values: Values) =>
    create.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values).errors) })
  return (
    <Section title={t('settings.newKey')}>
      {created === null ? null : (
        <Alert color="teal" variant="light" title={t('settings.keyOnce')} mb="md">
          <Code block>{created}</Code>
          <CopyButton value={created}>
            {({ copied, copy }) => (
              <Button mt="xs" variant="default" onClick={copy}>
                {t(copied ? 'action.copied' : 'action.copy')}
              </Button>
            )}
          </CopyButton>
        </Alert>
      )}
      <form onSubmit={form.onSubmit(submit)} noValidate className={classes.formWide}>
        <ProblemAlert error={create.error} />
        <div className={classes.fields}>
          <TextInput label={t('settings.name')} {...form.getInputProps('name')} />
          <MultiSelect label={t('settings.scopes')} searchable data={['read', ...permissions]} {...form.getInputProps('scopes')} />
        </div>
        <div>
          <Button type="submit" loading={create.isPending}>
            {t('settings.createKey')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
