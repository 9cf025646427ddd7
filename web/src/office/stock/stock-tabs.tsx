import { useTranslation } from 'react-i18next'
import { PlaceTabs } from '../../kit/place-tabs.tsx'
import { paths } from '../../paths.ts'

/** Places of the stock: what is there, what moved, what came, what was counted, what checkouts hold. */
export function StockTabs() {
  const { t } = useTranslation()
  return (
    <PlaceTabs
      list
      label={t('nav.stock')}
      places={[
        { to: paths.stock(), label: t('stock.title') },
        { to: paths.movements(), label: t('movements.title') },
        { to: paths.receipts(), label: t('receipts.title') },
        { to: paths.counts(), label: t('promising.counts') },
        { to: paths.stockHolds(), label: t('promising.holds') },
      ]}
    />
  )
}
