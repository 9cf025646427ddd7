import { Button, Table, UnstyledButton } from '@mantine/core'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { CostLayer, Item, Page as Rows, StockRow } from '../../api/shapes.ts'
import { InstantField } from '../../kit/date-fields.tsx'
import { useFormat } from '../../kit/format.ts'
import { Page, Section } from '../../kit/page.tsx'
import { PermittedButton } from '../../kit/permitted-button.tsx'
import { EmptyState, ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { paths } from '../../paths.ts'
import { AdjustDialog } from './adjust-dialog.tsx'
import { AvailabilitySection } from './availability-section.tsx'
import { ExplainDialog } from './explain-dialog.tsx'
import { LevelsTable } from './levels-table.tsx'
import { MoveDialog } from './move-dialog.tsx'
import { MovementsTable } from './movements-table.tsx'
import { OutlookSection } from './outlook-section.tsx'
import { TimeSlider } from './time-slider.tsx'
import classes from '../../kit/kit.module.css'

/** Stock of one item: by warehouse and location, now or at a past instant, what moved and what it cost. */
export function StockItemPage() {
  const { itemId } = useParams({ strict: false }) as { itemId: string }
  const { data: item, isError, error, refetch } = useGet<Item>(`/v1/items/${itemId}`)
  if (isError) return <ErrorState page error={error} retry={() => void refetch()} />
  if (item === undefined) return <PageSkeleton />
  return <StockOfItem item={item} />
}

function StockOfItem({ item }: { item: Item }) {
  const { t } = useTranslation()
  const [dialog, setDialog] = useState<'adjust' | 'move' | null>(null)
  const { at } = useSearch({ strict: false }) as { at?: string }
  return (
    <Page
      title={`${item.sku} · ${item.name}`}
      beside={<StatusDot status={item.status} />}
      actions={<ItemActions item={item} open={setDialog} />}
    >
      <div style={{ display: 'grid', gap: 16 }}>
        <ByWarehouse item={item} />
        <OutlookSection item={item} />
        <AvailabilitySection item={item} />
        <Section title={t('stock.byLocation')} flush actions={<AtPicker at={at} />}>
          <TimeSlider at={at} />
          <LevelsTable itemId={item.id} at={at} scale={item.unit_scale} />
        </Section>
        <CostLayers item={item} />
        <Section title={t('movements.title')} flush>
          <MovementsTable query={{ item_id: item.id }} />
        </Section>
      </div>
      {dialog === 'adjust' ? <AdjustDialog sku={item.sku} onClose={() => setDialog(null)} /> : null}
      {dialog === 'move' ? <MoveDialog sku={item.sku} onClose={() => setDialog(null)} /> : null}
    </Page>
  )
}

function ItemActions({ item, open }: { item: Item; open: (dialog: 'adjust' | 'move') => void }) {
  const { t } = useTranslation()
  return (
    <>
      <Button component={Link} to={paths.item(item.id)} variant="default">
        {t('items.edit')}
      </Button>
      <PermittedButton permission="inventory.move" variant="default" onClick={() => open('move')}>
        {t('stock.move')}
      </PermittedButton>
      <PermittedButton permission="inventory.adjust" variant="default" onClick={() => open('adjust')}>
        {t('stock.adjust')}
      </PermittedButton>
    </>
  )
}

/** Picks a past instant; the address carries it, so that the view can be shared. */
function AtPicker({ at }: { at: string | undefined }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [today] = useState(() => new Date())
  const set = (next: string | null) =>
    void navigate({ to: '.', search: (next === null ? {} : { at: new Date(next).toISOString() }) as never, replace: true })
  return (
    <InstantField
      size="xs"
      w={210}
      clearable
      aria-label={t('stock.at')}
      placeholder={t('stock.at')}
      maxDate={today}
      value={at === undefined ? null : new Date(at)}
      onChange={set}
    />
  )
}

function ByWarehouse({ item }: { item: Item }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useGet<Rows<StockRow>>('/v1/stock', { item_id: item.id, limit: 200 })
  const [explained, setExplained] = useState<string | null>(null)
  const numbers = ['on_hand', 'reserved', 'held', 'available', 'incoming', 'backordered'] as const
  return (
    <Section title={t('stock.byWarehouse')} flush>
      {data?.data.length === 0 ? <EmptyState title={t('stock.noneHere')} detail={t('stock.noneDetail')} /> : null}
      {data === undefined || data.data.length === 0 ? null : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('word.warehouse')}</Table.Th>
              {numbers.map((name) => (
                <Table.Th key={name} className={classes.number ?? ''}>
                  {t(`stock.${name}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.data.map((row) => (
              <Table.Tr key={row.warehouse_id}>
                <Table.Td>{row.warehouse_code}</Table.Td>
                {numbers.map((name) => (
                  <Table.Td key={name} className={classes.number ?? ''}>
                    {name === 'available' ? (
                      <UnstyledButton
                        fz="inherit"
                        td="underline dotted"
                        aria-label={t('explain.open', {
                          warehouse: row.warehouse_code,
                          quantity: format.quantity(row[name], item.unit_scale),
                        })}
                        onClick={() => setExplained(row.warehouse_id)}
                      >
                        {format.quantity(row[name], item.unit_scale)}
                      </UnstyledButton>
                    ) : (
                      format.quantity(row[name] ?? 0, item.unit_scale)
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {explained === null ? null : (
        <ExplainDialog itemId={item.id} warehouseId={explained} scale={item.unit_scale ?? 0} onClose={() => setExplained(null)} />
      )}
    </Section>
  )
}

function CostLayers({ item }: { item: Item }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, isError } = useGet<Rows<CostLayer>>('/v1/cost-layers', { item_id: item.id, limit: 100 })
  if (isError || data === undefined || data.data.length === 0) return null
  return (
    <Section title={t('stock.layers', { method: t(`costMethod.${item.cost_method}`) })} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('stock.receivedAt')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('word.quantity')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('stock.value')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('stock.remaining')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('stock.remainingValue')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.data.map((layer) => (
            <Table.Tr key={layer.id}>
              <Table.Td>
                {format.dateTime(layer.received_at)}
                {layer.provisional || layer.assumed ? (
                  <span className={classes.muted}>{` · ${t(layer.provisional ? 'stock.provisional' : 'stock.assumed')}`}</span>
                ) : null}
              </Table.Td>
              <Table.Td className={classes.number ?? ''}>{format.quantity(layer.quantity, item.unit_scale)}</Table.Td>
              <Table.Td className={classes.number ?? ''}>{format.money(layer.value)}</Table.Td>
              <Table.Td className={classes.number ?? ''}>{format.quantity(layer.remaining_quantity, item.unit_scale)}</Table.Td>
              <Table.Td className={classes.number ?? ''}>{format.money(layer.remaining_value)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}
