import { Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './kit.module.css'

export interface QuantityVector {
  ordered: number
  shipped?: number
  reserved?: number
  backordered?: number
  pending?: number
  canceled?: number
  supplied_elsewhere?: number
  picked?: number
  returned?: number
}

const PARTS = ['shipped', 'reserved', 'backordered', 'pending', 'supplied_elsewhere', 'canceled'] as const
const SHOWN_BESIDE = ['picked', 'returned'] as const

/** How far a quantity is, as one thin stacked bar; the whole vector stands in its tooltip and in its name for screen readers. */
export function QuantityBar({ vector, label = true }: { vector: QuantityVector; label?: boolean }) {
  const { t } = useTranslation()
  const shown = [...PARTS, ...SHOWN_BESIDE].filter((part) => (vector[part] ?? 0) > 0)
  const words = [t('vector.ordered', { count: vector.ordered }), ...shown.map((part) => `${t(`vector.${part}`)} ${vector[part]}`)].join(
    ' · ',
  )
  return (
    <Tooltip label={words}>
      <span className={classes.quantity}>
        <span className={classes.bar} role="img" aria-label={words}>
          {PARTS.map((part) => {
            const share = vector.ordered === 0 ? 0 : (vector[part] ?? 0) / vector.ordered
            return share > 0 ? <span key={part} data-part={part} style={{ flexGrow: share * 1000 }} /> : null
          })}
        </span>
        {label ? <span className={classes.quantityText} aria-hidden="true">{`${vector.shipped ?? 0}/${vector.ordered}`}</span> : null}
      </span>
    </Tooltip>
  )
}
