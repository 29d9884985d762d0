import { buildImage } from '../src/executors/image-build/build-image';
import { openAdmission } from '../src/scheduling/admission/admission';
import { openLearnedPeaks } from '../src/scheduling/peaks/learned-peaks';
import { openImageBuildLab } from './image-build-lab';

const READING = { totalMiB: 8_192, availableMiB: undefined, limits: [], pressurePercent: undefined };
const NOTICE = 'SCHEDULE_MEMORY_UNMEASURED';

/** Builds with an engine that works where nobody can look, and gives what was printed. */
async function buildUnseen(options: Readonly<Record<string, unknown>>): Promise<string> {
  const lab = openImageBuildLab('FROM scratch\nCOPY a.txt /\n', options);
  try {
    const { machineStore, tools, builder } = lab.equipment;
    const admission = openAdmission({
      machineStore,
      tools,
      openEngineMemory: () => Promise.resolve({ pool: 'host', read: () => READING }),
      onProblem: ({ code }) => lab.lines.push(code),
    });
    const unseen: typeof builder = {
      ...builder,
      buildImage(request) {
        request.meter?.follow({ kind: 'unseen', reason: 'it runs on the moon' })();
        return builder.buildImage(request);
      },
    };
    const outcome = await buildImage(await lab.prepare(), { ...lab.equipment, admission, builder: unseen });
    expect(outcome.status).toBe('built');
    expect(await openLearnedPeaks(machineStore, lab.place.workspaceRoot).recall('web')).toEqual([]);
    return lab.lines.join('\n');
  } finally {
    lab.dispose();
  }
}

describe('A build whose memory cannot be measured', () => {
  it('says so, why, what is expected of it, and which option tells it', async () => {
    expect(await buildUnseen({})).toMatch(
      new RegExp(
        `${NOTICE}.*What web needs of memory cannot be measured: it runs on the moon\\. 2\\.0 GiB are expected\\.[\\s\\S]*"memory"`,
      ),
    );
  });

  it.each([
    ['its option "memory" tells', { memory: '1GiB' }],
    ['builds are not admitted by memory', { admission: 'off' }],
  ])('says nothing where %s', async (_, options) => {
    expect(await buildUnseen(options)).not.toContain(NOTICE);
  });
});
