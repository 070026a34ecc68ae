import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Renames the chunks that only the command loads, so that the VSIX can leave them out by their name: `command-` instead of
 * `chunk-`.
 *
 * @param {import('esbuild').Metafile} metafile of the build with the command; its outputs are renamed too
 * @param {string} root the folder that the paths in it are relative to
 * @param {string} command the source of the command
 */
export async function nameCommandChunks(metafile, root, command) {
    const { outputs } = metafile;
    const entries = Object.keys(outputs).filter((file) => outputs[file].entryPoint);
    // What is imported when it is needed is an entry as well, of whoever imports it.
    const programs = entries.filter((file) => dirname(file) === dirname(fileOf(outputs, command)));
    const others = programs.filter((file) => outputs[file].entryPoint !== command);
    const shared = reachable(outputs, others);
    const own = [...reachable(outputs, [fileOf(outputs, command)])].filter(
        (file) => !shared.has(file) && basename(file).startsWith('chunk-')
    );
    const renamed = new Map(own.map((file) => [basename(file), basename(file).replace(/^chunk-/, 'command-')]));
    for (const [file, { imports }] of Object.entries(outputs)) {
        const names = imports.map(({ path }) => basename(path)).filter((name) => renamed.has(name));
        if (names.length > 0) {
            const text = await readFile(join(root, file), 'utf8');
            const changed = names.reduce((result, name) => result.replaceAll(name, renamed.get(name)), text);
            await writeFile(join(root, file), changed);
        }
    }
    for (const file of own.flatMap((one) => [one, `${one}.map`]).filter((one) => outputs[one])) {
        const to = join(dirname(file), basename(file).replace(/^chunk-/, 'command-'));
        await rename(join(root, file), join(root, to));
        outputs[to] = outputs[file];
        delete outputs[file];
    }
}

function fileOf(outputs, source) {
    return Object.keys(outputs).find((file) => outputs[file].entryPoint === source);
}

function reachable(outputs, from) {
    const reached = new Set(from);
    for (const file of reached) {
        outputs[file].imports.filter(({ path }) => outputs[path]).forEach(({ path }) => reached.add(path));
    }
    return reached;
}
