const MUTED_KEY = 'tefter-muted'
const GAIN = 0.12

let audio: AudioContext | null = null

/** Whether sounds of scans are off on this device. */
export function isMuted(): boolean {
  return window.localStorage.getItem(MUTED_KEY) === 'yes'
}

/** Turns the sounds of scans off or on. */
export function setMuted(muted: boolean): void {
  window.localStorage.setItem(MUTED_KEY, muted ? 'yes' : 'no')
}

/** The sound of a scan: two rising tones when right, one low buzz when wrong, told apart without looking. */
export function playResult(ok: boolean): void {
  if (isMuted()) return
  audio ??= new AudioContext()
  if (ok) {
    tone(audio, { type: 'sine', hertz: 880, afterSeconds: 0, seconds: 0.08 })
    tone(audio, { type: 'sine', hertz: 1320, afterSeconds: 0.08, seconds: 0.12 })
  } else tone(audio, { type: 'sawtooth', hertz: 150, afterSeconds: 0, seconds: 0.35 })
}

interface Tone {
  type: OscillatorType
  hertz: number
  afterSeconds: number
  seconds: number
}

function tone(context: AudioContext, { type, hertz, afterSeconds, seconds }: Tone): void {
  const start = context.currentTime + afterSeconds
  const oscillator = new OscillatorNode(context, { type, frequency: hertz })
  const gain = new GainNode(context, { gain: GAIN })
  oscillator.connect(gain).connect(context.destination)
  oscillator.start(start)
  oscillator.stop(start + seconds)
}
