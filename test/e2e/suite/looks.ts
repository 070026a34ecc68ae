/** The four themes, the two narrow widths and the rules of accessibility that our pages are tested in. */
import axe from 'axe-core';
import type { Frame, Page } from 'playwright-core';
import * as vscode from 'vscode';
import { DARK, LIGHT, setTheme } from './editor.js';
import { traceView } from './page.js';

export const THEMES = [
    { name: 'dark', theme: DARK, kind: 'vscode-dark' },
    { name: 'light', theme: LIGHT, kind: 'vscode-light' },
    { name: 'contrast-dark', theme: 'Default High Contrast', kind: 'vscode-high-contrast' },
    { name: 'contrast-light', theme: 'Default High Contrast Light', kind: 'vscode-high-contrast-light' }
] as const;

/** The width of the whole window in pixels; at 200 %, everything in it is twice as large. */
export const NARROW = [
    { name: '700 px', picture: 'narrow', width: 700, zoom: 1 },
    { name: '200 %', picture: 'zoomed', width: 1400, zoom: 2 }
] as const;

/**
 * Calls `check` while the only group of editors has this width.
 *
 * @param check its argument returns by how many pixels the page of the shown view is too wide
 */
export async function inWidth(
    page: Page,
    { width, zoom }: (typeof NARROW)[number],
    check: (tooWide: () => Promise<number>) => Promise<void>
): Promise<void> {
    const before = page.viewportSize() ?? { width: 1400, height: 760 };
    const html = traceView(page).locator('html');
    await setTheme(LIGHT);
    await vscode.commands.executeCommand('workbench.action.toggleMaximizeEditorGroup');
    await page.setViewportSize({ ...before, width });
    try {
        await traceView(page).locator('body.vscode-light').waitFor();
        await html.evaluate((element, factor) => (element.style.zoom = String(factor)), zoom);
        await check(async () => {
            const beyond = await html.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
            // Fractions of pixels are rounded.
            return beyond <= 1 ? 0 : beyond;
        });
    } finally {
        await html.evaluate((element) => (element.style.zoom = ''));
        await page.setViewportSize(before);
        await vscode.commands.executeCommand('workbench.action.toggleMaximizeEditorGroup');
        await setTheme(DARK);
    }
}

/** The violations that axe-core finds in the page of the shown view, each with its place. */
export async function violations(page: Page): Promise<string[]> {
    const body = await traceView(page).locator('body').elementHandle();
    const frame = (await body.ownerFrame()) as Frame;
    await frame.evaluate(axe.source);
    const { violations: found } = await frame.evaluate(
        (tags) =>
            (globalThis as unknown as { readonly axe: typeof axe }).axe.run('#root', {
                runOnly: { type: 'tag', values: tags }
            }),
        ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    );
    return found.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')}: ${failureSummary ?? ''}`)
    );
}
