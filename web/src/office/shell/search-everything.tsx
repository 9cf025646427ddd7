import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconPlus, IconReceipt, IconSearch, IconTag, IconUser } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Item, Order, Page, Party } from '../../api/shapes.ts'
import { paths } from '../../paths.ts'
import { DESTINATIONS } from './navigation.ts'

const FOUND_AT_MOST = 6

/** Ctrl K: pages and actions at once, then orders, items and customers as the server finds them. */
export function SearchEverything() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const go = (to: string) => () => void navigate({ to })
  const found = useFound(text, go)
  const pages: SpotlightActionData[] = [
    ...DESTINATIONS.map((one) => ({ id: one.id, label: t(`nav.${one.id}`), onClick: go(one.to), leftSection: <one.icon size={18} /> })),
    { id: 'new-order', label: t('orders.new'), onClick: go(paths.newOrder()), leftSection: <IconPlus size={18} /> },
    { id: 'new-receipt', label: t('receipts.new'), onClick: go(paths.newReceipt()), leftSection: <IconPlus size={18} /> },
    { id: 'new-item', label: t('items.new'), onClick: go(paths.newItem()), leftSection: <IconPlus size={18} /> },
    { id: 'verification', label: t('verification.title'), onClick: go(paths.verification()) },
    { id: 'trial-balance', label: t('trialBalance.title'), onClick: go(paths.trialBalance()) },
    { id: 'movements', label: t('movements.title'), onClick: go(paths.movements()) },
  ]
  const matching = pages.filter((one) => one.label?.toLocaleLowerCase().includes(text.toLocaleLowerCase()))
  const groups: SpotlightActionGroupData[] = [{ group: t('search.pages'), actions: matching }, ...found].filter(
    (one) => one.actions.length > 0,
  )
  return (
    <Spotlight
      actions={groups}
      query={text}
      onQueryChange={setText}
      filter={(_, actions) => actions}
      shortcut={['mod + K']}
      nothingFound={t('search.nothing')}
      highlightQuery
      scrollable
      maxHeight={420}
      searchProps={{ leftSection: <IconSearch size={18} />, placeholder: t('shell.search'), 'aria-label': t('shell.search') }}
    />
  )
}

function useFound(text: string, go: (to: string) => () => void): SpotlightActionGroupData[] {
  const { t } = useTranslation()
  const [wanted] = useDebouncedValue(text.trim(), 180)
  const ask = (path: string) => (wanted.length < 2 ? null : path)
  const query = { q: wanted, limit: FOUND_AT_MOST }
  const orders = useGet<Page<Order>>(ask('/v1/orders'), query).data?.data ?? []
  const items = useGet<Page<Item>>(ask('/v1/items'), query).data?.data ?? []
  const customers = useGet<Page<Party>>(ask('/v1/parties'), query).data?.data ?? []
  return [
    {
      group: t('nav.orders'),
      actions: orders.map((order) => ({
        id: order.id,
        label: `#${order.number} ${order.customer?.name ?? ''}`,
        description: order.external_id ?? '',
        onClick: go(paths.order(order.id)),
        leftSection: <IconReceipt size={18} />,
      })),
    },
    {
      group: t('nav.catalog'),
      actions: items.map((item) => ({
        id: item.id,
        label: item.sku,
        description: item.name,
        onClick: go(paths.stockItem(item.id)),
        leftSection: <IconTag size={18} />,
      })),
    },
    {
      group: t('nav.customers'),
      actions: customers.map((party) => ({
        id: party.id,
        label: party.name,
        description: party.email ?? '',
        onClick: go(paths.customer(party.id)),
        leftSection: <IconUser size={18} />,
      })),
    },
  ]
}
