import { Alert, Button, Drawer, Group, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FieldProblem, Problem } from '../../api/client.ts'
import type { ChangePreview } from '../../api/change-shapes.ts'
import type { Order } from '../../api/shapes.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { useCommand } from '../../kit/use-command.ts'
import { useDraft } from '../../kit/use-draft.ts'
import { changeBody, changeFieldNames, changeForm, type ChangeForm, isChangeField } from './change-form.ts'
import { ChangeFields } from './change-fields.tsx'
import { ChangePreviewTable } from './change-preview.tsx'

const STALE = ['/v1/orders', '/v1/overview', '/v1/shipments', '/v1/stock', '/v1/pick-lists']

/** Changes an order: fields, then what would change, then one confirm. Refusals come back to their fields. */
export function ChangeOrderDrawer({ order, onClose }: { order: Order; onClose: () => void }) {
  const { t } = useTranslation()
  const [rest, setRest] = useState<readonly FieldProblem[]>([])
  const [preview, setPreview] = useState<ChangePreview | null>(null)
  const form = useChangeForm(order)
  // What was typed for this version of the order; after another's change it would say something else.
  const forget = useDraft(form, `change-order:${order.id}:${order.version}`)
  const change = changeBody(form.values, order)
  const back = (problem: Problem) => {
    const { errors, rest: others } = formErrors(problem, isChangeField(form.values), changeFieldNames(change))
    setPreview(null)
    form.setErrors(errors)
    setRest(others)
  }
  const look = useCommand<undefined, ChangePreview>({
    path: `/v1/orders/${order.id}/changes/preview`,
    body: () => change.body,
    version: () => order.version,
    stale: [],
    after: setPreview,
    quiet: true,
  })
  const save = useCommand<undefined>({
    path: `/v1/orders/${order.id}/changes`,
    body: () => change.body,
    version: () => order.version,
    stale: STALE,
    done: () => t('change.done'),
    after: () => {
      forget()
      onClose()
    },
    quiet: true,
  })
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={t('change.title', { number: order.number })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form onSubmit={form.onSubmit(() => look.mutate(undefined, { onError: back }))}>
        <Stack gap="md">
          <ProblemAlert error={save.error ?? look.error} rest={rest} />
          {preview === null ? <ChangeFields form={form} currency={order.currency} /> : <ChangePreviewTable preview={preview} />}
          {preview === null && (order.lines ?? []).some((line) => line.picked > 0) ? (
            <Alert color="yellow">{t('orders.cancelPicked')}</Alert>
          ) : null}
          <Group justify="end">
            {preview === null ? (
              <Button type="submit" disabled={change.empty} loading={look.isPending}>
                {t('change.preview')}
              </Button>
            ) : (
              <>
                <Button variant="default" onClick={() => setPreview(null)}>
                  {t('change.back')}
                </Button>
                <Button loading={save.isPending} onClick={() => save.mutate(undefined, { onError: back })}>
                  {t('change.confirm')}
                </Button>
              </>
            )}
          </Group>
        </Stack>
      </form>
    </Drawer>
  )
}

function useChangeForm(order: Order) {
  const { t } = useTranslation()
  const country = (text: string) => (/^[A-Za-z]{2}$/.test(text.trim()) ? null : t('form.needed'))
  const whole = (text: string) => (/^\d{1,9}$/.test(text) ? null : t('form.wholeNumber'))
  return useForm<ChangeForm>({
    initialValues: changeForm(order),
    validate: {
      lines: { quantity: whole },
      added: { quantity: whole, sku: (sku: string) => (sku.trim() === '' ? t('form.needed') : null) },
      ship_to: { country },
      bill_to: { country: (text: string, values: ChangeForm) => (values.other_bill_to ? country(text) : null) },
      priority: (text: string) => (/^\d{1,4}$/.test(text) && Number(text) <= 1000 ? null : t('change.priorityHint')),
    },
  })
}
