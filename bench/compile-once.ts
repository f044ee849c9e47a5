// SPDX-License-Identifier: GPL-2.0-or-later
// One round of the compile bench, in a process of its own, so that every round begins alike and its peak of memory is its own: idle is the
// program loaded, an empty policy compiled, and a second thread that has its image; then the large policy is read, compiled and published,
// which it is when that thread has looked an address up in the new image. One JSON object on stdout. Needs --expose-gc, because the appliance
// collects between reading and compiling too.
//
//   node --expose-gc compile-once.js image|sets|changes FOLDER POLICY

import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { openImage } from '../src/contract/image.js'
import { PolicyRefused, type Prepared, prepare } from '../src/control/reload.js'
import { classOfIpv4 } from '../src/datapath/classify/prefixes.js'
import { measureChanges } from './changes.js'
import { loadSets } from './kernel-sets.js'
import { cpuMicroseconds } from './record.js'

const NOW_SECONDS = 1_800_000_000
const EMPTY = 'empty.yaml'
const collectGarbage = (globalThis as { gc?: () => void }).gc as () => void

/** Of this process, in bytes: what is resident, or the most that was since the last resetPeak(). */
function memory(field: 'VmRSS' | 'VmHWM'): number {
  const [, kilobytes] = new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8')) as RegExpExecArray
  return Number(kilobytes) * 1024
}

/** "5" makes the peak what is resident now (Linux, Documentation/filesystems/proc.rst). */
const resetPeak = (): void => writeFileSync('/proc/self/clear_refs', '5')

/** `wasRead` is called when it has been read and checked. */
function load(folder: string, name: string, generation: number, wasRead: () => void = () => {}): Prepared {
  const readFile = (path: string) => readFileSync(path, 'utf8')
  try {
    return prepare({ path: `${folder}/${name}`, readFile, nowSeconds: NOW_SECONDS, timezone: 'UTC' }, generation, () => {
      wasRead()
      collectGarbage()
    })
  } catch (error) {
    throw error instanceof PolicyRefused ? new Error(error.text) : error
  }
}

async function publish(thread: Worker, { compiled }: Prepared): Promise<void> {
  thread.postMessage(compiled.image)
  await once(thread, 'message')
}

async function measureImage(folder: string, name: string): Promise<object> {
  const thread = new Worker(new URL(import.meta.url))
  await publish(thread, load(folder, EMPTY, 1))
  const idleBytes = memory('VmRSS')
  resetPeak()
  const [begun, cpu] = [performance.now(), cpuMicroseconds()]
  let read = begun
  const prepared = load(folder, name, 2, () => {
    read = performance.now()
  })
  const built = performance.now()
  await publish(thread, prepared)
  const ended = performance.now()
  const peakBytes = memory('VmHWM') - idleBytes
  await thread.terminate()
  return {
    milliseconds: ended - begun,
    readMilliseconds: read - begun,
    compileMilliseconds: built - read,
    cpuMilliseconds: (cpuMicroseconds() - cpu) / 1000,
    imageBytes: prepared.compiled.image.byteLength,
    idleBytes,
    peakBytes,
  }
}

const MEASURES: Readonly<Record<string, (folder: string, name: string) => object>> = {
  image: measureImage,
  sets: (folder, name) => loadSets(load(folder, name, 1).compiled.plan, folder),
  changes: (folder, name) => {
    const prepared = load(folder, name, 1)
    collectGarbage()
    return measureChanges(prepared)
  },
}

if (isMainThread) {
  const [what, folder, name] = process.argv.slice(2) as [string, string, string]
  process.stdout.write(`${JSON.stringify(await MEASURES[what]?.(folder, name))}\n`)
} else {
  parentPort?.on('message', (image: SharedArrayBuffer) => parentPort?.postMessage(classOfIpv4(openImage(image), Uint32Array.of(1), 0)))
}
