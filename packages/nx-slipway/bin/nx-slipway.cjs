#!/usr/bin/env node
// Committed, not built: npm links the commands of a workspace's packages only where the file is there, which is before `prepare` builds `dist`.
require('../dist/cli.js');
