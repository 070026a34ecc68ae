// @vitest-environment happy-dom
/**
 * Tests that in an editor in another language, its pages contain no English except texts from the checker and the
 * author.
 */
import type { ComponentChild } from 'preact';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Simulator } from '../../client/simulator/page/app.js';
import { App } from '../../client/trace/app.js';
import type { RepairsState, SavedView, SessionContent } from '../../client/trace/messages.js';
import { filled, readTexts } from '../../client/trace/texts.js';
import bundle from '../../l10n/bundle.l10n.json';
import type {
    PlayedSession,
    PolicyDiagram,
    Repair,
    SessionAgain,
    SessionReasons,
    ShowSessionParams,
    Trace,
    TraceStep
} from '../../server/lsp/protocol.js';
import { ASSUMPTIONS } from '../../server/lsp/protocol.js';
import * as format from '../../server/wording/format.js';
import { sessionContent } from '../../server/wording/session-content.js';
import { basisText, markTexts } from '../../server/wording/session-markdown.js';
import * as results from './fixtures/results.js';
import { picture, played } from './fixtures/simulated.js';
import { eventually } from '../support/eventually.js';

const { approved, outside, outsideClaim, possibleClaim, repairedResult, result, startClaim, uri, violatedClaim } =
    results;

const of = (kind: ShowSessionParams['kind'], name: string, from = result, before?: SessionContent): SessionContent =>
    sessionContent({ uri, kind, name }, { uri, version: 1, state: 'done', result: from }, before);
const broken = of('claim', violatedClaim.name);

/** A session with everything that a step can show. */
const [first, ...rest] = approved.steps;
const told: Trace = {
    ...approved,
    steps: [
        outside.steps[0]!,
        { ...first!, outcome: 'error', readings: ['injection: 80'], withheld: true },
        { ...first!, decision: 'denied', by: 'default', rules: [], breaks: false },
        { ...first!, decision: 'denied', by: 'rule', rules: [] },
        ...rest.slice(0, -1),
        { ...rest.at(-1)!, judged: true }
    ],
    facts: [[], [], [], ...approved.facts]
};
const tells = { ...broken, trace: told };

/** Steps that are decided differently, or are no longer possible. */
function again(denied: readonly number[], impossible: readonly number[] = []): SessionAgain {
    const steps = told.steps.map((step, index) =>
        impossible.includes(index)
            ? { differs: true, impossible: 'It is not held.' }
            : denied.includes(index)
              ? { differs: true, step: { ...step, decision: 'denied' as const } }
              : { differs: false, step }
    );
    return { policy: 'MailAssistant', steps, facts: told.facts };
}

const { allow: allowed } = results;
const repair: Repair = {
    text: 'add: deny web.fetch when once mail.read',
    edits: [],
    rules: 1,
    word: 'holds in scope',
    verdict: 'holds in scope',
    scopes: ['values up to 5'],
    alsoRepairs: ['another claim'],
    contradicts: ['a session that passes'],
    changes: ['web.fetch: allowed -> denied'],
    lost: ['assistant can never fetch'],
    perhapsLost: ['nobody can post'],
    isComplete: false
};
const reasons: SessionReasons = {
    steps: told.steps.map(() => ({
        passed: [
            {
                rule: allowed,
                outcome: 'does not apply',
                parts: [{ text: 'amount > 50', truth: 'false', values: ['amount: 3'] }]
            },
            {
                rule: allowed,
                outcome: 'is met',
                parts: [{ text: 'carries secret', truth: 'unknown', values: [] }]
            }
        ],
        others: [allowed, allowed]
    })),
    claim: [{ text: 'once mail.read', truth: 'true', values: ['count: 3'] }]
};

interface Look extends Partial<SavedView> {
    readonly picture?: PolicyDiagram;
    readonly repairs?: RepairsState;
    readonly reasons?: SessionReasons;
    /** The text that is typed into the filter. */
    readonly filter?: string;
    /** The elements that are clicked, one after the other. */
    readonly clicks?: readonly string[];
}

const nothing = { ...picture.flows, flows: [], left: 0 };
const looks: Readonly<Record<string, Look>> = {
    'nothing yet': {},
    'a broken claim, at its start': { content: broken },
    'at a step': { content: broken, selected: 1 },
    'at a step that changes nothing': { content: broken, selected: 2 },
    'broken at the start': { content: of('claim', startClaim.name, { ...result, claims: [startClaim] }) },
    'something from outside': { content: of('claim', outsideClaim.name, { ...result, claims: [outsideClaim] }) },
    'all that a step can tell': { content: tells, selected: 6 },
    'the same of a scenario': { content: { ...of('scenario', result.scenarios[0]!.name), trace: told }, selected: 6 },
    'a step that is looked for': { content: tells, selected: 1, filter: 'shell' },
    'a step that is spoken': { content: { ...tells, again: again([2]) }, clicks: ['.step:nth-of-type(4)'] },
    'the start that is spoken': { content: broken, clicks: ['.step.start'] },
    'what is not new is hidden': { content: broken, selected: 2, clicks: ['.facts input'] },
    'fixes that are searched for': { content: broken, repairs: {} },
    'a fix that was shown': { content: broken, repairs: { repairs: [repair], previewed: 0 } },
    'several fixes': { content: broken, repairs: { repairs: [repair, repair] } },
    'no fix': { content: broken, repairs: { repairs: [] } },
    'why no rule stops a step': { content: tells, selected: told.steps.length, reasons },
    'why nothing stops a step': {
        content: tells,
        selected: 1,
        reasons: { steps: told.steps.map(() => ({ passed: [], others: [allowed] })) }
    },
    'a claim that stays open': {
        content: {
            ...of('claim', possibleClaim.name),
            beyond: [{ text: 'totals', source: results.at(3) }],
            basis: { ...results.basis, limit: 'the limit of states', scopes: ['values up to 5'] }
        }
    },
    'a finding': { content: of('finding', 'GR501') },
    'a claim that holds again': { content: of('claim', violatedClaim.name, repairedResult, broken) },
    'a claim that is impossible': { content: of('claim', possibleClaim.name) },
    'while it is checked': { content: { ...broken, freshness: 'checking' } },
    'as it stood before': { content: { ...broken, freshness: 'outdated' } },
    'as it was found': { content: { ...broken, freshness: 'recorded' } },
    'from a file': { content: { ...broken, freshness: 'recorded', file: 'mail.itf.json' } },
    'decided as before': { content: { ...tells, again: again([]) }, selected: 2 },
    'decided differently': { content: { ...tells, again: again([1, 2]) }, selected: 2 },
    'decided differently where nothing was': { content: { ...tells, again: again([5]) }, selected: 2 },
    'not possible any more': { content: { ...tells, again: again([], [2]) }, selected: 3 },
    'a sequence': { content: tells, selected: 1, pane: 'sequence' },
    'a sequence, decided differently': { content: { ...tells, again: again([1], [2]) }, pane: 'sequence' },
    'a sequence of nothing': { content: { ...broken, trace: { ...told, steps: [] } }, pane: 'sequence' },
    'a policy that is searched': { content: broken, pane: 'policy' },
    'a policy': { content: broken, pane: 'policy', picture },
    'without flows': { content: broken, pane: 'policy', picture: { ...picture, flows: nothing } },
    'without external tools': {
        content: broken,
        pane: 'policy',
        picture: { ...picture, flows: { ...nothing, sinks: 'changing' } }
    },
    'without labels': { content: broken, pane: 'policy', picture: { ...picture, flows: { ...nothing, sources: [] } } }
};
const simulators: Readonly<Record<string, PlayedSession | undefined>> = {
    'a simulator that starts': undefined,
    'a simulator': played,
    'a simulator of a new session': { ...played, steps: [], trace: { ...played.trace, steps: [] } }
};

const WIDE = 0xfee0;
/** Texts as in another language: full-width characters. Placeholders stay. */
const translated = Object.fromEntries(
    Object.keys(bundle).map((text) => [
        text,
        text.replace(/[A-Za-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + WIDE))
    ])
);

let root: HTMLElement;

beforeEach(() => {
    document.documentElement.lang = 'qps-ploc';
    document.body.innerHTML = '<script type="application/json" id="texts"></script><div id="root"></div>';
    document.getElementById('texts')!.textContent = JSON.stringify(translated);
    root = document.getElementById('root')!;
    readTexts();
});

afterEach(async () => {
    await act(() => render(null, root));
});

test.each(Object.entries(looks))('the view of a session: %s', async (_name, { content, selected = 0, ...look }) => {
    const saved = content && { content, selected, pane: look.pane ?? 'steps' };
    await mount(<App saved={saved} send={() => undefined} save={() => undefined} />);
    if (look.picture) {
        await post({ type: 'picture', picture: look.picture });
        await eventually(() => expect(root.querySelectorAll('.diagram').length).toBeGreaterThan(0));
    }
    if (look.repairs) {
        await post({ type: 'repairs', repairs: look.repairs });
        expect(root.querySelectorAll('.repairs')).toHaveLength(1);
    }
    if (look.reasons) {
        await post({ type: 'reasons', reasons: look.reasons });
        expect(root.querySelectorAll('.reasons').length).toBeGreaterThan(0);
    }
    if (look.filter) {
        const input = root.querySelector<HTMLInputElement>('.filter input')!;
        input.value = look.filter;
        await act(() => void input.dispatchEvent(new Event('input', { bubbles: true })));
    }
    for (const selector of look.clicks ?? []) {
        await act(() => root.querySelector<HTMLElement>(selector)!.click());
    }
    expect(english()).toEqual([]);
});

test.each(Object.entries(simulators))('%s', async (_name, session) => {
    await mount(<Simulator send={() => undefined} save={() => undefined} />);
    if (session) {
        await post({ type: 'simulator', content: { uri, session, isBusy: false } });
    }
    expect(english()).toEqual([]);
});

test('a translation can reorder the parts of a text', async () => {
    await mount(<p>{filled('{1}の{0} {1}', <b>Mail</b>, 2)}</p>);
    expect(root.innerHTML).toBe('<p>2の<b>Mail</b> 2</p>');
});

async function mount(page: ComponentChild): Promise<void> {
    await act(() => render(page, root));
}

async function post(data: object): Promise<void> {
    await act(() => {
        window.dispatchEvent(new MessageEvent('message', { data }));
    });
}

/** Text that is displayed or spoken on the page, but neither translated nor given. */
function english(): string[] {
    const texts = [...root.querySelectorAll('*')].flatMap((element) => [
        ...['aria-label', 'title', 'placeholder', 'alt'].flatMap((name) => element.getAttribute(name) ?? []),
        ...[...element.childNodes].flatMap((node) => (node.nodeType === Node.TEXT_NODE ? (node.textContent ?? '') : []))
    ]);
    expect(texts.length).toBeGreaterThan(0);
    return texts.filter((text) => /[A-Za-z]/.test(without(text)));
}

/** The text without given parts and times. */
function without(text: string): string {
    if (text.endsWith('…') && given.some((one) => one.includes(text.slice(0, -1)))) {
        return '';
    }
    return given.reduce((left, one) => left.replaceAll(one, ''), text).replace(/\b\d+[dhms]\b/g, '');
}

/** Data that the page does not show unchanged. */
const NAMES = ['kind', 'freshness', 'tone', 'by', 'outcome', 'pane', 'filter', 'clicks', 'reached', 'sinks', 'truth'];

/** The texts from the checker and the author, longest first, since one may contain others. */
const given = [
    ...new Set([...textsIn([looks, simulators]), ...ASSUMPTIONS, 'agent calls server.tool(argument: "value")', 'wait '])
]
    .filter((text) => text.length > 1)
    .sort((a, b) => b.length - a.length);

function textsIn(value: unknown): string[] {
    if (typeof value === 'string') {
        return [value];
    }
    if (typeof value !== 'object' || value === null) {
        return [];
    }
    const parts = Object.entries(value).flatMap(([name, part]) => (NAMES.includes(name) ? [] : textsIn(part)));
    return [...parts, ...wordings(value)];
}

/** The server and the command use the same words. */
function wordings(value: object): string[] {
    if ('letsThrough' in value) {
        const step = value as TraceStep;
        const { actorText, argumentTokens, calledText, callText, decidedText, decisionWord, returnsText, verb } =
            format;
        const said = [
            actorText(step),
            calledText(step),
            callText(step),
            returnsText(step),
            decidedText(step),
            decisionWord(step) ?? '',
            verb(step)
        ];
        const tokens = argumentTokens(step.args).map(({ text }) => text);
        return [...said, ...tokens, ...markTexts(step), ...step.tool.split('.')];
    }
    if ('milliseconds' in value) {
        return [basisText(value as typeof results.basis)];
    }
    if ('because' in value) {
        return [format.ruleText(value as TraceStep['rules'][number])];
    }
    return 'uri' in value && 'start' in value ? [format.placeText(value as ReturnType<typeof results.at>)] : [];
}
