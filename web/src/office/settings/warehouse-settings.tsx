import { Button, Select, Switch, Table, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { Location, Page as Rows, Warehouse } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { EmptyState, ErrorState } from '../../kit/states.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { BinGenerator } from './bin-generator.tsx'
import { CutOffField } from './cut-off-field.tsx'
import { NewLocation } from './new-location.tsx'
import classes from '../../kit/kit.module.css'

/** Warehouses and their locations. */
export function WarehouseSettings() {
  const { t } = useTranslation()
  const format = useFormat()
  const may = useMay('inventory.manage_locations')
  const { data, isError, error } = useGet<Rows<Warehouse>>('/v1/warehouses', { limit: 200 })
  return (
    <div className={classes.formWide}>
      <Section title={t('settings.warehouses')} flush>
        {isError ? <ErrorState error={error} /> : null}
        {data?.data.length === 0 ? <EmptyState title={t('settings.noWarehouses')} /> : null}
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('settings.code')}</Table.Th>
              <Table.Th>{t('settings.name')}</Table.Th>
              <Table.Th>{t('cutOff.kind')}</Table.Th>
              <Table.Th>{t('address.country')}</Table.Th>
              <Table.Th>{t('cutOff.title')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(data?.data ?? []).map((one) => (
              <Table.Tr key={one.id}>
                <Table.Td>{one.code}</Table.Td>
                <Table.Td>{one.name}</Table.Td>
                <Table.Td>{t(`warehouseKind.${one.kind}`)}</Table.Td>
                <Table.Td>{[one.country ? format.country(one.country) : null, one.postcode].filter(Boolean).join(' · ')}</Table.Td>
                <Table.Td>
                  <CutOffField key={one.cut_off ?? ''} warehouse={one} may={may} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Section>
      {may ? <NewWarehouse /> : null}
      <Locations warehouses={data?.data ?? []} may={may} />
    </div>
  )
}

interface Values {
  code: string
  name: string
  line1: string
  city: string
  postcode: string
  country: string
}

function NewWarehouse() {
  const { t } = useTranslation()
  const needed = (text: string) => (text.trim() === '' ? t('form.needed') : null)
  const form = useForm<Values>({
    initialValues: { code: '', name: '', line1: '', city: '', postcode: '', country: '' },
    validate: {
      code: needed,
      name: needed,
      line1: needed,
      city: needed,
      country: (text) => (/^[A-Za-z]{2}$/.test(text) ? null : t('form.countryNeeded')),
    },
  })
  const create = useCommand<Values>({
    path: '/v1/warehouses',
    body: ({ code, name, line1, city, postcode, country }) => ({
      code,
      name,
      kind: 'own',
      country: country.toUpperCase(),
      ...(postcode === '' ? {} : { postcode }),
      priority: 100,
      address: { name, line1, city },
    }),
    stale: ['/v1/warehouses', '/v1/locations'],
    done: () => t('settings.warehouseAdded'),
    after: () => form.reset(),
    quiet: true,
  })
  const submit = (values: Values) =>
    create.mutate(values, {
      onError: (problem) =>
        form.setErrors(formErrors(problem, (path) => path in values, { 'address.line1': 'line1', 'address.city': 'city' }).errors),
    })
  return (
    <Section title={t('settings.newWarehouse')}>
      <form onSubmit={form.onSubmit(submit)} noValidate className={classes.formWide}>
        <ProblemAlert error={create.error} />
        <div className={classes.fields}>
          <TextInput label={t('settings.code')} {...form.getInputProps('code')} />
          <TextInput label={t('settings.name')} {...form.getInputProps('name')} />
          <TextInput label={t('address.line1')} {...form.getInputProps('line1')} />
          <TextInput label={t('address.postcode')} {...form.getInputProps('postcode')} />
          <TextInput label={t('address.city')} {...form.getInputProps('city')} />
          <TextInput label={t('address.country')} maxLength={2} description={t('address.countryHint')} {...form.getInputProps('country')} />
        </div>
        <div>
          <Button type="submit" loading={create.isPending}>
            {t('settings.addWarehouse')}
          </Button>
        </div>
      </form>
    </Section>
  )
}

function Locations({ warehouses, may }: { warehouses: readonly Warehouse[]; may: boolean }) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<string | null>(null)
  const [search, setSearch] = useState('')
  const warehouseId = chosen ?? warehouses[0]?.id ?? null
  const { data } = useGet<Rows<Location>>(warehouseId === null ? null : '/v1/locations', {
    warehouse_id: warehouseId,
    q: search,
    limit: 100,
  })
  if (warehouseId === null) return null
  return (
    <>
      {may ? (
        <Section title={t('bins.title', { warehouse: warehouses.find((one) => one.id === warehouseId)?.name ?? '' })} flush>
          <BinGenerator warehouseId={warehouseId} />
        </Section>
      ) : null}
      <Section title={t('settings.locations')} flush>
        <div className={classes.fields} style={{ padding: 14 }}>
          <Select
            label={t('word.warehouse')}
            data={warehouses.map((one) => ({ value: one.id, label: one.name }))}
            value={warehouseId}
            onChange={setChosen}
          />
          <TextInput label={t('settings.findLocation')} value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
        </div>
        {may ? <NewLocation warehouseId={warehouseId} /> : null}
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('settings.code')}</Table.Th>
              <Table.Th>{t('settings.locationRole')}</Table.Th>
              <Table.Th>{t('status.blocked')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(data?.data ?? []).map((location) => (
              <LocationRow key={location.id} location={location} may={may} />
            ))}
          </Table.Tbody>
        </Table>
      </Section>
    </>
  )
}

function LocationRow({ location, may }: { location: Location; may: boolean }) {
  const { t } = useTranslation()
  const block = useCommand<boolean>({
    path: `/v1/locations/${location.id}`,
    method: 'PATCH',
    body: (blocked) => ({ blocked }),
    stale: ['/v1/locations', '/v1/stock', '/v1/overview'],
    done: () => t('settings.saved'),
  })
  return (
    <Table.Tr>
      <Table.Td>{location.code}</Table.Td>
      <Table.Td>{t(`locationRole.${location.role}`)}</Table.Td>
      <Table.Td>
        {location.role === 'virtual' ? null : (
          <Switch
            aria-label={t('settings.blockLocation', { code: location.code })}
            disabled={!may}
            checked={location.blocked === true}
            onChange={(event) => block.mutate(event.currentTarget.checked)}
          />
        )}
      </Table.Td>
    </Table.Tr>
  )
}
