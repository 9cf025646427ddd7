import { Link, useLocation } from '@tanstack/react-router'
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
  return (
    <nav className={classes.places} aria-label={label} data-list={list || undefined}>
      {places.map((place) => (
        <Link key={place.to} to={place.to} search={{} as never} aria-current={pathname === place.to ? 'page' : undefined}>
          {place.label}
        </Link>
      ))}
    </nav>
  )
}
