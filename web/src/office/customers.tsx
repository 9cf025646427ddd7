import { useTranslation } from 'react-i18next'
import type { Party } from '../api/shapes.ts'
import { ListPage } from '../kit/list/list-page.tsx'
import { TextLink } from '../kit/text-link.tsx'
import { paths } from '../paths.ts'
import { outsideNumber } from './outside-number.ts'

/** Customers and suppliers. */
export function CustomersPage() {
  const { t } = useTranslation()
  return (
    <ListPage<Party>
      list="customers"
      title={t('customers.title')}
      path="/v1/parties"
      rowId={(party) => party.id}
      rowLabel={(party) => party.name}
      rowHref={(party) => paths.customer(party.id)}
      searchLabel={t('customers.search')}
      views={[
        { id: 'all', label: t('list.all'), filters: {} },
        { id: 'customers', label: t('customers.customers'), filters: { kind: 'customer' } },
        { id: 'suppliers', label: t('customers.suppliers'), filters: { kind: 'supplier' } },
      ]}
      columns={[
        {
          id: 'name',
          header: t('party.name'),
          width: 'minmax(120px, 2fr)',
          phone: true,
          cell: (party) => <TextLink to={paths.customer(party.id)}>{party.name}</TextLink>,
        },
        { id: 'company', header: t('party.company'), width: 'minmax(100px, 1fr)', cell: (party) => party.company ?? '–' },
        { id: 'email', header: t('party.email'), width: 'minmax(120px, 1fr)', phone: true, cell: (party) => party.email ?? '–' },
        { id: 'external', header: t('party.externalId'), width: 'minmax(100px, 1fr)', cell: (party) => outsideNumber(party) ?? '–' },
        {
          id: 'kind',
          header: t('customers.kind'),
          width: '170px',
          cell: (party) =>
            [party.is_customer ? t('customers.customer') : null, party.is_supplier ? t('customers.supplier') : null]
              .filter(Boolean)
              .join(', '),
        },
      ]}
      empty={{ title: t('customers.none'), detail: t('customers.noneDetail') }}
    />
  )
}
