import { ActionIcon, Button, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import { ItemPicker } from '../../kit/item-picker.tsx'
import { Section } from '../../kit/page.tsx'
import { emptyLine, priceText, type NewOrderForm } from './new-order-form.ts'
import classes from '../../kit/kit.module.css'

const TRACKS = { '--tracks': 'minmax(0, 1fr) 72px 96px 30px' } as CSSProperties

/** The lines of an order taken by hand. */
export function NewOrderLines({ form }: { form: UseFormReturnType<NewOrderForm> }) {
  const { t } = useTranslation()
  return (
    <Section title={t('orders.lines')}>
      {form.values.lines.map((line, index) => (
        <div
          key={line.key}
          className={classes.lineFields}
          style={TRACKS}
          role="group"
          aria-label={t('orders.lineNo', { number: index + 1 })}
        >
          <div>
            <ItemPicker
              label={t('orders.item')}
              value={line.sku}
              error={form.errors[`lines.${index}.sku`] as string | undefined}
              onChange={(sku) => form.setFieldValue(`lines.${index}.sku`, sku)}
              onItem={(item) => {
                form.setFieldValue(`lines.${index}.name`, item.name)
                form.setFieldValue(`lines.${index}.price`, priceText(item, form.values.currency))
              }}
            />
            {line.name === '' ? null : (
              <div className={classes.muted} style={{ fontSize: 12 }}>
                {line.name}
              </div>
            )}
          </div>
          <TextInput label={t('word.quantity')} inputMode="numeric" {...form.getInputProps(`lines.${index}.quantity`)} />
          <TextInput label={t('orders.price')} inputMode="decimal" {...form.getInputProps(`lines.${index}.price`)} />
          <ActionIcon
            mt={24}
            variant="subtle"
            color="gray"
            aria-label={t('orders.removeLine', { number: index + 1 })}
            disabled={form.values.lines.length === 1}
            onClick={() => form.removeListItem('lines', index)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </div>
      ))}
      <Button mt="sm" variant="default" leftSection={<IconPlus size={15} />} onClick={() => form.insertListItem('lines', emptyLine())}>
        {t('orders.addLine')}
      </Button>
    </Section>
  )
}
