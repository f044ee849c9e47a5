// SPDX-License-Identifier: GPL-2.0-or-later
// Runs the compiled command line as a user would, and gives what it printed and how it ended.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url))

export function ipxxb(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    timeout: 30_000,
    env: { ...process.env, TZ: 'UTC', NO_COLOR: '1' },
  })
  return { status, stdout, stderr }
}

/** A folder that goes when this process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ipxxb-test-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A policy file of that text in a folder of its own. */
export function policyFile(text: string): string {
  const path = join(temporaryFolder(), 'policy.yaml')
  writeFileSync(path, text)
  return path
}

export const GOOD = `version: 1
timezone: UTC
interfaces: { outside: [eth0] }
networks:
  dynamic: { customers: true, prefixes: [198.51.100.0/24, "2001:db8:100::/40"] }
blocks:
  - profile: IP53B
    protect: [dynamic]
    mode: enforce
  - profile: IP123B
    protect: [dynamic]
`
