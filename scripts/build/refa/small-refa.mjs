/**
 * `refa` without its Unicode tables, which are four fifths of its size: the engine provides the same sets
 * (docs/decisions/0015). It is also turned into an ES module, so that unused parts are left out.
 *
 * The library is published as a single minified file. Every part is identified by its structure, not by its minified
 * name; if a part is not found exactly once, the build fails.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const UNICODE = fileURLToPath(new URL('unicode.mjs', import.meta.url));

/** @returns {import('esbuild').Plugin} */
export function smallRefa() {
    return {
        name: 'small-refa',
        setup(build) {
            build.onResolve({ filter: /^refa-unicode$/ }, () => ({ path: UNICODE }));
            build.onLoad({ filter: /[\\/]node_modules[\\/]refa[\\/]index\.js$/ }, ({ path }) => ({
                contents: withoutTables(readFileSync(path, 'utf8')),
                watchFiles: [path]
            }));
        }
    };
}

/**
 * @param {string} source the source of `refa`
 * @returns {string} an ES module that exports the same
 * @throws if the source does not have the expected structure
 */
export function withoutTables(source) {
    const file = ts.createSourceFile('refa.js', source, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
    const variables = topVariables(file);
    const sets = propertyNamespaces(source);
    const late = lateValues(source, variables);
    const changes = usesOf(file, late).map(readLate);
    for (const [name, declaration] of variables) {
        if (late.has(name)) {
            changes.push([declaration, `${name}$v=[]`]);
        } else if (sets.has(name)) {
            changes.push([declaration, `${name}=${sets.get(name)}`]);
        } else if (/^JSON\.parse\((['"])[^'"()]*/.test(declaration.initializer?.getText() ?? '')) {
            // The sets of one value are emptied: nothing refers to them any more, so the bundler leaves them out.
            changes.push([declaration, `${name}=0`]);
        } else if (declaration.initializer && isMade(declaration.initializer)) {
            changes.push([startOf(declaration.initializer), '/* @__PURE__ */']);
        }
    }
    return [
        "import { caseFolding, caseVarying, propertySets } from 'refa-unicode';",
        apply(source, [...changes, ...exportsOf(file)]),
        ...[...late].map(([name, value]) => `function ${name}$(){return ${name}$v[0]??=${value}}`)
    ].join('\n');
}

/** True if the object can be created without side effects, which a bundler cannot know. */
function isMade(initializer) {
    return ts.isCallExpression(initializer) || ts.isNewExpression(initializer);
}

function startOf(node) {
    const start = node.getStart();
    return { pos: start, end: start, getStart: () => start };
}

function topVariables(file) {
    const statements = file.statements.filter(ts.isVariableStatement);
    const declarations = statements.flatMap(({ declarationList }) => [...declarationList.declarations]);
    return new Map(declarations.map((declaration) => [declaration.name.getText(), declaration]));
}

/** The objects with the sets of a property by the names of its values, and their replacements. */
function propertyNamespaces(source) {
    const frozen = (member) => once(source, `(\\w+)=Object\\.freeze\\(\\{__proto__:null,(?:\\w+:\\w+,)*${member}:`)[1];
    // Only their use distinguishes scripts from script extensions.
    const [, scripts] = once(source, '"Script"===\\w+\\)\\w+=\\w+,\\w+=(\\w+);else');
    const [, extensions] = once(source, '"Script_Extensions"!==\\w+\\)throw \\w+\\(\\w+\\);\\w+=\\w+,\\w+=(\\w+)\\}');
    return new Map([
        [frozen('ASCII_Hex_Digit'), 'propertySets("")'],
        [frozen('Cased_Letter'), 'propertySets("General_Category=")'],
        [scripts, 'propertySets("Script=")'],
        [extensions, 'propertySets("Script_Extensions=")'],
        // Properties of strings are for the `v` flag only: without their names, they are unknown properties.
        [frozen('Basic_Emoji'), '{}'],
        [once(source, '(\\w+)=\\{Basic_Emoji:')[1], '{}']
    ]);
}

/** Everything related to case is computed when it is first read, and so is everything derived from it. */
function lateValues(source, variables) {
    const late = new Map();
    for (const [flags, isUnicode, maximum] of [
        ['iu', '!0', 0x10ffff],
        ['i', '!1', 0xffff]
    ]) {
        const [, folding, varying] = once(
            source,
            `caseFolding:(\\w+),caseVarying:(\\w+),withCaseVaryingCharacters:[^{}]*,unicode:${isUnicode}`
        );
        const [, charSet] = once(source, `[ ,]${varying}=(\\w+)\\.empty\\(${maximum}\\)\\.union\\(JSON\\.parse`);
        late.set(folding, `caseFolding("${flags}")`);
        late.set(varying, `${charSet}.empty(${maximum}).union(caseVarying(${folding}$()))`);
    }
    for (const [name, { initializer }] of variables) {
        if (!late.has(name) && initializer && ts.isCallExpression(initializer)) {
            const uses = usesOf(initializer, late);
            if (uses.length > 0) {
                late.set(name, apply(initializer.getText(), uses.map(readLate), initializer.getStart()));
            }
        }
    }
    return late;
}

/** Selects the places where one of the names is read, except in its own declaration. */
function usesOf(root, names) {
    const uses = [];
    const visit = (node) => {
        if (ts.isIdentifier(node)) {
            if (names.has(node.text) && isRead(node)) {
                uses.push(node);
            }
        } else if (!ts.isVariableDeclaration(node) || !names.has(node.name.getText())) {
            ts.forEachChild(node, visit);
        }
    };
    visit(root);
    return uses;
}

function isRead(identifier) {
    const { parent } = identifier;
    const isName =
        ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent);
    return !isName || parent.name !== identifier;
}

/** Turns a use into a call; in an object, which is created while the library is loaded, into a getter. */
function readLate(use) {
    const call = `${use.text}$()`;
    return ts.isPropertyAssignment(use.parent)
        ? [use.parent, `get ${use.parent.name.getText()}(){return ${call}}`]
        : [use, call];
}

/** Writes the CommonJS export statements as a single ES module export. */
function exportsOf(file) {
    return file.statements.filter(ts.isExpressionStatement).flatMap((statement) => {
        const text = statement.getText();
        if (text.startsWith('Object.defineProperty(exports,')) {
            return [[statement, '']];
        }
        return text.startsWith('exports.')
            ? [[statement, assignments(statement.expression).map(exportOf).join('')]]
            : [];
    });
}

function assignments(expression) {
    return expression.operatorToken.kind === ts.SyntaxKind.CommaToken
        ? [...assignments(expression.left), ...assignments(expression.right)]
        : [expression];
}

function exportOf({ left, right }) {
    const name = left.name.text;
    return ts.isIdentifier(right)
        ? `export{${right.text} as ${name}};`
        : `const ${name}$e=${right.getText()};export{${name}$e as ${name}};`;
}

function once(source, pattern) {
    const found = [...source.matchAll(new RegExp(pattern, 'g'))];
    if (found.length !== 1) {
        throw new Error(`refa is built otherwise than expected: ${found.length} times ${pattern}`);
    }
    return found[0];
}

/**
 * @param {[{ getStart(): number, end: number }, string][]} changes changes of nodes, none of which is inside another
 */
function apply(text, changes, offset = 0) {
    let [done, result] = [0, ''];
    for (const [node, value] of changes.sort(([a], [b]) => a.pos - b.pos)) {
        result += text.slice(done, node.getStart() - offset) + value;
        done = node.end - offset;
    }
    return result + text.slice(done);
}
