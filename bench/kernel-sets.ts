// SPDX-License-Identifier: GPL-2.0-or-later
// The sets of a steering plan, written for nft and for ipset as install/ writes them, and loaded into the namespace that this process is in:
// how long that takes, and how much memory the tool needs for it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import type { SteeringPlan } from '../src/control/compile/steering.js'
import { renderSets } from '../src/control/install/ipset.js'
import { layerOf, setsOf } from '../src/control/install/layers.js'
import { render } from '../src/control/install/nftables.js'

const LOOK_MILLISECONDS = 5
const QUEUES = { enforce: { first: 0, count: 1 }, observe: { first: 1, count: 1 } }

interface Loaded {
  readonly milliseconds: number
  /** Of the tool. */
  readonly peakBytes: number
}

/** Most that a living process has had resident, in bytes; 0 where it is gone. */
function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

async function load(words: readonly string[], input: string, folder: string): Promise<Loaded> {
  const path = `${folder}/sets.txt`
  writeFileSync(path, input)
  const file = openSync(path, 'r')
  const begun = performance.now()
  const child = spawn(words[0] as string, words.slice(1), { stdio: [file, 'inherit', 'inherit'] })
  let peakBytes = 0
  const look = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid as number))
  }, LOOK_MILLISECONDS)
  const [status] = (await once(child, 'exit')) as [number | null]
  clearInterval(look)
  closeSync(file)
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}`)
  return { milliseconds: performance.now() - begun, peakBytes }
}

async function written(words: readonly string[], render: () => string, folder: string): Promise<Loaded> {
  const begun = performance.now()
  const input = render()
  const milliseconds = performance.now() - begun
  const loaded = await load(words, input, folder)
  return { ...loaded, milliseconds: milliseconds + loaded.milliseconds }
}

/** The rules need a kernel that has the queue statement, and are few. */
const withoutRules = (text: string): string => text.replace(/^add (?!table|set).*\n/gm, '')

/** Loads them once with each tool; the input's writing counts. */
export async function loadSets(plan: SteeringPlan, folder: string): Promise<{ nft: Loaded; ipset: Loaded }> {
  const sets = setsOf([layerOf(plan)])
  return {
    nft: await written(['nft', '-f', '-'], () => withoutRules(render(plan, QUEUES)), folder),
    ipset: await written(['ipset', 'restore'], () => renderSets(sets), folder),
  }
}
