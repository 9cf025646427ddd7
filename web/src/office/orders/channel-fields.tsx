import { Badge, Table } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ComparedField } from '../../api/channel-shapes.ts'
import type { Address } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import classes from '../../kit/kit.module.css'

/** What scrolls sideways is reached by the keyboard. */
const SCROLLED = { tabIndex: 0, role: 'group' }

/** Fields that are the same on all sides are left out. */
export function differing(fields: readonly ComparedField[]): ComparedField[] {
  const text = (value: unknown) => JSON.stringify(value ?? null)
  return fields.filter(
    (field) => field.conflict !== null || text(field.theirs) !== text(field.ours) || text(field.theirs) !== text(field.last_seen),
  )
}

/** Name of a field as people say it: "Line 12: quantity". */
export function useFieldName(): (path: string) => string {
  const { t } = useTranslation()
  return (path) => {
    const part = /^(lines|charges|discounts)\/(.+)\/([^/]+)$/s.exec(path)
    if (part === null) return t(`channelView.field.${path}`)
    if (part[1] === 'lines') return t('channelView.lineField', { line: part[2], field: t(`channelView.field.${part[3] ?? ''}`) })
    return t(`channelView.${part[1] ?? 'charges'}`, { name: part[1] === 'charges' ? t(`charge.${part[2] ?? ''}`) : part[2] })
  }
}

/** Value of a field: money where it is money, an address in one line. */
export function useFieldValue(currency: string): (path: string, value: unknown) => string {
  const { t } = useTranslation()
  const format = useFormat()
  return (path, value) => {
    if (value === null || value === undefined || value === '') return '–'
    if (typeof value === 'object') {
      const { name, line1, postcode, city, country } = value as Partial<Address>
      return [name, line1, [postcode, city].filter(Boolean).join(' '), country].filter(Boolean).join(', ')
    }
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    if (path === 'status') return t(`status.${text}`)
    if (path.endsWith('/price')) {
      // A price is an exact fraction of minor units per unit.
      const [amount = 0, units = 1] = text.split('/').map(Number)
      return format.money({ amount: Math.round(amount / units), currency })
    }
    if (path.endsWith('/discount') || !path.startsWith('lines/'))
      return typeof value === 'number' ? format.money({ amount: value, currency }) : text
    if (path.endsWith('/tax_rate')) return `${format.number(Number(value) / 10_000)} %`
    return typeof value === 'number' ? format.number(value) : text
  }
}

/** Ours, last seen and theirs beside each other; what needs a person is marked in words. */
export function ComparedFields({
  fields,
  currency,
  choose,
}: {
  fields: readonly ComparedField[]
  currency: string
  choose?: (field: ComparedField) => ReactNode
}) {
  const { t } = useTranslation()
  const name = useFieldName()
  const value = useFieldValue(currency)
  return (
    <div style={{ overflowX: 'auto' }} {...SCROLLED} aria-label={t('channelView.compared')}>
      <Table miw={560} aria-label={t('channelView.compared')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('channelView.what')}</Table.Th>
            <Table.Th>{t('channelView.ours')}</Table.Th>
            <Table.Th>{t('channelView.lastSeen')}</Table.Th>
            <Table.Th>{t('channelView.theirs')}</Table.Th>
            {choose === undefined ? null : <Table.Th>{t('channelView.decision')}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map((field) => (
            <Table.Tr key={field.path}>
              <Table.Td>
                {name(field.path)}
                {field.conflict === null ? null : (
                  <div className={classes.muted}>{field.conflict.message ?? t(`channelView.cause.${field.conflict.cause}`)}</div>
                )}
              </Table.Td>
              <Table.Td>
                {value(field.path, field.ours)} <Changed shown={field.changed_by === 'ours' || field.changed_by === 'both'} />
              </Table.Td>
              <Table.Td>{value(field.path, field.last_seen)}</Table.Td>
              <Table.Td>
                {value(field.path, field.theirs)} <Changed shown={field.changed_by === 'theirs' || field.changed_by === 'both'} />
              </Table.Td>
              {choose === undefined ? null : <Table.Td>{choose(field)}</Table.Td>}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function Changed({ shown }: { shown: boolean }) {
  const { t } = useTranslation()
  return shown ? (
    <Badge size="xs" variant="default" radius="sm">
      {t('channelView.changed')}
    </Badge>
  ) : null
}
