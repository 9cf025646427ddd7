import type { ReactNode } from 'react'
import { useId } from 'react'
import { useDocumentTitle } from '@mantine/hooks'
import classes from './kit.module.css'

interface PageProps {
  title: string
  /** Statuses and facts beside the title. */
  beside?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** A page with a title, what it can do, and its content. */
export function Page({ title, beside, actions, children }: PageProps) {
  useDocumentTitle(`${title} · Tefter`)
  return (
    <div className={classes.page}>
      <div className={classes.pageHead}>
        <h1>{title}</h1>
        {beside}
        {actions === undefined ? null : (
          <div className={classes.pageActions} data-palette>
            {actions}
          </div>
        )}
      </div>
      {children}
    </div>
  )
}

/** Two columns: the document and what stands beside it; one below the other where it is narrow. */
export function Columns({ main, side }: { main: ReactNode; side: ReactNode }) {
  return (
    <div className={classes.columns}>
      <div>{main}</div>
      <div>{side}</div>
    </div>
  )
}

/** A titled part of a page; `flush` for tables that touch its border. */
export function Section({ title, actions, flush, children }: { title: string; actions?: ReactNode; flush?: boolean; children: ReactNode }) {
  const id = useId()
  return (
    <section className={classes.section} aria-labelledby={id}>
      <div className={classes.sectionHead}>
        <h2 id={id}>{title}</h2>
        {actions === undefined ? null : (
          <div className={classes.pageActions} data-palette>
            {actions}
          </div>
        )}
      </div>
      <div className={classes.sectionBody} {...(flush ? { 'data-flush': true, tabIndex: 0, role: 'group', 'aria-labelledby': id } : {})}>
        {children}
      </div>
    </section>
  )
}

/** A titled group of fields inside a dialog: it looks like a section, but is no landmark of the page behind. */
export function FieldGroup({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <div className={classes.section} role="group" aria-labelledby={id}>
      <div className={classes.sectionHead}>
        <h3 id={id}>{title}</h3>
      </div>
      <div className={classes.sectionBody}>{children}</div>
    </div>
  )
}

/** A few numbers in a row, each under its name. */
export function Figures({ figures }: { figures: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={classes.figures}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Names and values; pairs without a value are left out. */
export function Facts({ facts, numbers }: { facts: readonly (readonly [string, ReactNode])[]; numbers?: boolean }) {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== '')
  return (
    <dl className={classes.facts} {...(numbers ? { 'data-numbers': true } : {})}>
      {known.map(([name, value]) => (
        <Fact key={name} name={name} value={value} />
      ))}
    </dl>
  )
}

function Fact({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}
