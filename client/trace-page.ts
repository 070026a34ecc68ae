import * as vscode from 'vscode';

/**
 * The page of the trace view, or of a bundle that extends its style: only its own script and style may run, and nothing
 * may be fetched.
 */
export function tracePage(webview: vscode.Webview, dist: vscode.Uri, name = 'trace'): string {
    const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
    const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
    const styles = [...new Set(['trace', name])].map(
        (one) => `<link rel="stylesheet" href="${address(`${one}.css`)}">`
    );
    const language = vscode.l10n.bundle ? vscode.env.language : 'en';
    const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
    return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${styles.join('\n')}
<title>${vscode.l10n.t('Session')}</title>
</head>
<body>
<div id="root"></div>
<script type="application/json" id="texts">${inScript(vscode.l10n.bundle ?? {})}</script>
<script type="module" nonce="${nonce}" src="${address(`${name}.js`)}"></script>
</body>
</html>`;
}

/** Embeds data in the page, in a way that no content security policy blocks. No text in it can end the element. */
function inScript(data: object): string {
    return JSON.stringify(data).replaceAll('<', '\\u003c');
}

/** The shield icon of policies, on the tab of a panel about a policy. */
export function policyIcon(extensionUri: vscode.Uri): { readonly light: vscode.Uri; readonly dark: vscode.Uri } {
    const icons = vscode.Uri.joinPath(extensionUri, 'client', 'icons');
    return {
        light: vscode.Uri.joinPath(icons, 'policy-light.svg'),
        dark: vscode.Uri.joinPath(icons, 'policy-dark.svg')
    };
}
