import { notifications } from '@mantine/notifications'
import i18next, { type TFunction } from 'i18next'
import { createElement, type ReactNode } from 'react'
import { problemText } from './states.tsx'

/** Says what was done. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'teal', autoClose: 4000, withBorder: true, closeButtonProps: closeButton() })
}

/** Says what was done, with the way to take it back or to get what came of it. */
export function notifyWith(message: string, action: ReactNode): void {
  notifications.show({
    message: createElement('div', null, createElement('span', null, message), ' ', action),
    color: 'teal',
    autoClose: 12_000,
    withBorder: true,
    closeButtonProps: closeButton(),
  })
}

/** Says what was refused, in the server's sentence. */
export function notifyProblem(error: unknown, t: TFunction): void {
  notifications.show({
    title: t('error.refused'),
    message: problemText(error, t('error.unexpected'), t('error.unreachableDetail')),
    color: 'red',
    autoClose: 9000,
    withBorder: true,
    closeButtonProps: closeButton(),
  })
}

function closeButton() {
  return { 'aria-label': i18next.t('action.close') }
}
