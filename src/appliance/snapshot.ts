// SPDX-License-Identifier: GPL-2.0-or-later
// The appliance at one moment, for whoever asks over HTTP: numbers for a scraper, vital signs for a probe.

import type { Vitals } from '../observe/health.js'
import type { Snapshot } from '../observe/metrics.js'
import type { DataPath } from './data-path.js'
import type { SteeringGuard } from './guard.js'
import { readKernelQueues } from './kernel-queues.js'
import type { OutsideInterfaces } from './outside.js'
import type { UnseenLedger } from './unseen.js'

export interface Parts {
  readonly version: string
  readonly phase: Vitals['phase']
  /** Empty before it was found. */
  readonly backend: string
  readonly reloads: { readonly done: number; readonly failed: number }
  readonly dataPath: DataPath
  readonly unseen: UnseenLedger
  readonly outside: OutsideInterfaces
  /** null before the steering was installed. */
  readonly guard: SteeringGuard | null
}

export function snapshotOf({ version, backend, reloads, dataPath, unseen, guard }: Parts): Snapshot {
  const kernel = readKernelQueues()
  const { prepared } = dataPath
  const blocks = prepared?.policy.blocks ?? []
  return {
    version,
    backend,
    generation: prepared?.generation ?? 0,
    loadedAt: prepared?.readAt ?? 0,
    copyRange: prepared?.compiled.copyRange ?? 0,
    blocks: {
      observe: blocks.filter(({ mode }) => mode === 'observe').length,
      enforce: blocks.filter(({ mode }) => mode === 'enforce').length,
    },
    reloads,
    steering: { inForce: guard?.isInForce ?? false, reinstalls: guard?.reinstalls ?? { done: 0, failed: 0 } },
    totals: dataPath.totals,
    unseen: unseen.packets,
    queues: dataPath.views().map(({ spec: { number, kind }, slab, restarts, alive }) => {
      const listed = kernel.get(number) ?? null
      return { number, kind, slab, restarts, alive, waiting: listed?.waiting ?? null, dropped: dataPath.dropped.read(number, slab, listed) }
    }),
  }
}

export function vitalsOf({ phase, dataPath, outside, guard }: Parts): Vitals {
  return {
    phase,
    queues: dataPath.views().map(({ spec, alive, silentMilliseconds }) => ({ number: spec.number, alive, silentMilliseconds })),
    steering: guard?.isInForce ?? false,
    noOutside: outside.isNone,
  }
}
