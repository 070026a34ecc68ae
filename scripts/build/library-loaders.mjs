/**
 * Loads a library that is in a separate file (on-demand.mjs) synchronously, while the checker waits: in Node with
 * `require`. A browser has loaded all of them before the bundle starts, and runs one when it is needed.
 */
import { readFile } from 'node:fs/promises';

const NAMESPACE = 'library-loader';

const LIBRARY_LOADER = `
    const loaded = new Map();
    let load;
    export function loadWith(loader) {
        load = loader;
    }
    export function library(path) {
        const name = path.slice(path.lastIndexOf('/') + 1);
        if (!loaded.has(name)) {
            loaded.set(name, load(name));
        }
        return loaded.get(name);
    }`;

/** This code may be in an entry, or in a chunk, and the libraries are in the same folder as the chunks. */
const folderOf = (chunks) =>
    `const folder = new URL(/[/]${chunks}[/][^/]*$/.test(import.meta.url) ? '.' : '${chunks}/', import.meta.url);`;

const ofNode = (chunks) => `
    import { createRequire } from 'node:module';
    import { loadWith } from 'library-loader';
    ${folderOf(chunks)}
    const require = createRequire(folder);
    loadWith((name) => require('./' + name));`;

const ofWeb = (chunks, files) => `
    import { loadWith } from 'library-loader';
    ${files.map((file, index) => `import file${index} from ${JSON.stringify(file)};`).join('\n')}
    ${folderOf(chunks)}
    const texts = new Map();
    await Promise.all([${files.map((_, index) => `file${index}`)}].map(async (path) => {
        const name = path.slice(path.lastIndexOf('/') + 1);
        texts.set(name, await (await fetch(new URL(name, folder))).text());
    }));
    loadWith((name) => {
        const module = { exports: {} };
        new Function('module', 'exports', texts.get(name))(module, module.exports);
        return module.exports;
    });`;

/**
 * The plugin for every entry of the build.
 * @param {() => string[]} files returns the files of the libraries
 */
export function addLoaders(build, files) {
    const { entryPoints, chunkNames } = build.initialOptions;
    const entries = Object.values(entryPoints);
    const isWeb = (entry) => entry.startsWith('server/lsp/web/');
    const [chunks] = chunkNames.split('/');
    for (const [own, name] of [
        [entries.filter(isWeb), 'library-loader-of-web'],
        [entries.filter((entry) => !isWeb(entry)), 'library-loader-of-node']
    ]) {
        if (own.length === 0) {
            continue;
        }
        const paths = own.map((entry) => entry.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]'));
        const filter = new RegExp(`[\\\\/](${paths.join('|')})$`);
        // The code comes first in each entry.
        build.onLoad({ filter }, async ({ path }) => {
            const source = await readFile(path, 'utf8');
            const [, first, rest] = /^(#!.*\n)?([^]*)$/.exec(source);
            return { contents: `${first ?? ''}import '${name}';${rest}`, loader: 'ts' };
        });
    }
    build.onResolve({ filter: /^library-loader/ }, ({ path }) => ({ path, namespace: NAMESPACE }));
    build.onLoad({ filter: /./, namespace: NAMESPACE }, ({ path }) => ({
        contents: path === NAMESPACE ? LIBRARY_LOADER : path.endsWith('node') ? ofNode(chunks) : ofWeb(chunks, files()),
        resolveDir: build.initialOptions.absWorkingDir
    }));
}
