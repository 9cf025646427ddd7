import { Slider } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../kit/format.ts'
import kit from '../../kit/kit.module.css'

const DAY_MS = 86_400_000

/** Days the slider goes back. */
const REACH_DAYS = 90

/** Slides the shelves back in time, a day a step; at its end they are as they are now. The address carries the instant. */
export function TimeSlider({ at }: { at: string | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  const navigate = useNavigate()
  const [now] = useState(() => Date.now())
  const given = at === undefined ? 0 : Math.round((now - Date.parse(at)) / DAY_MS)
  const [daysAgo, setDaysAgo] = useState<number | null>(null)
  const shown = Math.min(REACH_DAYS, Math.max(0, daysAgo ?? given))
  const instantOf = (days: number) => new Date(now - days * DAY_MS).toISOString()
  const words = (days: number) => (days === 0 ? t('slider.now') : format.date(instantOf(days)))
  const settle = (value: number) => {
    setDaysAgo(null)
    void navigate({ to: '.', search: (value === 0 ? {} : { at: instantOf(-value) }) as never, replace: true })
  }
  return (
    <div style={{ padding: '12px 18px 18px', borderBottom: '1px solid var(--t-line)' }}>
      <div className={kit.muted} style={{ fontSize: 12, marginBottom: 6 }}>
        {t('slider.shelves', { when: words(shown) })}
      </div>
      <Slider
        min={-REACH_DAYS}
        max={0}
        step={1}
        value={-shown}
        onChange={(value) => setDaysAgo(-value)}
        onChangeEnd={settle}
        label={(value) => words(-value)}
        thumbLabel={t('slider.label')}
        size={4}
      />
    </div>
  )
}
