// SPDX-License-Identifier: GPL-2.0-or-later
// The whole path of one policy change: read -> check -> normalise -> compile -> widen -> publish -> narrow. Each step may refuse, and then
// the policy in force stays in force. Between widen and narrow both the old and the new rules queue packets, so that no packet that either
// policy acts on slips by, and every single verdict is the old image's or the new one's. What the kernel drops by itself changes in the step
// that narrows: by then every engine has the new image.

import { createHash } from 'node:crypto'
import { OperationalError } from '../errors.js'
import { type Compiled, compile } from './compile/compile.js'
import type { Steering } from './install/install.js'
import type { Diagnostic } from './policy/diagnostics.js'
import { type Loaded, loadPolicy } from './policy/load.js'
import type { Policy } from './policy/policy.js'

export interface Reading {
  readonly path: string
  readonly readFile: (path: string) => string
  readonly nowSeconds: number
  /** The machine's; a policy may name another. */
  readonly timezone: string
}

/** A policy that is good, compiled, and not yet in force. */
export interface Prepared {
  readonly policy: Policy
  readonly compiled: Compiled
  readonly warnings: readonly Diagnostic[]
  /** Of the texts it was read from. */
  readonly digest: Uint32Array
  /** Number of this image, from 1. */
  readonly generation: number
  /** When it was read, seconds since 1970. */
  readonly readAt: number
}

/** A policy that cannot be used: the diagnostics, and the text that shows them. */
export class PolicyRefused extends OperationalError {
  readonly diagnostics: readonly Diagnostic[]
  readonly text: string

  constructor(path: string, loaded: Loaded) {
    super('POLICY_INVALID', `${path} has errors`)
    this.diagnostics = loaded.diagnostics
    this.text = loaded.render()
  }
}

/** SHA-256 over all texts the policy was read from, as the eight words of the image's header. */
export function digestOf(texts: readonly string[]): Uint32Array {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(text).update('\0')
  const bytes = hash.digest()
  return Uint32Array.from({ length: 8 }, (_, word) => bytes.readUInt32BE(word * 4))
}

/**
 * Reads, checks, normalises and compiles. Throws PolicyRefused with every error, or POLICY_TOO_LARGE. Touches nothing. `between` is called
 * when the policy has been read and nothing of its texts is held any more, which of a large one are more bytes than all that is kept of them:
 * who counts memory collects his garbage there.
 */
export function prepare(reading: Reading, generation: number, between: () => void = () => {}): Prepared {
  // In a function of its own: what that one held is garbage by now, and what this one holds is not.
  const { policy, warnings, digest } = understand(reading)
  between()
  const compiled = compile(policy, { digest, generation, now: reading.nowSeconds })
  return { policy, compiled, warnings, digest, generation, readAt: reading.nowSeconds }
}

function understand({ path, readFile, nowSeconds, timezone }: Reading): Pick<Prepared, 'policy' | 'warnings' | 'digest'> {
  const loaded = loadPolicy(path, readFile, nowSeconds, { timezone })
  if (loaded.policy === null) throw new PolicyRefused(path, loaded)
  return { policy: loaded.policy, warnings: loaded.diagnostics, digest: digestOf(loaded.texts) }
}

/**
 * The same policy as it is at `nowSeconds`, when an exemption has run out. Its file is not read: what somebody is writing there waits until
 * it is asked for.
 */
export function prepareAgain(old: Prepared, nowSeconds: number, generation: number): Prepared {
  const compiled = compile(old.policy, { digest: old.digest, generation, now: nowSeconds })
  return { ...old, compiled, generation, warnings: [] }
}

/**
 * Brings a prepared policy into force. `publish` hands the image to every worker and resolves when all have taken it; where nothing is in
 * force yet it starts them, because the steering comes last. If a step fails, `old` is published and steered to again, and the error is
 * thrown. Where the old rules cannot be put back either, both plans' rules stay: they queue more, and the old image judges it.
 */
export async function bringIntoForce(
  prepared: Prepared,
  steering: Steering,
  publish: (prepared: Prepared) => Promise<void>,
  old: Prepared | null,
): Promise<void> {
  const { plan, drops } = prepared.compiled
  if (old === null) {
    await publish(prepared)
    await steering.widen(plan, drops)
    await steering.narrow()
    return
  }
  await steering.widen(plan, drops)
  try {
    await publish(prepared)
    await steering.narrow()
  } catch (error) {
    // As far as it goes: the error that is reported is the first.
    await publish(old).catch(() => {})
    await steerBack(steering, old).catch(() => {})
    throw error
  }
}

async function steerBack(steering: Steering, { compiled }: Prepared): Promise<void> {
  await steering.widen(compiled.plan, compiled.drops)
  await steering.narrow()
}
