import { Tabs } from '@mantine/core'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { paths } from '../../paths.ts'

const PLACES = [
  { id: 'entries', to: paths.entries() },
  { id: 'receivables', to: paths.receivables() },
  { id: 'remittances', to: paths.remittances() },
  { id: 'vouchers', to: paths.vouchers() },
  { id: 'trialBalance', to: paths.trialBalance() },
] as const

/** Places of the money: each is a page of its own. */
export function MoneyTabs() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const here = PLACES.find((place) => pathname.startsWith(place.to))?.to ?? null
  return (
    <Tabs value={here} onChange={(to) => to !== null && void navigate({ to })} mb="sm">
      <Tabs.List aria-label={t('money.title')}>
        {PLACES.map((place) => (
          <Tabs.Tab key={place.id} value={place.to}>
            {t(`moneyPlace.${place.id}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  )
}
