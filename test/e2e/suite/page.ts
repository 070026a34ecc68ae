/** The page that shows this very workbench, driven through the browser's debugging port. */
import { join } from 'node:path';
import { type Browser, chromium, type FrameLocator, type Page } from 'playwright-core';

let browser: Browser | undefined;

/** Absent where the editor was started without a debugging port: the tests of the page are then skipped. */
export async function workbenchPage(): Promise<Page | undefined> {
    const address = process.env.GUARDRAIL_E2E_CDP;
    if (!address) {
        return undefined;
    }
    browser ??= await chromium.connectOverCDP(address);
    const pages = browser.contexts().flatMap((context) => context.pages());
    const page = pages.find((page) => /workbench|folder=/.test(page.url())) ?? pages[0];
    if (!page) {
        throw new Error(`The browser at ${address} shows no page.`);
    }
    return page;
}

export async function disconnect(): Promise<void> {
    await browser?.close();
    browser = undefined;
}

/** The inside of the trace view: a frame for the webview, and one in it for its content. */
export function traceView(page: Page): FrameLocator {
    return page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
}

/** A part of the page, in its pixels. */
export interface Part {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
}

/** What stands beside the policy: the session, the simulator. */
export const RIGHT: Part = { x: 700, y: 0, width: 700, height: 738 };

/** For people to look at, and for the documents (scripts/e2e/pictures.mjs); test/e2e/out is git-ignored. */
export async function screenshot(
    page: Page,
    name: string,
    { hasMenu, part }: { readonly hasMenu?: boolean; readonly part?: Part } = {}
): Promise<void> {
    // Nothing hovered, no caret that blinks: the pictures of two runs are the same. A menu would close.
    if (!hasMenu) {
        await page.mouse.move(300, 15);
    }
    await page.screenshot({
        path: join(process.env.GUARDRAIL_E2E_OUT ?? '.', `${name}.png`),
        animations: 'disabled',
        caret: 'hide',
        ...(part && { clip: part })
    });
}
