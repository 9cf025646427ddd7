import { Button, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { Organization } from '../../api/shapes.ts'
import { LANGUAGES } from '../../i18n/index.ts'
import { Facts, Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { useCommand } from '../../kit/use-command.ts'
import classes from '../../kit/kit.module.css'

/** Name, time zone and language of the organization. */
export function OrganizationSettings() {
  const { data, isError, error } = useGet<Organization>('/v1/organization')
  if (isError) return <ErrorState error={error} />
  if (data === undefined) return <PageSkeleton />
  return <OrganizationForm key={data.version ?? 0} organization={data} />
}

interface Values {
  name: string
  time_zone: string
  language: string
  revenue_on: string
}

function OrganizationForm({ organization }: { organization: Organization }) {
  const { t } = useTranslation()
  const may = useMay('identity.manage_organization')
  const form = useForm<Values>({
    initialValues: {
      name: organization.name,
      time_zone: organization.time_zone,
      language: organization.language,
      revenue_on: organization.revenue_on ?? 'dispatch',
    },
  })
  const save = useCommand<Values>({
    path: '/v1/organization',
    method: 'PATCH',
    version: () => organization.version,
    stale: ['/v1/organization', '/v1/session'],
    done: () => t('settings.saved'),
    quiet: true,
  })
  const submit = (values: Values) =>
    save.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values).errors) })
  return (
    <Section title={t('settings.organization')}>
      <form onSubmit={form.onSubmit(submit)} className={classes.formWide}>
        <ProblemAlert error={save.error} />
        <div className={classes.fields}>
          <TextInput label={t('settings.name')} disabled={!may} {...form.getInputProps('name')} />
          <Select
            label={t('settings.timeZone')}
            searchable
            disabled={!may}
            data={Intl.supportedValuesOf('timeZone')}
            limit={60}
            {...form.getInputProps('time_zone')}
          />
          <Select
            label={t('shell.language')}
            disabled={!may}
            data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
            {...form.getInputProps('language')}
          />
          <Select
            label={t('settings.revenueOn')}
            description={t('settings.revenueOnDetail')}
            disabled={!may}
            allowDeselect={false}
            data={(['dispatch', 'delivery'] as const).map((value) => ({ value, label: t(`settings.revenueMoment.${value}`) }))}
            {...form.getInputProps('revenue_on')}
          />
        </div>
        <Facts facts={[[t('settings.baseCurrency'), organization.base_currency]]} />
        <div>
          <Button type="submit" disabled={!may} loading={save.isPending}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
