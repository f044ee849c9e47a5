// SPDX-License-Identifier: GPL-2.0-or-later
// A file that is there whole or not at all: written beside its place, under a name of its own, and moved there at the end. What is there
// and is no ordinary file (a pipe, /dev/null) is written to as it is. Whoever ends without finish() leaves nothing behind.

import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, type Stats, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { nameOf } from '../../datapath/packet/capture/faults.js'
import { OperationalError } from '../../errors.js'

const BUFFER_BYTES = 1 << 20

export const unwritable = (path: string, cause: unknown): OperationalError =>
  new OperationalError('CAPTURE_UNWRITABLE', `${nameOf(path)}: ${causeText(cause)}`)

function causeText(cause: unknown): string {
  if (typeof cause === 'string') return cause
  return (cause as NodeJS.ErrnoException).code ?? String(cause)
}

export class OutputFile {
  readonly #path: string
  /** Where the bytes go until finish(); null: straight to the place. */
  readonly #beside: string | null
  readonly #descriptor: number
  readonly #buffer = new Uint8Array(BUFFER_BYTES)
  #used = 0
  #open = true

  /** Throws CAPTURE_UNWRITABLE. */
  constructor(path: string) {
    if (path === '-') throw unwritable(path, 'standard output has the summary or the JSON; name a file, or /dev/stderr')
    try {
      const there = statOf(path)
      const ordinary = there === null || there.isFile()
      this.#path = ordinary && there !== null ? realpathSync(path) : path
      this.#beside = ordinary ? `${this.#path}.${process.pid}.part` : null
      // What a crash left under this name would be in the way; `wx` follows no link that somebody else put there.
      if (this.#beside !== null) rmSync(this.#beside, { force: true })
      // What takes the place of a file that others may not read is not for them either.
      this.#descriptor = openSync(this.#beside ?? this.#path, ordinary ? 'wx' : 'w', there?.isFile() === true ? there.mode & 0o666 : 0o666)
    } catch (error) {
      throw unwritable(path, error)
    }
    process.once('exit', this.abandon)
  }

  /** Where the bytes are now, for who must read them again; after this all are there. Null where they cannot be read. */
  settled(): string | null {
    this.#flush()
    return this.#beside
  }

  /** Room for `count` bytes, at most BUFFER_BYTES: an index into `bytes`, all of which the caller fills before the next call. */
  reserve(count: number): number {
    if (this.#used + count > BUFFER_BYTES) this.#flush()
    const at = this.#used
    this.#used += count
    return at
  }

  get bytes(): Uint8Array {
    return this.#buffer
  }

  /** All is written, and in its place. Throws CAPTURE_UNWRITABLE, and then nothing is left. */
  finish(): void {
    this.#flush()
    try {
      closeSync(this.#descriptor)
      this.#open = false
      if (this.#beside !== null) renameSync(this.#beside, this.#path)
    } catch (error) {
      this.abandon()
      throw unwritable(this.#path, error)
    }
    process.removeListener('exit', this.abandon)
  }

  /** Leaves nothing. Never throws. */
  readonly abandon = (): void => {
    process.removeListener('exit', this.abandon)
    try {
      if (this.#open) closeSync(this.#descriptor)
    } catch {
      // It is given up anyway.
    }
    this.#open = false
    if (this.#beside !== null) rmSync(this.#beside, { force: true })
  }

  #flush(): void {
    try {
      for (let at = 0; at < this.#used; ) at += writeSync(this.#descriptor, this.#buffer, at, this.#used - at)
    } catch (error) {
      this.abandon()
      throw unwritable(this.#path, error)
    }
    this.#used = 0
  }
}

/** Null where there is nothing. */
const statOf = (path: string): Stats | null => statSync(path, { throwIfNoEntry: false }) ?? null

/** As statOf; null also where that cannot be told. */
function known(path: string): Stats | null {
  try {
    return statOf(path)
  } catch {
    return null
  }
}

/** Throws CAPTURE_UNWRITABLE where `path` is one of `inputs`, by whatever names. */
export function refuseInput(path: string, inputs: readonly string[]): void {
  const there = known(path)
  if (there?.isFile() !== true) return
  for (const input of inputs) {
    const one = known(input === '-' ? '/dev/stdin' : input)
    if (one?.dev === there.dev && one.ino === there.ino) throw unwritable(path, `it is the capture ${nameOf(input)} itself`)
  }
}

/** Where the file will be, links resolved, so that two names of one place are found out. */
export function placeOf(path: string): string {
  for (const [folder, name] of [
    [path, ''],
    [dirname(path), basename(path)],
  ] as const) {
    try {
      return join(realpathSync(folder), name)
    } catch {
      // It is not there yet, or never will be; then opening it says so.
    }
  }
  return path
}
