import { DateInput, DateTimePicker, type DateInputProps, type DateTimePickerProps } from '@mantine/dates'
import 'dayjs/locale/sr'
import 'dayjs/locale/sr-cyrl'
import { useTranslation } from 'react-i18next'
import { dayTyped } from './day-typed.ts'

/** How a language writes days, and what its calendar is called in the date library. */
const LANGUAGES: Readonly<Record<string, { locale: string; day: string }>> = {
  en: { locale: 'en', day: 'D MMM YYYY' },
  'sr-Latn': { locale: 'sr', day: 'D. M. YYYY.' },
  'sr-Cyrl': { locale: 'sr-cyrl', day: 'D. M. YYYY.' },
}

function useDateWords() {
  const { t, i18n } = useTranslation()
  const { locale, day } = LANGUAGES[i18n.language] ?? { locale: 'en', day: 'D MMM YYYY' }
  return {
    day,
    shared: {
      locale,
      size: 'xs' as const,
      firstDayOfWeek: 1 as const,
      clearButtonProps: { 'aria-label': t('date.clear') },
      nextLabel: t('date.next'),
      previousLabel: t('date.previous'),
    },
  }
}

/** A day, typed or picked, in the language of the screen. */
export function DayField(props: DateInputProps) {
  const { day, shared } = useDateWords()
  return <DateInput {...shared} valueFormat={day} dateParser={dayTyped} {...props} />
}

/** A day with a time, picked, in the language of the screen. */
export function InstantField(props: DateTimePickerProps) {
  const { t } = useTranslation()
  const { day, shared } = useDateWords()
  return (
    <DateTimePicker
      {...shared}
      valueFormat={`${day} HH:mm`}
      submitButtonProps={{ 'aria-label': t('date.done') }}
      timePickerProps={{ hoursInputLabel: t('date.hours'), minutesInputLabel: t('date.minutes') }}
      {...props}
    />
  )
}
