/** Tests each template with real lists of tools: the policy is valid, and its claims hold as written. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../../../../server/checker/check.js';
import { chooseTemplate } from '../../../../server/cli/commands/init/init.js';
import { starterOf } from '../../../../server/cli/commands/init/starter.js';
import { TEMPLATES } from '../../../../server/cli/commands/init/templates.js';
import type { NamedServer } from '../../../../server/cli/tool-lists/inventory.js';
import { readToolLists } from '../../../../server/cli/tool-lists/tool-list.js';
import { PolicyWorkspace } from '../../../../server/workspace/policy-workspace.js';
import { diagnosticsOf } from '../../../../server/workspace/diagnostics.js';
import { folder } from '../../guardrail.js';

const FILE = new URL('../../fixtures/mcp-reference-servers.json', import.meta.url);
const SERVERS = readToolLists(JSON.parse(readFileSync(FILE, 'utf8'))) as readonly NamedServer[];
const templateOf = (name: string) => TEMPLATES.find((template) => template.name === name)!;
const serversOf = (names: string) => SERVERS.filter(({ name }) => names.split('+').includes(name));

/** The template and the servers, with the messages about the policy and the results of its claims. */
const CASES: readonly (readonly [template: string, servers: string, codes: readonly string[], verdicts: string])[] = [
    ['approval', 'git', [], 'holds, witnessed'],
    ['approval', 'fetch+filesystem', [], 'holds, witnessed'],
    ['exfiltration', 'fetch', [], 'holds, witnessed'],
    ['exfiltration', 'fetch+filesystem', [], 'holds, witnessed'],
    ['trifecta', 'fetch+filesystem', [], 'holds, witnessed'],
    // By the declarations of these tools, nothing comes from outside, so the claim is reported as vacuous.
    ['injection', 'git', ['GR502'], 'holds, witnessed'],
    ['injection', 'fetch+filesystem', [], 'holds, witnessed'],
    ['read-only', 'filesystem', [], 'holds, witnessed'],
    ['read-only', 'everything', [], 'witnessed'],
    ['rate-limit', 'time', [], 'holds, witnessed']
];

test('every template is tested', () => {
    expect([...new Set(CASES.map(([template]) => template))].sort()).toEqual(TEMPLATES.map(({ name }) => name).sort());
});

test.each(CASES)('%s for %s', async (template, servers, codes, verdicts) => {
    const { policy, inventory } = starterOf(templateOf(template), serversOf(servers), 'Mail', 'servers.json');
    const root = folder({ 'mail.guardrail': policy, 'tools.guardrail': inventory });
    const workspace = new PolicyWorkspace();
    const document = await workspace.load(join(root, 'mail.guardrail'));
    const said = [document, ...workspace.importsOf(document)].flatMap(diagnosticsOf);
    expect(said.filter(({ severity }) => severity !== 'hint').map(({ message }) => message)).toEqual([]);
    const { claims, findings } = checkPolicy(workspace.policyOf(document));
    expect(claims.map(({ verdict }) => verdict).join(', ')).toBe(verdicts);
    expect(findings.map(({ code }) => code)).toEqual(codes);
    expect(policy).toMatch(/^policy Mail$/m);
});

describe("the servers' annotations", () => {
    test.each([
        ['approval', 'git', 'actions: destructive tools,'],
        ['approval', 'fetch+filesystem', 'actions: [destructive tools, external tools],'],
        ['exfiltration', 'fetch', 'source: any tool,'],
        ['exfiltration', 'fetch+filesystem', 'source: readonly tools,'],
        ['read-only', 'time', 'allow assistant: time.get_current_time, time.convert_time\n']
    ])('%s for %s is about %s', (template, servers, text) => {
        expect(starterOf(templateOf(template), serversOf(servers), 'Mail', 'x').policy).toContain(text);
    });

    test.each([
        ['exfiltration', 'git', 'about tools that are external,'],
        ['approval', 'time', 'about tools that are destructive or external,'],
        ['read-only', 'fetch', 'about tools that are readonly,']
    ])('%s does not apply to %s', (template, servers, message) => {
        expect(() => starterOf(templateOf(template), serversOf(servers), 'Mail', 'x')).toThrow(
            expect.objectContaining({ code: 'GR984', message: expect.stringContaining(message) as string })
        );
    });

    test('labels are guessed from the source of the data', () => {
        const list = {
            tools: [true, false, undefined].map((openWorldHint, i) => ({
                name: `t${i}`,
                annotations: { openWorldHint }
            }))
        };
        const [server] = readToolLists(list);
        const { inventory } = starterOf(templateOf('trifecta'), [{ ...server!, name: 's' }], 'Mail', 'x');
        expect(
            Array.from(inventory.matchAll(/^ {2}tool (\w+).* reads ([\w, ]+?)(?: \/\/.*)?$/gm), ([, ...found]) => found)
        ).toEqual([
            ['t0', 'untrusted'],
            ['t1', 'private'],
            ['t2', 'private, untrusted']
        ]);
    });
});

test.each([
    ['3\n', 'trifecta'],
    ['nothing\n99\n read-only \n', 'read-only'],
    ['nothing\n', undefined]
])('the answer %j selects %s', async (typed, expected) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const chosen = chooseTemplate(input, output);
    input.end(typed);
    expect((await chosen)?.name).toBe(expected);
    const asked = String(output.read());
    expect(TEMPLATES.filter(({ name, summary }) => !asked.includes(`  ${name}: ${summary}\n`))).toEqual([]);
});
