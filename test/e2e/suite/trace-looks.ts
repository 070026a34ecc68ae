/**
 * Tests the appearance of the trace view in the four themes, and its accessibility: pictures are compared, and axe-core
 * is run.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import * as vscode from 'vscode';
import { DARK, eventually, errorsOf, openExample, setTheme } from './editor.js';
import { inWidth, NARROW, THEMES, violations } from './looks.js';
import { disconnect, screenshot, traceView, workbenchPage } from './page.js';

const PANES = ['Steps', 'Sequence', 'Policy'] as const;

/** The tolerance for a colour, from 0 to 1, because edges of letters differ slightly between machines. */
const COLOUR_TOLERANCE = 0.2;
/**
 * The tolerance for the share of different pixels. The page may be a pixel lower, which is 2.4 % of a pane full of
 * text; a real change of appearance is more.
 */
const PIXEL_TOLERANCE = 0.04;

describe('the appearance of the trace view', function () {
    this.timeout(120_000);
    let page: Page;

    before(async function () {
        const found = await workbenchPage();
        if (!found) {
            this.skip();
        }
        page = found;
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await vscode.commands.executeCommand('workbench.action.closeSidebar');
        const { document } = await openExample('mail-assistant/first-try.guardrail');
        await eventually('the claim is violated', () => errorsOf(document).length > 0 || undefined);
        await vscode.commands.executeCommand('guardrail.showSession', {
            uri: document.uri.toString(),
            kind: 'claim',
            name: 'mail leaves only through a person'
        });
        await traceView(page).locator('.step.judged').waitFor();
    });

    after(async () => {
        await setTheme(DARK);
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await disconnect();
    });

    for (const { name, theme, kind } of THEMES) {
        it(`is unchanged in ${name}, and does not violate WCAG 2.2`, async () => {
            await setTheme(theme);
            const view = traceView(page);
            await view.locator(`body.${kind}`).waitFor();
            for (const pane of PANES) {
                await view.getByRole('tab', { name: pane }).click();
                await view.locator({ Steps: '.timeline', Sequence: '.rows', Policy: 'svg.graph' }[pane]).waitFor();
                // The picture must show neither the focus of a clicked element, nor a step under the pointer; and how far
                // the page scrolls for the selected step depends on when the reasons of the step arrive.
                await page.mouse.move(300, 15);
                await view.locator('body').evaluate(() => {
                    (document.activeElement as HTMLElement | null)?.blur();
                    scrollTo(0, document.documentElement.scrollHeight);
                });
                assert.deepEqual(await violations(page), [], `${pane} in ${name}`);
                await compare(page, `${pane.toLowerCase()}-${name}`);
            }
        });
    }

    for (const width of NARROW) {
        it(`needs no sideways scrolling at ${width.name}`, () =>
            inWidth(page, width, async (tooWide) => {
                const view = traceView(page);
                for (const pane of PANES) {
                    await view.getByRole('tab', { name: pane }).click();
                    await view.locator({ Steps: '.timeline', Sequence: '.rows', Policy: 'svg.graph' }[pane]).waitFor();
                    await screenshot(page, `trace-${width.picture}-${pane.toLowerCase()}`);
                    assert.equal(await tooWide(), 0, `${pane} is too wide`);
                }
            }));
    }
});

/**
 * Compares the picture with the stored one, in the version of VS Code that it was taken in; with GUARDRAIL_E2E_UPDATE,
 * the picture is stored instead.
 */
async function compare(page: Page, name: string): Promise<void> {
    const baselines = process.env.GUARDRAIL_E2E_BASELINES;
    if (!baselines) {
        return;
    }
    // A message of an earlier test may lie over the view.
    await vscode.commands.executeCommand('notifications.clearAll');
    await page.locator('.notifications-toasts.visible').waitFor({ state: 'hidden' });
    const shot = await page.locator('iframe.webview.ready').screenshot({
        animations: 'disabled',
        caret: 'hide',
        scale: 'css',
        mask: [traceView(page).locator('.basis')],
        maskColor: '#808080'
    });
    const kept = join(baselines, `${name}.png`);
    if (process.env.GUARDRAIL_E2E_UPDATE) {
        mkdirSync(baselines, { recursive: true });
        writeFileSync(kept, shot);
        return;
    }
    assert.ok(existsSync(kept), `${name} has no picture: npm run test:e2e -- --update`);
    const [before, now] = [PNG.sync.read(readFileSync(kept)), PNG.sync.read(shot)];
    const out = process.env.GUARDRAIL_E2E_OUT ?? '.';
    writeFileSync(join(out, `${name}-now.png`), shot);
    assert.deepEqual([now.width, now.height], [before.width, before.height], `the size of ${name}`);
    const difference = new PNG({ width: now.width, height: now.height });
    const pixels = pixelmatch(before.data, now.data, difference.data, now.width, now.height, {
        threshold: COLOUR_TOLERANCE
    });
    const part = pixels / (now.width * now.height);
    writeFileSync(join(out, `${name}-difference.png`), PNG.sync.write(difference));
    assert.ok(
        part <= PIXEL_TOLERANCE,
        `${name} looks otherwise: ${(part * 100).toFixed(1)} % of its pixels. See test/e2e/out/${name}-difference.png.`
    );
}
