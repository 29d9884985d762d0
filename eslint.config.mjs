import tseslint from 'typescript-eslint';

const STAGES = [
  'plugin',
  'dockerfile',
  'build-context',
  'engines',
  'artifact',
  'scheduling',
  'clusters',
  'deploy',
  'report',
];

/** What a pipeline stage may import besides its own folder, `artifact/`, `errors/` and `exec/` (docs/decisions/0008-stage-imports.md). */
const ALSO_ALLOWED = {
  // Graph time reads Dockerfiles, ignore files and the images of manifests, all by pure functions.
  plugin: ['dockerfile', 'build-context', 'deploy', 'clusters'],
  // The source list of a Dockerfile decides what a build context must hold.
  'build-context': ['dockerfile'],
  // Looking images up; never building them (see the rule below).
  clusters: ['engines', 'scheduling'],
  // The object and cluster types.
  deploy: ['clusters'],
  // What podman's layer cache cannot tell apart is marked in the Dockerfile's text.
  engines: ['scheduling', 'dockerfile'],
};

const boundaries = STAGES.map((stage) => {
  const allowed = new Set([stage, 'artifact', 'errors', 'exec', ...(ALSO_ALLOWED[stage] ?? [])]);
  const forbidden = [...STAGES, 'executors', 'generators', 'cli'].filter((other) => !allowed.has(other));
  return {
    files: [`packages/nx-slipway/src/${stage}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(\\.\\./)+(${forbidden.join('|')})(/|$)`,
              message: `The stage ${stage}/ must not import that stage (see CONTRIBUTING.md, "Boundaries").`,
            },
            ...(['clusters', 'deploy', 'plugin'].includes(stage)
              ? [
                  {
                    regex:
                      'engines/(?!image-store$|podman/detect-podman$|podman/podman-image-store$|remembering-image-store$|export(?:ed)?-images$|push-image$)',
                    message: `Nothing in ${stage}/ may reach what builds images.`,
                  },
                ]
              : []),
          ],
        },
      ],
    },
  };
});

const READING_SIDE_ONLY = {
  regex: 'engines/(?!image-store$|image-trees$|remembering-image-store$|(?:podman|docker)/\\w+-image-store$)',
  message: 'Only executors/image-build/ opens an engine’s building side, and open-build-leftovers.ts to clean up.',
};

/** Which executors have a way to a build: `image-build`, and through its one function those that bring images. */
const executorBoundaries = [
  {
    folders: '{e2e,cluster-up,cluster-down,report-problem}',
    forbidden: '/(image-build|deploy-only|image-load)/',
    message: 'No way may lead from here to a build.',
  },
  {
    folders: '{deploy-only,image-load}',
    forbidden: '/image-build/(?!(secure-workspace-images|verify-claims)$)',
    message: 'A deploy reaches a build only through image-build/secure-workspace-images; verify-claims leads to none.',
  },
].map(({ folders, forbidden, message }) => ({
  files: [`packages/nx-slipway/src/executors/${folders}/**/*.ts`],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: forbidden, message }, READING_SIDE_ONLY] }] },
}));

const executorsShared = {
  files: ['packages/nx-slipway/src/executors/*.ts'],
  ignores: ['**/open-build-leftovers.ts', '**/*.spec.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [{ regex: '/image-build/', message: 'Executors share nothing that builds.' }, READING_SIDE_ONLY] },
    ],
  },
};

/** What is loaded before a command is known: the help must not pay for what commands load. */
const commandLineStart = {
  files: ['packages/nx-slipway/src/cli/*.ts'],
  ignores: ['**/cli-commands.ts', '**/*.spec.ts'],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex:
              '^(\\.\\./)+(?!errors/|exec/tools$)|/cli-commands(\\.js)?$|^\\./[^/]+/(?!.*-declaration$)|^(zod|yaml|execa|(node:)?child_process)$',
            message: 'Only what the help needs is imported here; the rest by cli-commands.ts.',
            allowTypeImports: true,
          },
        ],
      },
    ],
  },
};

/** `z` is an object of all that zod has, down to the locales: a bundle with it is twice as large (600 KB more). */
const WHOLE_ZOD = {
  selector: 'ImportDeclaration[source.value="zod"][importKind!="type"] > ImportSpecifier',
  message: "Bundles keep only what is used of `import * as z from 'zod'`.",
};

export default tseslint.config(
  { ignores: ['**/dist/**', '**/.compiled-*/**', '**/node_modules/**', 'examples/**/vendor/**', '.nx/**', 'tmp/**'] },
  {
    files: ['packages/**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-non-null-assertion': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', WHOLE_ZOD],
    },
  },
  {
    files: ['packages/nx-slipway/src/**/*.ts'],
    ignores: ['packages/nx-slipway/src/exec/{execa-runner,run-captured}.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'execa', message: 'Only exec/ runs processes.' },
            { name: 'node:child_process', message: 'Only exec/ runs processes.' },
            { name: 'child_process', message: 'Only exec/ runs processes.' },
          ],
        },
      ],
    },
  },
  {
    files: [
      'packages/nx-slipway/src/executors/**/*.ts',
      'packages/nx-slipway/src/cli.ts',
      'packages/nx-slipway/src/{cli,artifact,engines,clusters,deploy,scheduling,build-context,dockerfile,exec,errors}/**/*.ts',
    ],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportDeclaration[source.value="@nx/devkit"][importKind!="type"]',
          message: 'Executors and commands are light: @nx/devkit is not loaded at run time (types only).',
        },
        WHOLE_ZOD,
      ],
    },
  },
  ...boundaries,
  ...executorBoundaries,
  executorsShared,
  commandLineStart,
  {
    files: ['**/*.spec.ts', 'packages/*/integration/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-restricted-imports': 'off',
    },
  },
);
