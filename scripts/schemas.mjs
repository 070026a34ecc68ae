/** Writes the JSON schema of `guardrail export --to json` from its types. The generator is fetched for it. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const GENERATOR = 'ts-json-schema-generator@2.4.0';
const root = fileURLToPath(new URL('..', import.meta.url));

const generated = execFileSync(
    'npx',
    [
        ...['-y', '-p', GENERATOR, 'ts-json-schema-generator', '--no-type-check', '--type', 'ExportedJson'],
        ...['--path', 'server/export/json.ts', '--tsconfig', 'server/checker/tsconfig.json']
    ],
    { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' }
);
const schema = JSON.parse(generated);
const number = { type: 'integer', minimum: 1 };
const position = {
    type: 'object',
    properties: { line: number, column: number },
    required: ['line', 'column'],
    additionalProperties: false
};
// Outside of the program a source is a place that a person knows.
delete schema.definitions.Position;
schema.definitions.Source = {
    type: 'object',
    description: 'Lines and columns count from one; columns in UTF-16 code units, `end` is behind the last one.',
    properties: { path: { type: 'string' }, start: position, end: position },
    required: ['path', 'start', 'end'],
    additionalProperties: false
};
const { $schema, $ref, definitions } = schema;
const title = 'What `guardrail export --to json` writes';
const file = `${root}schemas/guardrail.export.schema.json`;
const style = { ...(await resolveConfig(file)), filepath: file };
writeFileSync(file, await format(JSON.stringify({ $schema, title, $ref, definitions }), style));
