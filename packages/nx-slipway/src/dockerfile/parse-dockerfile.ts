import { SlipwayError } from '../errors/slipway-error';
import { joinLogicalLines, type LogicalLine } from './logical-lines';
import { parseInstruction } from './parse-instruction';
import type { DockerfileInstruction, DockerfileStage, ParsedDockerfile } from './parsed-dockerfile';
import { readDirectives } from './read-directives';
import { splitAtWhitespace } from './split-words';

const KEYWORDS =
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  );
/** A line can be as long as a binary file that was taken for a Dockerfile. */
const SHOWN_TEXT_LENGTH = 120;
/** BuildKit's rule for stage names (frontend/dockerfile/instructions, v0.12), after lower-casing. */
const STAGE_NAME = /^[a-z][a-z0-9_.-]*$/;

/**
 * Parses a Dockerfile as it is written; nothing is resolved.
 * In: the text (a BOM and CRLF are fine) and the file's name for messages. Out: at least one stage, each with its instructions.
 * Syntax: the Dockerfile reference of docker.io/docker/dockerfile 1.7. What only some engines accept (heredocs) is accepted here.
 * @throws {SlipwayError} DOCKERFILE_EMPTY, DOCKERFILE_SYNTAX_INVALID
 */
export function parseDockerfile(text: string, source: string): ParsedDockerfile {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const directives = readDirectives(lines, source);
  const logicalLines = joinLogicalLines(lines, directives.escape, source);
  if (logicalLines.length === 0) throw new SlipwayError('DOCKERFILE_EMPTY', { source });
  const instructions = logicalLines.map((line) => parseCheckedInstruction(line, source));
  const firstFrom = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const globalArguments = firstFrom < 0 ? instructions : instructions.slice(0, firstFrom);
  const misplaced = globalArguments.find(({ keyword }) => keyword !== 'ARG') ?? (firstFrom < 0 && globalArguments[0]);
  if (misplaced) throw invalid(misplaced, source, 'a Dockerfile starts with FROM, and only ARG may stand before it');
  return {
    source,
    escape: directives.escape,
    directives: directives.values,
    globalArguments,
    stages: groupIntoStages(instructions.slice(firstFrom), source),
  };
}

function parseCheckedInstruction(line: LogicalLine, source: string): DockerfileInstruction {
  const instruction = parseInstruction(line);
  const reason = findFault(instruction);
  if (reason !== undefined) throw invalid(instruction, source, reason);
  return instruction;
}

function findFault(instruction: DockerfileInstruction): string | undefined {
  const { keyword, text, json, trigger } = instruction;
  if (!KEYWORDS.includes(keyword)) return `${keyword.slice(0, SHOWN_TEXT_LENGTH)} is not an instruction`;
  if (text.trim() === '' && instruction.heredocs.length === 0) return `${keyword} needs at least one argument`;
  if ((keyword === 'COPY' || keyword === 'ADD') && (json ?? splitAtWhitespace(text)).length < 2) {
    return `${keyword} needs at least one source and a destination`;
  }
  if (trigger && ['FROM', 'MAINTAINER', 'ONBUILD'].includes(trigger.keyword)) {
    return `ONBUILD cannot register ${trigger.keyword}`;
  }
  return trigger && findFault(trigger);
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
    throw invalid(instruction, source, 'FROM takes one image, or an image and AS with a name');
  }
  const name = written.toLowerCase();
  if (!STAGE_NAME.test(name)) throw invalid(instruction, source, `${written} cannot be the name of a stage`);
  return { base, platform, name, line: instruction.line };
}

function invalid(instruction: DockerfileInstruction, source: string, reason: string): SlipwayError {
  const text = `${instruction.keyword} ${instruction.text}`.trim().slice(0, SHOWN_TEXT_LENGTH);
  return new SlipwayError('DOCKERFILE_SYNTAX_INVALID', { source, line: instruction.line, text, reason });
}
