/** Tests that a person who confirms a changed policy is shown everything that differs from the one in force. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { differenceText } from '../../../../server/cli/commands/gateway/changed-policy.js';
import { changeName } from '../../../../server/enforcement/policy-changes.js';
import { readPolicy } from '../../../../server/enforcement/policy.js';
import { folder } from '../../guardrail.js';
import { expectOnPage } from '../../../support/tried-ways.js';

const POLICY = [
    'policy Mail',
    'agent assistant',
    'server mail {\n  tool read() readonly\n  tool send(to: string)\n}',
    'allow assistant: mail.read',
    '',
    'deny mail.send',
    ''
];
const LONG = 'x'.repeat(3000);
const COMMENTS = Array.from({ length: 50 }, (_, i) => `// ${i}`);
const LAST = POLICY.length;
/** Lines that replace others, and what is shown of the lines. */
const CHANGES: Record<string, readonly [at: number, removed: number, added: string[], shown: string[]]> = {
    'a line more': [4, 0, ['allow assistant: mail.send'], ['+ allow assistant: mail.send']],
    'a line less': [5, 1, [], ['- deny mail.send']],
    'another line': [3, 1, ['allow assistant: mail.*'], ['- allow assistant: mail.read', '+ allow assistant: mail.*']],
    'an equal line': [4, 0, ['allow assistant: mail.read'], ['+ allow assistant: mail.read']],
    'behind a long word': [
        4,
        0,
        [`/*${LONG}*/allow/**/assistant:mail.send`],
        [`+ /*${LONG}*/allow/**/assistant:mail.send`]
    ],
    'behind many spaces': [
        4,
        0,
        [`//${' '.repeat(3000)}`, `${' '.repeat(3000)}allow assistant: mail.send`],
        [`+ //${' '.repeat(3000)}`, `+ ${' '.repeat(3000)}allow assistant: mail.send`]
    ],
    'behind characters that are not seen': [4, 0, ['/*\u202e\u200b*/'], ['+ /*··*/']],
    'other line ends': [4, 1, ['\r'], ['- ', '+ ·']],
    'a line that moved beside another change': [
        3,
        LAST - 3,
        ['', 'deny mail.send', 'allow assistant: mail.read', '// more', ''],
        ['- allow assistant: mail.read', '+ allow assistant: mail.read', '+ // more']
    ],
    'equal lines at several places': [
        3,
        1,
        ['allow assistant: mail.*', ...COMMENTS, '', ...COMMENTS],
        [
            '- allow assistant: mail.read',
            '+ allow assistant: mail.*',
            ...[...COMMENTS, '', ...COMMENTS].map((line) => `+ ${line}`)
        ]
    ]
};

test.each(Object.entries(CHANGES))('%s', async (_, [at, removed, added, shown]) => {
    const there = folder({ 'mail.guardrail': POLICY.join('\n') });
    const file = join(there, 'mail.guardrail');
    const old = await readPolicy(file, there);
    writeFileSync(file, [...POLICY.slice(0, at), ...added, ...POLICY.slice(at + removed)].join('\n'));
    const text = differenceText(old, await readPolicy(file, there), there);
    const lines = text.slice(0, text.indexOf('\n\n')).split('\n');
    expect(lines).toEqual(['mail.guardrail', ...shown]);
});

test('more lines than are compared one by one', async () => {
    const lines = (sign: string): string[] => Array.from({ length: 2001 }, (_, i) => `// ${i} ${sign}`);
    const there = folder({ 'mail.guardrail': [...POLICY, ...lines('old')].join('\n') });
    const file = join(there, 'mail.guardrail');
    const old = await readPolicy(file, there);
    writeFileSync(file, [...POLICY, ...lines('young')].join('\n'));
    const shown = differenceText(old, await readPolicy(file, there), there).split('\n');
    expect(shown.slice(1, 4003)).toEqual([
        ...lines('old').map((line) => `- ${line}`),
        ...lines('young').map((line) => `+ ${line}`)
    ]);
});

test('two texts never have one name', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(changeName(digest)).not.toBe(changeName(digest.replace(/a$/, 'b')));
});

test('the page counts these ways', () => expectOnPage('test/cli/commands/gateway/changed-policy.test.ts', CHANGES));
