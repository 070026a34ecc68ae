/** The page that shows this very workbench, driven through the browser's debugging port. */
import { join } from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';

let browser: Browser | undefined;

/** Absent where the editor was started without a debugging port: the tests of the page are then skipped. */
export async function workbenchPage(): Promise<Page | undefined> {
    const address = process.env.GUARDRAIL_E2E_CDP;
    if (!address) {
        return undefined;
    }
    browser ??= await chromium.connectOverCDP(address);
    const pages = browser.contexts().flatMap((context) => context.pages());
    return pages.find((page) => page.url().includes('folder=')) ?? pages[0];
}

export async function disconnect(): Promise<void> {
    await browser?.close();
    browser = undefined;
}

/** Where screenshots go; git-ignored. */
export function outFile(name: string): string {
    return join(process.env.GUARDRAIL_E2E_OUT ?? '.', name);
}
