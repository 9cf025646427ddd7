import { TextInput } from '@mantine/core'
import { IconBarcode, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ShipmentLine } from '../api/shapes.ts'
import { findByCode } from './find-by-code.ts'
import { leftOf, scanInto, type Packed, type ScanResult } from './packing-state.ts'
import { matchesCode, scannedQuantity } from './scan.ts'
import { playResult } from './sounds.ts'
import classes from './packing.module.css'

interface PackingScanProps {
  lines: readonly ShipmentLine[]
  packed: Packed
  left: number
  /** What is packed at this moment, which may be newer than what is drawn. */
  now: () => Packed
  onPacked: (packed: Packed) => void
}

/** The scan field, always ready, and its last result in large: right or wrong by color, sign, words and sound. */
export function PackingScan({ lines, packed, left, now, onPacked }: PackingScanProps) {
  const { t } = useTranslation()
  const field = useRef<HTMLInputElement>(null)
  const [code, setCode] = useState('')
  const [result, setResult] = useState<ScanResult | null>(null)
  useEffect(() => {
    const back = (event: KeyboardEvent) => {
      if (event.target === document.body && event.key.length === 1) field.current?.focus()
    }
    window.addEventListener('keydown', back)
    return () => window.removeEventListener('keydown', back)
  }, [])
  // Scans count one after another: a scanner is faster than the catalog answers and than the screen is drawn.
  const queue = useRef(Promise.resolve())
  const count = async (wanted: string) => {
    const matches = await matcher(lines, wanted)
    const scanned = scanInto(lines, now(), wanted, matches)
    onPacked(scanned.packed)
    setResult(scanned.result)
    playResult(scanned.result.ok)
  }
  const scan = () => {
    const wanted = code.trim()
    setCode('')
    if (wanted !== '') queue.current = queue.current.then(() => count(wanted))
  }
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          scan()
        }}
      >
        <TextInput
          ref={field}
          size="lg"
          aria-label={t('scan.label')}
          placeholder={t('scan.label')}
          leftSection={<IconBarcode size={22} />}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          autoFocus
          autoComplete="off"
        />
      </form>
      <div className={classes.result} data-ok={left === 0 ? true : result?.ok} role="status" aria-live="assertive">
        <ResultSign ok={left === 0 ? true : result?.ok} />
        <div>{left === 0 ? t('packing.complete') : <ResultWords result={result} lines={lines} packed={packed} left={left} />}</div>
      </div>
    </>
  )
}

function ResultSign({ ok }: { ok: boolean | undefined }) {
  if (ok === undefined) return <IconBarcode size={56} stroke={1.2} aria-hidden="true" />
  return ok ? <IconCircleCheck size={56} stroke={1.6} aria-hidden="true" /> : <IconCircleX size={56} stroke={1.6} aria-hidden="true" />
}

function ResultWords({
  result,
  lines,
  packed,
  left,
}: {
  result: ScanResult | null
  lines: readonly ShipmentLine[]
  packed: Packed
  left: number
}) {
  const { t } = useTranslation()
  const next = lines.find((line) => leftOf(line, packed) > 0)
  const need = next === undefined ? '' : t('packing.need', { quantity: leftOf(next, packed), sku: next.sku })
  if (result === null) return <>{t('packing.start', { count: left })}</>
  if (result.kind === 'not_in_shipment') return <>{`${t('packing.notHere', { code: result.code })} ${need}`}</>
  if (result.kind === 'enough') return <>{`${t('packing.enough', { sku: result.line?.sku ?? result.code })} ${need}`}</>
  return (
    <>
      <strong>{result.line?.sku}</strong> {result.line?.name}
      <div>{t('packing.left', { count: left })}</div>
    </>
  )
}

/** Tells how many pieces a code stands for on a line; the catalog is asked only for codes the lines do not know. */
async function matcher(lines: readonly ShipmentLine[], code: string): Promise<(line: ShipmentLine) => number | null> {
  const known = (line: ShipmentLine) => (matchesCode(line, code) ? scannedQuantity(line, code) : null)
  if (lines.some((line) => known(line) !== null)) return known
  const item = await findByCode(code).catch(() => null)
  const barcode = item?.barcodes?.find((one) => one.code === code)
  return (line) => (item !== null && line.item_id === item.id ? (barcode?.quantity ?? 1) : null)
}
