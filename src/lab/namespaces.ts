// SPDX-License-Identifier: GPL-2.0-or-later
// The way into namespaces of our own (user, network, mount, pid) and the promise that nothing outlives us. The first process inside dies
// with `unshare` (--kill-child), `unshare` dies with this process however that ends (--pdeathsig), and with the first process of a pid
// namespace the kernel ends all others in it; networks, mounts and the folder on tmpfs go when nobody is left in them.
// It is a user namespace also for root, so that no daemon of the lab can touch the machine's clock, files or network.

import { type ChildProcess, spawn } from 'node:child_process'
import { OperationalError } from '../errors.js'

const NAMESPACES = ['--user', '--map-root-user', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']

/** Debian's ordinary users do not have sbin on their path, but the tools are there. */
const PATH = `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`

/** Not its own session's terminal: Ctrl-C reaches this process alone, which then ends the lab in order. */
function enter(command: readonly string[]): ChildProcess {
  return spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...NAMESPACES, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH },
    detached: true,
  })
}

interface Ended {
  readonly status: number | null
  readonly errors: string
}

function ended(child: ChildProcess): Promise<Ended> {
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const tool = error.code === 'ENOENT' ? 'setpriv is missing (package util-linux)' : error.message
      reject(new OperationalError('LAB_TOOL_MISSING', tool))
    })
    child.on('close', (status) => resolve({ status, errors: errors.trim() }))
  })
}

/** Throws OperationalError LAB_NAMESPACE where this machine does not let us have namespaces. */
export async function needNamespaces(): Promise<void> {
  const { status, errors } = await ended(enter(['true']))
  if (status !== 0) throw new OperationalError('LAB_NAMESPACE', errors || 'unshare failed')
}

/** How the process inside ended by itself, or what made us end it. */
export type Ending = Ended | { readonly cut: NodeJS.Signals | 'late' }

const INTERRUPTIONS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** Runs `command` inside and gives each line of its output to `line`. A signal, or the deadline, ends what is inside at once and wholly. */
export async function runInside(command: readonly string[], line: (text: string) => void, deadlineMilliseconds: number): Promise<Ending> {
  const child = enter(command)
  let cut: NodeJS.Signals | 'late' | null = null
  const interrupt = (cause: NodeJS.Signals | 'late'): void => {
    cut = cause
    child.kill('SIGKILL')
  }
  const deadline = setTimeout(interrupt, deadlineMilliseconds, 'late')
  for (const signal of INTERRUPTIONS) process.on(signal, interrupt)
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const one of lines) line(one)
  })
  try {
    const ending = await ended(child)
    return cut === null ? ending : { cut }
  } finally {
    clearTimeout(deadline)
    for (const signal of INTERRUPTIONS) process.off(signal, interrupt)
  }
}
