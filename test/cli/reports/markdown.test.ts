// @vitest-environment happy-dom
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import { MARKDOWN } from '../../../server/cli/reports/markdown/index.js';
import { withLimits } from '../../../server/model/policy/limits.js';
import { HOSTILE, hostile, written } from './context.js';
import { FILE, REPORT } from './sample.js';

/** The page as GitHub renders it, before it removes disallowed elements. */
function page(markdown: string): HTMLElement {
    const html = micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
    const element = document.createElement('div');
    element.innerHTML = html;
    return element;
}

const texts = (selector: string, of: HTMLElement): string[] =>
    [...of.querySelectorAll(selector)].map((element) => element.textContent.trim());

describe('a comment', () => {
    const shown = page(written(MARKDOWN));

    test('has a table of the files', () => {
        const rows = [...shown.querySelector('table')!.querySelectorAll('tbody tr')];
        expect(rows.map((row) => row.textContent.replace(/\s+/g, ' ').trim())).toEqual([
            '❌ policies/mail.guardrail 1 violated, 1 impossible, 1 undecided, 1 holds in scope, 1 vacuous as expected, 1 holds, 1 possible 1 failed, 1 passed 2 warnings',
            '❌ policies/tools/mail.guardrail 2 errors',
            '❌ policies/other.guardrail',
            '❌ policies/photo.guardrail 1 error'
        ]);
    });

    test('folds the details', () => {
        expect(texts('details > summary', shown)).toEqual([
            '❌ GR903: no .guardrail file matches rules/*.guardrail',
            'Messages about the text: 1',
            '❌ violated: mail leaves only through a person',
            '❌ impossible: it can clean up',
            '❔ undecided: a claim with a rather long name that does not fit into one line of an ordinary terminal',
            '🟡 holds in scope: in a scope',
            '❌ failed: scenario: an injected instruction is held',
            'ℹ️ audited: scenario: reading is allowed',
            '⚠️ GR501: Private and untrusted data can meet web.post without a human.',
            'All claims and scenarios',
            'Messages about the text: 2',
            '❌ GR905: this is not a text in UTF-8'
        ]);
    });

    test('has each session once, with the deciding rule and its line', () => {
        const [, , violated, , , , failed] = shown.querySelectorAll('details');
        const steps = [...violated!.querySelectorAll('tbody tr')].map((row) =>
            [...row.querySelectorAll('td')].map((cell) => cell.querySelector('code')?.textContent ?? cell.textContent)
        );
        expect(steps[0]).toEqual([
            '1',
            'assistant calls mail.read(folder: "inbox")',
            '✅ allowed',
            'allow assistant: mail.read, mail.draft, web.fetch, web.post'
        ]);
        expect(violated!.textContent).toContain('policies/mail.guardrail:9:1');
        expect(failed!.textContent).toContain('The session is the one above, for "mail leaves only through a person".');
    });
});

describe('hostile texts', () => {
    const shown = page(written(MARKDOWN, hostile(REPORT)));

    test('create no elements and no links', () => {
        const names = new Set([...shown.querySelectorAll('*')].map(({ localName }) => localName));
        const own = new Set([...page(written(MARKDOWN)).querySelectorAll('*')].map(({ localName }) => localName));
        expect([...names].filter((name) => !own.has(name))).toEqual([]);
        expect(shown.querySelectorAll('a, img, script')).toHaveLength(0);
        expect(
            [...shown.querySelectorAll('*')].flatMap(({ attributes }) => [...attributes]).map(({ name }) => name)
        ).toEqual(
            [...page(written(MARKDOWN)).querySelectorAll('*')]
                .flatMap(({ attributes }) => [...attributes])
                .map(({ name }) => name)
        );
    });

    test('do not affect tables and folds', () => {
        const shape = (of: HTMLElement): number[] =>
            ['details', 'table', 'tr', 'td', 'h2', 'h3', 'blockquote'].map((name) => of.querySelectorAll(name).length);
        expect(shape(shown)).toEqual(shape(page(written(MARKDOWN))));
    });

    test('are shown unchanged', () => {
        const visible = HOSTILE.slice(0, HOSTILE.indexOf('\u0000')).replace(/\s+/g, ' ').trim();
        // Code and text differ only in what keeps a name from being a mention.
        const text = shown.textContent.replaceAll('\u200b', '').replace(/\s+/g, ' ');
        expect(text.split(visible).length - 1).toBeGreaterThan(40);
    });

    test('mention nobody: outside code a name is separated from the @ sign', () => {
        const copy = shown.cloneNode(true) as HTMLElement;
        copy.querySelectorAll('code').forEach((element) => element.remove());
        expect(copy.textContent).toContain('@\u200beveryone');
        expect(copy.textContent).not.toMatch(/[@#]\w/);
    });
});

describe('the maximum size of a comment', () => {
    const whole = written(MARKDOWN);
    const fitted = (commentCharacters: number): string => withLimits({ commentCharacters }, () => written(MARKDOWN));

    test('drops sessions, the last ones first, with a note', () => {
        const text = fitted(whole.length - 1);
        expect(text.length).toBeLessThan(whole.length);
        expect(texts('details > summary', page(text))).toEqual(texts('details > summary', page(whole)));
        expect(text).toMatch(
            /\n> Left out, since a comment has at most [\d,]+ characters: 1 session\. `guardrail check` shows all\.\n$/
        );
        expect(page(text).textContent).toContain('assistant calls mail.read(folder: "inbox")');
    });

    test.each([100, 600, 1200, 2000, 3000, 4000, 6000])(
        'is respected with %i characters, except for the header',
        (most) => {
            const text = fitted(most);
            expect(text.length).toBeLessThanOrEqual(Math.max(most, 700));
            expect(text).toMatch(/Left out, .*: \d+ sessions and \d+ entr(y|ies)\. |Left out, .*: \d+ sessions?\. /);
            expect(page(text).querySelectorAll('details:not(:has(> summary))')).toHaveLength(0);
        }
    );

    test('is that of GitHub', () => {
        const claims = Array.from({ length: 400 }, (_, index) => ({
            ...FILE.result!.claims[0]!,
            name: `claim ${index}`
        }));
        const file = { ...FILE, result: { ...FILE.result!, claims } };
        expect(written(MARKDOWN, { ...REPORT, files: [file] }).length).toBeLessThanOrEqual(65_536);
    });
});
