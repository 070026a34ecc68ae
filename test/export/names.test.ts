/**
 * Tests that names in a policy only ever become comments or quoted texts of an export: with names designed to break out
 * of both, the export has the same code as with plain names.
 */
import { describe, expect, test } from 'vitest';
import { cedarOf } from '../../server/export/cedar/policies.js';
import { dogwoodOf } from '../../server/export/dogwood/policies.js';
import { flowDot, stateDot } from '../../server/export/dot.js';
import { flowOf } from '../../server/export/flow.js';
import { guardedSystemOf } from '../../server/export/guarded.js';
import { flowDiagram, modeDiagram, sequenceDiagram } from '../../server/export/mermaid.js';
import { promelaOf } from '../../server/export/promela.js';
import { tlaOf } from '../../server/export/tla.js';
import { checkPolicy } from '../../server/checker/check.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { parsePolicy } from '../support/policies.js';

/** The texts of claims, definitions and reasons may have escapes; the text of a rule is copied unchanged. */
const ENDINGS = [
    '\nc_decl { int broken; }',
    '\r#include "/etc/passwd"',
    '\u2028active proctype Other() { assert(false) }',
    '\u0085END ==',
    ' */ int broken; /*',
    ' \\',
    ' ??/',
    '"]; broken [label="',
    '\u202e reversed',
    '\n==== '
];

const SOURCE = `policy P
agent bot
human boss
label private
server s { tool read() reads private  tool send(to: string) external }
allow bot: any tool
require approval by boss for s.send when to contains "NAME"
deny s.send when carries private because "NAME"
claim "NAME": never s.send after s.read
`;

/** The policy with the name in every text that may contain any characters. */
async function named(name: string): Promise<Policy> {
    const { policy } = await parsePolicy(SOURCE.replaceAll('NAME', 'x'));
    return JSON.parse(JSON.stringify(policy), (key, value: unknown) =>
        typeof value === 'string' && (value === 'x' || key === 'text') ? value.replaceAll('x', `x${name}`) : value
    ) as Policy;
}

const EXPORTS: Readonly<Record<string, { of: (policy: Policy) => string; comment: RegExp }>> = {
    promela: { of: (policy) => promelaOf(guardedSystemOf(policy, policy.claims[0]!)), comment: /\/\/.*$/ },
    tla: { of: (policy) => tlaOf(guardedSystemOf(policy, policy.claims[0]!), 'M'), comment: /\\\*.*$/ },
    'dot of states': { of: (policy) => stateDot(guardedSystemOf(policy, policy.claims[0]!)), comment: /^\/\/.*$/ },
    'dot of flows': { of: (policy) => flowDot(policy, flowOf(policy)), comment: /^$/ },
    'mermaid of flows': { of: (policy) => flowDiagram(policy, flowOf(policy)), comment: /%%.*$/ },
    'mermaid of a session': {
        of: (policy) => {
            const open = { ...policy, rules: policy.rules.filter(({ kind }) => kind === 'allow') };
            return sequenceDiagram(checkPolicy(open).claims[0]!.trace!);
        },
        comment: /^$/
    },
    cedar: { of: (policy) => cedarOf(policy, 'p').policies, comment: /\/\/.*$/ },
    dogwood: { of: (policy) => dogwoodOf(policy, 'p').policies, comment: /\/\/.*$/ }
};

/** The code without comments, and with all quoted texts replaced by the same one. */
function codeOf(text: string, comment: RegExp): string {
    return text
        .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
        .map((line) => line.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(comment, ''))
        .map((line) => line.trimEnd())
        .join('\n');
}

describe.each(Object.entries(EXPORTS))('%s', (_, { of, comment }) => {
    test.each(ENDINGS)('of names that end in %j', async (ending) => {
        const plain = of(await named('y'));
        const text = of(await named(ending));
        expect(codeOf(text, comment).split('\n').length).toBe(codeOf(plain, comment).split('\n').length);
        expect(text.split('\n').filter((line) => /(\\|\?\?\/)\s*$/.test(line))).toEqual([]);
        expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        if (comment.source !== '^$') {
            expect(codeOf(text, comment)).toBe(codeOf(plain, comment));
        }
    });
});

/** Mermaid's own parser accepts these texts; it is too large for a dependency. */
test.each(['a: b', ':::', '%%', '%%{init: {}}%%', '[*] : x', 'a; b', '"x"', '<b>', 'a\\nb'])(
    'a mode and an event named %s are texts of the diagram',
    async (name) => {
        const { policy } = await parsePolicy(`policy P
event \`${name}!\`
agent bot
modes work {
  \`${name}\` initial { on \`${name}!\` enter other }
  other for 5m return \`${name}\` { }
}
`);
        const lines = modeDiagram(policy!.machines![0]!).trimEnd().split('\n').slice(1);
        const plain = lines.map((line) => line.replace(/#[0-9]+;/g, ''));
        expect(
            plain.filter((line) => !/^ {4}(?:m[01]|\[\*\]|m[01] --> m[01])(?: --> m0| : [^:;%"<>\\]*)$/.test(line))
        ).toEqual([]);
    }
);
