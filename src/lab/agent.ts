// SPDX-License-Identifier: GPL-2.0-or-later
// The near end of programs/agent.ts: starts the process on first use, gives it tasks, and hands each result to whoever waits for it.

import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { OperationalError } from '../errors.js'
import type { AgentResult, AgentTask, Programs } from './programs/agent.js'

export type ProgramName = keyof Programs
export type TaskOf<Name extends ProgramName> = Parameters<Programs[Name]>[0]
export type ResultOf<Name extends ProgramName> = Awaited<ReturnType<Programs[Name]>>

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

export class Agent {
  readonly #host: string
  readonly #enter: readonly string[]
  #child: ChildProcess | null = null
  #nextId = 0
  readonly #waiting = new Map<number, Waiting>()

  /** `enter` is the command that runs another one on the host. */
  constructor(host: string, enter: readonly string[]) {
    this.#host = host
    this.#enter = enter
  }

  run<Name extends ProgramName>(program: Name, task: TaskOf<Name>): Promise<ResultOf<Name>> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject })
      this.#child ??= this.#start()
      this.#child.send({ id, program, task } satisfies AgentTask)
    })
  }

  #start(): ChildProcess {
    const file = fileURLToPath(new URL('./programs/agent.js', import.meta.url))
    const [command, ...args] = this.#enter as [string, ...string[]]
    const child = spawn(command, [...args, process.execPath, file], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.on('message', ({ id, error, result }: AgentResult) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error === undefined) waiting?.resolve(result)
      else waiting?.reject(this.#failure(error))
    })
    child.on('error', (error) => this.#fail(error.message))
    child.on('exit', (status, signal) => this.#fail(`its agent ended with ${status ?? signal}`))
    return child
  }

  #failure(detail: string): OperationalError {
    return new OperationalError('LAB_FAILED', `on host ${this.#host}: ${detail}`)
  }

  #fail(detail: string): void {
    for (const { reject } of this.#waiting.values()) reject(this.#failure(detail))
    this.#waiting.clear()
  }
}
