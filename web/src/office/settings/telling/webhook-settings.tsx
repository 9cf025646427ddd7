import { Alert, Button, Code, CopyButton, Group, Switch, TagsInput, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../../api/queries.ts'
import type { Page as Rows } from '../../../api/shapes.ts'
import { useFormat } from '../../../kit/format.ts'
import classes from '../../../kit/kit.module.css'
import { Section } from '../../../kit/page.tsx'
import { ProblemAlert } from '../../../kit/problem-alert.tsx'
import { formErrors } from '../../../kit/problem-form.ts'
import { EmptyState, ErrorState } from '../../../kit/states.tsx'
import { useCommand } from '../../../kit/use-command.ts'
import { DeliveryLogTable } from './delivery-log.tsx'
import type { Endpoint } from './shapes.ts'

const PATH = '/v1/webhook-endpoints'
const SUGGESTED = ['*', 'orders.*', 'warehouse.*', 'inventory.*', 'messaging.alert_raised']

/** Addresses of other systems that are told of events; a secret is shown once. */
export function WebhookSettings() {
  const { t } = useTranslation()
  const may = useMay('messaging.manage')
  const [secret, setSecret] = useState<string | null>(null)
  const { data, isError, error } = useGet<Rows<Endpoint>>(PATH)
  return (
    <div className={classes.formWide}>
      {secret === null ? null : (
        <Alert color="teal" variant="light" title={t('telling.secretOnce')}>
          <Code block>{secret}</Code>
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button mt="xs" variant="default" onClick={copy}>
                {t(copied ? 'action.copied' : 'action.copy')}
              </Button>
            )}
          </CopyButton>
        </Alert>
      )}
      {isError ? <ErrorState error={error} /> : null}
      {data?.data.length === 0 ? <EmptyState title={t('telling.noEndpoints')} detail={t('telling.noEndpointsDetail')} /> : null}
      {(data?.data ?? []).map((endpoint) => (
        <EndpointSection key={endpoint.id} endpoint={endpoint} may={may} onSecret={setSecret} />
      ))}
      {may ? <NewEndpoint onSecret={setSecret} /> : null}
    </div>
  )
}

interface EndpointProps {
  endpoint: Endpoint
  may: boolean
  onSecret: (secret: string | null) => void
}

function EndpointSection({ endpoint, may, onSecret }: EndpointProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const path = `${PATH}/${endpoint.id}`
  const turn = useCommand<boolean>({ path, method: 'PATCH', body: (is_active) => ({ is_active }), stale: [PATH] })
  const rotate = useCommand<void, Endpoint>({
    path: `${path}/secret`,
    body: () => ({}),
    stale: [PATH],
    after: (one) => onSecret(one.secret ?? null),
  })
  const remove = useCommand<void>({
    path,
    method: 'DELETE',
    body: () => undefined,
    stale: [PATH],
    done: () => t('telling.endpointDeleted'),
  })
  return (
    <Section
      title={endpoint.description || new URL(endpoint.url).host}
      actions={
        may ? (
          <Group gap="xs">
            <Button variant="default" size="compact-sm" loading={rotate.isPending} onClick={() => rotate.mutate()}>
              {t('telling.rotate')}
            </Button>
            <Button variant="default" size="compact-sm" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t('telling.delete')}
            </Button>
          </Group>
        ) : undefined
      }
    >
      <div className={classes.formWide}>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {endpoint.url} <span className={classes.muted}>{endpoint.event_types.join(', ')}</span>
        </Text>
        <Switch
          label={t('telling.endpointOn')}
          checked={endpoint.is_active}
          disabled={!may || turn.isPending}
          onChange={(event) => turn.mutate(event.currentTarget.checked)}
        />
        {endpoint.disabled_reason === null ? null : <Text size="sm">{t('telling.switchedOff', { reason: endpoint.disabled_reason })}</Text>}
        {endpoint.failing_since === null ? null : (
          <Text size="sm">{t('telling.failingSince', { when: format.ago(endpoint.failing_since) })}</Text>
        )}
        <DeliveryLogTable endpoint={endpoint} may={may} />
      </div>
    </Section>
  )
}

interface Values {
  url: string
  description: string
  event_types: string[]
}

function NewEndpoint({ onSecret }: Pick<EndpointProps, 'onSecret'>) {
  const { t } = useTranslation()
  const form = useForm<Values>({
    initialValues: { url: '', description: '', event_types: ['orders.*'] },
    validate: {
      url: (text) => (text.trim() === '' ? t('form.needed') : null),
      event_types: (types) => (types.length === 0 ? t('form.needed') : null),
    },
  })
  const create = useCommand<Values, Endpoint>({
    path: PATH,
    stale: [PATH],
    after: (endpoint) => {
      onSecret(endpoint.secret ?? null)
      form.reset()
    },
    quiet: true,
  })
  const submit = (values: Values) =>
    create.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values).errors) })
  return (
    <Section title={t('telling.newEndpoint')}>
      <form onSubmit={form.onSubmit(submit)} noValidate className={classes.formWide}>
        <ProblemAlert error={create.error} />
        <div className={classes.fields}>
          <TextInput label={t('telling.url')} {...form.getInputProps('url')} />
          <TextInput label={t('settings.name')} {...form.getInputProps('description')} />
          <TagsInput size="xs" label={t('telling.eventTypes')} data={SUGGESTED} {...form.getInputProps('event_types')} />
        </div>
        <div>
          <Button type="submit" loading={create.isPending}>
            {t('telling.addEndpoint')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
