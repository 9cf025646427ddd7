import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { DESTINATIONS } from './navigation.ts'

/** Time in which a letter after G counts. */
const CHORD_MS = 1_200

/** Keys that work everywhere: G and a letter, `[`, `?`, `/`. Never while someone types. */
export function useShellKeys({ onToggle, onSheet }: { onToggle: () => void; onSheet: () => void }): void {
  const navigate = useNavigate()
  const goneAt = useRef(0)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
      const target = event.timeStamp - goneAt.current < CHORD_MS ? DESTINATIONS.find((one) => one.letter === event.key) : undefined
      goneAt.current = event.key === 'g' ? event.timeStamp : 0
      if (target !== undefined) void navigate({ to: target.to })
      else if (event.key === '[') onToggle()
      else if (event.key === '?') onSheet()
      else if (event.key === '/') focusSearch(event)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [navigate, onSheet, onToggle])
}

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
    target.getAttribute('type') !== 'checkbox'
  )
}

function focusSearch(event: KeyboardEvent): void {
  const search = document.querySelector<HTMLInputElement>('[data-list-search]')
  if (search === null) return
  event.preventDefault()
  search.focus()
}
