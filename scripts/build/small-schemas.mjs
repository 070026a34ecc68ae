import { readFile } from 'node:fs/promises';

/**
 * The descriptions in a schema, which validation does not read; a property of this name has an object instead of a
 * text.
 */
const WORDS = new Set(['$schema', 'title', 'description', 'default']);

/**
 * An esbuild plugin: reduces the schemas that a program validates with to what validation needs. Editors read the
 * complete files.
 */
export const smallSchemas = {
    name: 'small-schemas',
    setup(build) {
        build.onLoad({ filter: /[\\/]schemas[\\/][\w.]+\.schema\.json$/ }, async ({ path }) => ({
            contents: JSON.stringify(JSON.parse(await readFile(path, 'utf8'), withoutWords)),
            loader: 'json'
        }));
    }
};

function withoutWords(key, value) {
    return WORDS.has(key) && typeof value !== 'object' ? undefined : value;
}
