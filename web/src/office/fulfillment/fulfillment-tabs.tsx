import { useTranslation } from 'react-i18next'
import { PlaceTabs } from '../../kit/place-tabs.tsx'
import { paths } from '../../paths.ts'

/** Places of the fulfillment: the board by step, all shipments, pick lists, tasks and claims on carriers. */
export function FulfillmentTabs({ list }: { list?: boolean }) {
  const { t } = useTranslation()
  return (
    <PlaceTabs
      list={list ?? false}
      label={t('nav.fulfillment')}
      places={[
        { to: paths.fulfillment(), label: t('place.board') },
        { to: paths.shipments(), label: t('shipments.title') },
        { to: paths.pickLists(), label: t('pickLists.title') },
        { to: paths.tasks(), label: t('tasks.title') },
        { to: paths.carrierClaims(), label: t('claims.title') },
      ]}
    />
  )
}
