import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Page as Rows, Warehouse } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { minutesUntil } from './cut-off.ts'
import kit from '../../kit/kit.module.css'

/** Time left, in minutes, from which a cut-off needs attention. */
const SOON_MINUTES = 60

/** How long until each warehouse hands its parcels over today. Without a cut-off there is nothing to say. */
export function CutOffClock() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useGet<Rows<Warehouse>>('/v1/warehouses', { limit: 200 })
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 20_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <>
      {(data?.data ?? []).map(({ id, code, cut_off: cutOff }) => {
        if (cutOff === null || cutOff === undefined) return null
        const left = minutesUntil(cutOff, now, format.timeZone)
        const time = { warehouse: code, at: cutOff, hours: Math.floor(left / 60), minutes: left % 60 }
        return (
          <span key={id} className={kit.status} data-tone={left < 0 ? 'gray' : left < SOON_MINUTES ? 'amber' : 'blue'}>
            <span className={kit.dot} aria-hidden="true" />
            {t(left < 0 ? 'cutOff.passed' : left < 60 ? 'cutOff.minutes' : 'cutOff.hours', time)}
          </span>
        )
      })}
    </>
  )
}
