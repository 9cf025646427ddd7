import { Autocomplete, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useDebouncedValue } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Page, Party } from '../../api/shapes.ts'
import { Section } from '../../kit/page.tsx'
import type { NewOrderForm } from './new-order-form.ts'
import classes from '../../kit/kit.module.css'

/** Who orders and where it goes; a known customer fills the address in. */
export function NewOrderCustomer({ form }: { form: UseFormReturnType<NewOrderForm> }) {
  const { t } = useTranslation()
  const { customer } = form.values
  const [wanted] = useDebouncedValue(customer.name.trim(), 180)
  const found = useGet<Page<Party>>(wanted.length < 2 ? null : '/v1/parties', { q: wanted, kind: 'customer', limit: 6 }).data?.data ?? []
  const choose = (name: string) => {
    const party = found.find((one) => one.name === name)
    if (party !== undefined) fillIn(form, party)
  }
  return (
    <>
      <Section title={t('orders.customer')}>
        <div className={classes.fields}>
          <Autocomplete
            label={t('party.name')}
            data={[...new Set(found.map((party) => party.name))]}
            filter={({ options }) => options}
            {...form.getInputProps('customer.name')}
            onChange={(name) => {
              form.setFieldValue('customer.name', name)
              form.setFieldValue('customer.party_id', '')
            }}
            onOptionSubmit={choose}
          />
          <TextInput label={t('party.email')} type="email" {...form.getInputProps('customer.email')} />
          <TextInput label={t('party.phone')} type="tel" {...form.getInputProps('customer.phone')} />
        </div>
      </Section>
      <Section title={t('orders.shipTo')}>
        <div className={classes.fields}>
          <TextInput label={t('address.name')} withAsterisk autoComplete="off" {...form.getInputProps('ship_to.name')} />
          <TextInput label={t('address.line1')} withAsterisk autoComplete="off" {...form.getInputProps('ship_to.line1')} />
          <TextInput label={t('address.line2')} autoComplete="off" {...form.getInputProps('ship_to.line2')} />
          <TextInput label={t('address.postcode')} autoComplete="off" {...form.getInputProps('ship_to.postcode')} />
          <TextInput label={t('address.city')} withAsterisk autoComplete="off" {...form.getInputProps('ship_to.city')} />
          <TextInput
            label={t('address.country')}
            description={t('address.countryHint')}
            withAsterisk
            maxLength={2}
            autoComplete="off"
            {...form.getInputProps('ship_to.country')}
          />
        </div>
      </Section>
    </>
  )
}

function fillIn(form: UseFormReturnType<NewOrderForm>, party: Party): void {
  const address = party.addresses?.[0]
  form.setValues({
    customer: { party_id: party.id, name: party.name, email: party.email ?? '', phone: party.phone ?? '' },
    ...(address === undefined
      ? {}
      : {
          ship_to: {
            name: address.name,
            line1: address.line1,
            line2: address.line2 ?? '',
            city: address.city,
            postcode: address.postcode ?? '',
            country: address.country,
          },
        }),
  })
}
