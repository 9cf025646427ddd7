import { Button, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { type Bin, binsOf } from './bin-codes.ts'
import { ROLES } from './new-location.tsx'
import kit from '../../kit/kit.module.css'

/** Codes shown before they are made. */
const SHOWN = 6

/** Many bins at once: aisles × bays × levels × bins, shown before they are made. */
export function BinGenerator({ warehouseId }: { warehouseId: string }) {
  const { t } = useTranslation()
  const form = useForm({ initialValues: { aisles: 'A-C', bays: '01-10', levels: '1-3', bins: '', role: 'pick' } })
  const bins = binsOf(form.values)
  const create = useCommand<readonly Bin[]>({
    path: '/v1/locations/batch',
    body: (wanted) => ({
      warehouse_id: warehouseId,
      locations: wanted.map(({ code, ...parts }) => ({
        code,
        role: form.values.role,
        ...Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== '')),
      })),
    }),
    stale: ['/v1/locations'],
    done: (_, wanted) => t('bins.made', { count: wanted.length }),
    quiet: true,
  })
  const codes = bins?.map(({ code }) => code) ?? []
  return (
    <form
      className={kit.formWide}
      style={{ padding: 14 }}
      onSubmit={(event) => {
        event.preventDefault()
        if (bins !== null) create.mutate(bins)
      }}
    >
      <ProblemAlert error={create.error} />
      <div className={kit.fields}>
        {(['aisles', 'bays', 'levels', 'bins'] as const).map((part) => (
          <TextInput key={part} label={t(`bins.${part}`)} {...form.getInputProps(part)} />
        ))}
        <Select
          label={t('settings.locationRole')}
          data={ROLES.map((role) => ({ value: role, label: t(`locationRole.${role}`) }))}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
      </div>
      <p className={kit.muted} style={{ margin: 0 }} role="status">
        {bins === null
          ? t('bins.none')
          : t('bins.preview', {
              codes: codes.length <= SHOWN ? codes.join(', ') : `${codes.slice(0, SHOWN - 1).join(', ')} … ${codes.at(-1)}`,
            })}
      </p>
      <div>
        <Button type="submit" variant="default" disabled={bins === null} loading={create.isPending}>
          {t('bins.make', { count: bins?.length ?? 0 })}
        </Button>
      </div>
    </form>
  )
}
