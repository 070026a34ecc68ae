/** Tells a workbench which extension is under development, and where its tests are. */
/* global document, MutationObserver, top, window -- of the page */

/**
 * Makes the workbench in the pages of `context` run an extension under development, and its tests. Since 1.139 at the
 * latest, a workbench no longer takes these from its address. It still takes them from the page that embeds it.
 *
 * @param {import('playwright-core').BrowserContext} context
 * @param {{ port: number }} server
 * @param {{ extension: string, tests: string }} paths absolute paths
 */
export async function developIn(context, { port }, { extension, tests }) {
    const remote = (path) => ({ scheme: 'vscode-remote', authority: `127.0.0.1:${port}`, path });
    const developed = { extensions: [remote(extension)], extensionTestsPath: remote(tests) };
    await context.addInitScript((developed) => {
        if (window !== top) {
            return;
        }
        // This is set before the page's scripts run, because they read it only once.
        new MutationObserver((_, observer) => {
            const configuration = document.getElementById('vscode-workbench-web-configuration');
            if (configuration) {
                observer.disconnect();
                const settings = JSON.parse(configuration.dataset.settings);
                settings.developmentOptions = { ...settings.developmentOptions, ...developed };
                configuration.dataset.settings = JSON.stringify(settings);
            }
        }).observe(document, { childList: true, subtree: true });
    }, developed);
}
