import { useTranslation } from 'react-i18next'
import { paths } from '../paths.ts'
import { TextLink } from './text-link.tsx'

/** Pages of documents, by the last part of their kind: `warehouse.shipment` and `shipment` are one. */
const PLACES: Readonly<Record<string, (id: string) => string>> = {
  order: paths.order,
  shipment: paths.shipment,
  goods_receipt: paths.receipt,
  pick: paths.pickList,
  pick_list: paths.pickList,
  rma: paths.returnDocument,
  return_receipt: paths.returnReceipt,
  stock_count: paths.count,
  courier_remittance: paths.remittance,
  voucher: paths.voucher,
  item: paths.item,
  party: paths.customer,
  journal_entry: paths.entry,
  import: paths.importRun,
  carrier_claim: () => paths.carrierClaims(),
}

const kindOf = (kind: string) => kind.slice(kind.lastIndexOf('.') + 1)

/** Where a document of a kind stands; null where it has no page. */
export function documentPath(kind: string, id: string): string | null {
  return PLACES[kindOf(kind)]?.(id) ?? null
}

/** What kind of document it is, as a link to it where it has a page. */
export function DocumentLink({ kind, id }: { kind: string; id: string }) {
  const { t } = useTranslation()
  const words = t(`documentKind.${kindOf(kind)}`, { defaultValue: kindOf(kind).replaceAll('_', ' ') })
  const to = documentPath(kind, id)
  return to === null ? <>{words}</> : <TextLink to={to}>{words}</TextLink>
}
