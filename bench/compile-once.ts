// SPDX-License-Identifier: GPL-2.0-or-later
// One round of the compile bench, in a process of its own, so that every round begins alike and its peak of memory is its own: idle is the
// program loaded, an empty policy compiled, and a second thread that has its image; then the large policy is read, compiled and published,
// which it is when that thread has looked an address up in the new image. One JSON object on stdout.
//
//   node compile-once.js image|sets FOLDER POLICY [HOSTS]

import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { NEVER, openImage } from '../src/contract/image.js'
import { type Compiled, compile } from '../src/control/compile/compile.js'
import { loadPolicy } from '../src/control/policy/load.js'
import type { Exemption, Policy } from '../src/control/policy/policy.js'
import { digestOf } from '../src/control/reload.js'
import { classOfIpv4 } from '../src/datapath/classify/prefixes.js'
import { loadSets } from './kernel-sets.js'
import { cpuMicroseconds } from './record.js'

const NOW_SECONDS = 1_800_000_000
const EMPTY = 'empty.yaml'

/** Of this process, in bytes: what is resident, or the most that was since the last resetPeak(). */
function memory(field: 'VmRSS' | 'VmHWM'): number {
  const [, kilobytes] = new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8')) as RegExpExecArray
  return Number(kilobytes) * 1024
}

/** "5" makes the peak what is resident now (Linux, Documentation/filesystems/proc.rst). */
const resetPeak = (): void => writeFileSync('/proc/self/clear_refs', '5')

function load(folder: string, name: string): { policy: Policy; texts: readonly string[] } {
  const readFile = (path: string) => readFileSync(path, 'utf8')
  const { policy, texts, render } = loadPolicy(`${folder}/${name}`, readFile, NOW_SECONDS, { timezone: 'UTC' })
  if (policy === null) throw new Error(render())
  return { policy, texts }
}

/**
 * Hosts, little-endian words of address and length, as exemptions from the first block. As lean as the type allows, views of one column and
 * one list of blocks: what is measured is the compiler.
 */
function hostExemptions(path: string): Exemption[] {
  const bytes = readFileSync(path)
  const column = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  const blocks = [0]
  const ipv6 = new Uint32Array(0)
  const rest = { blocks, service: null, expires: NEVER, owner: null, reason: null }
  return Array.from({ length: column.length / 2 }, (_, row) => ({ prefix: { ipv4: column.subarray(2 * row, 2 * row + 2), ipv6 }, ...rest }))
}

async function publish(thread: Worker, { image }: Compiled): Promise<void> {
  thread.postMessage(image)
  await once(thread, 'message')
}

async function measureImage(folder: string, name: string, hosts: string | undefined): Promise<object> {
  const thread = new Worker(new URL(import.meta.url))
  const empty = load(folder, EMPTY)
  await publish(thread, compile(empty.policy, { digest: digestOf(empty.texts), generation: 1, now: NOW_SECONDS }))
  const idleBytes = memory('VmRSS')
  resetPeak()
  const [begun, cpu] = [performance.now(), cpuMicroseconds()]
  const { policy, texts } = load(folder, name)
  const exemptions = hosts === undefined ? policy.exemptions : hostExemptions(`${folder}/${hosts}`)
  const digest = digestOf(texts)
  const read = performance.now()
  const compiled = compile({ ...policy, exemptions }, { digest, generation: 2, now: NOW_SECONDS })
  const built = performance.now()
  await publish(thread, compiled)
  const ended = performance.now()
  const peakBytes = memory('VmHWM') - idleBytes
  await thread.terminate()
  return {
    milliseconds: ended - begun,
    readMilliseconds: read - begun,
    compileMilliseconds: built - read,
    cpuMilliseconds: (cpuMicroseconds() - cpu) / 1000,
    imageBytes: compiled.image.byteLength,
    idleBytes,
    peakBytes,
  }
}

async function measureSets(folder: string, name: string): Promise<object> {
  const { policy, texts } = load(folder, name)
  return loadSets(compile(policy, { digest: digestOf(texts), generation: 1, now: NOW_SECONDS }).plan, folder)
}

if (isMainThread) {
  const [what, folder, name, hosts] = process.argv.slice(2) as [string, string, string, string | undefined]
  const outcome = await (what === 'sets' ? measureSets(folder, name) : measureImage(folder, name, hosts))
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
} else {
  parentPort?.on('message', (image: SharedArrayBuffer) => parentPort?.postMessage(classOfIpv4(openImage(image), Uint32Array.of(1), 0)))
}
