import { readFileSync } from 'node:fs';

/** The rules of the meaning, M1 and following, as written on their two pages: each from its heading's text on. */
export const MEANING_RULES: readonly string[] = ['meaning.md', 'meaning-of-claims.md'].flatMap((page) =>
    readFileSync(new URL(`../../docs/language/${page}`, import.meta.url), 'utf8')
        .split(/^### /m)
        .slice(1)
);
