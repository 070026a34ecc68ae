import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The keys of regular expressions, and those of names of scopes. */
const REGEXES = ['match', 'begin', 'end'];
const SCOPES = ['name', 'contentName'];

/** The grammars under syntaxes/, by file name, without white space. */
export function grammars(root) {
    const read = (name) => readFileSync(join(root, 'syntaxes', name), 'utf8');
    const markdown = 'guardrail-markdown.tmLanguage.json';
    return {
        'guardrail.tmLanguage.json': JSON.stringify(grammarOf(parse(read('guardrail.tmLanguage.yaml')))),
        [markdown]: JSON.stringify(JSON.parse(read(markdown)))
    };
}

/**
 * The grammar for VS Code: its source names regular expressions that occur often (`{name}`), leaves out the last part of
 * each scope, and writes only the scope of a capture, only the name of an included rule, and only the list of patterns
 * of a rule that has nothing else.
 */
function grammarOf({ fragments, patterns, repository }) {
    const regex = (text) => text.replace(/\{([A-Za-z]+)\}/g, (_whole, name) => regex(fragments[name]));
    const scopes = (text) => text.replace(/\S+/g, '$&.guardrail');
    const rule = (source) => {
        if (typeof source === 'string') {
            return { include: source };
        }
        if (Array.isArray(source)) {
            return { patterns: source.map(rule) };
        }
        return mapped(source, ([key, value]) =>
            REGEXES.includes(key)
                ? regex(value)
                : SCOPES.includes(key)
                  ? scopes(value)
                  : key === 'patterns'
                    ? value.map(rule)
                    : mapped(value, ([, of]) => (typeof of === 'string' ? { name: scopes(of) } : rule(of)))
        );
    };
    return {
        name: 'Guardrail',
        scopeName: 'source.guardrail',
        patterns: patterns.map(rule),
        repository: mapped(repository, ([, source]) => rule(source))
    };
}

function mapped(object, valueOf) {
    return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, valueOf([key, value])]));
}
