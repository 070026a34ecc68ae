/** Tests the answers to an assistant about the policy that it writes. */
import { expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { resultText } from '../../server/assistant/result-text.js';
import { policyOf } from '../support/policies.js';

const URI = 'file:///mail.guardrail';

async function told(text: string): Promise<string> {
    return resultText(URI, [], checkPolicy(await policyOf(text)));
}

const MAIL = `policy Mail
label private
server mail { tool read() reads private tool send() external }
agent bot
human boss
`;

test('a broken claim comes with its session, and the rule of each step', async () => {
    const text = await told(`${MAIL}allow bot: mail.*
claim "it stays inside": never mail.send after mail.read
claim "it can read": possible mail.read
`);
    expect(text).toContain('Policy Mail: 1 of 2 claims violated.');
    expect(text).toContain('- possible: it can read');
    expect(text).toMatch(
        /### it stays inside[^]*1\. bot calls `mail\.read\(\)`[^]*- by `allow bot: mail\.\*`[^]*2\. bot calls `mail\.send\(\)`/
    );
});

test('if all is well there is one line for each claim, without sessions', async () => {
    const text = await told(`${MAIL}allow bot: mail.read, mail.send
require approval by boss for mail.send
claim "it stays inside": never mail.send after mail.read unless approved by boss
claim "it can read": possible mail.read
`);
    expect(text.trimEnd().split('\n')).toEqual([
        'Policy Mail: 2 claims hold.',
        '- holds: it stays inside',
        '- possible: it can read'
    ]);
});

test('errors have a place, and nothing else is reported', () => {
    const range = { start: { line: 2, character: 4 } };
    expect(resultText(URI, [{ code: 'GR101', message: 'Expected `)`.', range }], null)).toBe(
        'The policy has errors, so nothing was checked:\n- line 3, column 5: GR101: Expected `)`.'
    );
});

test('an inventory is reported as not checked', () => {
    expect(resultText(URI, [], null)).toContain('inventory');
});

test('an error in an imported file names the file', () => {
    const range = { start: { line: 0, character: 0 } };
    expect(resultText(URI, [{ file: 'tools/mail.guardrail', message: 'Expected a name.', range }], null)).toContain(
        '- tools/mail.guardrail, line 1, column 1: Expected a name.'
    );
});
