import { readFile } from 'node:fs/promises';

/** What a schema says to people, which a validation does not read; as a property of an object it is not a text. */
const WORDS = new Set(['$schema', 'title', 'description', 'default']);

/** An esbuild plugin: of the schemas that a program validates with, what it needs. Editors read the whole files. */
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
