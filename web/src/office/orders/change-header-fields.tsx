import { Checkbox, TagsInput, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { FieldGroup } from '../../kit/page.tsx'
import type { ChangeForm } from './change-form.ts'
import classes from '../../kit/kit.module.css'

type Form = UseFormReturnType<ChangeForm>

/** Who buys, where it goes, who pays the bill, and when and how soon it is wanted. */
export function ChangeHeaderFields({ form }: { form: Form }) {
  const { t } = useTranslation()
  return (
    <>
      <FieldGroup title={t('orders.customer')}>
        <div className={classes.fields}>
          <TextInput label={t('party.name')} autoComplete="off" {...form.getInputProps('customer.name')} />
          <TextInput label={t('party.email')} type="email" autoComplete="off" {...form.getInputProps('customer.email')} />
          <TextInput label={t('party.phone')} type="tel" autoComplete="off" {...form.getInputProps('customer.phone')} />
        </div>
      </FieldGroup>
      <FieldGroup title={t('orders.shipTo')}>
        <AddressInputs form={form} name="ship_to" />
      </FieldGroup>
      <FieldGroup title={t('change.billTo')}>
        <Checkbox label={t('change.otherBillTo')} {...form.getInputProps('other_bill_to', { type: 'checkbox' })} />
        {form.values.other_bill_to ? (
          <div style={{ marginTop: 12 }}>
            <AddressInputs form={form} name="bill_to" />
          </div>
        ) : null}
      </FieldGroup>
      <FieldGroup title={t('change.plan')}>
        <div className={classes.fields}>
          <TextInput label={t('change.promisedAt')} type="datetime-local" {...form.getInputProps('promised_at')} />
          <TextInput
            label={t('change.priority')}
            description={t('change.priorityHint')}
            inputMode="numeric"
            {...form.getInputProps('priority')}
          />
          <TagsInput
            label={t('change.tags')}
            description={t('change.tagsHint')}
            size="xs"
            maxTags={30}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            {...form.getInputProps('tags')}
          />
        </div>
      </FieldGroup>
    </>
  )
}

function AddressInputs({ form, name }: { form: Form; name: 'ship_to' | 'bill_to' }) {
  const { t } = useTranslation()
  return (
    <div className={classes.fields}>
      {(['name', 'line1', 'line2', 'postcode', 'city', 'country'] as const).map((field) => (
        <TextInput
          key={field}
          label={t(`address.${field}`)}
          autoComplete="off"
          {...(field === 'country' ? { maxLength: 2 } : {})}
          {...form.getInputProps(`${name}.${field}`)}
        />
      ))}
    </div>
  )
}
