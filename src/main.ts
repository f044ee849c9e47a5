#!/usr/bin/env node
// SPDX-License-Identifier: GPL-2.0-or-later
// Process entry.

import { runCommand } from './cli/cli.js'

process.exitCode = await runCommand(process.argv.slice(2))
