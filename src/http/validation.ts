import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Convert } from 'typebox/value';
import { NaraeError } from '../core/index.js';

interface Problem {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

/**
 * Checks requests against TypeBox schemas. Bodies must have the right types as they are; query strings and path
 * parameters, which are always text, are converted first. The first problem becomes a NaraeError with its field.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  return (input: unknown) => {
    const value = httpPart === 'body' ? input : Convert(schema, input);
    if (validator.Check(value)) return { value };
    return { error: describeProblem(validator.Errors(value) as readonly Problem[]) };
  };
};

function describeProblem(problems: readonly Problem[]): NaraeError {
  const unknown = problems.find((problem) => problem.keyword === 'additionalProperties');
  if (unknown) return unknownField(unknown);
  const missing = problems.find((problem) => problem.keyword === 'required');
  if (missing) return missingField(missing);
  const problem = problems.find((candidate) => candidate.keyword === 'anyOf') ?? problems[0];
  const field = fieldName(problem?.instancePath ?? '');
  return invalid(
    field,
    `${field || 'The body'} ${problem?.message ?? 'is not valid'}.${allowedValues(problems)}`,
  );
}

function unknownField(problem: Problem): NaraeError {
  const [name] = (problem.params as { additionalProperties: string[] }).additionalProperties;
  return new NaraeError('unknown_field', { field: joinField(problem.instancePath, name ?? '?') });
}

function missingField(problem: Problem): NaraeError {
  const [name] = (problem.params as { requiredProperties: string[] }).requiredProperties;
  const field = joinField(problem.instancePath, name ?? '?');
  return invalid(field, `${field} is missing. Add it.`);
}

function invalid(field: string, reason: string): NaraeError {
  return new NaraeError('invalid_request', { values: { reason }, ...(field !== '' && { field }) });
}

function allowedValues(problems: readonly Problem[]): string {
  const values = problems
    .filter((problem) => problem.keyword === 'const')
    .map((problem) => JSON.stringify((problem.params as { allowedValue: unknown }).allowedValue));
  return values.length === 0 ? '' : ` Allowed: ${values.join(', ')}.`;
}

function joinField(instancePath: string, name: string): string {
  const parent = fieldName(instancePath);
  return parent === '' ? name : `${parent}.${name}`;
}

/** `/messages/0/role` as callers write it: `messages[0].role`. */
function fieldName(instancePath: string): string {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (name, part) => (/^\d+$/.test(part) ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`),
      '',
    );
}
