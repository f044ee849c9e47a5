// SPDX-License-Identifier: GPL-2.0-or-later
// An interrupted lab leaves nothing: no process in its namespaces, therefore no namespace, and no folder.

import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { startLab, whyNoLab } from './machine.js'

/** What `look` makes of each process; null where that process is gone meanwhile, or is not ours to look at. */
function processes<Found>(look: (id: number) => Found): Map<number, Found> {
  const found = new Map<number, Found>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      found.set(Number(name), look(Number(name)))
    } catch {}
  }
  return found
}

/** State and parent: the fields after the command's closing parenthesis. A dead process that nobody has waited for yet is gone to us. */
function parentOf(id: number): number {
  const [state, parent] = readFileSync(`/proc/${id}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []
  if (state === 'Z') throw new Error('dead')
  return Number(parent)
}
const pidNamespaceOf = (id: number): string => readlinkSync(`/proc/${id}/ns/pid`)

function descendants(root: number): number[] {
  const parents = processes(parentOf)
  const belongs = (id: number): boolean => id === root || (parents.has(id) && belongs(parents.get(id) as number))
  return [...parents.keys()].filter((id) => id !== root && belongs(id))
}

const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('ipxxb-lab-'))

t.test('an interrupted lab leaves nothing behind', { skip: await whyNoLab(), timeout: 120_000 }, async (t) => {
  const cases = [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGKILL', null],
  ] as const
  for (const [signal, status] of cases) {
    await t.test(signal, { timeout: 40_000 }, async (t) => {
      const before = folders()
      const lab = startLab('ip53b', '--json')
      // The first row: everything that will ever run has been started, but the appliance.
      await once(lab.stdout!, 'data')
      const own = pidNamespaceOf(process.pid)
      const namespaces = new Set(
        descendants(lab.pid as number)
          .map(pidNamespaceOf)
          .filter((name) => name !== own),
      )
      t.equal(namespaces.size, 1, 'the lab has a pid namespace of its own')

      lab.kill(signal)
      const [code] = await once(lab, 'exit')
      t.equal(code, status)
      let left: number[] = []
      for (let look = 0; look < 40; look++) {
        left = [...processes(pidNamespaceOf)].filter(([id, name]) => namespaces.has(name) && processes(parentOf).has(id)).map(([id]) => id)
        if (left.length === 0) break
        await sleep(50)
      }
      t.strictSame(left, [], 'no process is left')
      t.strictSame(folders(), before, 'no folder is left')
    })
  }
})
