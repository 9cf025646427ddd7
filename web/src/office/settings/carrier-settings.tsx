import { Button, Select, Switch, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { useGet, useMay, useSession } from '../../api/queries.ts'
import type { Page as Rows } from '../../api/shapes.ts'
import { currencyScale } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { type CarrierSettings as Carrier, parseRates, parseServices, ratesText } from './carrier-form.ts'
import kit from '../../kit/kit.module.css'

const PATH = '/v1/carriers'

/** Carriers: whether they are offered, where a parcel is followed, and the prices of those we keep a price list of. */
export function CarrierSettings() {
  const may = useMay('carriers.manage')
  const { data, isError, error } = useGet<Rows<Carrier>>(PATH, { limit: 200 })
  if (isError) return <ErrorState error={error} />
  if (data === undefined) return <PageSkeleton />
  return (
    <div className={kit.formWide}>
      {data.data.map((carrier) => (
        <CarrierSection key={`${carrier.id}/${carrier.version}`} carrier={carrier} may={may} />
      ))}
      {may ? <NewCarrier /> : null}
    </div>
  )
}

function CarrierSection({ carrier, may }: { carrier: Carrier; may: boolean }) {
  const { t } = useTranslation()
  const tables = (carrier.config.services ?? []).filter((one) => one.table !== undefined)
  const scaleOf = (currency: string | undefined) => currencyScale(currency ?? 'EUR')
  const form = useForm({
    initialValues: {
      name: carrier.name,
      tracking_url: carrier.tracking_url ?? '',
      rates: tables.map((one) => (one.table === undefined ? '' : ratesText(one.table, scaleOf(one.table.currency)))),
    },
  })
  const change = useCommand<Record<string, unknown>>({
    path: `${PATH}/${carrier.id}`,
    method: 'PATCH',
    version: () => carrier.version,
    stale: [PATH],
    done: () => t('settings.saved'),
    quiet: true,
  })
  const submit = (values: typeof form.values) => {
    const read = tables.map((one, index) => parseRates(values.rates[index] ?? '', scaleOf(one.table?.currency)))
    const bad = read.findIndex((one) => 'badLine' in one)
    const fault = read[bad]
    if (fault !== undefined && 'badLine' in fault) {
      form.setFieldError(`rates.${bad}`, t('carriers.badLine', { line: fault.badLine }))
      return
    }
    const services = (carrier.config.services ?? []).map((service) => {
      const zones = read[tables.indexOf(service)]
      return service.table === undefined || zones === undefined || !('zones' in zones)
        ? service
        : { ...service, table: { ...service.table, zones: zones.zones } }
    })
    change.mutate(
      {
        name: values.name,
        tracking_url: values.tracking_url.trim() === '' ? null : values.tracking_url.trim(),
        ...(tables.length === 0 ? {} : { config: { ...carrier.config, services } }),
      },
      { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values).errors) },
    )
  }
  return (
    <Section
      title={`${carrier.name} · ${carrier.code}`}
      actions={
        <Switch
          label={t('carriers.offered')}
          aria-label={t('carriers.offeredOf', { name: carrier.name })}
          checked={carrier.is_active}
          disabled={!may || change.isPending}
          onChange={(event) => change.mutate({ is_active: event.currentTarget.checked })}
        />
      }
    >
      <form onSubmit={form.onSubmit(submit)} noValidate className={kit.formWide}>
        <ProblemAlert error={change.error} />
        <div className={kit.fields}>
          <TextInput label={t('settings.name')} disabled={!may} {...form.getInputProps('name')} />
          <TextInput
            label={t('carriers.trackingUrl')}
            description={t('carriers.trackingHint')}
            disabled={!may}
            {...form.getInputProps('tracking_url')}
          />
        </div>
        {tables.map((service, index) => (
          <Textarea
            key={service.code}
            label={t('carriers.rates', { service: service.name, currency: service.table?.currency ?? '' })}
            description={t('carriers.ratesHint')}
            autosize
            minRows={2}
            maxRows={14}
            disabled={!may}
            {...form.getInputProps(`rates.${index}`)}
          />
        ))}
        <div>
          <Button type="submit" variant="default" disabled={!may} loading={change.isPending}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Section>
  )
}

interface Values {
  code: string
  name: string
  kind: 'manual' | 'table_rate'
  services: string
  rates: string
  tracking_prefix: string
}

function useNewCarrierForm() {
  const { t } = useTranslation()
  const needed = (text: string) => (text.trim() === '' ? t('form.needed') : null)
  const { organization } = useSession()
  const currency = organization.base_currency
  const scale = currencyScale(currency)
  const form = useForm<Values>({
    initialValues: { code: '', name: '', kind: 'manual', services: `standard ${t('carriers.standard')}`, rates: '', tracking_prefix: '' },
    validate: {
      code: (text) => (/^[a-z0-9_-]{1,40}$/.test(text) ? null : t('settings.codeForm')),
      name: needed,
      services: (text) => (parseServices(text) === null ? t('carriers.servicesHint') : null),
      rates: (text, { kind }) => {
        const read = kind === 'manual' ? null : parseRates(text, scale)
        return read !== null && 'badLine' in read ? t('carriers.badLine', { line: read.badLine }) : null
      },
      tracking_prefix: (text, { kind }) => (kind === 'manual' || /^[A-Z]{2,4}$/.test(text) ? null : t('carriers.prefixForm')),
    },
  })
  const configOf = ({ kind, services, rates, tracking_prefix }: Values) => {
    const read = parseServices(services) ?? []
    const priced = kind === 'manual' ? null : parseRates(rates, scale)
    if (priced === null || !('zones' in priced)) return { services: read }
    return { tracking_prefix, services: read.map((service) => ({ ...service, table: { currency, zones: priced.zones } })) }
  }
  return { form, configOf, currency }
}

function NewCarrier() {
  const { t } = useTranslation()
  const { form, configOf, currency } = useNewCarrierForm()
  const create = useCommand<Values>({
    path: PATH,
    body: (values) => ({ code: values.code, name: values.name, kind: values.kind, config: configOf(values) }),
    stale: [PATH],
    done: () => t('carriers.added'),
    after: () => form.reset(),
    quiet: true,
  })
  const submit = (values: Values) =>
    create.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values).errors) })
  return (
    <Section title={t('carriers.new')}>
      <form onSubmit={form.onSubmit(submit)} noValidate className={kit.formWide}>
        <ProblemAlert error={create.error} />
        <div className={kit.fields}>
          <TextInput label={t('settings.code')} {...form.getInputProps('code')} />
          <TextInput label={t('settings.name')} {...form.getInputProps('name')} />
          <Select
            label={t('carriers.kind')}
            allowDeselect={false}
            data={(['manual', 'table_rate'] as const).map((kind) => ({ value: kind, label: t(`carriers.kindOf.${kind}`) }))}
            {...form.getInputProps('kind')}
          />
          {form.values.kind === 'table_rate' ? <TextInput label={t('carriers.prefix')} {...form.getInputProps('tracking_prefix')} /> : null}
        </div>
        <Textarea label={t('carriers.services')} description={t('carriers.servicesHint')} autosize {...form.getInputProps('services')} />
        {form.values.kind === 'table_rate' ? (
          <Textarea
            label={t('carriers.ratesIn', { currency })}
            description={t('carriers.ratesHint')}
            autosize
            minRows={2}
            {...form.getInputProps('rates')}
          />
        ) : null}
        <div>
          <Button type="submit" loading={create.isPending}>
            {t('carriers.add')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
