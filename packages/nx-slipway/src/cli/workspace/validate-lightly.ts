import * as z from 'zod';

// As in executors.ts: compiled validators cost more than they save in a process that validates a few objects.
z.config({ jitless: true });
