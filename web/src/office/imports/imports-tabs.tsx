import { useTranslation } from 'react-i18next'
import { PlaceTabs } from '../../kit/place-tabs.tsx'
import { paths } from '../../paths.ts'

/** Places of the files: imports day by day, and the one move from another system. */
export function ImportsTabs() {
  const { t } = useTranslation()
  return (
    <PlaceTabs
      label={t('nav.imports')}
      places={[
        { to: paths.imports(), label: t('imports.title') },
        { to: paths.openings(), label: t('openings.title') },
      ]}
    />
  )
}
