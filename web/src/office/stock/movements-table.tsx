import { Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Query } from '../../api/client.ts'
import { useGet } from '../../api/queries.ts'
import type { Movement, Page } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { DocumentLink } from '../../kit/document-link.tsx'
import { EmptyState, ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { locationWords } from './location-words.ts'
import classes from '../../kit/kit.module.css'

const SHOWN = 50

/** The last movements of an item or document. */
export function MovementsTable({ query }: { query: Query }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, isError, error } = useGet<Page<Movement>>('/v1/movements', { ...query, limit: SHOWN })
  if (isError) return <ErrorState error={error} />
  if (data === undefined) return <PageSkeleton />
  if (data.data.length === 0) return <EmptyState title={t('movements.none')} />
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('movements.happened')}</Table.Th>
          <Table.Th className={classes.number ?? ''}>{t('word.quantity')}</Table.Th>
          <Table.Th>{t('movements.from')}</Table.Th>
          <Table.Th>{t('movements.to')}</Table.Th>
          <Table.Th>{t('movements.reason')}</Table.Th>
          <Table.Th>{t('entries.document')}</Table.Th>
          <Table.Th>{t('movements.entry')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {data.data.map((movement) => (
          <Table.Tr key={String(movement.seq)}>
            <Table.Td>{format.dateTime(movement.happened_at)}</Table.Td>
            <Table.Td className={classes.number ?? ''}>{format.quantity(movement.quantity, movement.unit_scale)}</Table.Td>
            <Table.Td>{locationWords(movement.from_location_code, t)}</Table.Td>
            <Table.Td>{locationWords(movement.to_location_code, t)}</Table.Td>
            <Table.Td>{t(`reason.${movement.reason}`, { defaultValue: movement.reason.replaceAll('_', ' ') })}</Table.Td>
            <Table.Td>
              <DocumentLink kind={movement.source_type} id={movement.source_id} />
            </Table.Td>
            <Table.Td>
              {movement.entry_id ? <TextLink to={paths.entry(movement.entry_id)}>{t('movements.openEntry')}</TextLink> : '–'}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
