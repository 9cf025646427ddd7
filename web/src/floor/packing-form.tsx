import { Button, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '../api/queries.ts'
import type { Carrier, Page, Shipment } from '../api/shapes.ts'
import { useDownload } from '../office/fulfillment/use-documents.ts'
import { WAREHOUSE_STALE } from '../office/fulfillment/use-release.ts'
import { ProblemAlert } from '../kit/problem-alert.tsx'
import { formErrors } from '../kit/problem-form.ts'
import { useCommand } from '../kit/use-command.ts'
import classes from './packing.module.css'

interface ParcelForm {
  carrier: string
  weight_g: string
  length_mm: string
  width_mm: string
  height_mm: string
  tracking_number: string
}

const SIZES = ['length_mm', 'width_mm', 'height_mm'] as const

/** The parcel: weight, dimensions, carrier. Enter closes it, the label comes down. */
export function PackingForm({ shipment, complete }: { shipment: Shipment; complete: boolean }) {
  const { t } = useTranslation()
  const carriers = useGet<Page<Carrier>>('/v1/carriers').data?.data ?? []
  const { save } = useDownload()
  const form = useParcelForm(shipment)
  const weight = useRef<HTMLInputElement>(null)
  // After the last piece the hands stay on the keys: the weight is next, and Enter closes.
  useEffect(() => {
    if (complete) weight.current?.focus()
  }, [complete])
  const pack = useCommand<ParcelForm>({
    path: `/v1/shipments/${shipment.id}/packing`,
    body: packingBody,
    stale: WAREHOUSE_STALE,
    done: () => t('packing.packed'),
    after: () => void save(`/v1/shipments/${shipment.id}/label.pdf`),
    quiet: true,
  })
  const submit = (values: ParcelForm) =>
    pack.mutate(values, {
      onError: (problem) =>
        form.setErrors(
          formErrors(problem, (path) => path in values, {
            'parcels.0.weight_g': 'weight_g',
            'parcels.0.length_mm': 'length_mm',
            'parcels.0.width_mm': 'width_mm',
            'parcels.0.height_mm': 'height_mm',
            'parcels.0.tracking_number': 'tracking_number',
          }).errors,
        ),
    })
  return (
    <form className={classes.parcel} onSubmit={form.onSubmit(submit)} aria-label={t('packing.parcel')}>
      <h2>{t('packing.parcel')}</h2>
      <ProblemAlert error={pack.error} />
      <Select
        size="md"
        label={t('shipments.carrier')}
        clearable
        data={carriers.map((one) => ({ value: one.code, label: one.name }))}
        {...form.getInputProps('carrier')}
      />
      <TextInput ref={weight} size="md" label={t('packing.weight')} withAsterisk inputMode="numeric" {...form.getInputProps('weight_g')} />
      <div className={classes.sizes}>
        {SIZES.map((size) => (
          <TextInput key={size} size="md" label={t(`packing.${size}`)} inputMode="numeric" {...form.getInputProps(size)} />
        ))}
      </div>
      <TextInput size="md" label={t('shipments.tracking')} {...form.getInputProps('tracking_number')} />
      <Button type="submit" size="lg" fullWidth disabled={!complete} loading={pack.isPending}>
        {t('packing.close')}
      </Button>
      {complete ? null : <p>{t('packing.closeWhenComplete')}</p>}
    </form>
  )
}

function useParcelForm(shipment: Shipment) {
  const { t } = useTranslation()
  const whole = (text: string) => (text === '' || /^[1-9]\d{0,6}$/.test(text) ? null : t('form.wholeNumber'))
  return useForm<ParcelForm>({
    initialValues: { carrier: shipment.carrier ?? '', weight_g: '', length_mm: '', width_mm: '', height_mm: '', tracking_number: '' },
    validate: {
      weight_g: (text) => (text === '' ? t('packing.weightNeeded') : whole(text)),
      length_mm: whole,
      width_mm: whole,
      height_mm: whole,
    },
  })
}

function packingBody({ carrier, tracking_number, ...numbers }: ParcelForm): Record<string, unknown> {
  const known = Object.entries(numbers).filter(([, text]) => text !== '')
  return {
    ...(carrier === '' || carrier === null ? {} : { carrier }),
    parcels: [
      { ...Object.fromEntries(known.map(([key, text]) => [key, Number(text)])), ...(tracking_number === '' ? {} : { tracking_number }) },
    ],
  }
}
