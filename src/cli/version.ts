// SPDX-License-Identifier: GPL-2.0-or-later
// The version, from the one place that states it: package.json, above whichever folder we were compiled into.

import { existsSync, readFileSync } from 'node:fs'

export function readVersion(): string {
  for (let folder = new URL('.', import.meta.url); folder.pathname !== '/'; folder = new URL('..', folder)) {
    const file = new URL('package.json', folder)
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).version
  }
  throw new TypeError('package.json is not above the compiled files')
}
