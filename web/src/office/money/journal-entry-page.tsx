import { Table } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { JournalEntry, Posting } from '../../api/shapes.ts'
import { DocumentLink, documentPath } from '../../kit/document-link.tsx'
import { minorOf, useFormat } from '../../kit/format.ts'
import { Columns, Facts, Page, Section } from '../../kit/page.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { entryNumber, entryWords } from './entry-words.ts'
import classes from '../../kit/kit.module.css'

/** One journal entry with its postings and where it came from. */
export function JournalEntryPage() {
  const { entryId } = useParams({ strict: false }) as { entryId: string }
  const { data: entry, isError, error, refetch } = useGet<JournalEntry>(`/v1/journal-entries/${entryId}`)
  if (isError) return <ErrorState page error={error} retry={() => void refetch()} />
  if (entry === undefined) return <PageSkeleton />
  return <EntryDocument entry={entry} />
}

function EntryDocument({ entry }: { entry: JournalEntry }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Page title={t('entries.one', { number: entryNumber(entry) })}>
      <Columns
        main={<Postings postings={entry.postings ?? []} total={entry.postings_total ?? 0} />}
        side={
          <Section title={t('entries.about')}>
            <Facts
              facts={[
                [t('entries.what'), entryWords(entry, t)],
                [t('entries.date'), format.date(entry.accounting_date)],
                [t('entries.recorded'), format.dateTime(entry.recorded_at)],
                [
                  t('entries.document'),
                  entry.source_id && entry.source_type ? <DocumentLink key="d" kind={entry.source_type} id={entry.source_id} /> : null,
                ],
                ...documentsOf(entry).map(({ type, id }): [string, ReactNode] => [
                  t('entries.concerns'),
                  <DocumentLink key={id} kind={type} id={id} />,
                ]),
                [
                  t('entries.reversedBy'),
                  entry.reversed_by_id ? (
                    <TextLink key="b" to={paths.entry(entry.reversed_by_id)}>
                      {t('action.open')}
                    </TextLink>
                  ) : null,
                ],
                [
                  t('entries.reverses'),
                  entry.reverses_id ? (
                    <TextLink key="r" to={paths.entry(entry.reverses_id)}>
                      {t('action.open')}
                    </TextLink>
                  ) : null,
                ],
              ]}
            />
          </Section>
        }
      />
    </Page>
  )
}

/** Documents that the postings stand for, besides the one that was posted: the order that a payment is for. Most entries have one. */
function documentsOf(entry: JournalEntry): { type: string; id: string }[] {
  const found = new Map<string, string>()
  for (const { document_type, document_id } of entry.postings ?? [])
    if (document_type && document_id && document_id !== entry.source_id && documentPath(document_type, document_id) !== null)
      found.set(document_id, document_type)
  return [...found].slice(0, 1).map(([id, type]) => ({ id, type }))
}

function Postings({ postings, total }: { postings: readonly Posting[]; total: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Section title={t('entries.postings')} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('entries.account')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('entries.debit')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('entries.credit')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {postings.map((posting, index) => {
            const minor = minorOf(posting.amount)
            const code = posting.account_code ?? posting.account
            const amount =
              typeof posting.amount === 'object' && posting.amount !== null
                ? { ...posting.amount, amount: Math.abs(minor) }
                : Math.abs(minor)
            return (
              <Table.Tr key={`${index}${code}`}>
                <Table.Td>
                  <TextLink to={paths.entries()} search={{ account: code }}>
                    {[code, posting.account_name].filter(Boolean).join(' ')}
                  </TextLink>
                  {posting.sku ? <span className={classes.muted}>{` · ${posting.sku}`}</span> : null}
                </Table.Td>
                <Table.Td className={classes.number ?? ''}>{minor > 0 ? format.money(amount, posting.currency) : ''}</Table.Td>
                <Table.Td className={classes.number ?? ''}>{minor < 0 ? format.money(amount, posting.currency) : ''}</Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
      {total > postings.length ? (
        <p className={classes.muted} style={{ margin: '10px 14px' }}>
          {t('entries.leftOut', { count: total - postings.length })}
        </p>
      ) : null}
    </Section>
  )
}
