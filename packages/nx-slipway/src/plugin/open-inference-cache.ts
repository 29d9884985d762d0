import { isJsonObject } from '../artifact/json-object';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { InferenceCache, KeptInference } from './infer-through-cache';

const FILE_NAME = 'nx-slipway-inference.json';

/**
 * The cache as one file in the folder where Nx keeps what it knows of a workspace (`workspaceDataDirectoryForWorkspace` of
 * Nx 23.2, the same in 22), which `nx reset` removes. A damaged file is none; one that cannot be written is not.
 */
export function openInferenceCache(workspaceRoot: string, env: NodeJS.ProcessEnv): InferenceCache {
  const configured = env['NX_WORKSPACE_DATA_DIRECTORY'] ?? env['NX_PROJECT_GRAPH_CACHE_DIRECTORY'];
  const file = join(resolve(workspaceRoot, configured || join('.nx', 'workspace-data')), FILE_NAME);
  return {
    read: () => {
      try {
        const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
        return isKeptInference(value) ? value : undefined;
      } catch {
        return undefined;
      }
    },
    write: (kept) => {
      const temporary = `${file}.${process.pid}`;
      try {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(temporary, JSON.stringify(kept));
        renameSync(temporary, file);
      } catch {
        // A folder that is read-only or full: the next command infers again.
        rmSync(temporary, { force: true });
      }
    },
  };
}

function isKeptInference(value: unknown): value is KeptInference {
  if (!isJsonObject(value)) return false;
  const { request, questions, found, nodes } = value;
  return typeof request === 'string' && typeof found === 'string' && isQuestions(questions) && Array.isArray(nodes);
}

function isQuestions(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  return Object.values(value).every((paths) => Array.isArray(paths) && paths.every((path) => typeof path === 'string'));
}
