import { ActionIcon, Button, Stack, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import { ItemPicker } from '../../kit/item-picker.tsx'
import { FieldGroup } from '../../kit/page.tsx'
import type { ChangeForm } from './change-form.ts'
import { ChangeHeaderFields } from './change-header-fields.tsx'
import { emptyLine, priceText } from './new-order-form.ts'
import classes from '../../kit/kit.module.css'

const TRACKS = { '--tracks': 'minmax(0, 1fr) 72px 96px 96px' } as CSSProperties
const ADDED_TRACKS = { '--tracks': 'minmax(0, 1fr) 72px 96px 30px' } as CSSProperties

/** The fields of a change: lines there are, lines to add, discount, shipping, and the order's header. */
export function ChangeFields({ form, currency }: { form: UseFormReturnType<ChangeForm>; currency: string }) {
  const { t } = useTranslation()
  return (
    <Stack gap="md">
      <FieldGroup title={t('orders.lines')}>
        {form.values.lines.map((line, index) => (
          <div key={line.id} className={classes.lineFields} style={TRACKS} role="group" aria-label={line.sku}>
            <div style={{ paddingTop: 24 }}>
              {line.sku}
              <div className={classes.muted}>{line.name}</div>
            </div>
            <TextInput label={t('word.quantity')} inputMode="numeric" {...form.getInputProps(`lines.${index}.quantity`)} />
            <TextInput label={t('orders.price')} inputMode="decimal" {...form.getInputProps(`lines.${index}.price`)} />
            <TextInput label={t('orders.discount')} inputMode="decimal" {...form.getInputProps(`lines.${index}.discount`)} />
          </div>
        ))}
        <AddedLines form={form} currency={currency} />
      </FieldGroup>
      <FieldGroup title={t('money.title')}>
        <div className={classes.fields}>
          <TextInput label={t('change.orderDiscount')} inputMode="decimal" {...form.getInputProps('discount')} />
          <TextInput label={t('charge.shipping')} inputMode="decimal" {...form.getInputProps('shipping')} />
        </div>
      </FieldGroup>
      <ChangeHeaderFields form={form} />
      <TextInput label={t('change.reason')} {...form.getInputProps('reason')} />
    </Stack>
  )
}

function AddedLines({ form, currency }: { form: UseFormReturnType<ChangeForm>; currency: string }) {
  const { t } = useTranslation()
  return (
    <>
      {form.values.added.map((line, index) => (
        <div
          key={line.key}
          className={classes.lineFields}
          style={ADDED_TRACKS}
          role="group"
          aria-label={t('change.newLine', { number: index + 1 })}
        >
          <ItemPicker
            label={t('orders.item')}
            value={line.sku}
            error={form.errors[`added.${index}.sku`] as string | undefined}
            onChange={(sku) => form.setFieldValue(`added.${index}.sku`, sku)}
            onItem={(item) => form.setFieldValue(`added.${index}.price`, priceText(item, currency))}
          />
          <TextInput label={t('word.quantity')} inputMode="numeric" {...form.getInputProps(`added.${index}.quantity`)} />
          <TextInput label={t('orders.price')} inputMode="decimal" {...form.getInputProps(`added.${index}.price`)} />
          <ActionIcon
            mt={24}
            variant="subtle"
            color="gray"
            aria-label={t('change.removeNewLine', { number: index + 1 })}
            onClick={() => form.removeListItem('added', index)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </div>
      ))}
      <Button mt="sm" variant="default" leftSection={<IconPlus size={15} />} onClick={() => form.insertListItem('added', emptyLine())}>
        {t('orders.addLine')}
      </Button>
    </>
  )
}
