/** Tests the inputs of the tools, and their answers to invalid input. */
import { describe, expect, test } from 'vitest';
import { answerTool, type AskedPolicy, ToolError, type ToolHost } from '../../server/assistant/tools.js';
import { checkPolicy } from '../../server/checker/check.js';
import { policyOf } from '../support/policies.js';

const URI = 'file:///mail.guardrail';
const POLICY = `policy Pay
server bank { tool pay() }
agent bot
allow bot: bank.pay
claim "nothing is paid": never bank.pay
`;

const asked: AskedPolicy[] = [];
const host: ToolHost<undefined> = {
    check: async (policy) => {
        asked.push(policy);
        return { uri: URI, errors: [], result: checkPolicy(await policyOf(POLICY)) };
    },
    page: (code) => Promise.resolve(code === 'GR501' ? '# GR501' : undefined)
};
const answer = (name: string, input: unknown) => answerTool(name, input, host, undefined);

test('a check returns a text and data', async () => {
    const { text, data } = await answer('guardrail_check', { file: 'pay.guardrail' });
    expect(asked.at(-1)).toEqual({ file: 'pay.guardrail' });
    expect(text).toContain('1 claim violated');
    expect(data).toMatchObject({
        policy: 'Pay',
        ok: false,
        errors: [],
        claims: [{ name: 'nothing is paid', verdict: 'violated', line: 5 }]
    });
});

test('null counts as omitted, and unknown fields are ignored', async () => {
    await answer('guardrail_check', { file: null, text: POLICY, depth: 5 });
    expect(asked.at(-1)).toEqual({ text: POLICY });
});

test('a page is returned unchanged', async () => {
    await expect(answer('guardrail_explain', { code: 'GR501' })).resolves.toEqual({ text: '# GR501' });
});

describe('invalid input is reported in one sentence', () => {
    test.each([
        ['guardrail_check', {}, 'Give either `file`, a policy in the workspace, or `text`, the text of a policy.'],
        ['guardrail_check', { file: 'a.guardrail', text: '' }, 'Give either `file`'],
        ['guardrail_check', { file: '../../etc/passwd' }, '../../etc/passwd is not a policy file'],
        ['guardrail_check', { text: 5 }, '`text` must be a text.'],
        ['guardrail_check', null, 'The input must be an object.'],
        ['guardrail_explain', {}, 'Give `code`'],
        ['guardrail_explain', { code: 'GR999' }, 'There is no code GR999.'],
        ['guardrail_explain', { code: '../GR501' }, 'There is no code'],
        ['guardrail_erase', {}, 'There is no tool guardrail_erase.']
    ])('%s %j', async (name, input, message) => {
        const error: unknown = await answer(name, input).then(undefined, (reason: unknown) => reason);
        expect(error).toBeInstanceOf(ToolError);
        expect((error as ToolError).message).toContain(message);
    });
});
