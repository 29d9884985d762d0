import { resolveTaskOutputs } from './resolve-task-outputs';

function outputsOf(...outputs: string[]) {
  const project = { root: 'apps/web', targets: { build: { outputs, options: { outputPath: 'dist/web' } } } };
  return resolveTaskOutputs('web', project, 'build');
}

describe('resolveTaskOutputs', () => {
  test.each([
    ['{projectRoot}/dist', ['apps/web/dist']],
    ['{workspaceRoot}/dist/{projectName}/', ['dist/web']],
    ['{options.outputPath}', ['dist/web']],
    ['{options.unset}', []],
    ['{workspaceRoot}/dist/**/*.js', ['dist']],
    ['!{workspaceRoot}/dist/x', []],
    ['{workspaceRoot}/../elsewhere', []],
    ['{workspaceRoot}', []],
  ])('%s gives %j', (output, expected) => {
    expect(outputsOf(output)).toEqual(expected);
  });

  test('a target or project that is not there has none', () => {
    expect(resolveTaskOutputs('web', { root: 'web', targets: {} }, 'build')).toBeUndefined();
    expect(resolveTaskOutputs('web', undefined, 'build')).toBeUndefined();
  });
});
