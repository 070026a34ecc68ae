// @vitest-environment happy-dom
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { CheckReport } from '../../../server/cli/reports/check-report.js';
import { HTML } from '../../../server/cli/reports/html/index.js';
import { HOSTILE, hostile, withText, written } from './context.js';
import { CLAIMS, FILE, FINDINGS, REPORT } from './sample.js';

const pageOf = (report: CheckReport): Document => new DOMParser().parseFromString(written(HTML, report), 'text/html');
const shown = pageOf(REPORT);
const texts = (selector: string, of: ParentNode = shown): string[] =>
    [...of.querySelectorAll(selector)].map((element) => element.textContent.replace(/\s+/g, ' ').trim());
/** The names of elements and their attributes, in page order. */
const shape = (of: Document): string[] =>
    [...of.querySelectorAll('*')].map((element) => `${element.localName} ${element.getAttributeNames().join(' ')}`);

describe('one file', () => {
    test('its policy allows its own style, and nothing else', () => {
        const policy = shown.querySelector('meta[http-equiv="Content-Security-Policy"]')!.getAttribute('content')!;
        const hash = createHash('sha256')
            .update(/<style>([^]*?)<\/style>/.exec(written(HTML))![1]!)
            .digest('base64');
        expect(policy).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
        expect(shown.querySelectorAll('style')).toHaveLength(1);
    });

    test('it loads and runs nothing', () => {
        expect(shown.querySelectorAll('script, link, img, iframe, object, embed, [src], [style]')).toHaveLength(0);
        expect(shown.querySelector('style')!.textContent).not.toMatch(/url\(|@import/);
        expect(
            [...shown.querySelectorAll('[href]')]
                .map((link) => link.getAttribute('href'))
                .filter((href) => !href!.startsWith('#'))
        ).toEqual([]);
    });

    test('every link has a target, and names are unique', () => {
        const ids = [...shown.querySelectorAll('[id]')].map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        const targets = [...shown.querySelectorAll('a')].map((link) => link.getAttribute('href')!.slice(1));
        expect(targets.length).toBeGreaterThan(10);
        expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
    });

    test('has landmarks, one page heading, and headings in order', () => {
        expect(['header', 'main', 'footer', 'h1'].map((name) => shown.querySelectorAll(`body ${name}`).length)).toEqual(
            [1, 1, 1, 1]
        );
        const levels = [...shown.querySelectorAll('h1, h2, h3')].map(({ localName }) => Number(localName.slice(1)));
        expect(levels.filter((level, index) => index > 0 && level > levels[index - 1]! + 1)).toEqual([]);
    });
});

describe('its contents', () => {
    test('the verdicts of each file', () => {
        expect(texts('h2')).toEqual([
            'The run',
            'policies/mail.guardrail',
            'policies/tools/mail.guardrail',
            'policies/other.guardrail',
            'policies/photo.guardrail'
        ]);
        expect(texts('.verdicts tbody tr').slice(0, 2)).toEqual([
            'violated mail leaves only through a person 2 steps · 88 states · 3 ms',
            'possible it can still answer mail 2 steps · 1 state · <1 ms'
        ]);
    });

    test('each session as a list, with its rules and their text', () => {
        const [article] = shown.querySelectorAll('article.claim');
        expect(texts('.steps > li > .act', article)).toEqual([
            'assistant calls mail.read(folder: "inbox")',
            expect.stringContaining('assistant calls web.fetch(url: "https://evil.example') as string
        ]);
        expect(texts('.rules mark', article)[0]).toBe('allow assistant: mail.read, mail.draft, web.fetch, web.post');
        expect(texts('.steps .mark strong', article)).toContain('judged');
    });

    test('each session as a drawing: the participants, and where each step ends', () => {
        const [finding] = shown.querySelectorAll('article.finding');
        expect(texts('.lifeline > text', finding)).toEqual(['reviewer', 'assistant', 'mail', 'web', 'outside']);
        const steps = FINDINGS[0]!.trace!.steps;
        const rows = [...finding!.querySelectorAll('svg .row')];
        expect(rows.map((row) => row.querySelector('.stop') !== null)).toEqual(
            steps.map(({ decision }) => decision === 'denied' || decision === 'held')
        );
        expect(rows.map((row) => row.classList.contains('judged'))).toEqual(steps.map(({ judged }) => judged));
        // The arrows must end inside the drawing.
        const width = Number(finding!.querySelector('svg')!.getAttribute('width'));
        const ends = [...finding!.querySelectorAll('.arrow line')].flatMap((line) =>
            ['x1', 'x2'].map((name) => Number(line.getAttribute(name)))
        );
        expect(ends.filter((x) => x < 40 || x > width)).toEqual([]);
    });

    test('passing time, and steps that are not calls', () => {
        const [claim] = CLAIMS;
        const [read, fetch] = claim!.trace!.steps;
        const steps = [
            { ...read!, kind: 'event', actor: '', act: 'new session', rules: [] } as const,
            { ...fetch!, time: 901 }
        ];
        const claims = [{ ...claim!, trace: { ...claim!.trace!, steps } }];
        const page = pageOf({
            ...REPORT,
            files: [{ ...FILE, result: { ...FILE.result!, claims, scenarios: [], findings: [] } }]
        });
        expect(texts('svg .gap text', page)).toEqual(['15 min 1 s later']);
        expect(texts('svg .note text', page)).toEqual(['new session']);
    });
});

describe('hostile texts', () => {
    const attacked = pageOf(hostile(REPORT));

    test('change neither elements nor attributes', () => {
        expect(shape(attacked)).toEqual(shape(pageOf(withText(REPORT, 'harmless'))));
    });

    test('are shown unchanged', () => {
        const visible = HOSTILE.slice(0, HOSTILE.indexOf('\u0000')).trim();
        expect(attacked.body.textContent.split(visible).length - 1).toBeGreaterThan(40);
        expect(written(HTML, hostile(REPORT))).not.toMatch(/<script|<img|\u202e/);
    });
});
