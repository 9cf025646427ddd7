import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useLive } from '../../api/live.ts'
import { useVerification } from '../../api/queries.ts'
import { useFormat } from '../../kit/format.ts'
import { paths } from '../../paths.ts'
import classes from './shell.module.css'

/** Whether the screens are live, and when the numbers were last proved; the second opens the proof. */
export function ShellFooter() {
  const { t } = useTranslation()
  const format = useFormat()
  const live = useLive()
  const { data } = useVerification()
  return (
    <footer className={classes.footer}>
      <span className={classes.live} data-state={live} role="status">
        <span aria-hidden="true" />
        {t(`live.${live}`)}
      </span>
      <Link to={paths.verification()}>
        {data === undefined || data === null
          ? t('verification.never')
          : t(data.ok ? 'verification.cleanAt' : 'verification.faultAt', { when: format.dateTime(data.finished_at) })}
      </Link>
    </footer>
  )
}
