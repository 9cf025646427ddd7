import { Button, PasswordInput, Select, Switch, Table, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { useGet, useSession } from '../../api/queries.ts'
import type { Page as Rows, User } from '../../api/shapes.ts'
import { Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { ErrorState } from '../../kit/states.tsx'
import { useCommand } from '../../kit/use-command.ts'
import classes from '../../kit/kit.module.css'

const ROLES = ['owner', 'operations', 'warehouse', 'support', 'viewer'] as const

/** People of the organization and what each may. */
export function UserSettings() {
  const { t } = useTranslation()
  const { data, isError, error } = useGet<Rows<User>>('/v1/users')
  return (
    <div className={classes.formWide}>
      {isError ? <ErrorState error={error} /> : null}
      <Section title={t('settings.users')} flush>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('party.name')}</Table.Th>
              <Table.Th>{t('party.email')}</Table.Th>
              <Table.Th>{t('settings.role')}</Table.Th>
              <Table.Th>{t('settings.mayIn')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(data?.data ?? []).map((user) => (
              <UserRow key={user.user_id ?? user.id} user={user} />
            ))}
          </Table.Tbody>
        </Table>
      </Section>
      <NewUser />
    </div>
  )
}

function UserRow({ user }: { user: User }) {
  const { t } = useTranslation()
  const session = useSession()
  const id = user.user_id ?? user.id
  const self = id === session.user.id
  const change = useCommand<{ role?: string; disabled?: boolean }>({
    path: `/v1/users/${id}`,
    method: 'PATCH',
    stale: ['/v1/users'],
    done: () => t('settings.saved'),
  })
  return (
    <Table.Tr>
      <Table.Td>{user.name}</Table.Td>
      <Table.Td>{user.email}</Table.Td>
      <Table.Td>
        <Select
          aria-label={t('settings.roleOf', { name: user.name })}
          disabled={self}
          w={150}
          data={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
          value={user.role}
          onChange={(role) => role !== null && change.mutate({ role })}
        />
      </Table.Td>
      <Table.Td>
        <Switch
          aria-label={t('settings.maySignIn', { name: user.name })}
          disabled={self}
          checked={user.disabled !== true}
          onChange={(event) => change.mutate({ disabled: !event.currentTarget.checked })}
        />
      </Table.Td>
    </Table.Tr>
  )
}

interface Values {
  name: string
  email: string
  password: string
  role: string
}

/** Shortest password the server takes. */
const PASSWORD_LENGTH = 10

function NewUser() {
  const { t } = useTranslation()
  const form = useForm<Values>({
    initialValues: { name: '', email: '', password: '', role: 'warehouse' },
    validate: {
      name: (text) => (text.trim() === '' ? t('form.needed') : null),
      email: (text) => (text.includes('@') ? null : t('signIn.emailNeeded')),
      password: (text) => (text.length >= PASSWORD_LENGTH ? null : t('settings.passwordShort', { count: PASSWORD_LENGTH })),
    },
  })
  const create = useCommand<Values>({
    path: '/v1/users',
    stale: ['/v1/users'],
    done: () => t('settings.userAdded'),
    after: () => form.reset(),
    quiet: true,
  })
  const submit = (values: Values) =>
    create.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values).errors) })
  return (
    <Section title={t('settings.newUser')}>
      <form onSubmit={form.onSubmit(submit)} noValidate className={classes.formWide}>
        <ProblemAlert error={create.error} />
        <div className={classes.fields}>
          <TextInput label={t('party.name')} autoComplete="off" {...form.getInputProps('name')} />
          <TextInput label={t('party.email')} type="email" autoComplete="off" {...form.getInputProps('email')} />
          <PasswordInput
            size="xs"
            label={t('signIn.password')}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
            {...form.getInputProps('password')}
          />
          <Select
            label={t('settings.role')}
            data={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
            {...form.getInputProps('role')}
          />
        </div>
        <div>
          <Button type="submit" loading={create.isPending}>
            {t('settings.addUser')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
