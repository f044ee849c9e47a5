// SPDX-License-Identifier: GPL-2.0-or-later
// A reference in C that is measured turn and turn about: a program that makes itself ready, says so in a line, and then answers each line it
// is asked with one of its own.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export class Program {
  readonly #name: string
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  private constructor(path: string, words: readonly string[]) {
    this.#name = path
    this.#child = spawn(path, words, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#child.stdout as NonNullable<ChildProcess['stdout']> })[Symbol.asyncIterator]()
  }

  /** Starts it and resolves when it is ready. */
  static async start(path: string, words: readonly string[]): Promise<Program> {
    const program = new Program(path, words)
    if ((await program.#line()) !== 'ready') throw new Error(`${path} did not start`)
    return program
  }

  /** Its answer to `line`. */
  async ask(line: string): Promise<string> {
    this.#child.stdin?.write(`${line}\n`)
    return this.#line()
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.stdin?.end()
    await ended
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error(`${this.#name} ended: it says why`)
    return value
  }
}
