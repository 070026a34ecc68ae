/** Which extension a workbench runs under development, and its tests. */
/* global document, MutationObserver, top, window -- of the page */

/**
 * Makes the workbench that the pages of `context` show run an extension under development, and its tests. A workbench does
 * not take these from its address any more, since 1.139 at the latest, but from the page that embeds it, as it always did.
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
        // Before the scripts of the page run: they read it once.
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
