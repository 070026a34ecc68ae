import { describe, expect, test } from 'vitest';
import type { MarkupContent } from 'vscode-languageserver';
import { POLICY, TOOLS } from '../fixture.js';
import { CURSOR, open } from '../support.js';

/** The hover at the first `word` after `context`, in the policy or in the file of its tools. */
async function hover(context: string, word: string, file: 'policy' | 'tools' = 'policy'): Promise<string | undefined> {
    const text = file === 'policy' ? POLICY : TOOLS;
    const start = text.indexOf(context);
    const at = text.indexOf(word, start + context.length) + 1;
    expect(start >= 0 && at > 0, `${context} ${word}`).toBe(true);
    const marked = text.slice(0, at) + CURSOR + text.slice(at);
    const { services, document, params } = await open(
        file === 'policy'
            ? { 'mail.guardrail': marked, 'tools.guardrail': TOOLS }
            : { 'tools.guardrail': marked, 'mail.guardrail': POLICY }
    );
    const found = await services.lsp.HoverProvider!.getHoverContent(document, params);
    return (found?.contents as MarkupContent | undefined)?.value;
}

describe('a name', () => {
    test('of a tool: its signature, documentation, and the rules that decide its calls', async () => {
        const value = await hover('order mail.read before mail.', 'send');
        expect(value).toContain('```guardrail\ntool mail.send(to: string, body: string) external\n```');
        expect(value).toContain(
            '`deny external tools when carries private unless approved by reviewer` [mail.guardrail:11]('
        );
        expect(value).toContain('`allow assistant: mail.*, web.post`');
        expect(value).toContain('`deny outgoing when internal(body)`');
        expect(value).toContain('`order mail.read before mail.send before web.post`');
        expect(value).toContain('`require approval by reviewer for mail.send(to: "boss")`');
    });

    test('of a tool: not the rules that decide other calls', async () => {
        const value = await hover('order mail.', 'read');
        expect(value).toContain('Messages of a folder.');
        expect(value).toContain('allow assistant');
        expect(value).not.toContain('order');
        expect(value).not.toContain('deny');
    });

    test('of a tool in the file that declares it: the rules of the policies that import it', async () => {
        expect(await hover('tool ', 'send', 'tools')).toContain('[mail.guardrail:10](');
    });

    test('of a tool that no rule mentions', async () => {
        expect(await hover('hint external\n  tool ', '`order-status`', 'tools')).toContain('every call is denied');
    });

    test('of a server, before the dot', async () => {
        const value = await hover('order ', 'mail');
        expect(value).toContain('server mail');
        expect(value).toContain('Mail server.');
        expect(value).toContain('`tool send(to: string, body: string) external`');
    });

    test('of a parameter: its type and documentation', async () => {
        const value = await hover('where ', 'folder');
        expect(value).toContain('folder: "inbox" | "archive"  // of mail.read');
        expect(value).toContain('Which folder.');
    });

    test('of a label: what reads it, and what clears it', async () => {
        const value = await hover('carries ', 'private');
        expect(value).toContain('An agent carries it after `mail.read`');
        expect(value).toContain('It is cleared by `web.reset`');
    });

    test('of a trait: what has it', async () => {
        expect(await hover('deny ', 'external')).toContain('`mail.send`, `web.post`');
        expect(await hover('trait ', 'production', 'tools')).toContain('Changes what users see.');
    });

    test('of a group: what it means', async () => {
        expect(await hover('deny ', 'outgoing')).toContain('Means `mail.send`, `web.post`');
    });

    test('of a human: their roles, and the rules that require them alone or as one of several', async () => {
        const value = await hover('role leads = ', 'reviewer');
        expect(value).toContain('Member of `leads`');
        expect(value).toContain('`require approval by reviewer for mail.send(to: "boss")` [mail.guardrail:14](');
        expect(value).toContain(
            '`require approval by 2 of leads for web.post when count(mail.send since ci.passed) >= 2`'
        );
        expect(value).not.toContain('deny');
    });

    test('of a role: its members, its documentation, and the rules that require it', async () => {
        const value = await hover('approval by 2 of ', 'leads');
        expect(value).toContain('```guardrail\nrole leads = reviewer, lead\n```');
        expect(value).toContain('Who answers for releases.');
        expect(value).toContain('Asked for approval by:\n\n- `require approval by 2 of leads');
        expect(value).not.toContain('for mail.send(to: "boss")');
    });

    test('of an event: its documentation, and the rules and claims that refer to it', async () => {
        const value = await hover('unless once ', 'ci.passed');
        expect(value).toContain('event ci.passed');
        expect(value).toContain('The tests of the release passed.');
        expect(value).toContain('`audit deny web.post unless once ci.passed` [mail.guardrail:30](');
        expect(value).toContain('`claim: always count(mail.send) <= 3 or once ci.passed`');
        expect(value).not.toContain('releasing');
    });

    test('of a tool: a limit and an audited rule refer to it too', async () => {
        expect(await hover('order mail.read before mail.', 'send')).toContain(
            '`limit mail.send to 3` [mail.guardrail:28]'
        );
        expect(await hover('audit deny web.', 'post')).toContain('`audit deny web.post unless once ci.passed`');
    });

    test('of a definition: its condition', async () => {
        const value = await hover('deny outgoing when ', 'internal');
        expect(value).toContain('define internal(address: string) = host of address == "acme.example"');
        expect(value).toContain('An address of our own.');
    });

    test('of an agent: what it may be allowed', async () => {
        expect(await hover('allow ', 'assistant')).toContain('May be allowed: `mail.read`, `mail.send`, `web.post`');
    });
});

describe('elements that are not names', () => {
    test('a pattern of tools lists the selected tools', async () => {
        const value = await hover('allow assistant: ', 'mail.*');
        expect(value).toContain('Means 2 of 5 tools:\n\n- `mail.read`\n- `mail.send`');
    });

    test('a trait selector distinguishes hints', async () => {
        expect(await hover('deny external ', 'tools')).toContain(
            '- `mail.send`\n- `web.post` (only according to a hint)'
        );
    });

    test('order shows its expansion', async () => {
        expect(await hover('(body)\n', 'order')).toContain(
            [
                'deny mail.send unless mail.read since mail.send  // or since the start, if there is none',
                'deny web.post unless mail.send since web.post  // or since the start, if there is none'
            ].join('\n')
        );
    });

    test('a claim has no verdict before it is checked', async () => {
        const value = await hover('', 'claim');
        expect(value).toContain('Checked at each change.');
        expect(value).toContain('not checked yet');
    });

    test('a claim is shown with its annotations', async () => {
        const value = await hover('@expected(vacuous)\n', 'claim');
        expect(value).toContain('```guardrail\n@expected(vacuous)\nclaim "flow": no flow from untrusted to web.post');
    });

    test('a keyword shows its documentation', async () => {
        expect(await hover('unless ', 'approved')).toContain('approved exactly this call');
    });

    test.each([
        // Each row is [text before it, the word, the expected hover].
        ['', 'role', 'Names several people'],
        ['', 'event', 'something from outside'],
        ['', 'audit', 'decides nothing'],
        ['by 2 ', 'of', 'This many different people'],
        ['when ', 'count', 'The number of such events'],
        ['claim "flow": ', 'flow', 'whatever was cleared'],
        ['claim "flow": ', 'no', 'whatever was cleared'],
        ['claim: web.post ', 'is', 'in every state'],
        ['claim: web.post is ', 'held', 'waits for a person'],
        ['claim: ', 'most', 'No session may release more'],
        ['claim: ', 'always', 'after every event'],
        ['ci.passed ', 'happens', 'comes from outside']
    ])('%s|%s', async (context, word, said) => {
        expect(await hover(context, word)).toContain(said);
    });

    test('limit shows its expansion', async () => {
        expect(await hover('', 'limit')).toBe(
            'Stands for\n\n```guardrail\ndeny mail.send when count(mail.send) >= 3\n```'
        );
    });

    test('an annotation shows its purpose', async () => {
        expect(await hover('@', 'severity')).toContain('How bad a violation would be');
        expect(await hover('@', 'expected')).toContain('does not fail the check');
        expect(await hover('@', 'own')).toContain('your own');
    });

    test('a comment and an operator show nothing', async () => {
        expect(await hover('', 'Answers')).toBeUndefined();
        expect(await hover('of address ', '==')).toBeUndefined();
    });
});

test('an annotation of an imported tool shows its purpose', async () => {
    const { services, document, params } = await open(
        'server s {\n  @dig<|>est("sha256:0a")\n  tool pay(id: string)\n}'
    );
    const hover = await services.lsp.HoverProvider!.getHoverContent(document, params);
    expect(hover?.contents).toMatchObject({ value: expect.stringContaining('has changed since') as string });
});

test('a name for parameters of several tools shows each of them', async () => {
    const { services, document, params } = await open(
        `server s {\n  tool pay(id: string)\n  tool check(id: string)\n}\ndeny any tool when i<|>d == "x"`
    );
    const hover = await services.lsp.HoverProvider!.getHoverContent(document, params);
    expect(hover?.contents).toEqual({
        kind: 'markdown',
        value: '```guardrail\nid: string  // of s.pay\nid: string  // of s.check\n```'
    });
});
