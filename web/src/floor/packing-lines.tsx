import { IconCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ShipmentLine } from '../api/shapes.ts'
import { leftOf, type Packed } from './packing-state.ts'
import classes from './packing.module.css'

/** What goes into the parcel; what remains counts down. */
export function PackingLines({ lines, packed }: { lines: readonly ShipmentLine[]; packed: Packed }) {
  const { t } = useTranslation()
  return (
    <ul className={classes.lines} aria-label={t('packing.contents')}>
      {lines.map((line) => {
        const left = leftOf(line, packed)
        return (
          <li key={line.id} data-done={left === 0 || undefined}>
            {line.image_url ? (
              <img src={line.image_url} alt="" width={44} height={44} />
            ) : (
              <span className={classes.noImage} aria-hidden="true" />
            )}
            <div>
              <strong>{line.sku}</strong>
              <div>{line.name}</div>
            </div>
            <span className={classes.left}>
              {left === 0 ? (
                <IconCheck size={26} role="img" aria-label={t('packing.lineDone')} />
              ) : (
                t('packing.ofQuantity', { left, quantity: line.picked_quantity })
              )}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
