/**
 * Tests that a session that is saved as a scenario is replayed as the same session, step by step, and that it fails at
 * the call that the claim does not allow, as long as the rules allow it.
 */
import { readFileSync } from 'node:fs';
import { CancellationToken } from 'vscode-languageserver';
import { expect, test } from 'vitest';
import { checkPolicy } from '../../../../server/checker/check.js';
import type { PolicyResult, Trace } from '../../../../server/checker/results/result.js';
import type { Opened, Server } from '../../support.js';
import { open, startServer } from '../../support.js';
import { checked, diagnosticsOf, fixesFor, textsAfter } from './support.js';

const [prelude = '', ...sections] = readFileSync(new URL('kept/sessions.guardrail', import.meta.url), 'utf8').split(
    /^\/\/\/\/ /m
);
const cases = sections.map((section) => {
    const end = section.indexOf('\n');
    return [section.slice(0, end), prelude + section.slice(end + 1)] as const;
});

let server: Promise<Server> | undefined;

/** Opens the text, with the results of a check in this thread. */
async function openChecked(text: string): Promise<{ opened: Opened; result: PolicyResult }> {
    server ??= startServer({
        start: (policy, limits) => ({
            outcome: Promise.resolve({ kind: 'done', result: checkPolicy(policy, { limits }) }),
            cancel: () => undefined
        }),
        dispose: () => Promise.resolve()
    });
    const opened = await open({ 'main.guardrail': text }, await server);
    await checked(opened);
    const { uri } = opened.params.textDocument;
    const result = await opened.services.checking.CheckService.check(uri, CancellationToken.None);
    expect(
        diagnosticsOf(opened)
            .filter(({ code }) => !/^GR[45]/.test(String(code)))
            .map(({ code, message }) => `${code} ${JSON.stringify(message)}`),
        text
    ).toEqual([]);
    return { opened, result: result! };
}

/** The events in order: a scenario has steps for the clock and for new sessions, while a counterexample has a start. */
const acts = ({ steps }: Trace): string[] =>
    steps.filter(({ act = '' }) => !/^(at|new session)\b/.test(act)).map(({ text }) => text);

test.each(cases)('%s', async (_name, text) => {
    const { opened, result } = await openChecked(text);
    const [claim] = result.claims;
    const broken = claim!.verdict === 'violated' ? claim! : claim!.acrossSessions!;
    expect(broken.verdict).toBe('violated');
    const code = broken === claim ? 'GR590' : 'GR598';
    const diagnostic = diagnosticsOf(opened).find((each) => each.code === code)!;
    const action = (await fixesFor(opened, diagnostic)).find(({ title }) => title.startsWith('Keep this session'));
    expect(action).toBeDefined();
    const after = await textsAfter(opened, action!, { 'main.guardrail': text });
    const again = await openChecked(after['main.guardrail']!);
    const [scenario] = again.result.scenarios;
    const failed = scenario!.steps.filter(({ passed }) => !passed);
    expect(failed.map(({ actual }) => actual)).toEqual([broken.trace!.steps.at(-1)!.decision]);
    expect(failed).toEqual([scenario!.steps.at(-1)]);
    expect(acts(scenario!.trace)).toEqual(acts(broken.trace!));
    // A condition over all sessions is a property of the claim, not of a scenario.
    const facts = broken.trace!.facts.at(-1)!.filter((fact) => !/ across sessions/.test(fact));
    expect(scenario!.trace.facts.at(-1)).toEqual(expect.arrayContaining(facts));
    expect(again.result.claims[0]!.verdict).toBe(claim!.verdict);
});
