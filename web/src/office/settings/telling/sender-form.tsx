import { Button, Group, NumberInput, PasswordInput, Select, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../../api/queries.ts'
import classes from '../../../kit/kit.module.css'
import { Section } from '../../../kit/page.tsx'
import { ProblemAlert } from '../../../kit/problem-alert.tsx'
import { formErrors } from '../../../kit/problem-form.ts'
import { ErrorState } from '../../../kit/states.tsx'
import { useCommand } from '../../../kit/use-command.ts'
import type { Sender } from './shapes.ts'

const PATH = '/v1/message-sender'
const LANGUAGES = ['auto', 'en', 'sr-Latn', 'sr-Cyrl'] as const

/** The SMTP server and the sender's address. The password is written, never shown. */
export function SenderForm({ may }: { may: boolean }) {
  const { t } = useTranslation()
  const { data, isError, error } = useGet<Sender>(PATH)
  return (
    <Section title={t('telling.sender')}>
      {isError ? <ErrorState error={error} /> : null}
      {data === undefined ? null : <Fields key={data.version} sender={data} may={may} />}
    </Section>
  )
}

interface Values {
  is_on: boolean
  host: string
  port: number
  security: string
  username: string
  password: string
  from_name: string
  from_address: string
  reply_to: string
  language: string
}

function Fields({ sender, may }: { sender: Sender; may: boolean }) {
  const { t } = useTranslation()
  const form = useForm<Values>({
    initialValues: {
      is_on: sender.is_on,
      host: sender.host ?? '',
      port: sender.port,
      security: sender.security,
      username: sender.username ?? '',
      password: '',
      from_name: sender.from_name,
      from_address: sender.from_address ?? '',
      reply_to: sender.reply_to ?? '',
      language: sender.language,
    },
  })
  const save = useCommand<Values, Sender>({
    path: PATH,
    method: 'PATCH',
    body: ({ password, ...values }) => ({
      ...values,
      host: values.host.trim() || null,
      username: values.username.trim() || null,
      from_address: values.from_address.trim() || null,
      reply_to: values.reply_to.trim() || null,
      ...(password === '' ? {} : { password }),
      ...(sender.version === 0 ? {} : { expected_version: sender.version }),
    }),
    stale: [PATH],
    done: () => t('settings.saved'),
    quiet: true,
  })
  const submit = (values: Values) =>
    save.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values).errors) })
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate className={classes.formWide}>
      <ProblemAlert error={save.error} />
      <Switch label={t('telling.isOn')} disabled={!may} {...form.getInputProps('is_on', { type: 'checkbox' })} />
      <div className={classes.fields}>
        <TextInput label={t('telling.host')} disabled={!may} {...form.getInputProps('host')} />
        <NumberInput label={t('telling.port')} min={1} max={65_535} hideControls disabled={!may} {...form.getInputProps('port')} />
        <Select
          label={t('telling.security')}
          allowDeselect={false}
          disabled={!may}
          data={(['starttls', 'tls', 'none'] as const).map((value) => ({ value, label: t(`telling.securityOf.${value}`) }))}
          {...form.getInputProps('security')}
        />
        <TextInput label={t('telling.username')} autoComplete="off" disabled={!may} {...form.getInputProps('username')} />
        <PasswordInput
          size="xs"
          label={t('telling.password')}
          autoComplete="new-password"
          disabled={!may}
          placeholder={sender.has_password ? t('telling.passwordKept') : ''}
          {...form.getInputProps('password')}
        />
        <TextInput label={t('telling.fromName')} disabled={!may} {...form.getInputProps('from_name')} />
        <TextInput label={t('telling.fromAddress')} disabled={!may} {...form.getInputProps('from_address')} />
        <TextInput label={t('telling.replyTo')} disabled={!may} {...form.getInputProps('reply_to')} />
        <Select
          label={t('telling.language')}
          allowDeselect={false}
          disabled={!may}
          data={LANGUAGES.map((value) => ({ value, label: t(`telling.languageOf.${value}`) }))}
          {...form.getInputProps('language')}
        />
      </div>
      {may ? (
        <Group>
          <Button type="submit" loading={save.isPending}>
            {t('action.save')}
          </Button>
          <TestMessage />
        </Group>
      ) : null}
    </form>
  )
}

function TestMessage() {
  const { t } = useTranslation()
  const [to, setTo] = useState('')
  const send = useCommand<void>({
    path: `${PATH}/test`,
    body: () => ({ to: to.trim() }),
    stale: [],
    done: () => t('telling.testSent'),
  })
  return (
    <Group gap="xs">
      <TextInput
        aria-label={t('telling.testTo')}
        placeholder={t('telling.testTo')}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Button variant="default" disabled={to.trim() === ''} loading={send.isPending} onClick={() => send.mutate()}>
        {t('telling.test')}
      </Button>
    </Group>
  )
}
