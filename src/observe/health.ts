// SPDX-License-Identifier: GPL-2.0-or-later
// Liveness and readiness, told from the vital signs that the appliance gives. Live: it would not help to restart it. Ready: it does now what
// its policy says. A probe gets one word, and where that is not `ok`, every cause in a line of its own.

/** A worker that has not been through its loop for this long hangs: an exchange with the kernel lasts a quarter of a second at most. */
export const SILENCE_MILLISECONDS = 5000

export interface QueueVitals {
  readonly number: number
  /** A thread serves it. */
  readonly alive: boolean
  /** Since the worker was last seen to go through its loop. */
  readonly silentMilliseconds: number
}

export interface Vitals {
  readonly phase: 'starting' | 'running' | 'stopping'
  readonly queues: readonly QueueVitals[]
  /** Our rules are in the kernel. */
  readonly steering: boolean
  /** Direction is told by interfaces, and none of them is there. */
  readonly noOutside: boolean
}

export interface Health {
  readonly ok: boolean
  /** Empty where it is. */
  readonly causes: readonly string[]
}

const healthOf = (causes: readonly string[]): Health => ({ ok: causes.length === 0, causes })

/** A worker that died is being replaced already; only one that hangs needs somebody to end the process. */
export function liveness({ queues }: Vitals): Health {
  const hanging = queues.filter(({ alive, silentMilliseconds }) => alive && silentMilliseconds > SILENCE_MILLISECONDS)
  return healthOf(
    hanging.map(({ number, silentMilliseconds }) => `the worker of queue ${number} hangs: silent for ${silentMilliseconds} ms`),
  )
}

export function readiness(vitals: Vitals): Health {
  const { phase, queues, steering, noOutside } = vitals
  if (phase !== 'running') return healthOf([`the appliance is ${phase}`])
  return healthOf([
    ...queues.filter(({ alive }) => !alive).map(({ number }) => `queue ${number} has no worker`),
    ...liveness(vitals).causes,
    ...(steering ? [] : ['the steering is not in the kernel']),
    ...(noOutside ? ['no interface is outside, so no block acts'] : []),
  ])
}

export const healthText = ({ ok, causes }: Health): string => (ok ? 'ok\n' : causes.map((cause) => `${cause}\n`).join(''))
