import { notifications } from '@mantine/notifications'
import type { TFunction } from 'i18next'
import type { Outcome } from '../../api/shapes.ts'

const SHOWN = 4

/** Sentence of one refused outcome. */
export function outcomeText(outcome: Outcome): string {
  return outcome.error?.detail ?? outcome.error?.message ?? outcome.error?.title ?? outcome.error?.code ?? ''
}

/** Names what a batch refused, each reason once. */
export function refusedNotice(outcomes: readonly Outcome[], t: TFunction): void {
  const refused = outcomes.filter((outcome) => !outcome.ok)
  if (refused.length === 0) return
  const reasons = [...new Set(refused.map(outcomeText))].slice(0, SHOWN)
  notifications.show({
    title: t('board.refused', { count: refused.length }),
    message: reasons.join(' '),
    color: 'red',
    autoClose: 9000,
    withBorder: true,
  })
}
