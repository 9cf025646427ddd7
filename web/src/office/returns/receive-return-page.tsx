import { Button, Group, NumberInput, Select, Stack, Table, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../../api/client.ts'
import type { ReturnRow, ReturnRules } from '../../api/return-shapes.ts'
import { useGet } from '../../api/queries.ts'
import type { Item, Order, Page as Rows, Shipment, Warehouse } from '../../api/shapes.ts'
import { Page, Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import { ReturnNotes } from './return-notes.tsx'
import { RETURN_STALE } from './stale.ts'

interface Goods {
  sku: string
  name: string
  quantity: number
}

type Found =
  | { kind: 'return'; id: string }
  | { kind: 'order'; order: Order }
  | { kind: 'item'; sku: string; name: string }
  | { kind: 'nothing' }

/** What a scanned code means here: a return, an order, a parcel's tracking number or an item. */
async function findScanned(code: string): Promise<Found> {
  if (/^RMA-\d+$/i.test(code)) {
    const { data } = await call<Rows<ReturnRow>>('GET', '/v1/rmas', { query: { search: code } })
    if (data[0] !== undefined) return { kind: 'return', id: data[0].id }
  }
  const items = await call<Rows<Item>>('GET', '/v1/items', { query: { search: code, limit: 5 } })
  const item =
    items.data.find((one) => one.sku.toUpperCase() === code.toUpperCase()) ?? (items.data.length === 1 ? items.data[0] : undefined)
  if (item !== undefined) return { kind: 'item', sku: item.sku, name: item.name }
  const orders = await call<Rows<Order>>('GET', '/v1/orders', { query: { search: code.replace(/^#/, ''), limit: 1 } })
  if (orders.data[0] !== undefined) return { kind: 'order', order: orders.data[0] }
  const shipments = await call<Rows<Shipment>>('GET', '/v1/shipments', { query: { search: code, limit: 1 } })
  const source = shipments.data[0]?.orders?.[0]?.id
  if (source !== undefined) return { kind: 'order', order: await call<Order>('GET', `/v1/orders/${source}`) }
  return { kind: 'nothing' }
}

/** Receives goods that came back: scan the return, the order, the parcel or the item; count; say why. */
export function ReceiveReturnPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const warehouses = useGet<Rows<Warehouse>>('/v1/warehouses').data?.data ?? []
  const reasons = useGet<ReturnRules>('/v1/return-rules').data?.reasons ?? []
  const [warehouse, setWarehouse] = useState('')
  const [reason, setReason] = useState('other')
  const [order, setOrder] = useState<Order | null>(null)
  const [goods, setGoods] = useState<Goods[]>([])
  const [message, setMessage] = useState('')
  const code = useRef<HTMLInputElement>(null)
  const at = warehouse || (warehouses[0]?.code ?? '')
  const add = (sku: string, name: string) =>
    setGoods((before) =>
      before.some((one) => one.sku === sku)
        ? before.map((one) => (one.sku === sku ? { ...one, quantity: one.quantity + 1 } : one))
        : [...before, { sku, name, quantity: 1 }],
    )
  const scan = async (text: string) => {
    const found = await findScanned(text)
    if (found.kind === 'return') return navigate({ to: paths.returnDocument(found.id) })
    if (found.kind === 'order') setOrder(found.order)
    if (found.kind === 'item') add(found.sku, found.name)
    setMessage(found.kind === 'nothing' ? t('returns.unknownCode', { code: text }) : '')
    return undefined
  }
  const receive = useCommand<void, { id: string }>({
    path: '/v1/return-receipts',
    body: () => ({
      warehouse_code: at,
      reason,
      ...(order === null ? {} : { order_id: order.id }),
      lines: goods.filter((one) => one.quantity > 0).map(({ sku, quantity }) => ({ sku, quantity })),
    }),
    stale: RETURN_STALE,
    done: () => t('returns.wasReceived'),
    after: (receipt) => void navigate({ to: paths.returnReceipt(receipt.id) }),
    quiet: true,
  })
  return (
    <Page title={t('returns.receive')}>
      <Stack gap="md" maw={720}>
        <ProblemAlert error={receive.error} />
        <form
          onSubmit={(event) => {
            event.preventDefault()
            const text = code.current?.value.trim() ?? ''
            if (code.current !== null) code.current.value = ''
            if (text !== '') void scan(text)
          }}
        >
          <TextInput
            ref={code}
            size="lg"
            label={t('returns.scan')}
            description={t('returns.scanDetail')}
            autoComplete="off"
            data-autofocus
          />
        </form>
        <div role="status">{message}</div>
        <ReturnNotes orderId={order?.id ?? null} skus={(order?.lines ?? []).map((line) => line.sku)} />
        {order === null ? null : (
          <Section title={t('orders.one', { number: order.number })}>{order.customer?.name ?? order.ship_to?.name ?? ''}</Section>
        )}
        {goods.length === 0 ? null : (
          <Table>
            <Table.Tbody>
              {goods.map((one) => (
                <Table.Tr key={one.sku}>
                  <Table.Td>{`${one.sku} · ${one.name}`}</Table.Td>
                  <Table.Td w={130}>
                    <NumberInput
                      aria-label={t('returns.pieces', { name: one.sku })}
                      min={0}
                      value={one.quantity}
                      onChange={(value) =>
                        setGoods(goods.map((other) => (other === one ? { ...one, quantity: Number(value) || 0 } : other)))
                      }
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <Group grow align="end">
          <Select
            label={t('word.warehouse')}
            data={warehouses.map((one) => ({ value: one.code, label: `${one.code} · ${one.name}` }))}
            value={at}
            onChange={(value) => setWarehouse(value ?? '')}
            allowDeselect={false}
          />
          <Select
            label={t('form.reason')}
            data={reasons
              .filter((one) => one.is_active)
              .map((one) => ({ value: one.code, label: t(`returnReason.${one.code}`, { defaultValue: one.name }) }))}
            value={reason}
            onChange={(value) => setReason(value ?? 'other')}
            allowDeselect={false}
          />
        </Group>
        <Group justify="end">
          <Button disabled={goods.every((one) => one.quantity === 0)} loading={receive.isPending} onClick={() => receive.mutate()}>
            {t('returns.receive')}
          </Button>
        </Group>
      </Stack>
    </Page>
  )
}
