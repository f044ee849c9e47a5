// SPDX-License-Identifier: GPL-2.0-or-later
// A list of measurements as its median with the spread around it. No means: one disturbed round must not move the result.

export interface Spread {
  readonly median: number
  readonly low: number
  readonly lowerQuartile: number
  readonly upperQuartile: number
  readonly high: number
  readonly rounds: number
}

/** Linear interpolation between the closest ranks. NaN for an empty list. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share
  const below = Math.floor(place)
  const first = sorted[below] ?? Number.NaN
  return first + ((sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN) - first) * (place - below)
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0),
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
    high: quantile(sorted, 1),
    rounds: sorted.length,
  }
}
