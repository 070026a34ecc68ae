/**
 * Writes the JSON schemas of data that is stored or exported as JSON, from its types: the output of `guardrail export
 * --to json`, the certificates of `guardrail check --certificate`, and the results in the cache. With `--check` it
 * writes nothing, and fails if one of the files is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { createGenerator } from 'ts-json-schema-generator';

const root = fileURLToPath(new URL('..', import.meta.url));

const generator = createGenerator({
    path: `${root}server/{export/json,certificates/format,cli/commands/check/checked-file}.ts`,
    tsconfig: `${root}server/checker/tsconfig.json`,
    skipTypeCheck: true
});

const integer = (minimum) => ({ type: 'integer', minimum });

await write('schemas/guardrail.export.schema.json', exported());
await write('schemas/guardrail.certificates.schema.json', certificates());
await write('server/cli/commands/check/checked-file.schema.json', checkedFile());

function exported() {
    const schema = generator.createSchema('ExportedJson');
    const position = {
        type: 'object',
        properties: { line: integer(1), column: integer(1) },
        required: ['line', 'column'],
        additionalProperties: false
    };
    // Outside of the program, a source is a readable location.
    delete schema.definitions.Position;
    schema.definitions.Source = {
        type: 'object',
        description: 'Lines and columns count from one; columns in UTF-16 code units, `end` is behind the last one.',
        properties: { path: { type: 'string' }, start: position, end: position },
        required: ['path', 'start', 'end'],
        additionalProperties: false
    };
    const { $schema, $ref, definitions } = schema;
    return { $schema, title: 'What `guardrail export --to json` writes', $ref, definitions };
}

function certificates() {
    const { $schema, $ref, definitions } = generator.createSchema('Certificates');
    return { $schema, title: 'What `guardrail check --certificate` writes', $ref, definitions };
}

function checkedFile() {
    const schema = generator.createSchema('CheckedFile');
    const { line, character } = schema.definitions.Position.properties;
    Object.assign(line, integer(0));
    Object.assign(character, integer(0));
    return schema;
}

async function write(path, schema) {
    const file = root + path;
    const style = { ...(await resolveConfig(file)), filepath: file };
    const text = await format(JSON.stringify(schema), style);
    if (!process.argv.includes('--check')) {
        writeFileSync(file, text);
    } else if (readFileSync(file, 'utf8') !== text) {
        console.error(`${path} is out of date: run "npm run schemas".`);
        process.exitCode = 1;
    }
}
