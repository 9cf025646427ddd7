import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Item } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import { PermittedButton } from '../../kit/permitted-button.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'

const KINDS = ['stocked', 'service', 'voucher', 'kit'] as const

/** Items of the catalog. */
export function ItemsPage() {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ListPage<Item>
      list="items"
      title={t('items.title')}
      path="/v1/items"
      rowId={(item) => item.id}
      rowLabel={(item) => item.sku}
      rowHref={(item) => paths.item(item.id)}
      searchLabel={t('items.search')}
      views={[
        { id: 'all', label: t('list.all'), filters: {} },
        { id: 'active', label: t('status.active'), filters: { status: 'active' } },
        { id: 'archived', label: t('status.archived'), filters: { status: 'archived' } },
      ]}
      filters={[{ key: 'kind', label: t('items.kind'), options: KINDS.map((value) => ({ value, label: t(`itemKind.${value}`) })) }]}
      columns={[
        {
          id: 'sku',
          header: t('word.sku'),
          width: 'minmax(80px, 140px)',
          phone: true,
          cell: (item) => <TextLink to={paths.item(item.id)}>{item.sku}</TextLink>,
        },
        { id: 'name', header: t('items.name'), width: 'minmax(120px, 3fr)', phone: true, cell: (item) => item.name },
        { id: 'kind', header: t('items.kind'), width: '110px', cell: (item) => t(`itemKind.${item.kind}`) },
        { id: 'barcode', header: t('items.barcode'), width: '150px', cell: (item) => item.barcodes?.[0]?.code ?? '–' },
        {
          id: 'price',
          header: t('items.price'),
          width: '110px',
          end: true,
          cell: (item) => (item.price ? format.price(item.price) : '–'),
        },
        { id: 'status', header: t('word.status'), width: '110px', phone: true, cell: (item) => <StatusDot status={item.status} /> },
      ]}
      actions={
        <PermittedButton permission="catalog.write" to={paths.newItem()}>
          {t('items.new')}
        </PermittedButton>
      }
      empty={{
        title: t('items.none'),
        detail: t('items.noneDetail'),
        action: (
          <Button component={Link} to={paths.imports()} variant="default">
            {t('items.importThem')}
          </Button>
        ),
      }}
    />
  )
}
