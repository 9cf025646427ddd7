import { ActionIcon, Button, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import { ItemPicker } from '../../kit/item-picker.tsx'
import { Section } from '../../kit/page.tsx'
import type { ItemForm } from './item-form.ts'
import classes from '../../kit/kit.module.css'

const TRACKS = { '--tracks': 'minmax(0, 1fr) 120px 30px' } as CSSProperties

/** Barcodes of an item (each may stand for several pieces) and, for a kit, what it is made of. */
export function ItemCodes({ form }: { form: UseFormReturnType<ItemForm> }) {
  const { t } = useTranslation()
  return (
    <>
      <Section title={t('items.barcodes')}>
        {form.values.barcodes.map((_, index) => (
          <div
            key={`barcode-${index}`}
            className={classes.lineFields}
            style={TRACKS}
            role="group"
            aria-label={t('items.barcodeNo', { number: index + 1 })}
          >
            <TextInput label={t('items.barcode')} {...form.getInputProps(`barcodes.${index}.code`)} />
            <TextInput label={t('items.pieces')} inputMode="numeric" {...form.getInputProps(`barcodes.${index}.quantity`)} />
            <Remove label={t('items.removeBarcode', { number: index + 1 })} onClick={() => form.removeListItem('barcodes', index)} />
          </div>
        ))}
        <Add label={t('items.addBarcode')} onClick={() => form.insertListItem('barcodes', { code: '', quantity: '1' })} />
      </Section>
      {form.values.kind === 'kit' ? (
        <Section title={t('items.components')}>
          {form.values.components.map((component, index) => (
            <div
              key={`component-${index}`}
              className={classes.lineFields}
              style={TRACKS}
              role="group"
              aria-label={t('items.componentNo', { number: index + 1 })}
            >
              <ItemPicker
                label={t('orders.item')}
                value={component.sku}
                error={form.errors[`components.${index}.sku`] as string | undefined}
                onChange={(sku) => form.setFieldValue(`components.${index}.sku`, sku)}
              />
              <TextInput label={t('items.pieces')} inputMode="numeric" {...form.getInputProps(`components.${index}.quantity`)} />
              <Remove label={t('items.removeComponent', { number: index + 1 })} onClick={() => form.removeListItem('components', index)} />
            </div>
          ))}
          <Add label={t('items.addComponent')} onClick={() => form.insertListItem('components', { sku: '', quantity: '1' })} />
        </Section>
      ) : null}
    </>
  )
}

function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <ActionIcon mt={24} variant="subtle" color="gray" aria-label={label} onClick={onClick}>
      <IconTrash size={16} />
    </ActionIcon>
  )
}

function Add({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button mt="sm" variant="default" leftSection={<IconPlus size={15} />} onClick={onClick}>
      {label}
    </Button>
  )
}
