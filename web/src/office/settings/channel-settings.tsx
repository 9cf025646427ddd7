import { Button, Select, Table, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { Channel, Page as Rows } from '../../api/shapes.ts'
import { Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { EmptyState, ErrorState } from '../../kit/states.tsx'
import { useCommand } from '../../kit/use-command.ts'
import classes from '../../kit/kit.module.css'

const KINDS = ['shop', 'marketplace', 'social', 'counter', 'phone', 'b2b', 'import'] as const
const FULFILLED_BY = ['us', 'channel'] as const
const VERSIONS = ['number', 'time', 'text'] as const

/** Where orders come from. */
export function ChannelSettings() {
  const { t } = useTranslation()
  const may = useMay('orders.manage_channels')
  const { data, isError, error } = useGet<Rows<Channel>>('/v1/channels', { limit: 200 })
  return (
    <div className={classes.formWide}>
      <Section title={t('settings.channels')} flush>
        {isError ? <ErrorState error={error} /> : null}
        {data?.data.length === 0 ? <EmptyState title={t('settings.noChannels')} /> : null}
        <Table>
          <Table.Tbody>
            {(data?.data ?? []).map((one) => (
              <Table.Tr key={one.id}>
                <Table.Td>{one.code}</Table.Td>
                <Table.Td>{one.name}</Table.Td>
                <Table.Td>{t(`channelKind.${one.kind}`)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Section>
      {may ? <NewChannel /> : null}
    </div>
  )
}

interface Values {
  code: string
  name: string
  kind: string
  message_version: string
  fulfilled_by: string
}

function NewChannel() {
  const { t } = useTranslation()
  const form = useForm<Values>({
    initialValues: { code: '', name: '', kind: 'shop', message_version: 'number', fulfilled_by: 'us' },
    validate: {
      code: (text) => (/^[a-z0-9_-]{1,40}$/.test(text) ? null : t('settings.codeForm')),
      name: (text) => (text.trim() === '' ? t('form.needed') : null),
    },
  })
  const create = useCommand<Values>({
    path: '/v1/channels',
    stale: ['/v1/channels'],
    done: () => t('settings.channelAdded'),
    after: () => form.reset(),
    quiet: true,
  })
  const submit = (values: Values) =>
    create.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values).errors) })
  return (
    <Section title={t('settings.newChannel')}>
      <form onSubmit={form.onSubmit(submit)} noValidate className={classes.formWide}>
        <ProblemAlert error={create.error} />
        <div className={classes.fields}>
          <TextInput label={t('settings.code')} {...form.getInputProps('code')} />
          <TextInput label={t('settings.name')} {...form.getInputProps('name')} />
          <Select
            label={t('settings.channelKind')}
            data={KINDS.map((kind) => ({ value: kind, label: t(`channelKind.${kind}`) }))}
            {...form.getInputProps('kind')}
          />
          <Select
            label={t('channelView.versions')}
            data={VERSIONS.map((kind) => ({ value: kind, label: t(`channelView.versionKind.${kind}`) }))}
            {...form.getInputProps('message_version')}
          />
          <Select
            label={t('channelView.fulfilledBy')}
            data={FULFILLED_BY.map((who) => ({ value: who, label: t(`channelView.fulfilledByKind.${who}`) }))}
            {...form.getInputProps('fulfilled_by')}
          />
        </div>
        <div>
          <Button type="submit" loading={create.isPending}>
            {t('settings.addChannel')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
