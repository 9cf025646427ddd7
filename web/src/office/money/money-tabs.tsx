import { useTranslation } from 'react-i18next'
import { PlaceTabs } from '../../kit/place-tabs.tsx'
import { paths } from '../../paths.ts'

/** Places of the money: each is a page of its own. */
export function MoneyTabs({ list }: { list?: boolean }) {
  const { t } = useTranslation()
  return (
    <PlaceTabs
      label={t('money.title')}
      list={list ?? false}
      places={[
        { to: paths.entries(), label: t('moneyPlace.entries') },
        { to: paths.receivables(), label: t('moneyPlace.receivables') },
        { to: paths.remittances(), label: t('moneyPlace.remittances') },
        { to: paths.vouchers(), label: t('moneyPlace.vouchers') },
        { to: paths.trialBalance(), label: t('moneyPlace.trialBalance') },
      ]}
    />
  )
}
