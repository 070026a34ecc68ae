/**
 * A site that serves VS Code for the Web, the extension and a workspace as files, and nothing else. As on vscode.dev,
 * the workbench, the extension host, each web view and the extensions have separate origins, all with a certificate.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { extname, join, normalize, sep } from 'node:path';
import { globSync } from 'tinyglobby';
import { installDebianPackages, mustRun, onPath } from '../debian.mjs';
import { SETTINGS } from './vscode.mjs';

const TYPES = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.cjs': 'text/javascript',
    '.css': 'text/css',
    '.json': 'application/json',
    '.svg': 'image/svg+xml',
    '.png': 'image/png',
    '.ttf': 'font/ttf',
    '.wasm': 'application/wasm'
};

/**
 * @param {{ vscode: string, extension: string, files: string, workspace: string }} folders the folders of VS Code for
 * the Web, the extension, the extension that provides the virtual workspace, and the contents of that workspace
 * @param {string} open the file that the workbench opens
 * @returns {Promise<{ origin: string, served: Set<string>, missing: string[], stop(): Promise<void> }>} `served` has
 * the paths of files, and `missing` the requests for files that do not exist
 */
export async function startSite({ vscode, extension, files, workspace }, open) {
    const roots = new Map([
        ['static', vscode],
        ['extension', extension],
        ['files', files],
        ['workspace', workspace]
    ]);
    const served = new Set();
    const missing = [];
    const server = createServer(certificate(), (request, response) => {
        const { pathname } = new URL(request.url, 'https://localhost');
        const answer = (type, content) => {
            served.add(pathname);
            response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' }).end(content);
        };
        if (request.method !== 'GET') {
            missing.push(`${request.method} ${pathname}`);
            response.writeHead(405).end();
        } else if (pathname === '/') {
            answer('text/html', page(server.address().port, open));
        } else if (pathname === '/workspace.json') {
            answer('application/json', JSON.stringify(globSync('**/*', { cwd: workspace })));
        } else {
            const [, root, ...rest] = normalize(decodeURIComponent(pathname)).split(sep);
            const file = join(roots.get(root) ?? vscode, ...rest);
            if (roots.has(root) && statSync(file, { throwIfNoEntry: false })?.isFile()) {
                answer(TYPES[extname(file)] ?? 'text/plain', readFileSync(file));
            } else {
                missing.push(pathname);
                response.writeHead(404, { 'access-control-allow-origin': '*' }).end();
            }
        }
    });
    server.on('upgrade', (request, socket) => {
        missing.push(`a socket at ${request.url}`);
        socket.destroy();
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
        // A browser resolves each host below localhost to this machine.
        origin: `https://workbench.localhost:${server.address().port}`,
        served,
        missing,
        stop: () =>
            new Promise((resolve) => {
                server.closeAllConnections();
                server.close(resolve);
            })
    };
}

/** Creates a self-signed certificate; the browser is configured to accept it. */
function certificate() {
    installDebianPackages(onPath('openssl') ? [] : ['openssl']);
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-certificate-'));
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=localhost'];
    mustRun('openssl', ['req', '-x509', ...kind, '-days', '2', '-keyout', key, '-out', cert]);
    const texts = { key: readFileSync(key), cert: readFileSync(cert) };
    rmSync(folder, { recursive: true });
    return texts;
}

function page(port, open) {
    const builtin = (path) => ({ scheme: 'https', authority: `extensions.localhost:${port}`, path });
    const options = {
        additionalBuiltinExtensions: [
            builtin('/extension'),
            builtin('/files'),
            builtin('/static/extensions/markdown-language-features')
        ],
        productConfiguration: {
            nameShort: 'VS Code',
            nameLong: 'VS Code',
            applicationName: 'code-web',
            dataFolderName: '.vscode-web',
            version: '1.91.1',
            commit: 'test',
            quality: 'stable',
            webEndpointUrlTemplate: `https://{{uuid}}.host.localhost:${port}/static`,
            webviewContentExternalBaseUrlTemplate: `https://{{uuid}}.view.localhost:${port}/static/out/vs/workbench/contrib/webview/browser/pre/`
        },
        configurationDefaults: { ...SETTINGS, 'workbench.editor.enablePreview': false }
    };
    return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<link rel="stylesheet" href="/static/out/vs/workbench/workbench.web.main.css">
</head>
<body aria-label="">
<script src="/static/out/vs/loader.js"></script>
<script src="/static/out/vs/webPackagePaths.js"></script>
<script>
for (const [name, path] of Object.entries(self.webPackagePaths)) {
    self.webPackagePaths[name] = location.origin + '/static/node_modules/' + name + '/' + path;
}
require.config({
    baseUrl: location.origin + '/static/out',
    trustedTypesPolicy: trustedTypes.createPolicy('amdLoader', { createScriptURL: (value) => value }),
    paths: self.webPackagePaths
});
</script>
<script src="/static/out/vs/workbench/workbench.web.main.nls.js"></script>
<script src="/static/out/vs/workbench/workbench.web.main.js"></script>
<script>
require(['vs/workbench/workbench.web.main'], ({ create, URI }) => {
    const folderUri = URI.from({ scheme: 'virtual', path: '/' });
    create(document.body, {
        ...${JSON.stringify(options)},
        workspaceProvider: { workspace: { folderUri }, trusted: true, open: () => Promise.resolve(false) },
        defaultLayout: { force: true, editors: [{ uri: URI.from({ scheme: 'virtual', path: ${JSON.stringify(`/${open}`)} }) }] }
    });
});
</script>
</body>
</html>`;
}
