import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { JournalEntry, Page } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { MoneyTabs } from './money-tabs.tsx'
import { entryAmount, entryNumber, entryWords } from './entry-words.ts'

/** The journal: every entry, the newest first. */
export function JournalEntriesPage() {
  const { t } = useTranslation()
  const format = useFormat()
  const accounts = useGet<Page<{ code: string; name: string }>>('/v1/accounts').data?.data ?? []
  return (
    <ListPage<JournalEntry>
      list="entries"
      title={t('entries.title')}
      path="/v1/journal-entries"
      rowId={(entry) => entry.id}
      rowLabel={(entry) => t('entries.one', { number: entryNumber(entry) })}
      rowHref={(entry) => paths.entry(entry.id)}
      above={<MoneyTabs list />}
      searchLabel={t('lists.searchEntries')}
      filters={[
        {
          key: 'account',
          label: t('entries.account'),
          options: accounts.map((one) => ({ value: one.code, label: `${one.code} ${one.name}` })),
        },
        { key: 'from', label: t('entries.from') },
        { key: 'to', label: t('entries.to') },
        { key: 'document_id', label: t('entries.document') },
      ]}
      columns={[
        {
          id: 'number',
          header: t('entries.number'),
          width: 'minmax(60px, 120px)',
          phone: true,
          cell: (entry) => <TextLink to={paths.entry(entry.id)}>{entryNumber(entry)}</TextLink>,
        },
        {
          id: 'date',
          header: t('entries.date'),
          width: 'minmax(100px, 130px)',
          phone: true,
          cell: (entry) => format.date(entry.accounting_date),
        },
        { id: 'what', header: t('entries.what'), width: 'minmax(120px, 3fr)', cell: (entry) => entryWords(entry, t) },
        {
          id: 'amount',
          header: t('orders.amount'),
          width: 'minmax(110px, 130px)',
          end: true,
          phone: true,
          cell: (entry) => format.money(entryAmount(entry)),
        },
        { id: 'recorded', header: t('entries.recorded'), width: '130px', end: true, cell: (entry) => format.ago(entry.recorded_at) },
      ]}
      empty={{ title: t('entries.none'), detail: t('entries.noneDetail') }}
    />
  )
}
