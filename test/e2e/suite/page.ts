/** The page that shows this workbench, driven through the browser's debugging port. */
import { join } from 'node:path';
import { type Browser, chromium, type FrameLocator, type Page } from 'playwright-core';

/** The time limit for each wait on the page, which allows for a busy machine. */
const PATIENCE_MS = 60_000;

let browser: Browser | undefined;

/**
 * The page; undefined if the editor was started without a debugging port, so that the tests of the page are skipped.
 */
export async function workbenchPage(): Promise<Page | undefined> {
    const address = process.env.GUARDRAIL_E2E_CDP;
    if (!address) {
        return undefined;
    }
    browser ??= await chromium.connectOverCDP(address, { timeout: 2 * PATIENCE_MS });
    const pages = browser.contexts().flatMap((context) => context.pages());
    const page = pages.find((page) => /workbench|folder=/.test(page.url())) ?? pages[0];
    if (!page) {
        throw new Error(`The browser at ${address} shows no page.`);
    }
    page.setDefaultTimeout(PATIENCE_MS);
    return page;
}

export async function disconnect(): Promise<void> {
    await browser?.close();
    browser = undefined;
}

/** The contents of the trace view: a frame for the webview, with a nested one for its content. */
export function traceView(page: Page): FrameLocator {
    return page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
}

/** A part of the page, in pixels. */
export interface Part {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
}

/** The panel next to the policy: the session or the simulator. */
export const RIGHT: Part = { x: 700, y: 0, width: 700, height: 738 };

/**
 * The pictures are for review by people, and for the documents (scripts/e2e/pictures.mjs); git ignores test/e2e/out.
 */
export async function screenshot(
    page: Page,
    name: string,
    {
        hasMenu,
        hasNotifications,
        part
    }: { readonly hasMenu?: boolean; readonly hasNotifications?: boolean; readonly part?: Part } = {}
): Promise<void> {
    // Takes a picture in which nothing is hovered and no caret blinks, so that the pictures of two runs are equal. A
    // menu would close.
    if (!hasMenu) {
        await page.mouse.move(760, 752);
    }
    await page.screenshot({
        path: join(process.env.GUARDRAIL_E2E_OUT ?? '.', `${name}.png`),
        animations: 'disabled',
        caret: 'hide',
        // Those of earlier tests may still be open.
        ...(!hasNotifications && { style: '.notifications-toasts { display: none !important }' }),
        ...(part && { clip: part })
    });
}
