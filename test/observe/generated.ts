// SPDX-License-Identifier: GPL-2.0-or-later
// Documents that are generated from a catalogue are committed; this holds them fresh, and with UPDATE=1 writes them.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Compares docs/<name> with the lines it should have. */
export function compareGenerated(
  t: { equal(found: string, wanted: string, message: string): boolean },
  name: string,
  lines: readonly string[],
): void {
  const path = join(process.cwd(), 'docs', name)
  const text = lines.join('\n')
  if (process.env.UPDATE === '1') writeFileSync(path, text)
  t.equal(readFileSync(path, 'utf8'), text, `docs/${name} is fresh (UPDATE=1 npm test writes it)`)
}
