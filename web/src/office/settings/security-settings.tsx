import { Button, Code, Group, Image, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import classes from '../../kit/kit.module.css'
import { Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { useCommand } from '../../kit/use-command.ts'

interface SecurityState {
  second_step: boolean
  other_sessions: number
}

interface NewSecondStep {
  secret: string
  qr_code: string
  recovery_codes: string[]
}

const STATE = '/v1/session/security'
const STALE = [STATE]

/** How one's own sign-in is protected: an authenticator app, the password, other sessions. */
export function SecuritySettings() {
  const { data, isError, error } = useGet<SecurityState>(STATE)
  if (isError) return <ErrorState error={error} />
  if (data === undefined) return <PageSkeleton />
  return (
    <Stack gap="md">
      {data.second_step ? <SecondStepOn /> : <SecondStepOff />}
      <OwnPassword />
      <OtherSessions count={data.other_sessions} />
    </Stack>
  )
}

function SecondStepOff() {
  const { t } = useTranslation()
  const [prepared, setPrepared] = useState<NewSecondStep | null>(null)
  return (
    <Section title={t('security.secondStep')}>
      <div className={classes.formWide}>
        <Text size="sm">{t('security.secondStepWhy')}</Text>
        {prepared === null ? (
          <AskPassword<NewSecondStep> path="/v1/session/second-step" label={t('security.setUp')} done={setPrepared} />
        ) : (
          <ConfirmApp prepared={prepared} />
        )}
      </div>
    </Section>
  )
}

function ConfirmApp({ prepared }: { prepared: NewSecondStep }) {
  const { t } = useTranslation()
  const form = useForm({ initialValues: { code: '' } })
  const confirm = useCommand<{ code: string }>({
    path: '/v1/session/second-step/confirmation',
    stale: STALE,
    done: () => t('security.isOn'),
    quiet: true,
  })
  return (
    <form onSubmit={form.onSubmit((values) => confirm.mutate(values))}>
      <Stack gap="sm">
        <Text size="sm">{t('security.scan')}</Text>
        <Image src={prepared.qr_code} alt={t('security.qrCode')} w={200} h={200} />
        <Text size="sm">
          {t('security.orType')} <Code>{prepared.secret}</Code>
        </Text>
        <RecoveryCodes codes={prepared.recovery_codes} />
        <ProblemAlert error={confirm.error} />
        <TextInput
          label={t('security.codeOfApp')}
          autoComplete="one-time-code"
          inputMode="numeric"
          maxLength={7}
          {...form.getInputProps('code')}
        />
        <div>
          <Button type="submit" loading={confirm.isPending}>
            {t('security.turnOn')}
          </Button>
        </div>
      </Stack>
    </form>
  )
}

function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const { t } = useTranslation()
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {t('security.recoveryCodes')}
      </Text>
      <Text size="sm">{t('security.keepCodes')}</Text>
      <Code block>{codes.join('\n')}</Code>
    </Stack>
  )
}

function SecondStepOn() {
  const { t } = useTranslation()
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  return (
    <Section title={t('security.secondStep')}>
      <div className={classes.formWide}>
        <Text size="sm">{t('security.isOn')}</Text>
        {codes === null ? null : <RecoveryCodes codes={codes} />}
        <AskPassword<{ recovery_codes: string[] }>
          path="/v1/session/recovery-codes"
          label={t('security.newCodes')}
          done={(answer) => setCodes(answer.recovery_codes)}
        />
        <AskPassword<undefined> path="/v1/session/second-step/removal" label={t('security.turnOff')} stale={STALE} />
      </div>
    </Section>
  )
}

interface AskPasswordProps<Answer> {
  path: string
  label: string
  stale?: readonly string[]
  done?: (answer: Answer) => void
}

/** A change of the second step, which wants the password again. */
function AskPassword<Answer>({ path, label, stale = [], done }: AskPasswordProps<Answer>) {
  const { t } = useTranslation()
  const form = useForm({ initialValues: { password: '' } })
  const change = useCommand<{ password: string }, Answer>({
    path,
    stale,
    quiet: true,
    after: (answer) => {
      form.reset()
      done?.(answer)
    },
  })
  const submit = (values: { password: string }) =>
    change.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (field) => field in values).errors) })
  return (
    <form onSubmit={form.onSubmit(submit)}>
      {Object.keys(form.errors).length === 0 ? <ProblemAlert error={change.error} /> : null}
      <Group align="end" gap="sm">
        <PasswordInput
          label={t('security.yourPassword')}
          autoComplete="current-password"
          w={260}
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
          {...form.getInputProps('password')}
        />
        <Button type="submit" variant="default" loading={change.isPending}>
          {label}
        </Button>
      </Group>
    </form>
  )
}

function OwnPassword() {
  const { t } = useTranslation()
  const form = useForm({ initialValues: { current_password: '', password: '' } })
  const change = useCommand<{ current_password: string; password: string }>({
    path: '/v1/session/password',
    stale: STALE,
    done: () => t('security.passwordChanged'),
    after: () => form.reset(),
    quiet: true,
  })
  const submit = (values: typeof form.values) =>
    change.mutate(values, {
      onError: (problem) => {
        const wrong = problem.fields.some((field) => field.code === 'identity.wrong_password')
        form.setErrors(formErrors(problem, (field) => field in values, wrong ? { password: 'current_password' } : {}).errors)
      },
    })
  return (
    <Section title={t('security.password')}>
      <form onSubmit={form.onSubmit(submit)} className={classes.formWide}>
        {Object.keys(form.errors).length === 0 ? <ProblemAlert error={change.error} /> : null}
        <div className={classes.fields}>
          <PasswordInput
            label={t('security.yourPassword')}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
            {...form.getInputProps('current_password')}
          />
          <PasswordInput
            label={t('security.newPassword')}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
            {...form.getInputProps('password')}
          />
        </div>
        <div>
          <Button type="submit" variant="default" loading={change.isPending}>
            {t('security.changePassword')}
          </Button>
        </div>
      </form>
    </Section>
  )
}

function OtherSessions({ count }: { count: number }) {
  const { t } = useTranslation()
  const end = useCommand<void>({
    path: '/v1/session/others',
    method: 'DELETE',
    body: () => undefined,
    stale: STALE,
    done: () => t('security.othersEnded'),
  })
  return (
    <Section title={t('security.sessions')}>
      <div className={classes.formWide}>
        <Text size="sm">{t('security.otherSessions', { count })}</Text>
        <div>
          <Button variant="default" disabled={count === 0} loading={end.isPending} onClick={() => end.mutate()}>
            {t('security.endOthers')}
          </Button>
        </div>
      </div>
    </Section>
  )
}
