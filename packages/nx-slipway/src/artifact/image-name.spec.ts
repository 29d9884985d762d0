import { imageNameOfProject, imageNameOfReference, isValidImageName, workspaceImageNameOf } from './image-name';

describe('imageNameOfReference', () => {
  it.each([
    ['web', 'web'],
    ['web:1.2', 'web'],
    ['web:latest@sha256:0123', 'web'],
    ['web@sha256:0123', 'web'],
    ['localhost/web:i-0123', 'web'],
    ['docker.io/library/redis:7', 'redis'],
    ['docker.io/acme/web', 'acme/web'],
    ['acme/web:dev', 'acme/web'],
    ['registry.example.com:5000/acme/web:dev', 'registry.example.com:5000/acme/web'],
    ['registry.example.com:5000/acme/web', 'registry.example.com:5000/acme/web'],
    [' web:1 ', 'web'],
  ])('of %s is %s', (reference, name) => {
    expect(imageNameOfReference(reference)).toBe(name);
  });
});

describe('isValidImageName', () => {
  it.each(['web', 'acme/web', 'a.b_c__d-e', 'holmesgpt-api', '0'])('accepts %s', (name) => {
    expect(isValidImageName(name)).toBe(true);
  });

  it.each([
    '',
    'Web',
    'web:1',
    'web@sha256:0',
    '-web',
    'web-',
    'a//b',
    'a..b',
    'localhost/web',
    'we b',
    'a'.repeat(246),
  ])('rejects %j', (name) => {
    expect(isValidImageName(name)).toBe(false);
  });
});

describe('imageNameOfProject', () => {
  it.each([
    ['web', 'web'],
    ['@acme/web', 'acme/web'],
    ['Web App', 'web-app'],
    ['@Acme/Web App', 'acme/web-app'],
    ['web._-app', 'web-app'],
    ['_web_', 'web'],
    ['@/@', 'image'],
  ])('of %s is %s', (project, name) => {
    expect(imageNameOfProject(project)).toBe(name);
    expect(isValidImageName(name)).toBe(true);
  });
});

describe('workspaceImageNameOf', () => {
  it.each([
    ['localhost/web:dev', 'web'],
    [`web@sha256:${'0'.repeat(64)}`, undefined],
    [`web:1@sha256:${'0'.repeat(64)}`, undefined],
  ])('takes %j for the image %j of the workspace', (reference, name) => {
    expect(workspaceImageNameOf(reference)).toBe(name);
  });
});
