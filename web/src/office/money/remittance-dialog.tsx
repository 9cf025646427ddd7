import { Button, FileInput, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { address, call, Problem } from '../../api/client.ts'
import { useGet, useRefresh, useSession } from '../../api/queries.ts'
import type { Page } from '../../api/shapes.ts'
import { DayField } from '../../kit/date-fields.tsx'
import { currencyScale, parseDecimal } from '../../kit/format.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { paths } from '../../paths.ts'
import type { Remittance } from './money-shapes.ts'

interface ReadForm {
  carrier_id: string
  reference: string
  statement_on: string
  deposit_amount: string
  tracking_column: string
  amount_column: string
  file: File | null
}

/** Reads a courier's file; what was found is shown before anything is posted. */
export function RemittanceDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const { form, read, problem, busy } = useReading()
  const carriers = useGet<Page<{ id: string; name: string }>>('/v1/carriers').data?.data ?? []
  return (
    <Modal opened onClose={onClose} title={t('remittances.read')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={form.onSubmit((values) => void read(values))}>
        <Stack gap="sm">
          <ProblemAlert error={problem} />
          <Select
            label={t('remittances.carrier')}
            data={carriers.map((carrier) => ({ value: carrier.id, label: carrier.name }))}
            {...form.getInputProps('carrier_id')}
          />
          <TextInput label={t('remittances.reference')} {...form.getInputProps('reference')} />
          <DayField label={t('remittances.day')} {...form.getInputProps('statement_on')} />
          <TextInput label={t('remittances.deposit')} inputMode="decimal" {...form.getInputProps('deposit_amount')} />
          <FileInput
            label={t('remittances.file')}
            description={t('remittances.fileDetail')}
            accept=".csv,.txt,.xlsx"
            clearable
            {...form.getInputProps('file')}
          />
          <Group grow align="start">
            <TextInput label={t('remittances.trackingColumn')} {...form.getInputProps('tracking_column')} />
            <TextInput label={t('remittances.amountColumn')} {...form.getInputProps('amount_column')} />
          </Group>
          <Group justify="end">
            <Button type="submit" loading={busy}>
              {t('remittances.read')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** The form, and reading its file: problems stand at their fields, the rest above. */
function useReading() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const refresh = useRefresh()
  const scale = currencyScale(useSession().organization.base_currency)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const needed = (value: unknown) => (value === '' || value === null ? t('remittances.needed') : null)
  const form = useForm<ReadForm>({
    initialValues: {
      carrier_id: '',
      reference: '',
      statement_on: '',
      deposit_amount: '',
      tracking_column: '',
      amount_column: '',
      file: null,
    },
    validate: { carrier_id: needed, reference: needed, statement_on: needed, file: needed },
  })
  const read = async ({ file, deposit_amount, statement_on, ...fields }: ReadForm) => {
    setBusy(true)
    setProblem(null)
    try {
      const body = new FormData()
      if (file !== null) body.append('file', file, file.name)
      const deposit = deposit_amount === '' ? undefined : parseDecimal(deposit_amount, scale)
      const query = { ...fields, statement_on: statement_on.slice(0, 10), deposit_amount: deposit }
      const list = await call<Remittance>('POST', address('/v1/courier-remittances/file', query), { body })
      await refresh('/v1/courier-remittances')
      await navigate({ to: paths.remittance(list.id) })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      const { errors, rest } = formErrors(error, (path) => path in form.getValues())
      form.setErrors(errors)
      setProblem(Object.keys(errors).length > 0 && rest.length === 0 ? null : error)
    } finally {
      setBusy(false)
    }
  }
  return { form, read, problem, busy }
}
