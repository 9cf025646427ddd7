import { Link, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import classes from './kit.module.css'

interface PlaceTabsProps {
  /** What the pages have in common. */
  label: string
  places: readonly { to: string; label: string }[]
  /** Stands above the rows of a list, which has no gutter of its own. */
  list?: boolean
}

/** Pages that belong together, as links in one row that scrolls where it is narrow; the one that is open is marked. */
export function PlaceTabs({ label, places, list }: PlaceTabsProps) {
  const { pathname } = useLocation()
  const row = useRef<HTMLElement>(null)
  const open = places.findIndex(({ to }) => to === pathname)
  // Where the row scrolls, the open one comes into sight.
  useEffect(() => row.current?.children[open]?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [open])
  return (
    <nav ref={row} className={classes.places} aria-label={label} data-list={list || undefined}>
      {places.map((place, index) => (
        <Link key={place.to} to={place.to} search={{} as never} aria-current={index === open ? 'page' : undefined}>
          {place.label}
        </Link>
      ))}
    </nav>
  )
}
