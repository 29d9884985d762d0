import { SlipwayError } from '../errors/slipway-error';
import { assertInstruction } from './assert-instruction';
import { joinLogicalLines } from './logical-lines';
import { parseInstruction } from './parse-instruction';
import type { DockerfileInstruction } from './parsed-dockerfile';

/**
 * The ONBUILD triggers of a base image, as its config has them, parsed as if they stood on the line that names the base.
 * Rule: `initOnBuildTriggers` (BuildKit v0.34.2): each is one instruction, with the default escape character.
 * @throws {SlipwayError} DOCKERFILE_SYNTAX_INVALID
 */
export function parseTriggers(triggers: readonly string[], line: number, source: string): DockerfileInstruction[] {
  return triggers.map((trigger) => {
    const [logicalLine, ...more] = joinLogicalLines(trigger.split('\n'), '\\', source);
    if (!logicalLine || more.length > 0) {
      const reason = 'an ONBUILD trigger of the base image is not one instruction';
      throw new SlipwayError('DOCKERFILE_SYNTAX_INVALID', { source, line, text: trigger.slice(0, 120), reason });
    }
    const instruction = parseInstruction({ ...logicalLine, line, endLine: line }, '\\');
    assertInstruction(instruction, source);
    return instruction;
  });
}
