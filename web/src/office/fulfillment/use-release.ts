import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '../../api/shapes.ts'
import { useCommand } from '../../kit/use-command.ts'
import { refusedNotice } from './outcomes.ts'
import { paths } from '../../paths.ts'

interface ReleaseInput {
  shipment_ids?: string[]
  order_ids?: string[]
}

interface ReleaseOutput {
  pick_lists: { id: string; number: number | string }[]
  outcomes: Outcome[]
}

/** Everything that changes when a warehouse works on shipments. */
export const WAREHOUSE_STALE = ['/v1/shipments', '/v1/pick-lists', '/v1/orders', '/v1/overview', '/v1/stock'] as const

/** Releases shipments or orders to pick lists; with one new pick list it opens, refusals are named. */
export function useRelease() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return useCommand<ReleaseInput, ReleaseOutput>({
    path: '/v1/shipments/release',
    stale: WAREHOUSE_STALE,
    done: (output) => {
      const released = output.outcomes.filter((outcome) => outcome.ok).length
      return released === 0 ? null : t('board.released', { count: released })
    },
    after: (output) => {
      refusedNotice(output.outcomes, t)
      const [only] = output.pick_lists
      if (only !== undefined && output.pick_lists.length === 1) void navigate({ to: paths.pickList(only.id) })
    },
  })
}
