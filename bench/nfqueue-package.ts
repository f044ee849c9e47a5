// SPDX-License-Identifier: GPL-2.0-or-later
// Where the npm package `nfqueue` is for the bench that compares with it, and whether it is there: deploy/nfqueue.sh puts it into a cache.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { PROJECT } from './record.js'

/** The folder that deploy/nfqueue.sh writes, by the same rules. */
function cacheFolder(): string {
  const { IPXXB_NFQUEUE, XDG_CACHE_HOME, HOME } = process.env
  return IPXXB_NFQUEUE || `${XDG_CACHE_HOME || `${HOME || homedir()}/.cache`}/ipxxb/nfqueue/${process.versions.modules}`
}

/** What `require` takes. */
export const packageFolder = (): string => `${cacheFolder()}/node_modules/nfqueue`

/** Makes sure that the package is there, from the registry where `mayFetch`; why it is not, or null. */
export function packageObstacle(mayFetch: boolean): string | null {
  if (!mayFetch) return existsSync(`${cacheFolder()}/complete`) ? null : `${packageFolder()} is missing; deploy/nfqueue.sh fetches it`
  const attempt = spawnSync(`${PROJECT}deploy/nfqueue.sh`, { encoding: 'utf8' })
  return attempt.status === 0 ? null : attempt.stderr.trim()
}
