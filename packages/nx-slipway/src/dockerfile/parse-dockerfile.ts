import { SlipwayError } from '../errors/slipway-error';
import { assertInstruction, invalidInstruction } from './assert-instruction';
import { findReadingDoubts } from './find-reading-doubts';
import { joinLogicalLines } from './logical-lines';
import { parseInstruction } from './parse-instruction';
import type { DockerfileInstruction, DockerfileStage, ParsedDockerfile } from './parsed-dockerfile';
import { readDirectives } from './read-directives';
import { splitAtWhitespace } from './split-words';

/** BuildKit's rule for stage names (v0.34.2, frontend/dockerfile/instructions), after lower-casing. podman takes any name. */
const STAGE_NAME = /^[a-z][a-z0-9_.-]*$/;
/**
 * Bytes. BuildKit v0.34.2 refuses a longer line; imagebuilder v1.2.4 (podman 4.3) takes the file to end before it, and says nothing.
 */
const MAX_LINE_LENGTH = 65_535;

/**
 * Parses a Dockerfile as it is written; nothing is resolved.
 * In: the text (a BOM and CRLF are fine) and the file's name for messages. Out: at least one stage, each with its instructions.
 * Syntax: what BuildKit v0.34.2 accepts; what only some engines accept is accepted here, see `listEngineSyntax`.
 * Takes time in proportion to the length of the text.
 * @throws {SlipwayError} DOCKERFILE_EMPTY, DOCKERFILE_SYNTAX_INVALID
 */
export function parseDockerfile(text: string, source: string): ParsedDockerfile {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  assertIsText(text, lines, source);
  const directives = readDirectives(lines, source);
  const logicalLines = joinLogicalLines(lines, directives.escape, source);
  if (logicalLines.length === 0) throw new SlipwayError('DOCKERFILE_EMPTY', { source });
  const instructions = logicalLines.map((line) => {
    const instruction = parseInstruction(line, directives.escape);
    assertInstruction(instruction, source);
    return instruction;
  });
  const firstFrom = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const globalArguments = firstFrom < 0 ? instructions : instructions.slice(0, firstFrom);
  const misplaced = globalArguments.find(({ keyword }) => keyword !== 'ARG') ?? (firstFrom < 0 && globalArguments[0]);
  if (misplaced) {
    throw invalidInstruction(misplaced, source, 'a Dockerfile starts with FROM, and only ARG may stand before it');
  }
  return {
    source,
    escape: directives.escape,
    directives: directives.values,
    globalArguments,
    stages: groupIntoStages(instructions.slice(firstFrom), source),
    doubts: findReadingDoubts(lines, directives, logicalLines),
  };
}

/** UTF-16 that was read as UTF-8 begins with what is left of its BOM, or has a NUL in every second place. */
function assertIsText(text: string, lines: readonly string[], source: string): void {
  const invalid = (line: number, shown: string, reason: string): SlipwayError =>
    new SlipwayError('DOCKERFILE_SYNTAX_INVALID', { source, line, text: shown, reason });
  if (/^(?:\uFFFD{2}|.\0.\0|\0.\0.)/s.test(text)) {
    throw invalid(1, '', 'the file is UTF-16, and a Dockerfile is UTF-8: save it as UTF-8');
  }
  const long = lines.findIndex(
    (line) => line.length > MAX_LINE_LENGTH / 3 && Buffer.byteLength(line) > MAX_LINE_LENGTH,
  );
  if (long < 0) return;
  throw invalid(long + 1, (lines[long] ?? '').slice(0, 120), `the line is longer than ${MAX_LINE_LENGTH} bytes`);
}

function groupIntoStages(instructions: readonly DockerfileInstruction[], source: string): DockerfileStage[] {
  const stages: (DockerfileStage & { readonly instructions: DockerfileInstruction[] })[] = [];
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') {
      stages.push({ ...parseFrom(instruction, source), index: stages.length, instructions: [] });
    } else {
      stages.at(-1)?.instructions.push(instruction);
    }
  }
  return stages;
}

function parseFrom(
  instruction: DockerfileInstruction,
  source: string,
): Pick<DockerfileStage, 'name' | 'base' | 'platform' | 'line'> {
  const [base = '', as, written, ...more] = splitAtWhitespace(instruction.text);
  const platform = instruction.flags.find(({ name }) => name === 'platform')?.value ?? null;
  if (as === undefined) return { base, platform, name: null, line: instruction.line };
  if (as.toLowerCase() !== 'as' || written === undefined || more.length > 0) {
    throw invalidInstruction(instruction, source, 'FROM takes one image, or an image and AS with a name');
  }
  const name = written.toLowerCase();
  if (!STAGE_NAME.test(name)) throw invalidInstruction(instruction, source, `${written} cannot be the name of a stage`);
  return { base, platform, name, line: instruction.line };
}
