import type { UseFormReturnType } from '@mantine/form'
import { useEffect, useRef } from 'react'

const PREFIX = 'tefter-draft:'

/** What was kept of a form that was not sent; null when there is nothing or it is none of this shape any more. */
function readDraft(key: string): Record<string, unknown> | null {
  try {
    return JSON.parse(window.sessionStorage.getItem(PREFIX + key) ?? 'null') as Record<string, unknown> | null
  } catch {
    return null
  }
}

/** Forgets what was kept of a form, after it was sent or given up. */
function dropDraft(key: string): void {
  window.sessionStorage.removeItem(PREFIX + key)
}

/** Forgets everything that was typed in this tab: the next person is not shown it. */
export function dropAllDrafts(): void {
  for (const key of Object.keys(window.sessionStorage)) if (key.startsWith(PREFIX)) window.sessionStorage.removeItem(key)
}

/** Keeps a value that was typed and not sent, in this tab. */
function keepDraft(key: string, values: unknown): void {
  try {
    window.sessionStorage.setItem(PREFIX + key, JSON.stringify(values))
  } catch {
    // A full storage keeps no draft; the form itself goes on.
  }
}

/**
 * Keeps what is typed into a form and not sent yet, so that a reload or a lost session gives it back: in this tab, by `key` (null keeps
 * nothing). Dates and files are not kept. Answers how to forget it after the form was sent.
 */
export function useDraft<Values extends object>(form: UseFormReturnType<Values>, key: string | null): () => void {
  const ready = useRef<string | null>(null)
  const sent = useRef(false)
  const { values } = form
  useEffect(() => {
    if (key === null) return
    if (ready.current !== key) {
      ready.current = key
      sent.current = false
      const draft = readDraft(key) as Partial<Values> | null
      if (draft !== null) form.setValues((now) => ({ ...now, ...draft }))
      return
    }
    if (sent.current) return
    if (form.isDirty()) keepDraft(key, values)
    else dropDraft(key)
    // The form itself changes with every drawing; its values are what is kept.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key, values])
  return () => {
    sent.current = true
    if (key !== null) dropDraft(key)
  }
}
