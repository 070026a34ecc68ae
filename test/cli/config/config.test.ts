import { mkdirSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import schema from '../../../schemas/guardrail.config.schema.json';
import { readConfig } from '../../../server/cli/config/check-config.js';
import { findConfig } from '../../../server/cli/config/find.js';
import { flagsOf, selectorOf } from '../../../server/cli/config/flags.js';
import { CHECK_FORMATS } from '../../../server/cli/reports/formats.js';
import { BAD, folder, GOOD, guardrail } from '../guardrail.js';

const NAME = 'guardrail.config.json';
const read = (text: string): ReturnType<typeof readConfig> => readConfig(join(folder({ [NAME]: text }), NAME), NAME);

describe('a configuration', () => {
    test('has the same options as the command line, with paths relative to its folder', () => {
        const loaded = read(`\uFEFF{
            // Comments and trailing commas are fine.
            "$schema": "./node_modules/guardrail/schemas/guardrail.config.schema.json",
            "files": ["policies"], "exclude": ["policies/drafts"],
            "failOn": "warning", "strict": true, "counterexamples": 2, "format": "compact",
            "limits": { "maxStates": 5, "timeout": 0.5 },
            "outputs": { "json": "out/report.json", },
        }`);
        expect(flagsOf(loaded)).toEqual({
            failOn: 'warning',
            strict: true,
            counterexamples: 2,
            format: 'compact',
            maxStates: 5,
            timeout: 500,
            output: [{ format: 'json', path: join(loaded.folder, 'out/report.json') }]
        });
        const exclude = { patterns: ['policies/drafts'], folder: loaded.folder };
        expect(selectorOf([], loaded, '/elsewhere')).toEqual({ names: ['policies'], base: loaded.folder, exclude });
        expect(selectorOf(['x'], loaded, '/elsewhere')).toEqual({ names: ['x'], base: '/elsewhere', exclude });
    });

    test.each([
        ['{\n  "failon": "error"\n}', ':2:3: the configuration has no option "failon"', 'Did you mean "failOn"?'],
        ['{ "colour": true }', ':1:3: the configuration has no option "colour"', 'It has "$schema", "extends"'],
        ['{\r\n\t"limits": { "timout": 3 } }', ':2:14: "limits" has no option "timout"', 'Did you mean "timeout"?'],
        ['{ "failOn": "all" }', ':1:13: "failOn" cannot be "all"', 'It must be one of "error", "warning".'],
        ['{ "strict": "yes" }', ':1:13: "strict" is not true or false', 'It must be true or false.'],
        ['{ "files": "policies" }', ':1:12: "files" is not a list', 'It must be a list.'],
        ['{ "files": ["a", 1] }', ':1:18: item 2 of "files" is not a text in quotes', 'It must be a text in quotes.'],
        ['{ "files": [""] }', ':1:13: item 1 of "files" cannot be ""', 'It must not be empty.'],
        ['{ "limits": { "maxStates": 0 } }', ':1:28: "maxStates" cannot be 0', 'It must be at least 1.'],
        [
            '{ "limits": { "maxStates": 1.5 } }',
            ':1:28: "maxStates" is not a whole number',
            'It must be a whole number.'
        ],
        ['{ "limits": { "timeout": 0 } }', ':1:26: "timeout" cannot be 0', 'It must be greater than 0.'],
        [
            '{ "limits": { "timeout": 1e12 } }',
            ':1:26: "timeout" cannot be 1000000000000',
            'It must be at most 1000000000.'
        ],
        ['{ "outputs": { "xml": "x" } }', ':1:16: "outputs" has no option "xml"', 'It has "pretty"'],
        ['{ "strict": true, "strict": false }', ':1:19: "strict" occurs twice', 'Remove one of the two.'],
        ['{ "__proto__": 1 }', ':1:3: the configuration has no option "__proto__"', 'It has'],
        ['[]', ':1:1: the configuration is not an object', 'It must be an object.'],
        ['', ':1:1: this is not valid JSON: a value is missing', 'JSON with comments'],
        ['{ "strict": tru }', ':1:13: this is not valid JSON: there is no such word', 'JSON with comments'],
        ['{ "strict": true', ':1:17: this is not valid JSON: `}` is missing', 'JSON with comments'],
        ['{ "a": 1, "failon": 2, "strict": 3 }', ':1:3: the configuration has no option "a"', 'It has 2 more errors.']
    ])('%j', (text, message, help) => {
        let thrown: { code?: string; message?: string; help?: string } = {};
        try {
            read(text);
        } catch (error) {
            thrown = error as typeof thrown;
        }
        expect(thrown.code).toBe('GR912');
        expect(thrown.message).toContain(NAME + message);
        expect(thrown.help).toContain(help);
    });

    test('its schema lists the reports of the command line', () => {
        expect(schema.properties.format.enum).toEqual([...CHECK_FORMATS]);
        expect(Object.keys(schema.properties.outputs.properties)).toEqual([...CHECK_FORMATS]);
    });
});

test('it is searched for up to the root of the repository', () => {
    const root = folder({ [NAME]: '{}', 'repository/sub/deep/x.txt': '', 'plain/deep/x.txt': '' });
    mkdirSync(join(root, 'repository/.git'));
    expect(findConfig(join(root, 'plain/deep'))).toBe(join(root, NAME));
    expect(findConfig(join(root, 'repository/sub/deep'))).toBeUndefined();
});

describe('guardrail check', () => {
    test('in a subfolder follows the configuration, and options take precedence', async () => {
        const root = folder({
            [NAME]: '{ "files": ["policies"], "exclude": ["**/drafts"], "format": "json", "outputs": { "compact": "found.txt" } }',
            'policies/good.guardrail': GOOD,
            'policies/drafts/bad.guardrail': BAD,
            'sub/x.txt': ''
        });
        const cwd = join(root, 'sub');
        const asConfigured = await guardrail(['check'], { cwd });
        const { files } = JSON.parse(asConfigured.stdout) as { files: { path: string }[] };
        expect(files.map(({ path }) => path)).toEqual(['../policies/good.guardrail']);
        expect(readFileSync(join(root, 'found.txt'), 'utf8')).toContain('claims  1 holds');
        expect(asConfigured.code).toBe(0);
        // A file that is named explicitly is checked.
        const named = await guardrail(['check', '../policies/drafts/bad.guardrail', '--format', 'compact'], { cwd });
        expect(named.stdout).toContain('../policies/drafts/bad.guardrail:5:1: error[GR590]');
        expect(named.code).toBe(1);
    });

    test.each([
        [['check'], `error[GR912]: ${NAME}:1:3: the configuration has no option "strickt" Did you mean "strict"?`],
        [['check', '--config', 'other.json'], 'error[GR912]: other.json cannot be read: there is no such file']
    ])('%j reports what is wrong with it, and checks nothing', async (args, message) => {
        const cwd = folder({ [NAME]: '{ "strickt": true }', 'good.guardrail': GOOD });
        const { code, stdout, stderr } = await guardrail(args, { cwd });
        expect(stderr.replace(/\s+/g, ' ')).toContain(message);
        expect(stdout).toBe('');
        expect(code).toBe(2);
    });
});
