// SPDX-License-Identifier: GPL-2.0-or-later
// docs/verdicts.md as rows: what must become of one packet under one policy, worked out from the text by hand. The oracle is held against
// them, and so is the engine: they are where both could be wrong in the same way. Step 1 stands in rows-reading.ts.

import { CANDIDATE_ROWS, HEADER_ROWS } from './rows-candidates.js'
import { CLASS_ROWS, LIMIT_ROWS } from './rows-classes.js'
import { DIRECTION_ROWS, INTERFACE_ROWS } from './rows-direction.js'
import type { Row } from './scene.js'

export const ROWS: readonly Row[] = [...DIRECTION_ROWS, ...INTERFACE_ROWS, ...CANDIDATE_ROWS, ...HEADER_ROWS, ...CLASS_ROWS, ...LIMIT_ROWS]
