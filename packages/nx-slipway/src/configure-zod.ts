import * as z from 'zod';

// Before the first schema is made: it decides then. Each task is a process of its own and validates a few objects: compiled
// validators cost more than they save (11 ms).
z.config({ jitless: true });
