import { useTranslation } from 'react-i18next'
import { PlaceTabs } from '../../kit/place-tabs.tsx'
import { paths } from '../../paths.ts'

/** Places of the returns: what was asked for, and what arrived. */
export function ReturnsTabs() {
  const { t } = useTranslation()
  return (
    <PlaceTabs
      list
      label={t('nav.returns')}
      places={[
        { to: paths.returns(), label: t('returns.title') },
        { to: paths.returnReceipts(), label: t('returns.arrived') },
      ]}
    />
  )
}
