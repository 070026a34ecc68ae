/**
 * Tests that each pack of guardrail/std has a page in a fixed format, with the pack's own documentation. Its examples
 * are run: the claims of the use have the verdicts stated before it, and without the pack the checker finds the session
 * that the page shows.
 */
import { EmptyFileSystem } from 'langium';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Pack, PackParam, PolicyFile } from '../../language/generated/ast.js';
import { isPack, isToolsParam, isValueParam } from '../../language/generated/ast.js';
import { STD_TEXT } from '../../language/library/std.js';
import { createGuardrailServices } from '../../language/module.js';
import type { PolicyResult, Trace } from '../../server/checker/results/result.js';
import { policyOf } from '../support/policies.js';
import { checkedUntimed } from '../support/checked.js';

const folder = new URL('../../docs/packs/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

const services = createGuardrailServices(EmptyFileSystem).guardrail;
const packs = (services.parser.LangiumParser.parse(STD_TEXT).value as PolicyFile).elements.filter(isPack);

const HEADINGS = ['What it forbids', 'Parameters', 'Use', 'Without it', 'Controls', 'Validity of its claims', 'Limits'];

test('there is exactly one page for each pack', () => {
    const pages = readdirSync(folder).filter((name) => name !== 'README.md');
    expect(pages.sort()).toEqual(packs.map(({ name }) => `${name}.md`).sort());
});

test('the list of packs names each', () => {
    const listed = Array.from(read('README.md').matchAll(/^\| \[(\w+)\]\(\1\.md\)/gm), ([, name]) => name);
    expect(listed.sort()).toEqual(packs.map(({ name }) => name).sort());
});

describe.each(packs.map((pack) => [pack.name, pack] as const))('%s', async (name, pack) => {
    const page = read(`${name}.md`);
    const blocks = (language: string): string[] =>
        Array.from(page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm')), ([, text]) => text!);
    const [use = '', without = ''] = blocks('guardrail');
    const used = checkedUntimed(await policyOf(use));
    const broken = checkedUntimed(await policyOf(without));

    test('the page has the common format', () => {
        expect(Array.from(page.matchAll(/^## (.*)$/gm), ([, heading]) => heading)).toEqual(HEADINGS);
        expect(page).toMatch(/\n\*\*(For every use|Checked at each use)\.\*\* /);
        expect([blocks('guardrail').length, blocks('text').length]).toEqual([2, 1]);
    });

    test('the table of parameters matches the pack', () => {
        const rows = Array.from(page.matchAll(/^\| `(\w+)` +\| `([^`]+)` +\| (?:`([^`]+)`)? *\|/gm));
        expect(rows.map(([, parameter, kind, initial]) => [parameter, kind, initial])).toEqual(
            pack.params.map((param) => [param.name, kindOf(param), param.initial?.$cstNode?.text])
        );
    });

    test('the controls match its annotations', () => {
        const listed = Array.from(page.matchAll(/^- `@(\w+)\("([^"]+)"\)`: /gm), ([, kind, id]) => `${kind} ${id}`);
        expect(listed).toEqual(controlsOf(pack));
        expect(listed.length).toBeGreaterThan(0);
    });

    test('the claims of the use have the stated verdicts', () => {
        expect(use).toContain(`use ${name}(`);
        expect(used.claims.map(({ verdict }) => verdict)).toEqual(verdictsIn(use));
        expect(used.claims.every(({ usedAt }) => usedAt !== undefined)).toBe(true);
        expect(used.findings.filter(({ severity }) => severity !== 'information')).toEqual([]);
    });

    test('its scenarios pass with the pack, and fail without it', async () => {
        expect(failed(used)).toEqual([]);
        expect(used.scenarios.length).toBeGreaterThan(0);
        const unused = await policyOf(use.replace(/^use \w+\((?:\n[\s\S]*?\n\)|.*\))( granting)?$/m, ''));
        expect(failed(checkedUntimed(unused))).toEqual(used.scenarios.map((scenario) => scenario.name));
    });

    test('without it the checker finds the session of the page', () => {
        expect(broken.claims.map(({ verdict }) => verdict)).toEqual(['violated']);
        expect(sessionText(broken.claims[0]!.trace!)).toBe(blocks('text')[0]);
    });
});

function kindOf(param: PackParam): string {
    const kind = param.$type.replace(/Param$/, '').toLowerCase();
    return isValueParam(param)
        ? param.type.$cstNode!.text
        : isToolsParam(param) && param.params.length > 0
          ? `tools(${param.params.map(({ $cstNode }) => $cstNode!.text).join(', ')})`
          : kind;
}

function controlsOf(pack: Pack): string[] {
    return pack.annotations.flatMap(({ name, values }) => values.map(({ text }) => `${name} ${text}`));
}

function verdictsIn(text: string): string[] {
    return Array.from(text.matchAll(/^\/\/ (holds|holds in scope|violated)$/gm), ([, verdict]) => verdict!);
}

const failed = ({ scenarios }: PolicyResult): string[] =>
    scenarios.filter(({ passed }) => !passed).map((scenario) => scenario.name);

/** The session with one line for each step, as in a scenario. */
function sessionText({ steps }: Trace): string {
    let time = 0;
    const lines = steps.flatMap((step) => {
        const waited = step.time - time;
        time = step.time;
        const args = Object.entries(step.args).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
        const call =
            step.act ?? (step.kind === 'approve' ? `approves ${step.tool}` : `calls ${step.tool}(${args.join(', ')})`);
        const actor = step.actor === '' ? '' : `${step.actor} `;
        const end = step.outcome === undefined || step.outcome === 'success' ? '' : `, ${step.outcome}`;
        return [
            ...(waited > 0 ? [`after ${waited} seconds`] : []),
            `${actor}${call}${step.decision ? ` -> ${step.decision}` : ''}${end}`
        ];
    });
    return `${lines.join('\n')}\n`;
}
