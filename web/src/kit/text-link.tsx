import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import classes from './kit.module.css'

/** A link to a screen, in the text's own color. */
export function TextLink({ to, search, children }: { to: string; search?: Record<string, string>; children: ReactNode }) {
  return (
    <Link to={to} className={classes.link} {...(search === undefined ? {} : { search: search as never })}>
      {children}
    </Link>
  )
}
