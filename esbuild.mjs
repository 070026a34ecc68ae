/**
 * Bundles everything that is shipped into dist/. Releases use `--minify`; `--watch` rebuilds on every change. Libraries
 * are bundled, so neither the npm package nor the VSIX has dependencies to install.
 */
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { codePages } from './scripts/build/code-pages.mjs';
import { directVscode } from './scripts/build/direct-vscode.mjs';
import { grammars } from './scripts/build/grammars.mjs';
import { inlineDebugAdapter } from './scripts/build/inline-debug-adapter.mjs';
import { nodeBuiltins } from './scripts/build/node-builtins.mjs';
import { libraryMetafiles, onDemand } from './scripts/build/on-demand.mjs';
import { thirdPartyLicenses } from './scripts/build/third-party-licenses.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const outdir = join(root, 'dist');
const watch = process.argv.includes('--watch');
const minify = process.argv.includes('--minify');

const shared = {
    absWorkingDir: root,
    bundle: true,
    outdir,
    minify,
    sourcemap: !minify,
    // Licence texts go into a separate file (see below).
    legalComments: 'none',
    metafile: true,
    loader: { '.md': 'text', '.guardrail': 'text' },
    logLevel: watch ? 'info' : 'warning'
};

const node = { ...shared, platform: 'node', target: 'node20' };

/** VS Code loads an extension with `require`; in a browser it adds a missing `.js` to the file name. */
const commonjs = { ...node, format: 'cjs' };
const extensionFolder = join(outdir, 'client');

/** A bundle for Node would otherwise pick the browser version of a library. */
function inBrowsers(...libraries) {
    const main = (library) => join(root, 'node_modules', library, 'lib', 'browser', 'main.js');
    return Object.fromEntries(libraries.map((library) => [`${library}/browser`, main(library)]));
}

/** The Node version of this library cannot be bundled. */
const jsoncParser = { 'jsonc-parser': join(root, 'node_modules/jsonc-parser/lib/esm/main.js') };

/** The adapters to agent libraries, for programs. */
const adapters = ['ai-sdk', 'langchain', 'openai-agents', 'strands'];

/** The commands that are only in the npm package: the others load them from their bundle. */
const apart = {
    replay: 'replay/replay',
    'explain-claim': 'explain/explain-claim',
    simulate: 'simulate/simulate',
    enforce: 'gateway/enforce',
    approvals: 'approvals/approvals',
    'fix-files': 'check/fixes/fix-files',
    hook: 'hook/hook',
    'serve-hooks': 'hook/serve-hooks',
    'install-hooks': 'hook/install-hooks'
};
const commandsApart = {
    name: 'commands-apart',
    setup(build) {
        build.onResolve(
            { filter: new RegExp(`^\\./(?:[a-z]+/)?(${Object.keys(apart).join('|')})\\.js$`) },
            ({ path, importer }) =>
                basename(importer) === 'definition.ts' ? { path: `./${basename(path)}`, external: true } : undefined
        );
    }
};

const bundles = [
    {
        ...commonjs,
        entryPoints: { 'client/extension': 'client/extension.ts' },
        external: ['vscode'],
        plugins: [directVscode]
    },
    {
        ...commonjs,
        entryPoints: { 'client-libraries': 'client/libraries.ts' },
        // A module with an injected `require`: see client/load-libraries.ts.
        banner: { js: 'export default (require) => { const module = { exports: {} };' },
        footer: { js: 'return module.exports; };' },
        external: ['vscode'],
        alias: inBrowsers('vscode-languageclient', 'vscode-languageserver-protocol', 'vscode-jsonrpc'),
        plugins: [directVscode, inlineDebugAdapter]
    },
    {
        ...node,
        entryPoints: {
            server: 'server/lsp/main.ts',
            worker: 'server/lsp/node/check-worker.ts',
            'repair-worker': 'server/lsp/node/repair-worker.ts',
            'session-worker': 'server/lsp/node/session-worker.ts',
            cli: 'server/cli/main.ts',
            'check-worker': 'server/cli/commands/check/check-worker.ts',
            'mcp-worker': 'server/cli/commands/mcp/check-worker.ts',
            'web-server': 'server/lsp/web/main.ts',
            'web-worker': 'server/lsp/web/check-worker.ts',
            'web-repair-worker': 'server/lsp/web/repair-worker.ts',
            'web-session-worker': 'server/lsp/web/session-worker.ts'
        },
        alias: {
            ...inBrowsers('vscode-languageserver', 'vscode-languageserver-protocol', 'vscode-jsonrpc'),
            ...jsoncParser
        },
        // The bundle is split, so that a command loads only what it uses, and the language and the checker are shipped
        // once, for Node and browsers.
        format: 'esm',
        splitting: true,
        chunkNames: 'shared/[name]-[hash]',
        assetNames: 'shared/[name]-[hash]',
        plugins: [onDemand, nodeBuiltins, commandsApart]
    },
    {
        ...node,
        // These are only in the npm package. They are bundled separately, so that code used only here, and the way it
        // splits the rest, does not affect the extension.
        entryPoints: {
            gateway: 'server/gateway/library.ts',
            ...Object.fromEntries(adapters.map((name) => [`adapters/${name}`, `server/adapters/${name}.ts`])),
            ...Object.fromEntries(Object.entries(apart).map(([name, path]) => [name, `server/cli/commands/${path}.ts`]))
        },
        alias: jsoncParser,
        format: 'esm',
        splitting: true,
        chunkNames: 'gateway/[name]-[hash]',
        assetNames: 'gateway/[name]-[hash]',
        plugins: [onDemand, nodeBuiltins]
    },
    {
        // This is a separate bundle, because the extension does not need it, and would otherwise include the shared
        // chunks.
        ...node,
        entryPoints: { 'mcp-client': 'server/cli/tool-lists/live/list-tools.ts' },
        format: 'esm',
        plugins: [nodeBuiltins]
    },
    {
        // This program is bundled separately, because it shares no code with the others.
        ...node,
        entryPoints: { verify: 'server/verify/main.ts' },
        format: 'esm',
        plugins: [nodeBuiltins]
    },
    {
        ...shared,
        entryPoints: { trace: 'client/trace/main.tsx', simulator: 'client/simulator/page/main.tsx' },
        platform: 'browser',
        target: 'es2022',
        // Rarely used parts are loaded on demand.
        format: 'esm',
        splitting: true,
        chunkNames: 'trace-[name]-[hash]',
        jsx: 'automatic',
        jsxImportSource: 'preact'
    }
];

if (watch) {
    const contexts = await Promise.all(bundles.map((bundle) => esbuild.context(bundle)));
    await Promise.all(contexts.map((context) => context.watch()));
} else {
    try {
        await build();
    } catch (error) {
        // esbuild has already printed the errors in the source.
        if (!error.errors) {
            console.error(error);
        }
        process.exitCode = 1;
    }
}

async function build() {
    const metafiles = (await Promise.all(bundles.map((bundle) => esbuild.build(bundle)))).map(
        (result) => result.metafile
    );
    const licenses = join(outdir, 'THIRD-PARTY-LICENSES.txt');
    const isApart = (metafile) => Object.keys(metafile.outputs).some((file) => file.endsWith('mcp-client.js'));
    const together = metafiles.filter((metafile) => !isApart(metafile));
    await writeFile(licenses, thirdPartyLicenses([...together, ...libraryMetafiles.values()], root));
    const clientLicenses = join(outdir, 'MCP-CLIENT-LICENSES.txt');
    await writeFile(clientLicenses, thirdPartyLicenses(metafiles.filter(isApart), root));
    const files = metafiles.flatMap((metafile) => Object.keys(metafile.outputs)).map((file) => resolve(root, file));
    const hook = await readFile(join(root, 'server/cli/commands/hook/hook.sh'), 'utf8');
    const texts = Object.entries({ ...codePages(root), ...grammars(root), 'hook.sh': hook });
    const data = texts.map(([name, text]) => ({ path: join(outdir, name), text }));
    await Promise.all(data.map(({ path, text }) => writeFile(path, text)));
    const kind = join(extensionFolder, 'package.json');
    await writeFile(kind, '{ "type": "commonjs" }\n');
    const types = await writeLibraryTypes();
    await removeOthers(new Set([...files, licenses, clientLicenses, kind, ...data.map(({ path }) => path), ...types]));
    // npx runs the file directly.
    await Promise.all(['cli.js', 'verify.js'].map((name) => chmod(join(outdir, name), 0o755)));
    await printSizes(files);
}

/** Writes the type declarations of the library and its adapters; these files import only each other's types. */
async function writeLibraryTypes() {
    // TypeScript takes long to load, and watching does not need it.
    const { default: ts } = await import('typescript');
    const shipped = {
        ...{ 'gateway/library': 'gateway', 'gateway/events': 'events', 'gateway/errors': 'errors' },
        ...Object.fromEntries(['guard', ...adapters].map((name) => [`adapters/${name}`, `adapters/${name}`]))
    };
    return Promise.all(
        Object.entries(shipped).map(async ([source, target]) => {
            const file = join(root, 'server', `${source}.ts`);
            const { outputText } = ts.transpileDeclaration(await readFile(file, 'utf8'), {
                fileName: file,
                compilerOptions: {
                    target: 'ES2022',
                    module: 'ESNext',
                    isolatedDeclarations: true,
                    removeComments: false
                }
            });
            const path = join(outdir, `${target}.d.ts`);
            const text = outputText.replace(/'\.\.\/gateway\/(\w+)\.js'/g, (_, name) => {
                return `'../${name === 'library' ? 'gateway' : name}.js'`;
            });
            await mkdir(dirname(path), { recursive: true });
            await writeFile(path, text);
            return path;
        })
    );
}

/**
 * The names of chunks change with their content, so files from an earlier build are removed: they must not be shipped.
 */
async function removeOthers(kept) {
    for (const name of await readdir(outdir, { recursive: true })) {
        const file = join(outdir, name);
        if (!kept.has(file) && (await stat(file)).isFile()) {
            await rm(file);
        }
    }
}

/** Prints one line for each bundle; the chunks of the command count as one. */
async function printSizes(files) {
    const sizes = new Map();
    for (const file of files.filter((name) => !name.endsWith('.map'))) {
        const [bundle] = relative(outdir, file).split(sep, 1);
        sizes.set(bundle, (sizes.get(bundle) ?? 0) + (await stat(file)).size);
    }
    for (const [bundle, size] of [...sizes].sort()) {
        console.log(`${(size / 1024).toFixed(1).padStart(9)} kB  dist/${bundle}`);
    }
}
