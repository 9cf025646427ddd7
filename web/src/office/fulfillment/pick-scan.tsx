import { TextInput } from '@mantine/core'
import { IconBarcode } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pick } from '../../api/shapes.ts'
import { playResult } from '../../floor/sounds.ts'
import { findByCode } from '../../floor/find-by-code.ts'
import { matchesCode, scannedQuantity } from '../../floor/scan.ts'
import classes from './fulfillment.module.css'

interface PickScanProps {
  picks: readonly Pick[]
  pick: (pick: Pick, quantity: number) => Promise<unknown>
}

/** The first open pick that a code means, and the pieces one scan of it stands for; the catalog is asked for codes the list does not know. */
async function findPick(picks: readonly Pick[], code: string): Promise<{ open: Pick; quantity: number } | undefined> {
  const open = picks.filter((one) => one.status === 'open' && one.picked_quantity < one.quantity)
  const known = open.find((one) => matchesCode(one, code))
  if (known !== undefined) return { open: known, quantity: scannedQuantity(known, code) }
  const item = await findByCode(code).catch(() => null)
  const meant = open.find((one) => one.item_id === item?.id)
  return meant === undefined ? undefined : { open: meant, quantity: item?.barcodes?.find((one) => one.code === code)?.quantity ?? 1 }
}

/** Picks by scanning item codes: each scan takes one piece (or what the barcode stands for) of the first open pick of that item. */
export function PickScan({ picks, pick }: PickScanProps) {
  const { t } = useTranslation()
  const field = useRef<HTMLInputElement>(null)
  const [code, setCode] = useState('')
  const [result, setResult] = useState<{ ok: boolean; text: string } | null>(null)
  const say = (ok: boolean, text: string) => {
    setResult({ ok, text })
    playResult(ok)
  }
  const scan = async () => {
    const wanted = code.trim()
    setCode('')
    if (wanted === '') return
    const found = await findPick(picks, wanted)
    if (found === undefined) return say(false, t('scan.notOnList', { code: wanted }))
    const { open } = found
    const quantity = Math.min(found.quantity, open.quantity - open.picked_quantity)
    try {
      await pick(open, quantity)
      say(true, t('scan.picked', { sku: open.sku, quantity, location: open.location_code }))
    } catch {
      say(false, t('scan.refused', { code: wanted }))
    }
    field.current?.focus()
  }
  return (
    <form
      className={classes.scan}
      onSubmit={(event) => {
        event.preventDefault()
        void scan()
      }}
    >
      <TextInput
        ref={field}
        size="md"
        aria-label={t('scan.label')}
        placeholder={t('scan.label')}
        leftSection={<IconBarcode size={18} />}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        autoFocus
        autoComplete="off"
      />
      <div className={classes.scanResult} data-ok={result?.ok} role="status">
        {result?.text}
      </div>
    </form>
  )
}
