import { Stack, Table } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useGet } from '../api/queries.ts'
import type { Order, Page as Rows, Party } from '../api/shapes.ts'
import { NotesSection } from '../kit/notes.tsx'
import { AddressText } from '../kit/address-text.tsx'
import { useFormat } from '../kit/format.ts'
import { Columns, Facts, Page, Section } from '../kit/page.tsx'
import { EmptyState, ErrorState, PageSkeleton } from '../kit/states.tsx'
import { StatusDot } from '../kit/status.tsx'
import { TextLink } from '../kit/text-link.tsx'
import { paths } from '../paths.ts'
import kit from '../kit/kit.module.css'
import { outsideNumber } from './outside-number.ts'

/** A customer or supplier with addresses, tax ids and orders. */
export function CustomerPage() {
  const { partyId } = useParams({ strict: false }) as { partyId: string }
  const { data: party, isError, error, refetch } = useGet<Party>(`/v1/parties/${partyId}`)
  if (isError) return <ErrorState page error={error} retry={() => void refetch()} />
  if (party === undefined) return <PageSkeleton />
  return (
    <Page title={party.name}>
      <Columns
        main={
          <>
            {party.is_customer || !party.is_supplier ? <OrdersOf party={party} /> : null}
            {party.is_supplier ? <ReceiptsOf party={party} /> : null}
          </>
        }
        side={
          <>
            <NotesSection document={{ type: 'customer', id: party.id }} />
            <AboutParty party={party} />
          </>
        }
      />
    </Page>
  )
}

function AboutParty({ party }: { party: Party }) {
  const { t } = useTranslation()
  const facts = [
    [t('party.company'), party.company],
    [t('party.email'), party.email],
    [t('party.phone'), party.phone],
    [t('party.externalId'), outsideNumber(party)],
    ...(party.tax_ids ?? []).map((id) => [t(`taxId.${id.scheme}`, { defaultValue: id.scheme }), id.value]),
  ].flatMap(([name, value]): [string, string][] => (name && value ? [[name, value]] : []))
  const addresses = party.addresses ?? []
  if (facts.length === 0 && addresses.length === 0) return null
  return (
    <Section title={t('customers.about')}>
      <Stack gap="md">
        <Facts facts={facts} />
        {addresses.map((address, index) => (
          <AddressText key={`${index}${address.line1}`} title={t('address.title')} address={address} />
        ))}
      </Stack>
    </Section>
  )
}

function OrdersOf({ party }: { party: Party }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, isError, error } = useGet<Rows<Order>>('/v1/orders', { party_id: party.id, limit: 50 })
  return (
    <Section title={t('nav.orders')} flush>
      {isError ? <ErrorState error={error} /> : null}
      {data?.data.length === 0 ? <EmptyState title={t('customers.noOrders')} /> : null}
      {data === undefined || data.data.length === 0 ? null : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('orders.number')}</Table.Th>
              <Table.Th>{t('entries.date')}</Table.Th>
              <Table.Th>{t('word.status')}</Table.Th>
              <Table.Th ta="right">{t('orders.amount')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.data.map((order) => (
              <Table.Tr key={order.id}>
                <Table.Td>
                  <TextLink to={paths.order(order.id)}>{`#${order.number}`}</TextLink>
                </Table.Td>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{format.date(order.placed_at)}</Table.Td>
                <Table.Td>
                  <StatusDot status={order.fulfillment_status} />
                </Table.Td>
                <Table.Td className={kit.number ?? ''}>{format.money(order.totals.total, order.currency)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  )
}

interface SuppliedGoods {
  id: string
  number: number
  reference: string
  status: string
  created_at: string
}

/** What a supplier delivered, or is expected to. */
function ReceiptsOf({ party }: { party: Party }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, isError, error } = useGet<Rows<SuppliedGoods>>('/v1/goods-receipts', { supplier_id: party.id, limit: 50 })
  return (
    <Section title={t('receipts.title')} flush>
      {isError ? <ErrorState error={error} /> : null}
      {data?.data.length === 0 ? <EmptyState title={t('receipts.none')} /> : null}
      {data === undefined || data.data.length === 0 ? null : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('receipts.number')}</Table.Th>
              <Table.Th>{t('receipts.reference')}</Table.Th>
              <Table.Th>{t('word.status')}</Table.Th>
              <Table.Th ta="right">{t('word.created')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.data.map((receipt) => (
              <Table.Tr key={receipt.id}>
                <Table.Td>
                  <TextLink to={paths.receipt(receipt.id)}>{t('receipts.one', { number: receipt.number })}</TextLink>
                </Table.Td>
                <Table.Td>{receipt.reference || '–'}</Table.Td>
                <Table.Td>
                  <StatusDot status={receipt.status} />
                </Table.Td>
                <Table.Td className={kit.number ?? ''}>{format.date(receipt.created_at)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  )
}
