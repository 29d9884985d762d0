import { defineCodes } from '../catalogue-entry';

/** The SCHEDULE codes. */
export const scheduleCodes = defineCodes({
  SCHEDULE_TASK_EXCEEDS_BUDGET: {
    title: 'A build is expected to need more memory than there is',
    severity: 'warning',
    blame: 'environment',
    retryable: false,
    message:
      '{name} is expected to need {needed} of memory, and all builds together may have {budget} now. It runs alone.',
    hint: 'Free memory or build on a larger machine; or, where it needs less, say so with the option "memory" of its image-build.',
  },
  SCHEDULE_LEDGER_ELSEWHERE: {
    title: 'The ledger of memory is in another place than usual',
    severity: 'warning',
    blame: 'environment',
    retryable: false,
    message: 'Who builds how large is written to {used}, since {path} cannot be used: {reason}.',
    hint: 'Builds that use the other place are not waited for. Make it writable, or set NX_SLIPWAY_STATE_DIR to a folder of yours.',
  },
  SCHEDULE_LEDGER_UNSHARED: {
    title: 'Builds of other processes are not waited for',
    severity: 'warning',
    blame: 'environment',
    retryable: false,
    message:
      'Nothing can be written to {path} ({reason}), nor to the temporary folder: only the builds of this process are counted.',
    hint: 'Set NX_SLIPWAY_STATE_DIR to a folder that can be written. Until then, run one build at a time: nx run-many --parallel=1',
  },
  SCHEDULE_LEDGER_DAMAGED: {
    title: 'The ledger of memory was damaged',
    severity: 'warning',
    blame: 'environment',
    retryable: false,
    message: '{path} cannot be read as a ledger and is begun anew. Builds that run put themselves back into it.',
    hint: 'Nothing to do. If it comes again, look for what else writes to that folder, and for a failing disk.',
  },
  SCHEDULE_MEMORY_UNKNOWN: {
    title: 'The memory of the engine is not known',
    severity: 'notice',
    blame: 'environment',
    retryable: false,
    message: 'It cannot be told how much memory the engine has, so builds are limited by their number only.',
    hint: 'Set how many may run at a time: the option "admission.maxConcurrent" of the plugin.',
  },
  SCHEDULE_MEMORY_UNMEASURED: {
    title: 'The memory of a build cannot be measured',
    severity: 'notice',
    blame: 'environment',
    retryable: false,
    message: 'What {name} needs of memory cannot be measured: {reason}. {estimate} are expected.',
    hint: 'Say what it needs with the option "memory" of its image-build, e.g. "2GiB".',
  },
});
