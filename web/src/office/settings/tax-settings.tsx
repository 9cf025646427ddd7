import { Button, Table, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { Page as Rows } from '../../api/shapes.ts'
import { decimalText, parseDecimal, useFormat } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { ErrorState } from '../../kit/states.tsx'
import { useCommand } from '../../kit/use-command.ts'
import kit from '../../kit/kit.module.css'

const PATH = '/v1/tax-classes'

/** Decimals of a percentage whose rate is kept in millionths. */
const PERCENT_SCALE = 4

interface TaxClass {
  id: string
  code: string
  name: string
  rate_ppm: number
}

interface Values {
  code: string
  name: string
  percent: string
}

/** Tax classes of items. A rate that changes is a new class: what was sold keeps its tax. */
export function TaxSettings() {
  const { t } = useTranslation()
  const format = useFormat()
  const may = useMay('catalog.write')
  const { data, isError, error } = useGet<Rows<TaxClass>>(PATH, { limit: 200 })
  const percent = (ppm: number) =>
    new Intl.NumberFormat(format.locale, { style: 'percent', maximumFractionDigits: 4 }).format(decimalText(ppm, 6) as `${number}`)
  return (
    <div className={kit.formWide}>
      <Section title={t('settings.taxes')} flush>
        {isError ? <ErrorState error={error} /> : null}
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('settings.code')}</Table.Th>
              <Table.Th>{t('settings.name')}</Table.Th>
              <Table.Th className={kit.number ?? ''}>{t('taxes.rate')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(data?.data ?? []).map((one) => (
              <Table.Tr key={one.id}>
                <Table.Td>{one.code}</Table.Td>
                <Table.Td>{one.name}</Table.Td>
                <Table.Td className={kit.number ?? ''}>{percent(one.rate_ppm)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Section>
      {may ? <NewTaxClass /> : null}
    </div>
  )
}

function NewTaxClass() {
  const { t } = useTranslation()
  const rateOf = (text: string) => parseDecimal(text, PERCENT_SCALE)
  const form = useForm<Values>({
    initialValues: { code: '', name: '', percent: '' },
    validate: {
      code: (text) => (/^[a-z0-9_]{1,40}$/.test(text) ? null : t('taxes.codeForm')),
      name: (text) => (text.trim() === '' ? t('form.needed') : null),
      percent: (text) => ((rateOf(text) ?? -1) < 0 || (rateOf(text) ?? 0) > 1_000_000 ? t('taxes.rateForm') : null),
    },
  })
  const create = useCommand<Values>({
    path: PATH,
    body: ({ code, name, percent }) => ({ code, name, rate_ppm: rateOf(percent) }),
    stale: [PATH],
    done: () => t('taxes.added'),
    after: () => form.reset(),
    quiet: true,
  })
  const submit = (values: Values) =>
    create.mutate(values, {
      onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values, { rate_ppm: 'percent' }).errors),
    })
  return (
    <Section title={t('taxes.new')}>
      <form onSubmit={form.onSubmit(submit)} noValidate className={kit.formWide}>
        <ProblemAlert error={create.error} />
        <div className={kit.fields}>
          <TextInput label={t('settings.code')} {...form.getInputProps('code')} />
          <TextInput label={t('settings.name')} {...form.getInputProps('name')} />
          <TextInput label={t('taxes.percent')} inputMode="decimal" {...form.getInputProps('percent')} />
        </div>
        <div>
          <Button type="submit" loading={create.isPending}>
            {t('taxes.add')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
