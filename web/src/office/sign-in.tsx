import { Button, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDocumentTitle } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, chooseOrganization } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import type { Session } from '../api/shapes.ts'
import { changeLanguage, hasChosenLanguage, isLanguage } from '../i18n/index.ts'
import { ProblemAlert } from '../kit/problem-alert.tsx'
import { paths } from '../paths.ts'
import { LanguageMenu, ThemeMenu } from './shell/preferences.tsx'
import classes from './sign-in.module.css'

/** Sign-in by e-mail and password. The page itself says nothing about accounts that exist. */
export function SignInPage() {
  const { t } = useTranslation()
  useDocumentTitle(`${t('signIn.title')} · Tefter`)
  return (
    <main className={classes.signIn}>
      <Paper withBorder radius="md" p="xl" w={360} maw="100%">
        <Stack gap="lg">
          <div>
            <Text fw={600} size="lg" c="teal" component="p" m={0}>
              {t('app.name')}
            </Text>
            <Title order={1}>{t('signIn.title')}</Title>
          </div>
          <SignInForm />
          <Group justify="space-between">
            <LanguageMenu />
            <ThemeMenu />
          </Group>
        </Stack>
      </Paper>
    </main>
  )
}

/** What the server answers to a password when a code is asked for too. */
interface CodeWanted {
  second_step: true
}

function SignInForm() {
  const [codeWanted, setCodeWanted] = useState(false)
  const enter = useEnter()
  if (codeWanted) return <CodeForm enter={enter} again={() => setCodeWanted(false)} />
  return <PasswordForm enter={enter} askCode={() => setCodeWanted(true)} />
}

/** Goes in with a new session, to the page that was asked for. */
function useEnter(): (session: Session) => Promise<void> {
  const client = useQueryClient()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as { next?: string }
  return async (session) => {
    client.clear()
    client.setQueryData(sessionQuery.queryKey, session)
    if (!hasChosenLanguage() && isLanguage(session.organization.language)) await changeLanguage(session.organization.language, false)
    await navigate({ href: localHref(search.next) })
  }
}

function PasswordForm({ enter, askCode }: { enter: (session: Session) => Promise<void>; askCode: () => void }) {
  const { t } = useTranslation()
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (value.includes('@') ? null : t('signIn.emailNeeded')),
      password: (value) => (value === '' ? t('signIn.passwordNeeded') : null),
    },
  })
  const signIn = async (values: { email: string; password: string }) => {
    setBusy(true)
    try {
      chooseOrganization(null)
      const answer = await call<Session | CodeWanted>('POST', '/v1/session', { body: values })
      if ('second_step' in answer) askCode()
      else await enter(answer)
    } catch (refusal) {
      setError(refusal)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={form.onSubmit((values) => void signIn(values))} noValidate>
      <Stack gap="sm">
        <ProblemAlert error={error} />
        <TextInput size="sm" label={t('signIn.email')} type="email" autoComplete="username" autoFocus {...form.getInputProps('email')} />
        <PasswordInput
          label={t('signIn.password')}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
          {...form.getInputProps('password')}
        />
        <Button type="submit" size="sm" loading={busy} fullWidth>
          {t('signIn.submit')}
        </Button>
      </Stack>
    </form>
  )
}

function CodeForm({ enter, again }: { enter: (session: Session) => Promise<void>; again: () => void }) {
  const { t } = useTranslation()
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const form = useForm({
    initialValues: { code: '' },
    validate: { code: (value) => (value.trim() === '' ? t('security.codeNeeded') : null) },
  })
  const send = async ({ code }: { code: string }) => {
    setBusy(true)
    try {
      await enter(await call<Session>('POST', '/v1/session/code', { body: { code } }))
    } catch (refusal) {
      setError(refusal)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={form.onSubmit((values) => void send(values))} noValidate>
      <Stack gap="sm">
        <ProblemAlert error={error} />
        <TextInput
          size="sm"
          label={t('security.code')}
          description={t('security.codeOrRecovery')}
          autoComplete="one-time-code"
          autoFocus
          maxLength={40}
          {...form.getInputProps('code')}
        />
        <Button type="submit" size="sm" loading={busy} fullWidth>
          {t('signIn.submit')}
        </Button>
        <Button variant="subtle" size="sm" onClick={again} fullWidth>
          {t('security.startAgain')}
        </Button>
      </Stack>
    </form>
  )
}

/** Only an address of this very site, never another one, follows a sign-in. */
function localHref(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : paths.home()
}
