import type { ExecutorContext } from '@nx/devkit';
import { describeTaskPlace } from './task-place';

const context = {
  root: '/workspace',
  cwd: '/workspace',
  isVerbose: false,
  projectName: 'web',
  targetName: 'e2e',
  nxJsonConfiguration: {},
  projectGraph: { nodes: {}, dependencies: {} },
  projectsConfigurations: {
    version: 2,
    projects: {
      web: {
        root: 'apps/web',
        targets: {
          e2e: { executor: 'nx-slipway:e2e', options: { needs: ['nobody'] } },
          ship: {
            executor: 'nx-slipway:deploy-only',
            options: { needs: ['api'] },
            configurations: { kind: { needs: ['api', 'redis'] }, ci: {} },
          },
        },
      },
      lib: { root: 'libs/lib' },
    },
  },
} as unknown as ExecutorContext;

describe('the deploy of a project', () => {
  const place = describeTaskPlace(context, { env: { HOME: '/home/me' } });

  it('is known by its executor, with what it needs in whatever configuration', () => {
    expect(place.findDeploy('web')).toEqual({ target: 'ship', needs: ['api', 'redis'] });
  });

  it('is missing where there is none', () => {
    expect(place.findDeploy('lib')).toBeUndefined();
    expect(place.findDeploy('unknown')).toBeUndefined();
  });
});
