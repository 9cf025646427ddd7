/** Random numbers in [0, 1) from a seed: mulberry32, so that a run can be repeated. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Draws 0 … n − 1 by Zipf's law: rank k (from 1) with a weight of 1 ÷ k^s. */
export function createZipf(n: number, s: number, random: () => number): () => number {
  const sums = new Float64Array(n)
  let sum = 0
  for (let rank = 0; rank < n; rank += 1) {
    sum += 1 / (rank + 1) ** s
    sums[rank] = sum
  }
  return () => {
    const wanted = random() * sum
    let [low, high] = [0, n - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}
