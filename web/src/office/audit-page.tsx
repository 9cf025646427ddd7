import { Button, Code, Select, Table, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useList, useMay } from '../api/queries.ts'
import type { AuditEvent, Page as Rows, User } from '../api/shapes.ts'
import { InstantField } from '../kit/date-fields.tsx'
import { useFormat } from '../kit/format.ts'
import { Page, Section } from '../kit/page.tsx'
import { EmptyState, ErrorState, PageSkeleton } from '../kit/states.tsx'
import { TextLink } from '../kit/text-link.tsx'
import { beforeAfter } from './audit-changes.ts'
import { paths } from '../paths.ts'
import kit from '../kit/kit.module.css'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Pages of documents that the trail names. */
const PLACES: Readonly<Record<string, (id: string) => string>> = {
  order: paths.order,
  shipment: paths.shipment,
  item: paths.item,
  party: paths.customer,
  goods_receipt: paths.receipt,
  journal_entry: paths.entry,
  pick_list: paths.pickList,
  rma: paths.returnDocument,
  return_receipt: paths.returnReceipt,
  import: paths.importRun,
  voucher: paths.voucher,
}

/** Who did what, the newest first: by person, document and time, with what was before and after. */
export function AuditPage() {
  const { t } = useTranslation()
  const search = useSearch({ strict: false }) as Record<string, string | undefined>
  const { actor_id, document_id, from, to } = search
  const query = { actor_id, document_id: UUID.test(document_id ?? '') ? document_id : undefined, from, to }
  const list = useList<AuditEvent>('/v1/audit', query)
  const rows = list.data?.rows ?? []
  return (
    <Page title={t('audit.title')}>
      <Filters search={search} />
      <Section title={t('audit.events')} flush>
        {list.isError ? <ErrorState error={list.error} retry={() => void list.refetch()} /> : null}
        {list.isPending ? <PageSkeleton /> : null}
        {list.data !== undefined && rows.length === 0 ? <EmptyState title={t('audit.none')} detail={t('audit.noneDetail')} /> : null}
        {rows.length === 0 ? null : (
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('audit.when')}</Table.Th>
                <Table.Th>{t('audit.who')}</Table.Th>
                <Table.Th>{t('audit.what')}</Table.Th>
                <Table.Th>{t('audit.change')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((event) => (
                <EventRow key={String(event.seq)} event={event} />
              ))}
            </Table.Tbody>
          </Table>
        )}
        {list.hasNextPage ? (
          <div style={{ padding: 12 }}>
            <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t('audit.more')}
            </Button>
          </div>
        ) : null}
      </Section>
    </Page>
  )
}

function Filters({ search }: { search: Record<string, string | undefined> }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const seesUsers = useMay('identity.manage_users')
  const { data: users } = useGet<Rows<User>>(seesUsers ? '/v1/users' : null)
  const [text, setText] = useState(search['document_id'] ?? '')
  const set = (changes: Record<string, string | undefined>) =>
    void navigate({ to: '.', search: { ...search, ...changes } as never, replace: true })
  return (
    <div className={kit.filters}>
      {seesUsers ? (
        <Select
          label={t('audit.person')}
          clearable
          data={(users?.data ?? []).map((one) => ({ value: one.user_id ?? one.id, label: one.name }))}
          value={search['actor_id'] ?? null}
          onChange={(actor) => set({ actor_id: actor ?? undefined })}
        />
      ) : null}
      <TextInput
        label={t('audit.document')}
        value={text}
        error={text.trim() !== '' && !UUID.test(text.trim()) ? t('audit.documentForm') : null}
        onChange={(event) => {
          const next = event.currentTarget.value
          setText(next)
          if (next.trim() === '' || UUID.test(next.trim())) set({ document_id: next.trim() === '' ? undefined : next.trim() })
        }}
      />
      {(['from', 'to'] as const).map((end) => (
        <InstantField
          key={end}
          label={t(`audit.${end}`)}
          clearable
          value={search[end] === undefined ? null : new Date(search[end])}
          onChange={(at) => set({ [end]: at === null ? undefined : new Date(at).toISOString() })}
        />
      ))}
    </div>
  )
}

function EventRow({ event }: { event: AuditEvent }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const actor = typeof event.actor === 'string' ? event.actor : (event.actor?.name ?? event.actor?.kind ?? '–')
  const kind = event.document_type ?? ''
  const place = PLACES[kind.slice(kind.lastIndexOf('.') + 1)]
  const words = t(`event.${event.type}`, { defaultValue: plainName(event.type) })
  const changes = beforeAfter(event.payload)
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: 'nowrap', verticalAlign: 'top' }}>{format.dateTime(event.recorded_at)}</Table.Td>
      <Table.Td style={{ verticalAlign: 'top' }}>{actor}</Table.Td>
      <Table.Td style={{ verticalAlign: 'top' }}>
        {place === undefined || !event.document_id ? words : <TextLink to={place(event.document_id)}>{words}</TextLink>}
        <div className={kit.muted}>
          {t(`documentKind.${kind.slice(kind.lastIndexOf('.') + 1)}`, { defaultValue: kind.replaceAll('_', ' ') })}
        </div>
      </Table.Td>
      <Table.Td>
        {changes.map(({ field, before, after }) => (
          <div key={field}>
            <span className={kit.muted}>{`${field.replaceAll('_', ' ')}: `}</span>
            <del>{before}</del> → <strong>{after}</strong>
          </div>
        ))}
        <Button variant="subtle" size="compact-xs" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t(open ? 'audit.hide' : 'audit.show')}
        </Button>
        {open ? <Code block>{JSON.stringify(event.payload, null, 2)}</Code> : null}
      </Table.Td>
    </Table.Tr>
  )
}

/** A type of event that has no words of its own yet, as a sentence begins: `orders.rma_received` is "Rma received". */
function plainName(type: string): string {
  const words = (type.split('.').at(-1) ?? '').replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
