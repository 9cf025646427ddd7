import { Button, Select, Switch, TextInput, Textarea } from '@mantine/core'
import { useForm, type UseFormReturnType } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FieldProblem } from '../../api/client.ts'
import { useGet, useSession } from '../../api/queries.ts'
import type { Channel, Order, Page as Rows } from '../../api/shapes.ts'
import { currencyScale, parseDecimal, useFormat } from '../../kit/format.ts'
import { Columns, Page, Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { useCommand } from '../../kit/use-command.ts'
import { useDraft } from '../../kit/use-draft.ts'
import { paths } from '../../paths.ts'
import { NewOrderCustomer } from './new-order-customer.tsx'
import { emptyOrder, formTotal, knownField, orderBody, type NewOrderForm } from './new-order-form.ts'
import { NewOrderLines } from './new-order-lines.tsx'
import classes from '../../kit/kit.module.css'

const TERMS = ['prepaid', 'cash_on_delivery', 'on_account'] as const
/** Where the server names a field otherwise than the form. */
const RENAMED = { 'charges.0.amount': 'charge', 'discounts.0.amount': 'discount', 'ship_to.name': 'ship_to.name' }

/** An order taken by hand: customer, address, lines by SKU, discount, charge and payment terms. */
export function NewOrderPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { organization } = useSession()
  const [rest, setRest] = useState<readonly FieldProblem[]>([])
  const form = useOrderForm(organization.base_currency)
  const forget = useDraft(form, 'new-order')
  const place = useCommand<NewOrderForm, Order>({
    path: '/v1/orders',
    body: orderBody,
    stale: ['/v1/orders', '/v1/overview', '/v1/stock', '/v1/shipments'],
    done: (order) => t('orders.placedOne', { number: order.number }),
    after: (order) => {
      forget()
      void navigate({ to: paths.order(order.id) })
    },
    quiet: true,
  })
  const submit = (values: NewOrderForm) =>
    place.mutate(values, {
      onError: (problem) => {
        const pointed = {
          ...problem,
          fields: problem.fields.map((one) => ({ ...one, pointer: one.pointer.replace(/unit_price.*$/, 'price') })),
        }
        const { errors, rest: others } = formErrors(pointed as typeof problem, knownField(values), RENAMED)
        form.setErrors(errors)
        setRest(others)
      },
    })
  return (
    <Page title={t('orders.new')}>
      <form onSubmit={form.onSubmit(submit)} noValidate>
        <ProblemAlert error={place.error} rest={rest} />
        <Columns
          main={
            <>
              <NewOrderLines form={form} />
              <NewOrderCustomer form={form} />
            </>
          }
          side={<OrderTerms form={form} busy={place.isPending} />}
        />
      </form>
    </Page>
  )
}

function useOrderForm(currency: string) {
  const { t } = useTranslation()
  const needed = (text: string) => (text.trim() === '' ? t('form.needed') : null)
  const amount = (text: string, values: NewOrderForm) =>
    text === '' || (parseDecimal(text, currencyScale(values.currency)) ?? -1) >= 0 ? null : t('form.amountNeeded')
  return useForm<NewOrderForm>({
    initialValues: emptyOrder(currency),
    validate: {
      channel: needed,
      ship_to: {
        name: needed,
        line1: needed,
        city: needed,
        country: (text) => (/^[A-Za-z]{2}$/.test(text.trim()) ? null : t('form.countryNeeded')),
      },
      lines: {
        sku: needed,
        quantity: (text) => (/^[1-9]\d{0,8}$/.test(text) ? null : t('form.quantityNeeded')),
        price: (text, values) => amount(text, values),
      },
      charge: amount,
      discount: amount,
    },
  })
}

function OrderTerms({ form, busy }: { form: UseFormReturnType<NewOrderForm>; busy: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const channels = useGet<Rows<Channel>>('/v1/channels').data?.data ?? []
  return (
    <Section title={t('orders.termsTitle')}>
      <div className={classes.formWide}>
        <Select
          label={t('orders.channel')}
          withAsterisk
          data={channels.map((one) => ({ value: one.code, label: one.name }))}
          {...form.getInputProps('channel')}
        />
        <TextInput label={t('orders.externalId')} {...form.getInputProps('external_id')} />
        <TextInput label={t('word.currency')} maxLength={3} {...form.getInputProps('currency')} />
        <Switch label={t('orders.pricesIncludeTax')} {...form.getInputProps('prices_include_tax', { type: 'checkbox' })} />
        <Select
          label={t('orders.terms')}
          data={TERMS.map((terms) => ({ value: terms, label: t(`terms.${terms}`) }))}
          {...form.getInputProps('payment_terms')}
        />
        <TextInput label={t('orders.discount')} inputMode="decimal" {...form.getInputProps('discount')} />
        <TextInput label={t('charge.shipping')} inputMode="decimal" {...form.getInputProps('charge')} />
        <Textarea label={t('orders.note')} autosize minRows={2} {...form.getInputProps('note')} />
        <dl className={classes.facts} data-numbers>
          <dt>{form.values.prices_include_tax ? t('orders.total') : t('orders.totalBeforeTax')}</dt>
          <dd style={{ fontWeight: 600 }}>
            {/^[A-Z]{3}$/.test(form.values.currency) ? format.money(formTotal(form.values), form.values.currency) : '–'}
          </dd>
        </dl>
        <Button type="submit" loading={busy} fullWidth size="sm">
          {t('orders.place')}
        </Button>
      </div>
    </Section>
  )
}
