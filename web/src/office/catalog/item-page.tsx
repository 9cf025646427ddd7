import { Box, Button, Select, TextInput } from '@mantine/core'
import { useForm, type UseFormReturnType } from '@mantine/form'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FieldProblem } from '../../api/client.ts'
import { useGet, useMay, useSession } from '../../api/queries.ts'
import type { Item, Page as Rows } from '../../api/shapes.ts'
import { InstantField } from '../../kit/date-fields.tsx'
import { parseDecimal } from '../../kit/format.ts'
import { Columns, Page, Section } from '../../kit/page.tsx'
import { NotesSection } from '../../kit/notes.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import { formOf, itemBody, MEASURES, type ItemForm } from './item-form.ts'
import { ItemCodes } from './item-codes.tsx'
import classes from '../../kit/kit.module.css'

/** A new item. */
export function NewItemPage() {
  return <ItemDocument item={null} />
}

/** An item of the catalog, to read and to edit. */
export function ItemPage() {
  const { itemId } = useParams({ strict: false }) as { itemId: string }
  const { data: item, isError, error, refetch } = useGet<Item>(`/v1/items/${itemId}`)
  if (isError) return <ErrorState page error={error} retry={() => void refetch()} />
  if (item === undefined) return <PageSkeleton />
  return <ItemDocument key={`${item.id}:${item.version}`} item={item} />
}

function ItemDocument({ item }: { item: Item | null }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const mayWrite = useMay('catalog.write')
  const [rest, setRest] = useState<readonly FieldProblem[]>([])
  const form = useItemForm(item)
  const save = useCommand<ItemForm, Item>({
    path: item === null ? '/v1/items' : `/v1/items/${item.id}`,
    method: item === null ? 'POST' : 'PATCH',
    body: (values) => itemBody(values, item !== null),
    version: () => item?.version,
    stale: ['/v1/items', '/v1/stock'],
    done: (saved) => t('items.saved', { sku: saved.sku }),
    after: (saved) => item === null && void navigate({ to: paths.item(saved.id) }),
    quiet: true,
  })
  const submit = (values: ItemForm) =>
    save.mutate(values, {
      onError: (problem) => {
        const { errors, rest: others } = formErrors(
          problem,
          (path) => path.split('.')[0] !== undefined && (path.split('.')[0] as string) in values,
        )
        form.setErrors(errors)
        setRest(others)
      },
    })
  return (
    <Page
      title={item === null ? t('items.new') : `${item.sku} · ${item.name}`}
      actions={
        item === null ? undefined : (
          <Button component={Link} to={paths.stockItem(item.id)} variant="default">
            {t('items.stock')}
          </Button>
        )
      }
    >
      <form onSubmit={form.onSubmit(submit)} noValidate>
        <ProblemAlert error={save.error} rest={rest} />
        <fieldset disabled={!mayWrite} style={{ border: 0, padding: 0, margin: 0 }}>
          <Columns
            main={
              <>
                <ItemFields form={form} item={item} />
                <ItemCodes form={form} />
              </>
            }
            side={<ItemSide form={form} item={item} busy={save.isPending} />}
          />
        </fieldset>
      </form>
      {item === null ? null : (
        <Box mt="md">
          <NotesSection document={{ type: 'item', id: item.id }} />
        </Box>
      )}
    </Page>
  )
}

function useItemForm(item: Item | null) {
  const { t } = useTranslation()
  const { organization } = useSession()
  const needed = (text: string) => (text.trim() === '' ? t('form.needed') : null)
  const whole = (text: string) => (text === '' || /^[1-9]\d{0,8}$/.test(text) ? null : t('form.wholeNumber'))
  return useForm<ItemForm>({
    initialValues: formOf(item, organization.base_currency),
    validate: {
      sku: needed,
      name: needed,
      unit: needed,
      price: (text) => (text === '' || (parseDecimal(text, 4) ?? -1) >= 0 ? null : t('form.amountNeeded')),
      weight_g: whole,
      length_mm: whole,
      width_mm: whole,
      height_mm: whole,
      barcodes: { code: needed, quantity: whole },
      components: { sku: needed, quantity: whole },
    },
  })
}

function ItemFields({ form, item }: { form: UseFormReturnType<ItemForm>; item: Item | null }) {
  const { t } = useTranslation()
  const kinds = ['stocked', 'service', 'voucher', 'kit'].map((value) => ({ value, label: t(`itemKind.${value}`) }))
  return (
    <Section title={t('items.about')}>
      <div className={classes.fields}>
        <TextInput label={t('word.sku')} withAsterisk disabled={item !== null} {...form.getInputProps('sku')} />
        <TextInput className={classes.wideField ?? ''} label={t('items.name')} withAsterisk {...form.getInputProps('name')} />
        <Select label={t('items.kind')} disabled={item !== null} data={kinds} {...form.getInputProps('kind')} />
        <TextInput label={t('items.unit')} disabled={item !== null} {...form.getInputProps('unit')} />
        <TextInput className={classes.wideField ?? ''} label={t('items.imageUrl')} {...form.getInputProps('image_url')} />
      </div>
      <div className={classes.fields} style={{ marginTop: 12 }}>
        {MEASURES.map((name) => (
          <TextInput key={name} label={t(`items.${name}`)} inputMode="numeric" {...form.getInputProps(name)} />
        ))}
      </div>
    </Section>
  )
}

function ItemSide({ form, item, busy }: { form: UseFormReturnType<ItemForm>; item: Item | null; busy: boolean }) {
  const { t } = useTranslation()
  const taxClasses = useGet<Rows<{ code: string; name: string }>>('/v1/tax-classes').data?.data ?? []
  return (
    <Section title={t('items.selling')}>
      <div className={classes.formWide}>
        <TextInput
          label={t('items.price')}
          inputMode="decimal"
          rightSection={form.values.currency}
          rightSectionWidth={48}
          {...form.getInputProps('price')}
        />
        <Select
          label={t('items.taxClass')}
          data={taxClasses.map((one) => ({ value: one.code, label: one.name }))}
          {...form.getInputProps('tax_class')}
        />
        <Select
          label={t('items.costMethod')}
          disabled={item !== null}
          data={['fifo', 'average'].map((value) => ({ value, label: t(`costMethod.${value}`) }))}
          {...form.getInputProps('cost_method')}
        />
        {form.values.kind === 'stocked' ? <PreorderFields form={form} /> : null}
        {item === null ? null : (
          <Select
            label={t('word.status')}
            data={['active', 'archived'].map((value) => ({ value, label: t(`status.${value}`) }))}
            {...form.getInputProps('status')}
          />
        )}
        <Button type="submit" size="sm" loading={busy}>
          {t('action.save')}
        </Button>
      </div>
    </Section>
  )
}

/** Whether the item is sold before it is there, and from when until when. */
function PreorderFields({ form }: { form: UseFormReturnType<ItemForm> }) {
  const { t } = useTranslation()
  return (
    <>
      <Select
        label={t('promising.preorder')}
        allowDeselect={false}
        data={['none', 'open', 'expected'].map((value) => ({ value, label: t(`promising.preorderRule.${value}`) }))}
        {...form.getInputProps('preorder')}
      />
      {form.values.preorder === 'none'
        ? null
        : (['preorder_from', 'preorder_until'] as const).map((field) => (
            <InstantField
              key={field}
              clearable
              size="xs"
              label={t(`promising.${field}`)}
              error={form.errors[field]}
              value={form.values[field] === '' ? null : form.values[field]}
              onChange={(value) => form.setFieldValue(field, value ?? '')}
            />
          ))}
    </>
  )
}
