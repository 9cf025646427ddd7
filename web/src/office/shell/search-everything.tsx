import { useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconPlus, IconReceipt, IconShieldCheck, IconSearch, IconTag, IconUser } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { chooseOrganization } from '../../api/client.ts'
import { useGet, useSession } from '../../api/queries.ts'
import type { Item, Order, Page, Party } from '../../api/shapes.ts'
import { changeLanguage, LANGUAGES, type Language } from '../../i18n/index.ts'
import { useCommand } from '../../kit/use-command.ts'
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
  const pages = usePages(go)
  const actions = useActions(go)
  const [here, setHere] = useState<SpotlightActionData[]>([])
  const matching = (all: SpotlightActionData[]) =>
    all.filter((one) => one.label?.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase()))
  const groups: SpotlightActionGroupData[] = [
    { group: t('search.here'), actions: matching(here) },
    { group: t('search.pages'), actions: matching(pages) },
    { group: t('search.actions'), actions: matching(actions) },
    ...found,
  ].filter((one) => one.actions.length > 0)
  return (
    <Spotlight
      actions={groups}
      query={text}
      onSpotlightOpen={() => setHere(actionsHere())}
      onQueryChange={setText}
      filter={(_, actions) => actions}
      shortcut={['mod + K']}
      // It opens wherever the focus is, also in a field or on a checkbox of a list.
      tagsToIgnore={[]}
      triggerOnContentEditable
      nothingFound={t('search.nothing')}
      highlightQuery
      scrollable
      maxHeight={420}
      searchProps={{ leftSection: <IconSearch size={18} />, placeholder: t('shell.search'), 'aria-label': t('shell.search') }}
    />
  )
}

type Go = (to: string) => () => void

/** What the page that is open offers and allows at this moment: its buttons and those of a selection, by their names. */
function actionsHere(): SpotlightActionData[] {
  const offered = document.querySelectorAll<HTMLElement>('main [data-palette] :is(button, a[href])')
  const named = [...offered].flatMap((element): [string, HTMLElement][] => {
    const name = element.getAttribute('aria-label') ?? element.textContent?.trim() ?? ''
    const off = element.matches(':disabled, [data-disabled], [aria-disabled=true]')
    return off || name === '' || element.offsetParent === null ? [] : [[name, element]]
  })
  // After the palette gave the focus back, as if the button itself was pressed.
  return [...new Map(named)].map(([label, element], index) => ({
    id: `here-${index}`,
    label,
    onClick: () => setTimeout(() => element.click(), 0),
  }))
}

/** Every page that the person may see. */
function usePages(go: Go): SpotlightActionData[] {
  const { t } = useTranslation()
  const { permissions } = useSession()
  const places = DESTINATIONS.filter((one) => one.permission === undefined || permissions.includes(one.permission))
  const more: readonly [string, string, string, string][] = [
    ['shipments', t('shipments.title'), paths.shipments(), 'warehouse.read'],
    ['pick-lists', t('search.pickLists'), paths.pickLists(), 'warehouse.read'],
    ['tasks', t('tasks.title'), paths.tasks(), 'warehouse.read'],
    ['receipts', t('receipts.title'), paths.receipts(), 'inventory.read'],
    ['movements', t('movements.title'), paths.movements(), 'inventory.read'],
    ['counts', t('promising.counts'), paths.counts(), 'inventory.read'],
    ['trial-balance', t('trialBalance.title'), paths.trialBalance(), 'ledger.read'],
    ['verification', t('verification.title'), paths.verification(), 'reports.read'],
  ]
  return [
    ...places.map((one) => ({ id: one.id, label: t(`nav.${one.id}`), onClick: go(one.to), leftSection: <one.icon size={18} /> })),
    ...more.filter(([, , , permission]) => permissions.includes(permission)).map(([id, label, to]) => ({ id, label, onClick: go(to) })),
  ]
}

/** What the person may do from anywhere: make things, prove the numbers, change theme, language and organization. */
function useActions(go: Go): SpotlightActionData[] {
  const { t } = useTranslation()
  const { permissions, organizations, organization } = useSession()
  const { setColorScheme } = useMantineColorScheme()
  const verify = useCommand<void>({
    path: '/v1/verification',
    body: () => ({}),
    stale: ['/v1/verification'],
    after: go(paths.verification()),
  })
  const made: readonly [string, string, string, string][] = [
    ['new-order', t('orders.new'), paths.newOrder(), 'orders.place'],
    ['new-receipt', t('receipts.new'), paths.newReceipt(), 'warehouse.receive'],
    ['new-item', t('items.new'), paths.newItem(), 'catalog.write'],
    ['receive-return', t('search.receiveReturn'), paths.receiveReturn(), 'warehouse.return'],
  ]
  return [
    ...made
      .filter(([, , , permission]) => permissions.includes(permission))
      .map(([id, label, to]) => ({ id, label, onClick: go(to), leftSection: <IconPlus size={18} /> })),
    ...(permissions.includes('reports.verify')
      ? [{ id: 'verify', label: t('search.verify'), onClick: () => verify.mutate(), leftSection: <IconShieldCheck size={18} /> }]
      : []),
    ...(['light', 'dark', 'auto'] as const).map((scheme) => ({
      id: `theme-${scheme}`,
      label: t('search.theme', { name: t(scheme === 'auto' ? 'shell.system' : `shell.${scheme}`) }),
      onClick: () => setColorScheme(scheme),
    })),
    ...(Object.entries(LANGUAGES) as [Language, string][]).map(([code, name]) => ({
      id: `language-${code}`,
      label: t('search.language', { name }),
      onClick: () => void changeLanguage(code),
    })),
    ...organizations
      .filter((one) => String(one.id) !== String(organization.id))
      .map((one) => ({
        id: `organization-${one.id}`,
        label: t('search.organization', { name: one.name }),
        onClick: () => {
          chooseOrganization(String(one.id))
          window.location.assign(paths.home())
        },
      })),
  ]
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
