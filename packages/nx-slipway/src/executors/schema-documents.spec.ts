import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { CLUSTER_PROVIDERS, clusterChoiceShape, TRANSPORTS } from '../clusters/cluster-choice';
import * as bundled from '../executors';
import { clusterTargetOptionsSchema } from './cluster-up/cluster-up.impl';
import { deployOnlyOptionsSchema, imageLoadOptionsSchema } from './deploy-only/deploy-options';
import { e2eOptionsSchema } from './e2e/e2e-options';
import { imageBuildOptionsSchema } from './image-build/image-build-options';

/** The part of a JSON schema that is looked at. */
interface SchemaDocument {
  readonly properties: Readonly<Record<string, { readonly description?: string; readonly default?: unknown }>>;
  readonly required?: readonly string[];
  readonly additionalProperties: boolean;
  readonly description: string;
}

/** A property that is an object. */
interface NestedSchema {
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, NestedSchema>>;
  readonly additionalProperties?: boolean;
}

const PACKAGE_ROOT = join(__dirname, '..', '..');

const VALIDATORS: Readonly<Record<string, z.ZodObject>> = {
  'image-build': imageBuildOptionsSchema,
  'deploy-only': deployOnlyOptionsSchema,
  'image-load': imageLoadOptionsSchema,
  e2e: e2eOptionsSchema,
  'cluster-up': clusterTargetOptionsSchema,
  'cluster-down': clusterTargetOptionsSchema,
};

function readSchema(executor: string): SchemaDocument {
  return JSON.parse(readFileSync(join(__dirname, executor, 'schema.json'), 'utf8')) as SchemaDocument;
}

/** An option's default as the validator gives it; `undefined` where there is none, or only an empty one. */
function filledDefault(validator: z.ZodObject, option: string): unknown {
  const result = (validator.shape[option] as z.ZodType).safeParse(undefined);
  const value = result.success ? result.data : undefined;
  return value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
    ? undefined
    : value;
}

describe.each(Object.entries(VALIDATORS))('schema.json of %s', (executor, validator) => {
  const schema = readSchema(executor);

  it('documents exactly the options that are validated', () => {
    expect(Object.keys(schema.properties).toSorted()).toEqual(Object.keys(validator.shape).toSorted());
    expect(schema.additionalProperties).toBe(false);
  });

  it('documents the defaults and what is required', () => {
    for (const [option, { default: documented }] of Object.entries(schema.properties)) {
      expect([option, documented]).toEqual([option, filledDefault(validator, option)]);
      const isRequired = !(validator.shape[option] as z.ZodType).safeParse(undefined).success;
      expect([option, schema.required?.includes(option) ?? false]).toEqual([option, isRequired]);
    }
  });
});

it.each(Object.keys(VALIDATORS).filter((executor) => executor !== 'image-build'))(
  'the document of %s has the options of the cluster that are validated, in full sentences',
  (executor) => {
    const { cluster } = readSchema(executor).properties as Readonly<Record<string, NestedSchema>>;
    expect(Object.keys(cluster?.properties ?? {})).toEqual(['provider', ...Object.keys(clusterChoiceShape)]);
    expect(cluster?.properties?.['provider']?.enum).toEqual(CLUSTER_PROVIDERS);
    expect(cluster?.properties?.['transport']?.enum).toEqual(TRANSPORTS);
    const nested = [cluster?.properties?.['kind'], cluster?.properties?.['registry']];
    for (const { properties, additionalProperties } of nested as NestedSchema[]) {
      expect(additionalProperties).toBe(false);
      for (const { description } of Object.values(properties ?? {})) expect(description).toMatch(/^[A-Z].*[.`]$/s);
    }
    for (const { description } of Object.values(cluster?.properties ?? {}))
      expect(description).toMatch(/^[A-Z].*[.`]$/s);
  },
);

describe('executors.json', () => {
  const { executors } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'executors.json'), 'utf8')) as {
    executors: Record<string, { implementation: string; schema: string; description: string }>;
  };
  const source = (path: string): string => join(PACKAGE_ROOT, path.replace('./dist/', 'src/'));

  it('names every executor, each with an export of the bundle and a schema', () => {
    const folders = readdirSync(__dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(Object.keys(executors).toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
    for (const { implementation, schema } of Object.values(executors)) {
      const [file, name] = implementation.split('#');
      expect([file, typeof bundled[name as keyof typeof bundled]]).toEqual(['./dist/executors.js', 'function']);
      expect([schema, existsSync(source(schema))]).toEqual([schema, true]);
    }
  });

  it.each(Object.keys(executors))('%s is described in full sentences, options included', (executor) => {
    const { description, properties } = readSchema(executor);
    for (const text of [description, ...Object.values(properties).map((option) => option.description ?? '')]) {
      expect(text).toMatch(/^[A-Z].*[.`]$/s);
    }
  });
});
