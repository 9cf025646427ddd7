import { Button, Group, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { formErrors } from '../../kit/problem-form.ts'
import { useCommand } from '../../kit/use-command.ts'
import { notifyProblem } from '../../kit/notify.ts'

export const ROLES = ['pick', 'reserve', 'receiving', 'staging', 'packing', 'returns', 'quarantine', 'damaged'] as const

interface Values {
  code: string
  role: string
}

/** One more location of a warehouse. */
export function NewLocation({ warehouseId }: { warehouseId: string }) {
  const { t } = useTranslation()
  const form = useForm<Values>({
    initialValues: { code: '', role: 'pick' },
    validate: { code: (text) => (text.trim() === '' ? t('form.needed') : null) },
  })
  const create = useCommand<Values>({
    path: '/v1/locations',
    body: ({ code, role }) => ({ warehouse_id: warehouseId, code: code.trim(), role }),
    stale: ['/v1/locations'],
    done: () => t('settings.locationAdded'),
    after: () => form.reset(),
    quiet: true,
  })
  const submit = (values: Values) =>
    create.mutate(values, {
      onError: (problem) => {
        const { errors } = formErrors(problem, (path) => path in values)
        if (Object.keys(errors).length === 0) notifyProblem(problem, t)
        form.setErrors(errors)
      },
    })
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Group px={14} pb={14} gap="sm" align="start">
        <TextInput label={t('settings.newLocation')} {...form.getInputProps('code')} />
        <Select
          label={t('settings.locationRole')}
          data={ROLES.map((role) => ({ value: role, label: t(`locationRole.${role}`) }))}
          {...form.getInputProps('role')}
        />
        <Button type="submit" variant="default" mt={23} loading={create.isPending}>
          {t('settings.addLocation')}
        </Button>
      </Group>
    </form>
  )
}
