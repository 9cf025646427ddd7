import { Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Order } from '../../api/shapes.ts'
import { AddressText } from '../../kit/address-text.tsx'
import { Facts, Section } from '../../kit/page.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'

/** Who ordered and where it goes, as they stood when the order came. */
export function CustomerSection({ order }: { order: Order }) {
  const { t } = useTranslation()
  const { customer } = order
  const name = customer?.name ?? t('orders.noCustomer')
  return (
    <Section title={t('orders.customer')}>
      <Stack gap="md">
        <Facts
          facts={[
            [
              t('party.name'),
              customer?.party_id ? (
                <TextLink key="n" to={paths.customer(customer.party_id)}>
                  {name}
                </TextLink>
              ) : (
                name
              ),
            ],
            [t('party.email'), customer?.email],
            [t('party.phone'), customer?.phone],
            ...(customer?.tax_ids ?? []).map((id): [string, string] => [t(`taxId.${id.scheme}`, { defaultValue: id.scheme }), id.value]),
          ]}
        />
        {order.ship_to ? <AddressText title={t('orders.shipTo')} address={order.ship_to} /> : null}
        {order.bill_to ? <AddressText title={t('orders.billTo')} address={order.bill_to} /> : null}
        {order.tags?.length || order.priority ? (
          <Facts
            facts={[
              [t('change.tags'), order.tags?.join(', ')],
              [t('change.priority'), order.priority || null],
            ]}
          />
        ) : null}
        {order.note ? <Facts facts={[[t('orders.note'), order.note]]} /> : null}
      </Stack>
    </Section>
  )
}
