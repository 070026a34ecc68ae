import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { globSync } from 'tinyglobby';
import { addLoaders } from './library-loaders.mjs';
import { smallRefa } from './refa/small-refa.mjs';

const cache = fileURLToPath(new URL('../../.cache/libraries', import.meta.url));
const jsonrpc = fileURLToPath(new URL('../../node_modules/vscode-jsonrpc/lib/common', import.meta.url));

/** The libraries that few policies need: those for text patterns and shell lines. */
const LIBRARIES = ['refa', 'unbash', '@noble/hashes/sha2'];

/**
 * The modules of the protocol that Langium's core uses. The protocol is large, and only the language server needs the
 * rest.
 */
const PROTOCOL = {
    CancellationToken: join(jsonrpc, 'cancellation.js'),
    CancellationTokenSource: join(jsonrpc, 'cancellation.js'),
    Emitter: join(jsonrpc, 'events.js'),
    ResponseError: join(jsonrpc, 'messages.js'),
    LSPErrorCodes: 'vscode-languageserver-protocol'
};

/**
 * An esbuild plugin that lets a start read and run less code. A library that few policies need is a separate file,
 * which is loaded when one of its exports is first used: loading it takes longer than checking a small policy. (An
 * `import()` would do the same, but it is asynchronous and the checker is not.) From the protocol, Langium's core only
 * gets the modules that it uses, each when it is first used.
 */
export const onDemand = {
    name: 'on-demand',
    setup(build) {
        const libraries = new RegExp(`^(${LIBRARIES.join('|')})$`);
        build.onResolve({ filter: libraries }, ({ path }) => ({ path, namespace: 'on-demand' }));
        // This runs before anything is resolved, because esbuild caches the contents of a folder when it first looks
        // into it.
        const files = new Map();
        build.onStart(async () => {
            for (const library of LIBRARIES) {
                files.set(library, await libraryFile(library, build.initialOptions));
            }
        });
        build.onLoad({ filter: /./, namespace: 'on-demand' }, ({ path }) => {
            const { file, names } = files.get(path);
            const getters = names.map((name) => `get ${name}() { return library(file).${name}; }`);
            const head = `const file = require(${JSON.stringify(file)}); const { library } = require('library-loader');`;
            return { contents: `${head} module.exports = { ${getters.join(', ')} };`, resolveDir: cache };
        });
        build.onResolve({ filter: /^vscode-languageserver-protocol$/ }, ({ importer, resolveDir }) =>
            /[\\/]langium[\\/]lib[\\/](utils|workspace)[\\/]/.test(importer)
                ? { path: 'protocol', namespace: 'protocol-on-demand', pluginData: resolveDir }
                : undefined
        );
        build.onLoad({ filter: /./, namespace: 'protocol-on-demand' }, ({ pluginData }) => ({
            contents: exportsOnUse(Object.entries(PROTOCOL)),
            resolveDir: pluginData
        }));
        build.initialOptions.loader = { ...build.initialOptions.loader, '.cjs': 'file' };
        addLoaders(build, () => [...files.values()].map(({ file }) => file));
    }
};

/** The sources of the libraries' files once they are built, because their licences are shipped with them. */
export const libraryMetafiles = new Map();

/** Builds a library as one file with the exports that are used, and returns their names. */
async function libraryFile(library, { absWorkingDir, minify }) {
    await mkdir(cache, { recursive: true });
    const names = usedNames(library, absWorkingDir);
    const file = join(cache, `${library.replaceAll('/', '-')}.cjs`);
    const { metafile } = await esbuild.build({
        absWorkingDir,
        stdin: {
            contents: `export { ${names.join(', ')} } from ${JSON.stringify(library)}`,
            resolveDir: absWorkingDir
        },
        outfile: file,
        bundle: true,
        platform: 'node',
        target: 'node20',
        format: 'cjs',
        minify,
        legalComments: 'none',
        metafile: true,
        plugins: [smallRefa()]
    });
    libraryMetafiles.set(library, metafile);
    return { file, names };
}

/** The names that our code imports from a library, except types. Throws if it is imported as a whole. */
function usedNames(library, root) {
    const imported = new RegExp(`^import (?!type )(.*) from '${library}';`, 'gm');
    const files = globSync('{language,server}/**/*.ts', { cwd: root, absolute: true });
    const lists = files.flatMap((file) =>
        Array.from(readFileSync(file, 'utf8').matchAll(imported), ([, list]) => list)
    );
    const names = lists.flatMap((list) => {
        if (!/^\{.*\}$/.test(list)) {
            throw new Error(`${library} is shipped with what is used of it: import that by name, not as "${list}".`);
        }
        return list.slice(1, -1).split(',');
    });
    return [...new Set(names.map((name) => name.trim()))].filter((name) => name && !name.startsWith('type ')).sort();
}

/** A module in the form of CommonJS, because importing one reads the export at each use. */
function exportsOnUse(modules) {
    const getters = modules.map(([name, file]) => `get ${name}() { return require(${JSON.stringify(file)}).${name}; }`);
    return `module.exports = { ${getters.join(',\n')} };`;
}
